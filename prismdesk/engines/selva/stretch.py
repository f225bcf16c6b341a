"""Which stretch of time is worked on for a region, in the lengths of the networks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.hosting.stretch import Stretch, plan_span
from prismdesk.engines.selva.lengths import (
    MINIMUM_SECONDS,
    NATURAL_SECONDS,
    SequenceLengths,
    lengths_of,
    samples_per_latent_frame,
)

if TYPE_CHECKING:
    from prismdesk.engines.request import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class SelvaStretch(Stretch):
    """The sound that is made.

    Attributes:
        lengths: of the network's sequences over the whole of it.
    """

    lengths: SequenceLengths


def plan_stretch(request: Request, *, model_rate_hz: int, is_natural: bool) -> SelvaStretch:
    """Return the stretch to work on; see ``plan_span``.

    Args:
        request: what is asked for.
        model_rate_hz: of the network.
        is_natural: whether generating also works on the natural length at least.

    Raises:
        UnusableContextError: the region is empty or outside the context.
    """
    start, end = plan_span(
        request,
        natural_seconds=NATURAL_SECONDS,
        minimum_seconds=MINIMUM_SECONDS,
        is_natural=is_natural,
    )
    return SelvaStretch(
        start_samples=start,
        end_samples=end,
        project_rate_hz=request.rate_hz,
        model_rate_hz=model_rate_hz,
        latent_rate_hz=model_rate_hz / samples_per_latent_frame(model_rate_hz),
        lengths=lengths_of((end - start) / request.rate_hz, model_rate_hz),
    )
