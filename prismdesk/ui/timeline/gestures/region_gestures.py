"""Regions and markers by hand: moved, made longer or shorter; takes put together by swiping."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from prismdesk.project.edits import comp_takes, move_marker, move_region, resize_region
from prismdesk.project.lookup import marker_of, region_of, take_of, track_of_lane
from prismdesk.project.model import CompSegment
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.timeline.gestures.edit_gesture import EditGesture

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.ids import LaneId, MarkerId, RegionId, TakeId
    from prismdesk.project.model import Project, Region
    from prismdesk.ui.timeline.gestures.hands import Hands
    from prismdesk.ui.timeline.pointer import Pointer

    Edit = Callable[[Project], Project]


class MoveRegion(EditGesture):
    """Moves a region in time, and onto the lane under the pointer; its takes move along."""

    def __init__(self, hands: Hands, region_id: RegionId, pointer: Pointer) -> None:
        super().__init__(hands)
        self._region = region_of(hands.project, region_id)
        self._grabbed_at = pointer.samples
        self._first_lane = pointer.row.lane_id if pointer.row else None
        self.label = f"Move {self._region.name or 'region'}"

    def edit_at(self, pointer: Pointer) -> tuple[Edit, str]:
        """Move so that what was taken hold of stays under the pointer."""
        span = self._region.range
        wanted = max(0, span.start_samples + pointer.samples - self._grabbed_at)
        start = self.hands.snapped_span(
            pointer, wanted, span.length_samples, without={self._region.id}
        ).samples
        figure = self.hands.moved_words(span.start_samples, start)
        lane_id = pointer.row.lane_id if pointer.row else None
        is_elsewhere = lane_id is not None and lane_id not in self._region.lane_ids
        if is_elsewhere and len(self._region.lane_ids) == 1 and lane_id is not None:
            return partial(self._moved_to, start_samples=start, lane_id=lane_id), figure
        return partial(move_region, region_id=self._region.id, start_samples=start), figure

    def _moved_to(self, project: Project, *, start_samples: int, lane_id: LaneId) -> Project:
        track = track_of_lane(project, lane_id)
        return move_region(
            project, self._region.id, start_samples, track_id=track.id, lane_ids=(lane_id,)
        )


class ResizeRegion(EditGesture):
    """Drags one end of a region; at least one sample is left."""

    def __init__(self, hands: Hands, region_id: RegionId, *, is_start: bool) -> None:
        super().__init__(hands)
        self._region = region_of(hands.project, region_id)
        self._is_start = is_start
        self.label = f"Resize {self._region.name or 'region'}"

    def edit_at(self, pointer: Pointer) -> tuple[Edit, str]:
        """Put the end under the pointer."""
        span = self._region.range
        to = self.hands.snapped(pointer, pointer.samples, without={self._region.id}).samples
        if self._is_start:
            new = SampleRange(min(to, span.end_samples - 1), span.end_samples)
        else:
            new = SampleRange(span.start_samples, max(to, span.start_samples + 1))
        times = self.hands.document.times
        edge = new.start_samples if self._is_start else new.end_samples
        figure = f"{times.timecode(edge)}   {times.length_words(new.length_samples)} long"
        return partial(resize_region, region_id=self._region.id, span=new), figure


class MoveMarker(EditGesture):
    """Moves a marker along the ruler."""

    def __init__(self, hands: Hands, marker_id: MarkerId) -> None:
        super().__init__(hands)
        self._marker = marker_of(hands.project, marker_id)
        self.label = f"Move marker {self._marker.name}".rstrip()

    def edit_at(self, pointer: Pointer) -> tuple[Edit, str]:
        """Put the marker under the pointer."""
        to = self.hands.snapped(pointer, pointer.samples, without={self._marker.id}).samples
        edit = partial(move_marker, marker_id=self._marker.id, position_samples=to)
        return edit, self.hands.moved_words(self._marker.position_samples, to)


class SwipeComp(EditGesture):
    """Swipes over a take's row: that take is heard over the swiped stretch."""

    def __init__(
        self, hands: Hands, region_id: RegionId, take_id: TakeId, pointer: Pointer
    ) -> None:
        super().__init__(hands)
        self._region = region_of(hands.project, region_id)
        self._take_id = take_id
        self._anchor = hands.snapped(pointer, pointer.samples).samples
        self.label = f"Comp {self._region.name or 'region'}"

    def edit_at(self, pointer: Pointer) -> tuple[Edit, str]:
        """Swipe from where the button went down to the pointer."""
        there = self.hands.snapped(pointer, pointer.samples).samples
        first, last = sorted((self._anchor, there))
        take = take_of(self.hands.project, self._take_id)
        heard = self._region.range.intersection(take.sound_range)
        swept = SampleRange(first, max(last, first + 1))
        wanted = swept.intersection(heard) if heard else None
        if wanted is None:
            return (lambda project: project), f"{take.name} has no sound there"
        figure = self.hands.document.times.length_words(wanted.length_samples)
        return partial(self._comped, span=wanted), f"{take.name}   {figure}"

    def _comped(self, project: Project, *, span: SampleRange) -> Project:
        segments = swiped(self._region, self._take_id, span)
        return comp_takes(project, self._region.id, segments)


def swiped(region: Region, take_id: TakeId, span: SampleRange) -> tuple[CompSegment, ...]:
    """Return a region's comp with a take laid over a stretch of it, in no order.

    ::

        before  111111111      swipe 2 over |..|      after  1112 2111
    """
    kept: list[CompSegment] = []
    for segment in region.comp:
        for start, end in (
            (segment.range.start_samples, min(segment.range.end_samples, span.start_samples)),
            (max(segment.range.start_samples, span.end_samples), segment.range.end_samples),
        ):
            if end > start:
                kept.append(replace(segment, range=SampleRange(start, end)))
    kept.append(CompSegment(take_id=take_id, range=span))
    return tuple(kept)
