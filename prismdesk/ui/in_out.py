"""What becomes of the marked time when its in or its out mark is set. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.errors import PositionError
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.ui.times import Times


def with_in_mark(span: SampleRange | None, at_samples: int, times: Times) -> SampleRange:
    """Return the marked time with its in mark here.

    An out mark that would lie before it goes to the film's end; so does one that isn't there.

    Raises:
        PositionError: it would lie outside the film.
    """
    if not 0 <= at_samples < times.end_samples:
        raise PositionError(_outside(at_samples, times))
    end = times.end_samples if span is None else span.end_samples
    return SampleRange(at_samples, end if end > at_samples else times.end_samples)


def with_out_mark(span: SampleRange | None, at_samples: int, times: Times) -> SampleRange:
    """Return the marked time with its out mark here; the sample here is the first one after it.

    An in mark that would lie behind it goes to the film's start; so does one that isn't there.

    Raises:
        PositionError: it would lie outside the film, or at its very start.
    """
    if at_samples == 0:
        raise PositionError("Nothing lies before the film's start, so no time can end there.")
    if not 0 < at_samples <= times.end_samples:
        raise PositionError(_outside(at_samples, times))
    start = 0 if span is None else span.start_samples
    return SampleRange(start if start < at_samples else 0, at_samples)


def _outside(at_samples: int, times: Times) -> str:
    if at_samples < 0:
        return "That lies before the film's start."
    return f"That lies behind the film, which ends at {times.timecode(times.end_samples)}."
