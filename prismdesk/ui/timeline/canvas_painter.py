"""Puts the timeline's picture together: what stays still, and what moves over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QColor, QPainter

from prismdesk.project.lookup import picture_of
from prismdesk.ui.picture.strip import draw_picture_strip
from prismdesk.ui.timeline.overlays import (
    GestureMarks,
    draw_gesture,
    draw_marked_time,
    draw_playhead,
)
from prismdesk.ui.timeline.rows_painter import draw_rows
from prismdesk.ui.timeline.ruler_painter import draw_ruler

if TYPE_CHECKING:
    from prismdesk.ui.timeline.overview import Overview
    from prismdesk.ui.timeline.view import TimelineView


class CanvasPainter:
    """Draws all that stands right of the headers; ``marks`` are a gesture's."""

    def __init__(self, view: TimelineView, overview: Overview) -> None:
        self.marks = GestureMarks()
        self._view = view
        self._overview = overview

    def draw_still(self, painter: QPainter, dirty: QRect) -> None:
        """Draw a rectangle of what stays while playhead and gestures move."""
        view = self._view
        painter.fillRect(dirty, QColor(view.theme.window))
        if dirty.bottom() >= view.layout.tracks_top_px:
            draw_rows(painter, view, dirty)
            painter.setClipRect(dirty)
        picture = view.layout.picture_row
        if picture is not None and view.lane_rect(picture).intersects(dirty):
            self._draw_picture(painter, view.lane_rect(picture))
        if dirty.top() < view.layout.top_px:
            draw_ruler(painter, view, view.ruler_rect)
            self._overview.draw(painter, view.overview_rect)

    def draw_moving(self, painter: QPainter, dirty: QRect, size: QSize, here: int) -> None:
        """Draw what moves.

        Args:
            painter: of the widget.
            dirty: what is painted.
            size: of the widget.
            here: the playhead's sample.
        """
        view = self._view
        if view.selection.span is not None:
            draw_marked_time(painter, view)
        draw_playhead(painter, view, here, size.height(), dirty)
        tall = view.layout.measures.overview_px
        if dirty.top() < tall:
            x = view.left_px + view.overview_x(here)
            painter.fillRect(x, 0, 1, tall, QColor(view.theme.playhead))
        if not self.marks.are_empty:
            draw_gesture(painter, view, self.marks, size.height(), size.width())

    def draw_focus(self, painter: QPainter, height_px: int) -> None:
        """Draw the ring of what has the keyboard around the lanes."""
        ring, wide = self._view.theme.focus_ring_px, self._view.scale.width_px
        colour, left = QColor(self._view.theme.accent), self._view.left_px
        painter.fillRect(left, 0, wide, ring, colour)
        painter.fillRect(left, height_px - ring, wide, ring, colour)
        painter.fillRect(left, 0, ring, height_px, colour)
        painter.fillRect(left + wide - ring, 0, ring, height_px, colour)

    def _draw_picture(self, painter: QPainter, area: QRect) -> None:
        view = self._view
        painter.fillRect(area, QColor(view.theme.lane))
        picture = picture_of(view.document.project)
        if view.thumbnails is not None and picture is not None:
            draw_picture_strip(
                painter,
                area,
                view.scale,
                view.document.times,
                view.thumbnails,
                view.cuts,
                view.theme,
                picture_end_samples=picture.duration_samples,
            )
        foot = QRect(area.left(), area.bottom(), area.width(), 1)
        painter.fillRect(foot, QColor(view.theme.line))
