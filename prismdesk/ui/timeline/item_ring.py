"""The ring around the thing on the timeline that the keyboard is at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from prismdesk.ui.theme import Theme

GAP_PX = 2
"""Between the thing and its ring."""
RADIUS_PX = 4


class ItemRing(QWidget):
    """Lies over the canvas, hears no mouse and takes no focus."""

    def __init__(self, canvas: QWidget, theme: Theme) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hide()

    def show_around(self, place: QRect) -> None:
        """Lie around a place of the canvas, cut off at its edges; an empty one hides the ring."""
        out_px = GAP_PX + self._theme.focus_ring_px
        wanted = place.adjusted(-out_px, -out_px, out_px, out_px) & self._canvas.rect()
        if place.isEmpty() or wanted.isEmpty():
            self.hide()
            return
        self.setGeometry(wanted)
        self.show()
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width_px = self._theme.focus_ring_px
        painter.setPen(QPen(QColor(self._theme.accent), width_px))
        half = width_px / 2
        painter.drawRoundedRect(
            self.rect().toRectF().adjusted(half, half, -half, -half), RADIUS_PX, RADIUS_PX
        )
        painter.end()
