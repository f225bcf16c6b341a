"""What lies under the pointer on the timeline, and which part of it. No widget is asked.

On a lane, regions lie over clips. A clip is taken by its header, its edges, its fade handles and,
once it is selected, its gain line; a region by its header and its edges. What is left of both is
the lane itself, where a drag marks time.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.project.lookup import lane_of
from prismdesk.ui.timeline.layout import RowKind
from prismdesk.ui.timeline.measures import FADE_HANDLE_PX, INSET_PX, gain_line_y

if TYPE_CHECKING:
    from collections.abc import Collection

    from prismdesk.project.ids import ClipId, LaneId, MarkerId, RegionId, TakeId
    from prismdesk.project.model import Clip, Project, Region
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.timeline.layout import Row, TimelineLayout
    from prismdesk.ui.timeline.pointer import Pointer
    from prismdesk.ui.timeline.timescale import Timescale

EDGE_PX = 6
"""How near the pointer must be to an edge to take it."""
NEAR_PX = 3
"""How far beside a thing its edges can still be taken, where nothing else lies."""
GAIN_LINE_PX = 4
MARKER_PX = 10


class HitKind(StrEnum):
    """The parts that can be taken."""

    NOTHING = "nothing"
    RULER = "ruler"
    MARKER = "marker"
    PICTURE = "picture"
    LANE = "lane"
    CLIP_HEADER = "clip header"
    CLIP_START = "clip start"
    CLIP_END = "clip end"
    FADE_IN = "fade in"
    FADE_OUT = "fade out"
    CLIP_GAIN = "clip gain"
    REGION_HEADER = "region header"
    REGION_START = "region start"
    REGION_END = "region end"
    TAKE = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """What was found; ids name whatever lies there, the part of a thing or the lane under it."""

    kind: HitKind
    row: Row | None = None
    lane_id: LaneId | None = None
    clip_id: ClipId | None = None
    region_id: RegionId | None = None
    take_id: TakeId | None = None
    marker_id: MarkerId | None = None


def hit_at(
    project: Project,
    layout: TimelineLayout,
    scale: Timescale,
    pointer: Pointer,
    *,
    selected: Collection[str] = (),
) -> Hit:
    """Return what lies under a pointer.

    Args:
        project: what is shown.
        layout: where its rows lie.
        scale: where its samples lie.
        pointer: in pixels of the canvas.
        selected: ids of what is selected; a selected clip's gain line can be taken.
    """
    finder = _Finder(project, layout, scale, pointer, selected)
    row = pointer.row
    if pointer.y_px < layout.top_px:
        return finder.in_ruler()
    if row is None:
        return Hit(kind=HitKind.NOTHING)
    if row.kind is RowKind.PICTURE:
        return Hit(kind=HitKind.PICTURE, row=row)
    if row.kind is RowKind.LANE and row.lane_id is not None:
        return finder.on_lane(row, row.lane_id)
    if row.kind is RowKind.TAKE:
        return Hit(kind=HitKind.TAKE, row=row, region_id=row.region_id, take_id=row.take_id)
    return Hit(kind=HitKind.NOTHING, row=row)


@dataclass(frozen=True, slots=True)
class _Finder:
    project: Project
    layout: TimelineLayout
    scale: Timescale
    pointer: Pointer
    selected: Collection[str]

    def in_ruler(self) -> Hit:
        for marker in reversed(self.project.markers):
            flag_px = self._x(marker.position_samples)
            if -2 <= self.pointer.x_px - flag_px <= MARKER_PX:
                return Hit(kind=HitKind.MARKER, marker_id=marker.id)
        return Hit(kind=HitKind.RULER)

    def on_lane(self, row: Row, lane_id: LaneId) -> Hit:
        clip = self._clip_under(lane_id)
        region = self._region_under(lane_id)
        under = Hit(
            kind=HitKind.LANE,
            row=row,
            lane_id=lane_id,
            clip_id=clip.id if clip else None,
            region_id=region.id if region else None,
        )
        if region is not None:
            return _with_kind(under, self._part_of_region(region, row))
        if clip is not None:
            return _with_kind(under, self._part_of_clip(clip, row))
        return under

    def _part_of_region(self, region: Region, row: Row) -> HitKind:
        is_in_header = self._y_in(row) < self.layout.measures.region_header_px
        edge = self._edge(region.range)
        if edge is not None and (is_in_header or region.id in self.selected):
            return HitKind.REGION_START if edge == 0 else HitKind.REGION_END
        return HitKind.REGION_HEADER if is_in_header else HitKind.LANE

    def _part_of_clip(self, clip: Clip, row: Row) -> HitKind:
        header_px = self.layout.measures.clip_header_px
        y_px = self._y_in(row)
        wave_px = row.height_px - 2 * INSET_PX - header_px - 1
        if y_px >= header_px and wave_px > 3 * FADE_HANDLE_PX:
            fade = self._fade_handle(clip, y_px - header_px)
            if fade is not None:
                return fade
        edge = self._edge(clip.range)
        if edge is not None:
            return HitKind.CLIP_START if edge == 0 else HitKind.CLIP_END
        if y_px < header_px:
            return HitKind.CLIP_HEADER
        line_px = gain_line_y(clip.gain_db, wave_px)
        if clip.id in self.selected and abs(y_px - header_px - line_px) <= GAIN_LINE_PX:
            return HitKind.CLIP_GAIN
        return HitKind.LANE

    def _fade_handle(self, clip: Clip, wave_y_px: int) -> HitKind | None:
        if wave_y_px > 2 * FADE_HANDLE_PX:
            return None
        fade_in = self._x(clip.start_samples + clip.fade_in.length_samples)
        fade_out = self._x(clip.end_samples - clip.fade_out.length_samples)
        near = FADE_HANDLE_PX
        has_in = clip.fade_in.length_samples > 0 or clip.id in self.selected
        has_out = clip.fade_out.length_samples > 0 or clip.id in self.selected
        if has_in and abs(self.pointer.x_px - fade_in) <= near:
            return HitKind.FADE_IN
        if has_out and abs(self.pointer.x_px - fade_out) <= near:
            return HitKind.FADE_OUT
        return None

    def _edge(self, span: SampleRange) -> int | None:
        """Return 0 near the start, 1 near the end; a short thing keeps its middle to itself."""
        start, end = self._x(span.start_samples), self._x(span.end_samples)
        near = max(1, min(EDGE_PX, (end - start) // 3))
        if abs(self.pointer.x_px - start) <= near:
            return 0
        if abs(self.pointer.x_px - (end - 1)) <= near:
            return 1
        return None

    def _clip_under(self, lane_id: LaneId) -> Clip | None:
        clips = lane_of(self.project, lane_id).clips
        for reach_px in (0, NEAR_PX):
            found = [clip for clip in clips if self._is_under(clip.range, reach_px)]
            if found:
                # In a crossfade the later clip lies on top.
                return found[-1]
        return None

    def _region_under(self, lane_id: LaneId) -> Region | None:
        regions = [region for region in self.project.regions if lane_id in region.lane_ids]
        for reach_px in (0, NEAR_PX):
            found = [region for region in regions if self._is_under(region.range, reach_px)]
            chosen = [region for region in found if region.id in self.selected] or found
            if chosen:
                return chosen[-1]
        return None

    def _is_under(self, span: SampleRange, reach_px: int) -> bool:
        left, right = self._x(span.start_samples), self._x(span.end_samples)
        return left - reach_px <= self.pointer.x_px < max(right, left + 3) + reach_px

    def _x(self, samples: int) -> int:
        return self.layout.header_px + self.scale.x_of(samples)

    def _y_in(self, row: Row) -> int:
        return self.pointer.y_px - row.top_px - INSET_PX


def _with_kind(hit: Hit, kind: HitKind) -> Hit:
    return Hit(
        kind=kind,
        row=hit.row,
        lane_id=hit.lane_id,
        clip_id=hit.clip_id,
        region_id=hit.region_id,
    )
