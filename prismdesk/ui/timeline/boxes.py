"""Small pieces that clips, regions and takes are drawn from: boxes, texts, handles."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from prismdesk.ui.timeline.measures import (
    CORNER_PX,
    HANDLE_HEIGHT_PX,
    HANDLE_WIDTH_PX,
    SHORTEST_NAME_PX,
)


def draw_box(
    painter: QPainter, area: QRect, body: QColor, header: str, header_px: int, lane: QRect
) -> None:
    """Fill a box with rounded corners, its top in another colour; nothing outside the lane."""
    if area.width() < 3 * CORNER_PX:
        painter.fillRect(area & lane, body)
        painter.fillRect(QRect(area.left(), area.top(), area.width(), header_px) & lane, header)
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(body)
    painter.drawRoundedRect(QRectF(area), CORNER_PX, CORNER_PX)
    top = QPainterPath()
    top.addRoundedRect(QRectF(area), CORNER_PX, CORNER_PX)
    strip = QPainterPath()
    strip.addRect(QRectF(area.left(), area.top(), area.width(), header_px))
    painter.fillPath(top & strip, QColor(header))
    painter.restore()


def draw_outline(
    painter: QPainter, area: QRect, colour: str, width_px: float = 1.0, *, is_dashed: bool = False
) -> None:
    """Draw the outline of a box inside its edge."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    pen = QPen(QColor(colour), width_px)
    if is_dashed:
        pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    half = width_px / 2
    inner = QRectF(area).adjusted(half, half, -half, -half)
    painter.drawRoundedRect(inner, CORNER_PX, CORNER_PX)
    painter.restore()


def draw_selected(painter: QPainter, area: QRect, accent: str, case: str, ring_px: int) -> None:
    """Draw what says that a box is selected: a ring, and a handle at each end."""
    draw_outline(painter, area, accent, ring_px)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(case), 1))
    painter.setBrush(QColor(accent))
    for handle in handles_of(area):
        painter.drawRoundedRect(QRectF(handle).adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
    painter.restore()


def handles_of(area: QRect) -> tuple[QRect, QRect]:
    """Return the handles at the ends of a selected box, centred on its edges."""
    height = min(HANDLE_HEIGHT_PX, area.height())
    top = area.center().y() - height // 2
    half = HANDLE_WIDTH_PX // 2
    return (
        QRect(area.left() - half, top, HANDLE_WIDTH_PX, height),
        QRect(area.right() - half, top, HANDLE_WIDTH_PX, height),
    )


def write(painter: QPainter, words: str, place: QRect, colour: str) -> int:
    """Write in a place, cut short with an ellipsis; nothing where there is no room.

    Returns:
        The width that was written over, 0 where nothing was.
    """
    if place.width() < SHORTEST_NAME_PX or not words:
        return 0
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width() - 8)
    painter.setPen(QColor(colour))
    painter.drawText(place.adjusted(6, 0, -2, 0), Qt.AlignmentFlag.AlignVCenter, shown)
    return metrics.horizontalAdvance(shown) + 6
