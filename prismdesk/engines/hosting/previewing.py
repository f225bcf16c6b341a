"""What the lane draws while sampling goes on."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prismdesk.engines.hosting.memory import free_bytes
from prismdesk.engines.sampling.preview import SoundPreview

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prismdesk.engines.hosting.memory import StageNeeds
    from prismdesk.engines.hosting.network import Network
    from prismdesk.engines.hosting.run import HostedRun
    from prismdesk.engines.sampling.preview import Measure

ENVELOPE_POINTS = 160
_BROUGHT_BYTES_PER_SECOND = 2e9
"""How fast a network that was sent away comes back, roughly."""

_SHARE_USED = 0.9


@contextmanager
def sampling_preview(
    run: HostedRun, measure: Measure, decoders: Sequence[Network[Any]]
) -> Iterator[SoundPreview | None]:
    """Have a preview of the first take for as long as the block lasts.

    While networks are offloaded the decoder is fetched for each look and sent away again, if
    there is room for it beside what samples and sampling takes long enough.

    Args:
        run: the run; its stages of sampling and decoding are called so.
        measure: decodes a stretch of latents; it asks the run for the decoder itself.
        decoders: the networks that it asks for.
    """
    decoding = _needs(run, "decoding")
    is_fetching = run.memory.is_offloading
    if is_fetching and not has_room_to_decode(run):
        yield None
        return
    with ExitStack() as kept:
        if not is_fetching:
            for network in decoders:
                kept.enter_context(run.using(network))
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


def has_room_to_decode(run: HostedRun) -> bool:
    """Whether the decoder fits on the device beside what sampling holds there."""
    sampling, decoding = _needs(run, "sampling"), _needs(run, "decoding")
    one_take = replace(run.memory, takes_at_once=1)
    wanted = decoding.weight_bytes + decoding.working_bytes(one_take)
    wanted += sampling.working_bytes(run.memory)
    return wanted <= _SHARE_USED * free_bytes(run.checkpoint.device)


def _needs(run: HostedRun, stage: str) -> StageNeeds:
    return next(needs for needs in run.needs if needs.name == stage)
