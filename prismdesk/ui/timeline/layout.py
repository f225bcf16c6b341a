"""Which rows the timeline has and where they lie. Pure values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.project.lookup import picture_of
from prismdesk.ui.timeline.measures import (
    HIGHEST_LANE_PX,
    LOWEST_LANE_PX,
    USUAL_MEASURES,
    LaneHeight,
    Measures,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.project.ids import LaneId, RegionId, TakeId, TrackId
    from prismdesk.project.model import Project, Region


class RowKind(StrEnum):
    """What a row holds."""

    PICTURE = "picture"
    LANE = "lane"
    TAKE = "take"
    TAKE_TOOLS = "take tools"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row over the whole width; ``number`` counts tracks (or takes) from 1, 0 for neither.

    ``top_px`` is a pixel of the widget as it is scrolled now; it may lie outside what is seen.
    """

    kind: RowKind
    top_px: int
    height_px: int
    number: int = 0
    track_id: TrackId | None = None
    lane_id: LaneId | None = None
    region_id: RegionId | None = None
    take_id: TakeId | None = None

    @property
    def bottom_px(self) -> int:
        """First pixel below it."""
        return self.top_px + self.height_px


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineLayout:
    """The rows from the top, the picture's first if there is one.

    The picture's row stays under the ruler; the others scroll beneath it.

    Attributes:
        rows: all of them, seen or not.
        measures: lengths at the present text scale.
        scrolled_px: how far the rows of the tracks are scrolled up.
    """

    rows: tuple[Row, ...]
    measures: Measures = USUAL_MEASURES
    scrolled_px: int = 0

    @property
    def header_px(self) -> int:
        """Width of the header column; lanes begin right of it."""
        return self.measures.header_px

    @property
    def top_px(self) -> int:
        """First pixel below the ruler."""
        return self.measures.rows_top_px

    @property
    def tracks_top_px(self) -> int:
        """First pixel below the picture's row: what scrolls is seen from here on."""
        picture = self.picture_row
        return self.top_px if picture is None else picture.bottom_px

    @property
    def picture_row(self) -> Row | None:
        """The picture's row, or None if there is no picture."""
        return self.rows[0] if self.rows and self.rows[0].kind is RowKind.PICTURE else None

    @property
    def content_px(self) -> int:
        """Height of all rows that scroll."""
        last = self.rows[-1].bottom_px if self.rows else self.tracks_top_px
        return max(0, last + self.scrolled_px - self.tracks_top_px) if self.rows else 0

    def row_at(self, y_px: int) -> Row | None:
        """Return the row under a pixel of the widget; None over the ruler or under the last."""
        picture = self.picture_row
        if picture is not None and picture.top_px <= y_px < picture.bottom_px:
            return picture
        if y_px < self.tracks_top_px:
            return None
        for row in self.rows:
            if row.kind is not RowKind.PICTURE and row.top_px <= y_px < row.bottom_px:
                return row
        return None

    def row_of_lane(self, lane_id: LaneId) -> Row | None:
        """Return the row of a lane, or None if it is in no track."""
        for row in self.rows:
            if row.kind is RowKind.LANE and row.lane_id == lane_id:
                return row
        return None

    def lane_rows_between(self, first_y_px: int, last_y_px: int) -> tuple[Row, ...]:
        """Return the rows of lanes that a stretch of pixels touches, whichever end comes first."""
        top, bottom = sorted((first_y_px, last_y_px))
        return tuple(
            row
            for row in self.rows
            if row.kind is RowKind.LANE and row.top_px <= bottom and row.bottom_px > top
        )

    def scrolled_to(self, scrolled_px: int, view_height_px: int) -> TimelineLayout:
        """Return the layout scrolled, as far as there are rows.

        Args:
            scrolled_px: how far up.
            view_height_px: height of the whole widget.
        """
        furthest = max(0, self.content_px - max(0, view_height_px - self.tracks_top_px))
        wanted = max(0, min(scrolled_px, furthest))
        by = self.scrolled_px - wanted
        if by == 0:
            return self
        rows = tuple(
            row if row.kind is RowKind.PICTURE else replace(row, top_px=row.top_px + by)
            for row in self.rows
        )
        return replace(self, rows=rows, scrolled_px=wanted)


def lay_out(
    project: Project,
    *,
    measures: Measures,
    lane_heights_px: Mapping[TrackId, int],
    open_region_id: RegionId | None = None,
) -> TimelineLayout:
    """Return the rows of a project, not scrolled.

    Args:
        project: what to show.
        measures: lengths at the present text scale.
        lane_heights_px: height of each lane of a track, at 100 % text scale; ``NORMAL`` for
            tracks it doesn't name. Lanes grow with the text.
        open_region_id: the region whose takes are listed below its last lane.
    """
    rows: list[Row] = []
    top = measures.rows_top_px
    if picture_of(project) is not None:
        rows.append(Row(kind=RowKind.PICTURE, top_px=top, height_px=measures.picture_px))
        top += measures.picture_px
    opened = next((region for region in project.regions if region.id == open_region_id), None)
    for number, track in enumerate(project.tracks, start=1):
        height = lane_height_px(lane_heights_px.get(track.id, LaneHeight.NORMAL), measures)
        last_of_opened = _last_lane(opened, tuple(lane.id for lane in track.lanes))
        for lane in track.lanes:
            rows.append(
                Row(
                    kind=RowKind.LANE,
                    top_px=top,
                    height_px=height,
                    number=number,
                    track_id=track.id,
                    lane_id=lane.id,
                )
            )
            top += height
            if opened is not None and lane.id == last_of_opened:
                rows.extend(_take_rows(opened, lane.id, top, measures))
                top = rows[-1].bottom_px
    return TimelineLayout(rows=tuple(rows), measures=measures)


def lane_height_px(wanted_px: int, measures: Measures) -> int:
    """Return a lane's height on the screen; 24 to 400 are possible at 100 %."""
    growth = measures.clip_header_px / USUAL_MEASURES.clip_header_px
    return round(max(LOWEST_LANE_PX, min(wanted_px, HIGHEST_LANE_PX)) * growth)


def _last_lane(region: Region | None, lane_ids: tuple[LaneId, ...]) -> LaneId | None:
    if region is None:
        return None
    covered = [lane_id for lane_id in lane_ids if lane_id in region.lane_ids]
    return covered[-1] if covered else None


def _take_rows(region: Region, lane_id: LaneId, top_px: int, measures: Measures) -> list[Row]:
    rows = []
    for number, take in enumerate(region.takes, start=1):
        rows.append(
            Row(
                kind=RowKind.TAKE,
                top_px=top_px,
                height_px=measures.take_px,
                number=number,
                track_id=region.track_id,
                lane_id=lane_id,
                region_id=region.id,
                take_id=take.id,
            )
        )
        top_px += measures.take_px
    rows.append(
        Row(
            kind=RowKind.TAKE_TOOLS,
            top_px=top_px,
            height_px=measures.take_tools_px,
            track_id=region.track_id,
            lane_id=lane_id,
            region_id=region.id,
        )
    )
    return rows
