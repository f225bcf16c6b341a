"""What the lane draws while sampling goes on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.networks import DECODER
from prismdesk.engines.hosting import previewing
from prismdesk.engines.nets.oobleck_pieces import decode_long
from prismdesk.engines.sampling.preview import peaks_per_frame

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.sampling.preview import SoundPreview


@contextmanager
def sampling_preview(run: RunState) -> Iterator[SoundPreview | None]:
    """Have a preview of the first take, if there is room, for as long as the block lasts."""

    def measure(latent: Tensor) -> Tensor:
        with run.using(DECODER) as decoder:
            wave = decode_long(decoder, latent.mT.float(), cancelled=run.monitor.cancelled)
        return peaks_per_frame(wave[0].abs().amax(dim=0), latent.shape[1])

    with previewing.sampling_preview(run, measure, (DECODER,)) as preview:
        yield preview
