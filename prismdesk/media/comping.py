"""Which take sounds where in a region, and with which fades: geometry only, no sound.

A region's comp is a list of segments. Segments that touch form a *run*; where a run meets the
lane's own sound (or nothing) it has a seam of ``Take.seam_samples`` inside the run, where two
takes meet they join with fades centred on the join::

    lane   ────────╲seam                                  seam╱────────
    run            ╱▔▔▔ take A ▔▔▔▔╲join╱▔▔▔▔ take B ▔▔▔▔▔╲
                   |<-------------- region --------------->|
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import CompSegment, Region, Take


@dataclass(frozen=True, slots=True)
class TakeLayer:
    """A stretch that sounds from one take, with equal-power fades inside it at its ends."""

    take: Take
    range: SampleRange
    fade_in_samples: int
    fade_out_samples: int

    @property
    def source_offset_samples(self) -> int:
        """What to subtract from a timeline position to get the position in the take's WAV."""
        return self.take.region.start_samples - self.take.head_samples


@dataclass(frozen=True, slots=True)
class TakeRun:
    """Touching segments: inside ``range`` the layers replace what the lanes sound.

    The lanes fade out over ``seam_in_samples`` from the start and in again over
    ``seam_out_samples`` up to the end.
    """

    range: SampleRange
    seam_in_samples: int
    seam_out_samples: int
    layers: tuple[TakeLayer, ...]


def take_extent(take: Take) -> SampleRange:
    """Return where on the timeline the take has sound, handles included."""
    return SampleRange(
        take.region.start_samples - take.head_samples, take.region.end_samples + take.tail_samples
    )


def take_runs(region: Region) -> tuple[TakeRun, ...]:
    """Return the runs of a region, in order; empty where no take is chosen.

    A segment sounds only inside the region and only where its take has sound; elsewhere the
    lane keeps its own. Neighbouring segments of one take are one.
    """
    takes = {take.id: take for take in region.takes}
    segments = _sounding(region.comp, takes, region.range)
    runs: list[list[CompSegment]] = []
    for segment in segments:
        if runs and runs[-1][-1].range.end_samples == segment.range.start_samples:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return tuple(_run(run, takes, region.comp_fade_samples) for run in runs)


def _sounding(
    comp: Iterable[CompSegment], takes: dict[TakeId, Take], bounds: SampleRange
) -> list[CompSegment]:
    segments: list[CompSegment] = []
    for segment in comp:
        heard = segment.range.intersection(bounds)
        heard = heard and heard.intersection(take_extent(takes[segment.take_id]))
        if heard is None:
            continue
        last = segments[-1] if segments else None
        if last and last.take_id == segment.take_id and _touch(last.range, heard):
            joined = SampleRange(last.range.start_samples, heard.end_samples)
            segments[-1] = replace(last, range=joined)
        else:
            segments.append(replace(segment, range=heard))
    return segments


def _touch(earlier: SampleRange, later: SampleRange) -> bool:
    return earlier.end_samples == later.start_samples


def _run(segments: list[CompSegment], takes: dict[TakeId, Take], fade_samples: int) -> TakeRun:
    bounds = SampleRange(segments[0].range.start_samples, segments[-1].range.end_samples)
    fades = [_join_fade(left, right, takes, fade_samples) for left, right in pairwise(segments)]
    first, last = takes[segments[0].take_id], takes[segments[-1].take_id]
    room_in = segments[0].range.length_samples - (fades[0] if fades else 0)
    room_out = segments[-1].range.length_samples - (fades[-1] if fades else 0)
    if not fades:
        room_in, room_out = room_in - room_in // 2, room_out // 2
    seam_in = min(first.seam_samples, room_in)
    seam_out = min(last.seam_samples, room_out)
    layers = []
    for index, segment in enumerate(segments):
        before = fades[index - 1] if index else None
        after = fades[index] if index < len(fades) else None
        start = segment.range.start_samples - (0 if before is None else before // 2)
        end = segment.range.end_samples
        end += 0 if after is None else after - after // 2
        layers.append(
            TakeLayer(
                takes[segment.take_id],
                SampleRange(start, end),
                seam_in if before is None else before,
                seam_out if after is None else after,
            )
        )
    return TakeRun(bounds, seam_in, seam_out, tuple(layers))


def _join_fade(
    left: CompSegment, right: CompSegment, takes: dict[TakeId, Take], fade_samples: int
) -> int:
    """Return the length of the fade between two segments.

    At most half of either segment lies on each side of the join, and both takes must have sound
    over the whole of it; otherwise the fade is shortened.
    """
    join = right.range.start_samples
    half = min(
        fade_samples - fade_samples // 2,
        left.range.length_samples // 2,
        right.range.length_samples // 2,
        join - take_extent(takes[right.take_id]).start_samples,
        take_extent(takes[left.take_id]).end_samples - join,
    )
    return min(fade_samples, 2 * half)
