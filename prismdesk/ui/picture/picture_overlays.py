"""What is painted over a picture: timecode, shot label, safe areas. White on black in any theme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen

from prismdesk.ui.fonts import fixed_font, scaled_px, ui_font

if TYPE_CHECKING:
    from collections.abc import Sequence

ACTION_SAFE, TITLE_SAFE = 0.93, 0.90
"""Shares of width and height that SMPTE ST 2046-1 calls safe for action and for titles."""

_BURN_IN_GROUND, _LABEL_GROUND, _LINE = 0.72, 0.62, 0.6
_LINES_OF_TIMECODE = 18


def draw_burn_in(painter: QPainter, picture: QRect, timecode: str) -> None:
    """Draw the timecode bottom middle, larger on a large picture."""
    size_px = max(20, round(picture.height() / _LINES_OF_TIMECODE / scaled_px(100) * 100))
    font = fixed_font(size_px, bold=True)
    height = QFontMetrics(font).height()
    text_width = QFontMetrics(font).horizontalAdvance(timecode)
    ground = QRect(0, 0, text_width + height // 2 * 2, height + height // 6)
    ground.moveCenter(picture.center())
    ground.moveBottom(picture.bottom() - max(scaled_px(10), round(picture.height() * 0.04)))
    _draw_words(painter, ground, timecode, font, _BURN_IN_GROUND)


def shot_label_size(label: str) -> QSize:
    """Return how large ``draw_shot_label`` draws."""
    metrics = QFontMetrics(ui_font(11))
    return QSize(metrics.horizontalAdvance(label) + scaled_px(12), metrics.height() + scaled_px(4))


def draw_shot_label(painter: QPainter, left: int, top: int, label: str) -> None:
    """Draw a shot's name on black."""
    size = shot_label_size(label)
    ground = QRect(left, top, size.width(), size.height())
    _draw_words(painter, ground, label, ui_font(11), _LABEL_GROUND)


def draw_safe_areas(painter: QPainter, picture: QRect) -> None:
    """Outline what is safe for action (solid) and for titles (dashed)."""
    painter.save()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for share, dashes in ((ACTION_SAFE, ()), (TITLE_SAFE, (4.0, 4.0))):
        area = QRectF(0, 0, picture.width() * share, picture.height() * share)
        area.moveCenter(QRectF(picture).center())
        # A dark line under the light one, so that it is seen on a bright picture.
        _outline(painter, area.adjusted(-1, -1, 1, 1), Qt.GlobalColor.black, ())
        _outline(painter, area, Qt.GlobalColor.white, dashes)
    painter.restore()


def _outline(
    painter: QPainter, area: QRectF, colour: Qt.GlobalColor, dashes: Sequence[float]
) -> None:
    pen = QPen(_see_through(colour, _LINE), 1)
    if dashes:
        pen.setDashPattern(list(dashes))
    painter.setPen(pen)
    painter.drawRect(area)


def _draw_words(painter: QPainter, ground: QRect, words: str, font: QFont, share: float) -> None:
    painter.save()
    painter.fillRect(ground, _see_through(Qt.GlobalColor.black, share))
    painter.setFont(font)
    painter.setPen(Qt.GlobalColor.white)
    painter.drawText(ground, Qt.AlignmentFlag.AlignCenter, words)
    painter.restore()


def _see_through(colour: Qt.GlobalColor, share: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(share)
    return made
