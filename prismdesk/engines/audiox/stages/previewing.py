"""What the lane draws while sampling goes on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.networks import DECODER
from prismdesk.engines.nets.oobleck_pieces import decode_long
from prismdesk.engines.sampling.preview import SoundPreview, peaks_per_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from prismdesk.engines.audiox.run_state import RunState

ENVELOPE_POINTS = 160


@contextmanager
def sampling_preview(run: RunState) -> Iterator[SoundPreview | None]:
    """Have a preview of the first take for as long as the block lasts.

    There is none while networks are offloaded: it needs the decoder beside the denoiser. Nor is
    there one for windows made one after the other, as most of the region isn't there yet.
    """
    is_in_turn = run.settings.long == "sequential" and len(run.windows) > 1
    if run.memory.is_offloading or is_in_turn:
        yield None
        return
    with run.using(DECODER) as decoder:

        def measure(latent: Tensor) -> Tensor:
            wave = decode_long(decoder, latent.mT.float(), cancelled=run.monitor.cancelled)
            return peaks_per_frame(wave[0].abs().amax(dim=0), latent.shape[1])

        stretch, request = run.stretch, run.request
        yield SoundPreview(
            measure,
            points=ENVELOPE_POINTS,
            region_frames=(
                stretch.latent_position(request.region_start_samples),
                stretch.latent_position(request.region_end_samples),
            ),
        )
