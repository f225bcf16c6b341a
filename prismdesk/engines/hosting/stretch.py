"""Which stretch of time is worked on for a region."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.errors import UnusableContextError

if TYPE_CHECKING:
    from prismdesk.engines.request import Request

_LEAST_KNOWN_SECONDS = 1.6
"""How much sound on either side of a long region is looked at, so that it is joined well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The sound that is made: region, handles and known surroundings in one.

    Samples count from the start of the context at the project's rate; the end may lie past the
    context, where there is neither sound nor picture.

    Attributes:
        start_samples: where it begins.
        end_samples: where it ends.
        project_rate_hz: of these samples.
        model_rate_hz: of the sound that the network makes.
        latent_rate_hz: latent frames a second.
    """

    start_samples: int
    end_samples: int
    project_rate_hz: int
    model_rate_hz: int
    latent_rate_hz: float

    @property
    def start_seconds(self) -> float:
        """Where it begins in the context."""
        return self.start_samples / self.project_rate_hz

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end_samples - self.start_samples) / self.project_rate_hz

    def latent_position(self, samples: int) -> float:
        """Where a sample of the context lies in latent frames, whole or not."""
        seconds = (samples - self.start_samples) / self.project_rate_hz
        return seconds * self.latent_rate_hz

    def cuts_seconds(self, request: Request) -> tuple[float, ...]:
        """Where shots of the request's picture change inside it, from its start."""
        if request.picture is None:
            return ()
        start, end = self.start_seconds, self.start_seconds + self.seconds
        return tuple(cut - start for cut in request.picture.cuts_seconds if start < cut < end)


def plan_span(
    request: Request, *, natural_seconds: float, minimum_seconds: float, is_natural: bool
) -> tuple[int, int]:
    """Return the first sample to work on and the one after the last.

    Generating works on the region and its handles; inpainting and continuing also take in known
    sound around it, up to the natural length. What is shorter than the networks can work on is
    made longer.

    Args:
        request: what is asked for.
        natural_seconds: the length that the network was trained at.
        minimum_seconds: the shortest that it can work on.
        is_natural: whether generating also works on the natural length at least.

    Raises:
        UnusableContextError: the region is empty or outside the context.
    """
    length, rate_hz = request.context.shape[1], request.rate_hz
    start, end = request.region_start_samples, request.region_end_samples
    if not 0 <= start < end <= length:
        raise UnusableContextError(
            f"The region ({start} to {end}) doesn't lie in the context of {length} samples."
        )
    natural = ceil(natural_seconds * rate_hz)
    if request.task is EngineTask.GENERATE:
        start = max(0, start - request.head_samples)
        end = min(length, end + request.tail_samples)
        wanted = natural if is_natural else 0
    else:
        wanted = max(natural, end - start + 2 * ceil(_LEAST_KNOWN_SECONDS * rate_hz))
    start, end = _widened(start, end, wanted, length)
    return start, max(end, start + ceil(minimum_seconds * rate_hz))


def _widened(start: int, end: int, wanted: int, length: int) -> tuple[int, int]:
    """Widen on both sides equally within the context; what one side lacks the other gives."""
    missing = max(0, wanted - (end - start))
    before = min(start, max(missing // 2, missing - (length - end)))
    after = min(length - end, missing - before)
    return start - before, end + after
