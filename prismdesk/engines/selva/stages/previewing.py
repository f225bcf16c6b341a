"""What the lane draws while sampling goes on."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.hosting.memory import free_bytes
from prismdesk.engines.nets.sound_decoder import decode_latent
from prismdesk.engines.sampling.preview import SoundPreview, peaks_per_frame
from prismdesk.engines.selva.networks import VAE_DECODER, VOCODER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from prismdesk.engines.hosting.memory import StageNeeds
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.selva.run_state import RunState

ENVELOPE_POINTS = 160
_BROUGHT_BYTES_PER_SECOND = 2e9
"""How fast a network that was sent away comes back, roughly."""

_SHARE_USED = 0.9


@contextmanager
def sampling_preview(run: RunState, generator: Generator) -> Iterator[SoundPreview | None]:
    """Have a preview of the first take for as long as the block lasts.

    While networks are offloaded the decoder is fetched for each look and sent away again, if
    there is room for it beside the generator and sampling takes long enough.
    """
    decoding = next(needs for needs in run.needs if needs.name == "decoding")
    is_fetching = run.memory.is_offloading
    if is_fetching and not _has_room(run, decoding):
        yield None
        return
    with ExitStack() as kept:
        if not is_fetching:
            kept.enter_context(run.using(VAE_DECODER))
            kept.enter_context(run.using(VOCODER))

        def measure(latent: Tensor) -> Tensor:
            return _peaks(run, generator, latent)

        stretch, request = run.stretch, run.request
        yield SoundPreview(
            measure,
            points=ENVELOPE_POINTS,
            region_frames=(
                stretch.latent_position(request.region_start_samples),
                stretch.latent_position(request.region_end_samples),
            ),
            first_seconds=decoding.weight_bytes / _BROUGHT_BYTES_PER_SECOND if is_fetching else 0.0,
        )


def _peaks(run: RunState, generator: Generator, latent: Tensor) -> Tensor:
    """The peak of each frame [frames] of a normalised latent [1, frames, channels]."""
    with run.using(VAE_DECODER) as decoder, run.using(VOCODER) as vocoder:
        wave = decode_latent(
            decoder,
            vocoder,
            generator.unnormalise(latent).float(),
            cancelled=run.monitor.cancelled,
        )
    return peaks_per_frame(wave[0], latent.shape[1])


def _has_room(run: RunState, decoding: StageNeeds) -> bool:
    """Whether the decoder fits on the device beside what sampling holds there."""
    sampling = next(needs for needs in run.needs if needs.name == "sampling")
    one_take = replace(run.memory, takes_at_once=1)
    wanted = decoding.weight_bytes + decoding.working_bytes(one_take)
    wanted += sampling.working_bytes(run.memory)
    return wanted <= _SHARE_USED * free_bytes(run.checkpoint.device)
