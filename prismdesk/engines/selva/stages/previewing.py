"""What the lane draws while sampling goes on."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prismdesk.engines.hosting import previewing
from prismdesk.engines.nets.sound_decoder import decode_latent
from prismdesk.engines.sampling.preview import peaks_per_frame
from prismdesk.engines.selva.networks import VAE_DECODER, VOCODER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from prismdesk.engines.sampling.preview import SoundPreview
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.selva.run_state import RunState


@contextmanager
def sampling_preview(run: RunState, generator: Generator) -> Iterator[SoundPreview | None]:
    """Have a preview of the first take, if there is room, for as long as the block lasts."""

    def measure(latent: Tensor) -> Tensor:
        with run.using(VAE_DECODER) as decoder, run.using(VOCODER) as vocoder:
            wave = decode_latent(
                decoder,
                vocoder,
                generator.unnormalise(latent).float(),
                cancelled=run.monitor.cancelled,
            )
        return peaks_per_frame(wave[0], latent.shape[1])

    with previewing.sampling_preview(run, measure, (VAE_DECODER, VOCODER)) as preview:
        yield preview
