"""Which parts of the timeline's picture are drawn again after an edit, a scroll or a new wave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect
from PySide6.QtGui import QRegion

from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.timeline.layout import RowKind
from prismdesk.ui.timeline.overlays import playhead_rects
from prismdesk.ui.timeline.touched_lanes import touched_lanes

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.project.changes import Changes
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project
    from prismdesk.ui.timeline.layout import TimelineLayout
    from prismdesk.ui.timeline.overview import Overview
    from prismdesk.ui.timeline.still_picture import StillPicture
    from prismdesk.ui.timeline.timescale import Timescale
    from prismdesk.ui.timeline.view import TimelineView

_EDGE_TEXT_PX = 260
_NEAR_PX = 12  # how far outlines and handles reach past what they belong to


def moves_rows(changed: Changes, *, lists_takes: bool) -> bool:
    """Tell whether rows of the timeline come, go or move with an edit.

    Args:
        changed: what the edit changed.
        lists_takes: whether the takes of a region are listed.
    """
    shown_as_rows = [changed.tracks, changed.lanes, changed.media]
    if lists_takes:
        shown_as_rows.append(changed.takes)
    return bool(changed.project_fields) or any(not things.is_empty() for things in shown_as_rows)


class Redrawing:
    """Has those parts of the still picture drawn again that look different.

    Args:
        canvas: shows the picture.
        view: what is drawn.
        still: the picture.
        overview: the film as a whole, which is computed rather than drawn.
    """

    def __init__(
        self, canvas: QWidget, view: TimelineView, still: StillPicture, overview: Overview
    ) -> None:
        self._canvas = canvas
        self._view = view
        self._still = still
        self._overview = overview
        self._drawn: Project = view.document.project
        self._overview_is_old = False

    def all(self) -> None:
        """Draw everything again."""
        self._still.forget()
        self._canvas.update()

    def ruler(self) -> None:
        """Draw the ruler again."""
        self._again(self._view.ruler_rect)

    def picture(self) -> None:
        """Draw the film's thumbnails again."""
        picture = self._view.layout.picture_row
        if picture is not None:
            self._again(self._view.lane_rect(picture))

    def region(self, region_id: RegionId) -> None:
        """Draw a region again, and nothing else."""
        stale = QRegion()
        for region in self._view.document.project.regions:
            if region.id != region_id or not self._view.is_seen(region.range):
                continue
            for row in self._view.layout.rows:
                if row.kind is RowKind.LANE and row.lane_id in region.lane_ids:
                    stale += self._view.box_of(region.range, row).adjusted(-8, -3, 8, 3)
        self._again(stale)

    def tiles(self, drawn: QRegion) -> None:
        """Show waves that were drawn meanwhile, and the overview with them."""
        self._still.forget(drawn + QRegion(self._view.overview_rect))
        self._canvas.update(drawn.boundingRect())
        self._canvas.update(self._view.overview_rect)

    def playhead(self, before_samples: int, now_samples: int) -> None:
        """Paint the strips that the playhead left and came to; the still picture stays."""
        for shown in (before_samples, now_samples):
            for rect in playhead_rects(self._view, shown, self._canvas.height()):
                self._canvas.update(rect)
        if self._view.overview_x(now_samples) != self._view.overview_x(before_samples):
            self._canvas.update(self._view.overview_rect)

    def scrolled(self, before: Timescale) -> None:
        """Move ruler and rows; the overview and texts at the edges are drawn again.

        Args:
            before: what was shown, at the zoom of now.
        """
        scale = self._view.scale
        left, wide = self._view.left_px, scale.width_px
        top = self._view.layout.measures.overview_px
        tall = max(0, self._canvas.height() - top)
        self._still.scroll(before.first_px - scale.first_px, 0, QRect(left, top, wide, tall))
        self._still.forget(self._view.overview_rect)
        # Names begin at the visible edge and figures end there, so both edges are drawn again.
        name_px = scaled_px(_EDGE_TEXT_PX)
        self._still.forget(QRect(left, top, name_px, tall))
        self._still.forget(QRect(left + wide - name_px, top, name_px, tall))

    def scrolled_rows(self, before: TimelineLayout) -> None:
        """Move the rows of the tracks.

        Args:
            before: where they lay.
        """
        layout = self._view.layout
        top = layout.tracks_top_px
        tall = max(0, self._canvas.height() - top)
        area = QRect(self._view.left_px, top, self._view.scale.width_px, tall)
        self._still.scroll(0, before.scrolled_px - layout.scrolled_px, area)

    def edited(self, changed: Changes, *, rows_moved: bool, shows_takes: bool) -> None:
        """Draw again what an edit changed.

        Args:
            changed: what the edit changed.
            rows_moved: whether rows came, went or moved with it: then that is all there is.
            shows_takes: whether the takes of a region that changed are listed.
        """
        before, self._drawn = self._drawn, self._view.document.project
        self._overview_is_old |= not changed.clips.is_empty()
        self.overview_after_gesture()
        if rows_moved:
            self.all()
            return
        if not changed.markers.is_empty():
            self._still.forget(self._view.ruler_rect)
        if not changed.regions.is_empty():
            self._still.forget(self._view.overview_rect)
        came_or_went = (
            changed.clips.added | changed.clips.removed,
            changed.regions.added | changed.regions.removed,
        )
        if shows_takes or any(came_or_went):
            # Rows of takes, and which lane is empty, may look different too.
            self._still.forget()
        self._forget_lanes(before, changed)
        self._canvas.update()

    def overview_after_gesture(self) -> None:
        """Compute the overview again, but not at each step of a gesture."""
        if self._overview_is_old and not self._view.document.in_gesture:
            self._overview_is_old = False
            self._overview.forget()
            self._again(self._view.overview_rect)

    def _forget_lanes(self, before: Project, changed: Changes) -> None:
        for lane_id, span in touched_lanes(before, self._drawn, changed).items():
            row = self._view.layout.row_of_lane(lane_id)
            if row is not None:
                near = self._view.box_of(span, row).adjusted(-_NEAR_PX, 0, _NEAR_PX, 0)
                lane = self._view.lane_rect(row)
                near.setTop(lane.top())
                near.setBottom(lane.bottom())
                self._still.forget(near & lane)

    def _again(self, area: QRect | QRegion) -> None:
        self._still.forget(area)
        self._canvas.update(area)
