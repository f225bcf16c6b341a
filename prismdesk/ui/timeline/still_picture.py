"""The timeline without what moves, kept as a picture, so that a playhead costs next to nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRect, QSize
from PySide6.QtGui import QPainter, QPixmap, QRegion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from PySide6.QtGui import QPaintEvent


_MOST_PARTS = 8


class StillPicture:
    """Keeps what was drawn; only what was said to be out of date is drawn again.

    Args:
        draw: draws a rectangle of the widget, clipped to it.
    """

    def __init__(self, draw: Callable[[QPainter, QRect], None]) -> None:
        self._draw = draw
        self._pixmap = QPixmap()
        self._size = QSize()
        self._ratio = 0.0
        self._stale = QRegion()

    def forget(self, area: QRect | QRegion | None = None) -> None:
        """Have an area drawn again when it is shown next; all of it if none is given."""
        self._stale += (
            QRect(0, 0, self._size.width(), self._size.height()) if area is None else area
        )

    def scroll(self, dx: int, dy: int, area: QRect) -> None:
        """Move what is in an area by whole pixels; what comes into it is out of date."""
        ratio = self._ratio
        shift_x, shift_y = dx * ratio, dy * ratio
        is_exact = shift_x == int(shift_x) and shift_y == int(shift_y)
        if not is_exact or abs(dx) >= area.width() or abs(dy) >= area.height():
            self.forget(area)
            return
        device = QRect(
            round(area.left() * ratio),
            round(area.top() * ratio),
            round(area.width() * ratio),
            round(area.height() * ratio),
        )
        self._pixmap.scroll(int(shift_x), int(shift_y), device)
        moved = (self._stale & area).translated(dx, dy) & area
        exposed = QRegion(area) - QRegion(area.translated(dx, dy))
        self._stale = (self._stale - QRegion(area)) + moved + exposed

    def show(self, painter: QPainter, event: QPaintEvent, size: QSize, ratio: float) -> None:
        """Draw the picture into a widget.

        Args:
            painter: of the widget.
            event: what is to be shown.
            size: of the widget.
            ratio: device pixels per pixel.
        """
        if size != self._size or ratio != self._ratio:
            self._size, self._ratio = size, ratio
            self._pixmap = QPixmap(size * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._stale = QRegion(QRect(0, 0, size.width(), size.height()))
        if not self._stale.isEmpty():
            wanted = self._stale & event.region()
            if not wanted.isEmpty():
                self._render(wanted)
        # Painting is clipped to the area already; whole, it is exact at every pixel ratio.
        painter.drawPixmap(0, 0, self._pixmap)

    def _render(self, wanted: QRegion) -> None:
        whole = wanted.boundingRect()
        # Many small parts cost more than the one that holds them all.
        parts = (
            list(cast("Iterable[QRect]", wanted)) if wanted.rectCount() <= _MOST_PARTS else [whole]
        )
        self._stale -= QRegion(whole) if len(parts) == 1 else wanted
        painter = QPainter(self._pixmap)
        for part in parts:
            painter.save()
            painter.setClipRect(part)
            self._draw(painter, part)
            painter.restore()
        painter.end()
