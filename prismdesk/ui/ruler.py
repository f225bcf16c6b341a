"""The ruler: timecode ticks and markers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF

from prismdesk.ui.theme import Theme, fixed_font
from prismdesk.ui.timeline.timescale import Timescale, ruler_ticks

if TYPE_CHECKING:
    from prismdesk.ui.project_view import ProjectView

_LABELLED_TICK_PX, _TICK_PX = 11, 5


def draw_ruler(
    painter: QPainter, area: QRect, view: ProjectView, scale: Timescale, theme: Theme
) -> None:
    """Draw the ruler over the lanes; labels stand right of their ticks."""
    painter.save()
    painter.fillRect(area, QColor(theme.panel))
    painter.setClipRect(area)
    painter.setFont(fixed_font(11))
    for tick in ruler_ticks(scale, rate_hz=view.project.rate_hz, frame_rate=view.frame_rate):
        x = area.left() + scale.x_of(tick.position_samples)
        length = _LABELLED_TICK_PX if tick.is_labelled else _TICK_PX
        colour = theme.line_strong if tick.is_labelled else theme.line
        painter.fillRect(QRect(x, area.bottom() - length, 1, length), QColor(colour))
        if tick.is_labelled:
            painter.setPen(QColor(theme.dim))
            painter.drawText(x + 4, area.top() + 12, view.frame_label(tick.frame))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for marker in view.project.markers:
        _draw_flag(painter, area.left() + scale.x_of(marker.position_samples), area, theme)
        painter.setPen(QColor(theme.text))
        painter.drawText(
            area.left() + scale.x_of(marker.position_samples) + 13, area.top() + 25, marker.name
        )
    painter.restore()


def _draw_flag(painter: QPainter, x: int, area: QRect, theme: Theme) -> None:
    top = area.top() + 15
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(theme.accent))
    painter.drawPolygon(QPolygonF([QPointF(x, top), QPointF(x + 9, top + 4), QPointF(x, top + 8)]))
    painter.fillRect(QRect(x, top, 1, 12), QColor(theme.accent))
