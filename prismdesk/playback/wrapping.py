"""Loops: positions that run on without end, and the place of the timeline that they mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.project.timebase import SampleRange


@dataclass(frozen=True, slots=True)
class Wrapping:
    """A loop as it is entered: where playback comes from decides at which end it turns round.

    Coming from before the loop it plays up to the end and wraps there, and only there.
    """

    loop: SampleRange
    wraps_below: bool
    wraps_above: bool

    def wrapped(self, position: float) -> float:
        """Return the place of the timeline that an unrolled position means."""
        start, end = self.loop.start_samples, self.loop.end_samples
        if (position >= end and self.wraps_above) or (position < start and self.wraps_below):
            return start + (position - start) % (end - start)
        return position


def entered(loop: SampleRange, position: float) -> Wrapping | None:
    """Return how a loop is played from a position; None past its end: it isn't reached."""
    if position >= loop.end_samples:
        return None
    return Wrapping(loop, wraps_below=position >= loop.start_samples, wraps_above=True)


def entered_in_reverse(loop: SampleRange, position: float) -> Wrapping | None:
    """Return how a loop is played backwards from a position; None before its start."""
    if position < loop.start_samples:
        return None
    return Wrapping(loop, wraps_below=True, wraps_above=position < loop.end_samples)
