"""Draws the ruler: ticks, labels, the marked time and the markers' flags."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.timeline.ruler_ticks import LABEL_PX, ticks_of

if TYPE_CHECKING:
    from prismdesk.ui.timeline.view import TimelineView

_LABELLED_TICK_PX, _TICK_PX = 11, 5
FLAG_WIDTH_PX, FLAG_HEIGHT_PX = 9, 11
_LAST_NAME_PX = 400


def draw_ruler(painter: QPainter, view: TimelineView, area: QRect) -> None:
    """Draw the ruler over the lanes; labels stand right of their ticks."""
    theme = view.theme
    painter.save()
    painter.fillRect(area, QColor(theme.panel))
    painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
    _draw_marked_time(painter, view, area)
    painter.setFont(view.fixed)
    baseline = area.top() + painter.fontMetrics().ascent() + 1
    dirty = painter.clipBoundingRect().toAlignedRect()
    label_px = scaled_px(LABEL_PX)
    ticks = ticks_of(
        view.scale,
        view.document.times,
        view.ruler_unit,
        label_px=label_px,
        seen=view.samples_between(dirty.left() - 2 * label_px, dirty.right() + 1),
    )
    for tick in ticks:
        x = view.left_px + view.scale.x_of(tick.position_samples)
        length = _LABELLED_TICK_PX if tick.label else _TICK_PX
        colour = theme.line_strong if tick.label else theme.line
        painter.fillRect(QRect(x, area.bottom() - length, 1, length), QColor(colour))
        if tick.label:
            painter.setPen(QColor(theme.dim))
            painter.drawText(x + 4, baseline, tick.label)
    if view.scale.px_of_length(2 * view.document.times.frame_start(1)) > view.scale.width_px:
        _draw_frame_at_edge(painter, view, area, baseline)
    _draw_markers(painter, view, area)
    painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(theme.line))
    painter.restore()


def _draw_frame_at_edge(painter: QPainter, view: TimelineView, area: QRect, baseline: int) -> None:
    """Say at the left edge which frame is seen, where one may be wider than the view."""
    words = view.document.times.format(max(0, view.scale.seen.start_samples), view.ruler_unit)
    width = painter.fontMetrics().horizontalAdvance(words) + 10
    height = painter.fontMetrics().height()
    painter.fillRect(QRect(area.left(), area.top(), width, height), QColor(view.theme.panel))
    painter.setPen(QColor(view.theme.text))
    painter.drawText(area.left() + 4, baseline, words)


def _draw_marked_time(painter: QPainter, view: TimelineView, area: QRect) -> None:
    span = view.selection.span
    if span is None:
        return
    left, right = view.x_of(span.start_samples), view.x_of(span.end_samples)
    marked = QRect(left, area.top(), max(1, right - left), area.height())
    painter.fillRect(marked, QColor(view.theme.selection))
    for x in (left, right - 1):
        painter.fillRect(QRect(x, area.top(), 1, area.height()), QColor(view.theme.accent))


def _draw_markers(painter: QPainter, view: TimelineView, area: QRect) -> None:
    """Draw flags with names; a name ends where the next flag begins."""
    theme = view.theme
    painter.setFont(view.caption)
    metrics = painter.fontMetrics()
    top = area.bottom() - scaled_px(FLAG_HEIGHT_PX) - 1
    markers = sorted(view.document.project.markers, key=lambda marker: marker.position_samples)
    places = [view.left_px + view.scale.x_of(marker.position_samples) for marker in markers]
    for index, (marker, x) in enumerate(zip(markers, places, strict=True)):
        if x > area.right() or x < area.left() - 400:
            continue
        colour = (
            QColor(marker.colour)
            if QColor.isValidColorName(marker.colour)
            else QColor(theme.accent)
        )
        is_selected = marker.id == view.selection.marker_id
        following = places[index + 1] if index + 1 < len(places) else x + _LAST_NAME_PX
        flag_px = scaled_px(FLAG_WIDTH_PX)
        room = max(0, following - x - flag_px - 6)
        name = metrics.elidedText(marker.name, Qt.TextElideMode.ElideRight, room)
        width = metrics.horizontalAdvance(name) + flag_px + 5 if name else flag_px
        ground = theme.selection if is_selected else theme.panel
        painter.fillRect(
            QRect(x, area.bottom() - metrics.height(), width, metrics.height()), QColor(ground)
        )
        _draw_flag(painter, x, top, colour, outline=theme.text if is_selected else None)
        painter.setPen(QColor(theme.text))
        painter.drawText(x + flag_px + 3, area.bottom() - metrics.descent(), name)


def _draw_flag(painter: QPainter, x: int, top: int, colour: QColor, outline: str | None) -> None:
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QColor(outline) if outline else Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    half = scaled_px(4)
    tip = QPointF(x + scaled_px(FLAG_WIDTH_PX), top + half)
    painter.drawPolygon(QPolygonF([QPointF(x, top), tip, QPointF(x, top + 2 * half)]))
    painter.fillRect(QRect(x, top, 1, scaled_px(FLAG_HEIGHT_PX) + 1), colour)
    painter.restore()
