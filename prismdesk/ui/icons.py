"""Icons of one hand: round strokes of 1.4 on a grid of 16, in the theme's colours."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QIcon,
    QPainter,
    QPainterPath,
    QPen,
    QPixmap,
    QPixmapCache,
)

from prismdesk.ui.fonts import scaled_px
from prismdesk.ui.icon_strokes import STROKES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.ui.theme import Theme

GRID = 16
STROKE = 1.4


class IconName(StrEnum):
    """Every icon; named after what it stands for."""

    PLAY = auto()
    PAUSE = auto()
    STOP = auto()
    SKIP_BACK = auto()
    SKIP_FORWARD = auto()
    FRAME_BACK = auto()
    FRAME_FORWARD = auto()
    SHUTTLE_BACK = auto()
    SHUTTLE_FORWARD = auto()
    LOOP = auto()
    PLAY_AROUND = auto()
    MAGNET = auto()
    FOLLOW = auto()
    GENERATE = auto()
    INPAINT = auto()
    CONTINUE = auto()
    SPEAKER = auto()
    MUTED = auto()
    STAR = auto()
    STAR_FILL = auto()
    CHECK = auto()
    CHECK_CIRCLE = auto()
    CIRCLE = auto()
    CIRCLE_DASHED = auto()
    CLOCK = auto()
    SPINNER = auto()
    EYE = auto()
    WARNING = auto()
    INFO = auto()
    ERROR = auto()
    PROHIBIT = auto()
    SHIELD_CHECK = auto()
    ACTIVITY = auto()
    SEAM = auto()
    DICE = auto()
    LOCK = auto()
    LOCK_OPEN = auto()
    HISTORY = auto()
    UNDO = auto()
    REDO = auto()
    COPY = auto()
    AGAIN = auto()
    SCISSORS = auto()
    SCALES = auto()
    CPU = auto()
    DOWNLOAD = auto()
    EXPORT = auto()
    FOLDER = auto()
    TRASH = auto()
    TRAIN = auto()
    FILM = auto()
    FLAG = auto()
    SELECTION = auto()
    FRAME_CORNERS = auto()
    CORNERS_OUT = auto()
    CAPTIONS = auto()
    ZOOM_IN = auto()
    ZOOM_OUT = auto()
    SEARCH = auto()
    LIST = auto()
    KEYBOARD = auto()
    GEAR = auto()
    CARET_DOWN = auto()
    CARET_UP = auto()
    CARET_LEFT = auto()
    CARET_RIGHT = auto()
    DOTS = auto()
    CLOSE = auto()
    PLUS = auto()
    MINUS = auto()
    WAVEFORM = auto()
    RIPPLE = auto()
    FADE_IN = auto()
    FADE_OUT = auto()
    CROSSFADE = auto()
    BOOK = auto()
    MARKS = auto()
    MASK_RECTANGLE = auto()
    MASK_ELLIPSE = auto()
    BRUSH = auto()
    ERASER = auto()
    KEY_FRAME = auto()
    INVERT = auto()


@dataclass(frozen=True, slots=True)
class IconShape:
    """An icon's outlines on the grid of 16: what is stroked and what is filled."""

    stroked: QPainterPath
    filled: QPainterPath


def icon(name: IconName, theme: Theme, *, size_px: int = GRID, colour: str | None = None) -> QIcon:
    """Return an icon in a theme's colours, sharp on every screen that is there.

    Args:
        name: which one.
        theme: its text colour is used, and its ``off`` colour where a control is disabled.
        size_px: the side at 100 % text scale.
        colour: in place of the text colour.
    """
    made = QIcon()
    for mode, one in (
        (QIcon.Mode.Normal, colour or theme.text),
        (QIcon.Mode.Disabled, theme.off),
    ):
        for ratio in _pixel_ratios():
            made.addPixmap(icon_pixmap(name, one, size_px=size_px, pixel_ratio=ratio), mode)
    return made


def icon_pixmap(
    name: IconName, colour: str, *, size_px: int = GRID, pixel_ratio: float = 1.0
) -> QPixmap:
    """Return an icon as a picture on nothing.

    Args:
        name: which one.
        colour: of its lines.
        size_px: the side at 100 % text scale.
        pixel_ratio: pixels of the screen per point.
    """
    side = scaled_px(size_px)
    key = f"icon {name} {colour} {side} {pixel_ratio}"
    kept = QPixmap()
    if QPixmapCache.find(key, kept):
        return kept
    pixmap = QPixmap(round(side * pixel_ratio), round(side * pixel_ratio))
    pixmap.setDevicePixelRatio(pixel_ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_icon(painter, name, QRectF(0, 0, side, side), colour)
    painter.end()
    QPixmapCache.insert(key, pixmap)
    return pixmap


def paint_icon(painter: QPainter, name: IconName, box: QRectF, colour: str | QColor) -> None:
    """Paint an icon into a square box; the painter is left as it was."""
    shape = icon_shape(name)
    pen = QPen(QColor(colour), STROKE)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(box.topLeft())
    painter.scale(box.width() / GRID, box.height() / GRID)
    painter.strokePath(shape.stroked, pen)
    painter.fillPath(shape.filled, QColor(colour))
    painter.restore()


def _pixel_ratios() -> tuple[int, ...]:
    """Return the pixels per point of all screens, rounded up: a small step down stays sharp."""
    return tuple(sorted({math.ceil(s.devicePixelRatio()) for s in QGuiApplication.screens()}))


@cache
def icon_shape(name: IconName) -> IconShape:
    """Return an icon's outlines."""
    stroked, filled = QPainterPath(), QPainterPath()
    filled.setFillRule(Qt.FillRule.WindingFill)
    path = stroked
    words = iter(STROKES[name.value].split())
    for step in words:
        if step in "FS":
            path = filled if step == "F" else stroked
        else:
            _add_step(path, step, words)
    return IconShape(stroked, filled)


def _add_step(path: QPainterPath, step: str, words: Iterator[str]) -> None:
    def numbers(count: int) -> list[float]:
        return [float(next(words)) for _ in range(count)]

    match step:
        case "M":
            path.moveTo(*numbers(2))
        case "L":
            path.lineTo(*numbers(2))
        case "Q":
            path.quadTo(*numbers(4))
        case "C":
            path.cubicTo(*numbers(6))
        case "Z":
            path.closeSubpath()
        case "O":
            x, y, radius = numbers(3)
            path.addEllipse(QPointF(x, y), radius, radius)
        case "R":
            x, y, width, height, radius = numbers(5)
            path.addRoundedRect(QRectF(x, y, width, height), radius, radius)
        case "A":
            x, y, radius, start, span = numbers(5)
            box = QRectF(x - radius, y - radius, 2 * radius, 2 * radius)
            path.arcMoveTo(box, start)
            path.arcTo(box, start, span)
        case _:
            raise ValueError(f"no such step in an icon: {step}")
