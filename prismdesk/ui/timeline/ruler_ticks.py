"""Where the ruler's lines lie and what is written at them, in each of its units. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.project.timebase import nominal_fps, seconds_to_samples
from prismdesk.ui.times import RulerUnit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.timeline.timescale import Timescale
    from prismdesk.ui.times import Times

LABEL_PX = 110
"""Least distance of two labels at usual text."""

_ONE_TWO_FIVE = tuple(digit * 10**power for power in range(10) for digit in (1, 2, 5))


@dataclass(frozen=True, slots=True)
class RulerTick:
    """A line of the ruler; one without label is short."""

    position_samples: int
    label: str = ""


def ticks_of(
    scale: Timescale,
    times: Times,
    unit: RulerUnit,
    *,
    label_px: int = LABEL_PX,
    seen: SampleRange | None = None,
) -> list[RulerTick]:
    """Return the ticks that are seen and the label before them, in order.

    Args:
        scale: what is shown.
        times: the film's rates.
        unit: what is counted. Where one frame is wider than some labels, samples inside it are
            counted too, as "+480".
        label_px: labels are at least this far apart.
        seen: the part of the film to give ticks for; what the scale shows if left out.
    """
    wanted = scale.samples_of_px(label_px)
    seen = seen or scale.seen
    if unit is RulerUnit.SAMPLES:
        return _sample_ticks(seen, times, wanted)
    if unit is RulerUnit.SECONDS:
        return _second_ticks(seen, times, wanted)
    return _frame_ticks(seen, times, unit, wanted)


def _sample_ticks(seen: SampleRange, times: Times, wanted: int) -> list[RulerTick]:
    large = next(step for step in _ONE_TWO_FIVE if step >= wanted)
    small = max(1, large // 10 if large >= 10 else 1)
    return [
        RulerTick(at, times.format(at, RulerUnit.SAMPLES) if at % large == 0 else "")
        for at in _grid(seen, large, small)
    ]


def _second_ticks(seen: SampleRange, times: Times, wanted: int) -> list[RulerTick]:
    steps = [step for step in _ONE_TWO_FIVE if step < 1_000]
    steps += [
        1_000 * step for step in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1_200, 1_800, 3_600)
    ]
    steps += [7_200_000, 14_400_000]
    large = next((s for s in steps if s * times.rate_hz >= wanted * 1_000), steps[-1])
    small = max((s for s in steps if large % s == 0 and s * 4 <= large), default=large)
    first = seen.start_samples * 1_000 // times.rate_hz // large * large
    ticks = []
    for at_ms in range(max(0, first), seen.end_samples * 1_000 // times.rate_hz + 1, small):
        at = seconds_to_samples(Fraction(at_ms, 1_000), rate_hz=times.rate_hz)
        label = times.format(at, RulerUnit.SECONDS) if at_ms % large == 0 else ""
        ticks.append(RulerTick(at, label))
    return ticks


def _frame_ticks(seen: SampleRange, times: Times, unit: RulerUnit, wanted: int) -> list[RulerTick]:
    fps = nominal_fps(times.frame_rate)
    steps = [frames for frames in range(1, fps) if fps % frames == 0]
    steps += [fps * seconds for seconds in (1, 2, 5, 10, 15, 30)]
    steps += [fps * 60 * minutes for minutes in (1, 2, 5, 10, 15, 30, 60, 120, 240)]
    frame_samples = Fraction(times.rate_hz) / times.frame_rate
    large = next((step for step in steps if step * frame_samples >= wanted), steps[-1])
    small = max((s for s in steps if large % s == 0 and s * 4 <= large), default=large)
    # One large step earlier, so that a label that begins left of the edge is still seen.
    first = max(0, times.frame_at(max(0, seen.start_samples)) // large * large)
    last = times.frame_at(seen.end_samples)
    ticks: list[RulerTick] = []
    for frame in range(first, last + 1, small):
        at = times.frame_start(frame)
        ticks.append(RulerTick(at, times.format(at, unit) if frame % large == 0 else ""))
        if large == 1 and frame_samples >= 2 * wanted:
            ticks.extend(_inside_frame(seen, at, times.frame_start(frame + 1), wanted))
    return ticks


def _inside_frame(seen: SampleRange, start: int, end: int, wanted: int) -> Iterable[RulerTick]:
    large = next(step for step in _ONE_TWO_FIVE if step >= wanted)
    small = max(1, large // 10)
    first = max(small, (seen.start_samples - start) // large * large)
    for offset in range(first, min(end, seen.end_samples + 1) - start, small):
        is_labelled = offset % large == 0 and offset + wanted <= end - start
        yield RulerTick(start + offset, f"+{offset}" if is_labelled else "")


def _grid(seen: SampleRange, large: int, small: int) -> range:
    first = max(0, seen.start_samples // large * large)
    return range(first, max(seen.end_samples, first) + 1, small)
