"""Edits of time itself: take time out, put time in, and the ripple that other edits cause.

In the drawings a letter is a clip, ``.`` is nothing, ``|`` marks the span or point.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.project.consistency import LATEST_SAMPLES
from prismdesk.project.edits.lane_layout import arrange, clips_after, clips_before, shift_clip
from prismdesk.project.edits.region_time import part_of_region, shift_region, with_new_ids
from prismdesk.project.errors import EditError
from prismdesk.project.ids import ClipId, RegionId, TrackId, new_id
from prismdesk.project.lookup import track_of
from prismdesk.project.mask_time import with_time, without_time
from prismdesk.project.picture_mask import shifted
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Collection

    from prismdesk.project.ids import LaneId
    from prismdesk.project.model import Clip, Lane, Marker, Project, Region
    from prismdesk.project.picture_mask import DrawnMask

MakeId = Callable[[str], str]
"""Makes an id from a prefix: ``new_id``, or a counter in tests."""


class RippleMode(StrEnum):
    """What follows when time is taken out or put in.

    Off by default in sound work, since the picture never ripples and sync would be lost.
    """

    OFF = "off"  # nothing else moves
    TRACK = "track"  # clips of all lanes of the track, and its regions
    ALL = "all"  # clips and regions of all tracks, and markers


@dataclass(frozen=True, slots=True)
class RippleScope:
    """What ripples: the clips and regions of some tracks, markers with it or not."""

    track_ids: frozenset[TrackId]
    has_markers: bool


def ripple_scope(project: Project, mode: RippleMode, track_id: TrackId | None) -> RippleScope:
    """Return what a mode reaches, seen from a track.

    Raises:
        EditError: the mode is ``TRACK`` and there is no such track.
    """
    if mode is RippleMode.OFF:
        return RippleScope(frozenset(), has_markers=False)
    if mode is RippleMode.ALL:
        return RippleScope(frozenset(track.id for track in project.tracks), has_markers=True)
    if track_id is None:
        raise EditError("Rippling one track needs to know which track.")
    return RippleScope(frozenset({track_of(project, track_id).id}), has_markers=False)


def ripple_delete(
    project: Project,
    span: SampleRange,
    *,
    mode: RippleMode = RippleMode.ALL,
    track_id: TrackId | None = None,
    make_id: MakeId = new_id,
) -> Project:
    """Take a stretch of time out; what follows moves up.

    ::

        before  AAAA|AABB|BBCC..      after  AAAABBCC..
                    |span|

    Clips, regions and markers inside vanish; a clip or a region with takes that reaches across
    is cut, its later part under a new id. An open region just gets shorter. A crossfade that the
    span cuts into becomes a plain cut. ``OFF`` is ``lift``: nothing moves.

    Args:
        project: the project.
        span: what to take out, at least one sample.
        mode: what moves up.
        track_id: the track that ``TRACK`` means.
        make_id: for the later parts of what is cut.

    Raises:
        EditError: the span is empty or starts before 0, or there is no such track.
    """
    if mode is RippleMode.OFF:
        return lift(project, span, track_id=track_id, make_id=make_id)
    _check_span(span)
    scope = ripple_scope(project, mode, track_id)
    return remove_time(project, span, scope, make_id=make_id)


def lift(
    project: Project,
    span: SampleRange,
    *,
    track_id: TrackId | None = None,
    lane_ids: Collection[LaneId] | None = None,
    make_id: MakeId = new_id,
) -> Project:
    """Clear the clips in a stretch of time and leave the hole; regions and markers stay.

    ::

        before  AAAA|AABB|BBCC..      after  AAAA|....|BBCC..

    Args:
        project: the project.
        span: what to clear, at least one sample.
        track_id: clear only this track; all if None.
        lane_ids: clear only these lanes; all if None.
        make_id: for the later part of a clip that reaches across.

    Raises:
        EditError: the span is empty or starts before 0, or there is no such track.
    """
    _check_span(span)
    mode = RippleMode.ALL if track_id is None else RippleMode.TRACK
    scope = ripple_scope(project, mode, track_id)

    def lifted(lane: Lane) -> Lane:
        if lane_ids is not None and lane.id not in lane_ids:
            return lane
        return _rejoined(lane, span, 0, make_id)

    return _map_lanes(project, scope, lifted)


def insert_silence(
    project: Project,
    at_samples: int,
    length_samples: int,
    *,
    mode: RippleMode = RippleMode.ALL,
    track_id: TrackId | None = None,
    make_id: MakeId = new_id,
) -> Project:
    """Put time with nothing in it at a point; what lies behind the point moves back.

    ::

        before  AAAA|AABBCC      after  AAAA|....|AABBCC

    A clip or a region with takes that lies across the point is cut, its later part under a new
    id; an open region gets longer. A crossfade across the point becomes a plain cut.

    Args:
        project: the project.
        at_samples: where, 0 or more.
        length_samples: how much, positive.
        mode: what moves back; ``OFF`` is refused, since nothing could.
        track_id: the track that ``TRACK`` means.
        make_id: for the later parts of what is cut.

    Raises:
        EditError: the point, length or mode can't be, or there is no such track.
    """
    if mode is RippleMode.OFF:
        raise EditError("Inserting silence moves what follows, so ripple can't be off for it.")
    if at_samples < 0 or length_samples <= 0 or at_samples + length_samples >= LATEST_SAMPLES:
        raise EditError(
            f"Silence of {length_samples} samples can't be inserted at {at_samples}: "
            "the point must not lie before the film and the length must be positive."
        )
    scope = ripple_scope(project, mode, track_id)
    return insert_time(project, at_samples, length_samples, scope, make_id=make_id)


def remove_time(
    project: Project,
    span: SampleRange,
    scope: RippleScope,
    *,
    make_id: MakeId = new_id,
) -> Project:
    """Take a stretch of time out of a scope; see ``ripple_delete``."""
    by_samples = -span.length_samples

    def shortened(lane: Lane) -> Lane:
        return _rejoined(lane, span, by_samples, make_id)

    def cut(region: Region) -> tuple[Region, ...]:
        return _region_without(region, span, make_id)

    def moved(marker: Marker) -> tuple[Marker, ...]:
        position = marker.position_samples
        if span.contains(position):
            return ()
        return (_shift_marker(marker, by_samples if position >= span.end_samples else 0),)

    project = _map_lanes(project, scope, shortened)
    project = _map_regions(project, scope, cut)
    return _map_markers(project, scope, moved)


def insert_time(
    project: Project,
    at_samples: int,
    length_samples: int,
    scope: RippleScope,
    *,
    make_id: MakeId = new_id,
) -> Project:
    """Put time into a scope; see ``insert_silence``."""
    point = SampleRange(at_samples, at_samples)

    def lengthened(lane: Lane) -> Lane:
        return _rejoined(lane, point, length_samples, make_id)

    def cut(region: Region) -> tuple[Region, ...]:
        return _region_with(region, at_samples, length_samples, make_id)

    def moved(marker: Marker) -> tuple[Marker, ...]:
        follows = marker.position_samples >= at_samples
        return (_shift_marker(marker, length_samples if follows else 0),)

    project = _map_lanes(project, scope, lengthened)
    project = _map_regions(project, scope, cut)
    return _map_markers(project, scope, moved)


def shift_from(project: Project, at_samples: int, by_samples: int, scope: RippleScope) -> Project:
    """Shift everything in a scope that starts at or after a point; nothing is cut.

    What lies across the point stays; clips that would then overlap are refused.
    """

    def shifted(lane: Lane) -> Lane:
        return arrange(
            lane,
            (
                shift_clip(clip, by_samples) if clip.start_samples >= at_samples else clip
                for clip in lane.clips
            ),
        )

    def moved_region(region: Region) -> tuple[Region, ...]:
        follows = region.range.start_samples >= at_samples
        return (shift_region(region, by_samples) if follows else region,)

    def moved_marker(marker: Marker) -> tuple[Marker, ...]:
        follows = marker.position_samples >= at_samples
        return (_shift_marker(marker, by_samples if follows else 0),)

    project = _map_lanes(project, scope, shifted)
    project = _map_regions(project, scope, moved_region)
    return _map_markers(project, scope, moved_marker)


def _check_span(span: SampleRange) -> None:
    if span.is_empty() or span.start_samples < 0:
        raise EditError(
            f"The stretch from {span.start_samples} to {span.end_samples} can't be deleted: "
            "it must hold at least one sample and not start before the film."
        )


def _rejoined(lane: Lane, span: SampleRange, by_samples: int, make_id: MakeId) -> Lane:
    """Return the lane without what lies in the span, what follows shifted."""
    before = clips_before(lane.clips, span.start_samples)
    after = [shift_clip(clip, by_samples) for clip in clips_after(lane.clips, span.end_samples)]
    ids = {clip.id for clip in before}

    def renamed(clip: Clip) -> Clip:
        return replace(clip, id=ClipId(make_id("clip"))) if clip.id in ids else clip

    return arrange(lane, [*before, *map(renamed, after)])


def _region_without(region: Region, span: SampleRange, make_id: MakeId) -> tuple[Region, ...]:
    by_samples = -span.length_samples
    if region.range.start_samples >= span.end_samples:
        return (shift_region(region, by_samples),)
    if not region.range.overlaps(span):
        return (region,)
    start, end = region.range.start_samples, region.range.end_samples
    if not region.takes:
        masks = _masks_without(region, span)
        start = min(start, span.start_samples)
        end = max(end + by_samples, span.start_samples)
        left = replace(
            region,
            range=SampleRange(start, end),
            drawn_masks=masks,
        )
        return (left,) if end > start else ()
    before = part_of_region(region, SampleRange(min(start, span.start_samples), span.start_samples))
    after = part_of_region(region, SampleRange(span.end_samples, max(end, span.end_samples)))
    return _two_parts(before, after, by_samples, make_id)


def _masks_without(region: Region, span: SampleRange) -> tuple[DrawnMask, ...]:
    """Return the masks of a region that loses a stretch, each at its moment of the film."""
    start, end = region.range.start_samples, region.range.end_samples
    if span.start_samples <= start:
        # Where its start is cut off, they begin as much later as it does.
        return shifted(region.drawn_masks, start - span.end_samples)
    if span.end_samples >= end:
        return region.drawn_masks
    return without_time(region.drawn_masks, span.start_samples - start, span.length_samples)


def _region_with(
    region: Region, at_samples: int, length_samples: int, make_id: MakeId
) -> tuple[Region, ...]:
    start, end = region.range.start_samples, region.range.end_samples
    if at_samples <= start:
        return (shift_region(region, length_samples),)
    if at_samples >= end:
        return (region,)
    if not region.takes:
        masks = with_time(region.drawn_masks, at_samples - start, length_samples)
        longer = SampleRange(start, end + length_samples)
        return (replace(region, range=longer, drawn_masks=masks),)
    before = part_of_region(region, SampleRange(start, at_samples))
    after = part_of_region(region, SampleRange(at_samples, end))
    return _two_parts(before, after, length_samples, make_id)


def _two_parts(
    before: Region | None, after: Region | None, by_samples: int, make_id: MakeId
) -> tuple[Region, ...]:
    """Return what a cut left of a region, the later part shifted, new ids where both remain."""
    if after is None:
        return () if before is None else (before,)
    later = shift_region(after, by_samples)
    if before is None:
        return (later,)
    return (before, with_new_ids(later, RegionId(make_id("region")), make_id))


def _shift_marker(marker: Marker, by_samples: int) -> Marker:
    return replace(marker, position_samples=marker.position_samples + by_samples)


def _map_lanes(project: Project, scope: RippleScope, change: Callable[[Lane], Lane]) -> Project:
    return replace(
        project,
        tracks=tuple(
            replace(track, lanes=tuple(map(change, track.lanes)))
            if track.id in scope.track_ids
            else track
            for track in project.tracks
        ),
    )


def _map_regions(
    project: Project, scope: RippleScope, change: Callable[[Region], tuple[Region, ...]]
) -> Project:
    kept = (
        change(region) if region.track_id in scope.track_ids else (region,)
        for region in project.regions
    )
    return replace(project, regions=tuple(region for parts in kept for region in parts))


def _map_markers(
    project: Project, scope: RippleScope, change: Callable[[Marker], tuple[Marker, ...]]
) -> Project:
    if not scope.has_markers:
        return project
    kept = map(change, project.markers)
    return replace(project, markers=tuple(marker for parts in kept for marker in parts))
