"""The curves of fades as they are drawn over clips."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from prismdesk.project.model import FadeShape
from prismdesk.ui.timeline.measures import FADE_HANDLE_PX

if TYPE_CHECKING:
    from prismdesk.project.model import Clip
    from prismdesk.ui.timeline.view import TimelineView

_STEPS = 24


def fade_gain(shape: FadeShape, x: float) -> float:
    """Return the gain of a fade in at x from 0 (silent) to 1 (full); see ``FadeShape``."""
    match shape:
        case FadeShape.LINEAR:
            return x
        case FadeShape.EQUAL_POWER:
            return math.sin(0.5 * math.pi * x)
        case FadeShape.S_CURVE:
            return 0.5 * (1.0 - math.cos(math.pi * x))


def draw_fades(
    painter: QPainter, view: TimelineView, clip: Clip, area: QRect, *, with_handles: bool
) -> None:
    """Draw a clip's fades over its wave.

    Args:
        painter: draws in the widget's pixels.
        view: the zoom and the colours.
        clip: whose fades.
        area: the clip's wave; its edges may lie outside what is seen.
        with_handles: show a handle also where there is no fade yet, for one to be pulled.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for fade, outer_samples, inner_samples in (
        (clip.fade_in, clip.start_samples, clip.start_samples + clip.fade_in.length_samples),
        (clip.fade_out, clip.end_samples, clip.end_samples - clip.fade_out.length_samples),
    ):
        outer = float(view.x_of(outer_samples))
        inner = float(view.x_of(inner_samples))
        if abs(inner - outer) >= 2:
            painter.setPen(QPen(QColor(view.theme.text), 1.0))
            painter.drawPolyline(_curve(fade.shape, outer, inner, area))
        if (fade.length_samples or with_handles) and area.height() > 3 * FADE_HANDLE_PX:
            _draw_handle(painter, inner, area, view)
    painter.restore()


def _curve(shape: FadeShape, outer: float, inner: float, area: QRect) -> QPolygonF:
    points = []
    for step in range(_STEPS + 1):
        x = step / _STEPS
        y = area.bottom() - fade_gain(shape, x) * (area.height() - 1)
        points.append(QPointF(outer + (inner - outer) * x, y))
    return QPolygonF(points)


def _draw_handle(painter: QPainter, x: float, area: QRect, view: TimelineView) -> None:
    half = FADE_HANDLE_PX / 2
    place = min(max(x, area.left() + half), area.right() - half)
    painter.setPen(QPen(QColor(view.theme.playhead_case), 1))
    painter.setBrush(QColor(view.theme.playhead))
    painter.drawRect(QRectF(place - half, area.top(), FADE_HANDLE_PX, FADE_HANDLE_PX))
