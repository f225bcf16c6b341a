"""Which take sounds where in a region, and with which fades: geometry only, no sound.

A region's comp is a list of segments. Segments that touch form a *run*; where a run meets the
lane's own sound (or nothing) it has a seam inside the run, where two takes meet they join with
fades centred on the join::

    lane   ────────╲seam                                  seam╱────────
    run            ╱▔▔▔ take A ▔▔▔▔╲join╱▔▔▔▔ take B ▔▔▔▔▔╲
                   |<-------------- region --------------->|

The seam is ``Take.seam_samples`` long at the ends that the take was made for, ``comp_fade_samples``
at an end that was moved since, and nothing where the other part of a split region goes on with
the same sound. It fades by equal power; but where the take is a mended one and the end lies on its
handle, take and lane are the same sound, which linear fades keep as it is.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from prismdesk.project.model import FadeShape
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import CompSegment, Region, Take


@dataclass(frozen=True, slots=True)
class TakeLayer:
    """A stretch that sounds from one take, with fades inside it at its ends."""

    take: Take
    range: SampleRange
    fade_in_samples: int
    fade_out_samples: int
    fade_in_shape: FadeShape = FadeShape.EQUAL_POWER
    fade_out_shape: FadeShape = FadeShape.EQUAL_POWER

    @property
    def source_offset_samples(self) -> int:
        """What to subtract from a timeline position to get the position in the take's WAV."""
        return self.take.region.start_samples - self.take.head_samples


@dataclass(frozen=True, slots=True)
class TakeRun:
    """Touching segments: inside ``range`` the layers replace what the lanes sound.

    The lanes fade out over ``seam_in_samples`` from the start and in again over
    ``seam_out_samples`` up to the end, in the shapes of the first and last layer's own fades.
    """

    range: SampleRange
    seam_in_samples: int
    seam_out_samples: int
    layers: tuple[TakeLayer, ...]

    @property
    def silences(self) -> SampleRange:
        """Where nothing is heard of what lies under it: all of it but its seams."""
        start = self.range.start_samples + self.seam_in_samples
        return SampleRange(start, max(start, self.range.end_samples - self.seam_out_samples))


@dataclass(frozen=True, slots=True)
class _Edge:
    """A place on the timeline and the sound that has its edge there."""

    at_samples: int
    path: str
    sound_start_samples: int


def lane_runs(regions: Sequence[Region]) -> list[tuple[Region, TakeRun]]:
    """Return the runs of all regions of one lane, each with its region, in the regions' order."""
    touching: dict[int, list[Region]] = defaultdict(list)
    for region in regions:
        touching[region.range.start_samples].append(region)
        touching[region.range.end_samples].append(region)
    runs: list[tuple[Region, TakeRun]] = []
    for region in regions:
        start, end = region.range.start_samples, region.range.end_samples
        others = [other for other in touching[start] + touching[end] if other is not region]
        runs += [(region, run) for run in take_runs(region, others)]
    return runs


def take_runs(region: Region, others: Iterable[Region] = ()) -> tuple[TakeRun, ...]:
    """Return the runs of a region, in order; empty where no take is chosen.

    A segment sounds only inside the region and only where its take has sound; elsewhere the
    lane keeps its own. Neighbouring segments of one take are one.

    Args:
        region: whose comp it is.
        others: regions of the same lane that touch it; where one is the other part of a split
            region, the sound goes on without a seam.
    """
    takes = {take.id: take for take in region.takes}
    segments = _sounding(region.comp, takes, region.range)
    going_on = {edge for other in others for edge in _edges(other)}
    runs: list[list[CompSegment]] = []
    for segment in segments:
        if runs and runs[-1][-1].range.end_samples == segment.range.start_samples:
            runs[-1].append(segment)
        else:
            runs.append([segment])
    return tuple(_run(run, takes, region.comp_fade_samples, going_on) for run in runs)


def _edges(region: Region) -> list[_Edge]:
    takes = {take.id: take for take in region.takes}
    segments = _sounding(region.comp, takes, region.range)
    return [
        _edge(takes[segment.take_id], at_samples)
        for segment in segments
        for at_samples in (segment.range.start_samples, segment.range.end_samples)
    ]


def _edge(take: Take, at_samples: int) -> _Edge:
    return _Edge(at_samples, take.path, take.sound_range.start_samples)


def _sounding(
    comp: Iterable[CompSegment], takes: dict[TakeId, Take], bounds: SampleRange
) -> list[CompSegment]:
    segments: list[CompSegment] = []
    for segment in comp:
        heard = segment.range.intersection(bounds)
        heard = heard and heard.intersection(takes[segment.take_id].sound_range)
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


def _run(
    segments: list[CompSegment],
    takes: dict[TakeId, Take],
    fade_samples: int,
    going_on: set[_Edge],
) -> TakeRun:
    bounds = SampleRange(segments[0].range.start_samples, segments[-1].range.end_samples)
    fades = [_join_fade(left, right, takes, fade_samples) for left, right in pairwise(segments)]
    first, last = takes[segments[0].take_id], takes[segments[-1].take_id]
    room_in = segments[0].range.length_samples - (fades[0] if fades else 0)
    room_out = segments[-1].range.length_samples - (fades[-1] if fades else 0)
    if not fades:
        room_in, room_out = room_in - room_in // 2, room_out // 2
    start_samples, end_samples = bounds.start_samples, bounds.end_samples
    seam_in = min(_seam_samples(first, start_samples, fade_samples), room_in)
    seam_out = min(_seam_samples(last, end_samples, fade_samples), room_out)
    if _edge(first, start_samples) in going_on:
        seam_in = 0
    if _edge(last, end_samples) in going_on:
        seam_out = 0
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
                _seam_shape(first, start_samples) if before is None else FadeShape.EQUAL_POWER,
                _seam_shape(last, end_samples) if after is None else FadeShape.EQUAL_POWER,
            )
        )
    return TakeRun(bounds, seam_in, seam_out, tuple(layers))


def _seam_samples(take: Take, at_samples: int, fade_samples: int) -> int:
    """Return the length of a seam before it is made to fit its segment."""
    start, end = take.region.start_samples, take.region.end_samples
    if at_samples in (start, end):
        return take.seam_samples
    if _lies_on_lanes_sound(take, at_samples):
        # The fade ends where the take's own sound begins.
        return min(fade_samples, max(start - at_samples, at_samples - end))
    return fade_samples


def _seam_shape(take: Take, at_samples: int) -> FadeShape:
    is_same = _lies_on_lanes_sound(take, at_samples)
    return FadeShape.LINEAR if is_same else FadeShape.EQUAL_POWER


def _lies_on_lanes_sound(take: Take, at_samples: int) -> bool:
    """Whether a place is on a handle that holds what the lane sounds there: a mended take's."""
    is_mended = take.seam_samples == 0 and take.region == take.provenance.made_for
    return is_mended and not take.region.start_samples <= at_samples <= take.region.end_samples


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
        join - takes[right.take_id].sound_range.start_samples,
        takes[left.take_id].sound_range.end_samples - join,
    )
    return min(fade_samples, 2 * half)
