"""The region's time below the picture, with the key frames of its masks and the playhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.project.picture_mask import times_of
from prismdesk.ui.fonts import scaled_px

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPaintEvent

    from prismdesk.ui.masks.editing import MaskEditing
    from prismdesk.ui.theme import Theme

_HEIGHT_PX = 24
_MARK_PX = 6
_DRAG_PX = 3


class KeyStrip(QWidget):
    """Shows where masks change; a click goes there, a drag moves a key frame.

    Args:
        editing: the mode.
        theme: the colours.
    """

    def __init__(self, editing: MaskEditing, theme: Theme) -> None:
        super().__init__()
        self._editing = editing
        self._theme = theme
        self._held: int | None = None
        self._pressed_x = 0.0
        self.setAccessibleName("Key frames of the mask")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        editing.changed.connect(self._follow)
        editing.moved.connect(self.update)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return a comfortable size."""
        return QSize(scaled_px(200), scaled_px(_HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the least that can be used."""
        return QSize(scaled_px(60), scaled_px(_HEIGHT_PX))

    def x_of(self, offset_samples: int) -> float:
        """Return where a time of the region is."""
        left, width = self._span()
        return left + width * offset_samples / max(1, self._length() - 1)

    def offset_at(self, x: float) -> int:
        """Return the time of the region at a place; its ends beyond them."""
        left, width = self._span()
        share = min(1.0, max(0.0, (x - left) / max(1.0, width)))
        return round(share * max(0, self._length() - 1))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Go to the key frame under the pointer, or to the time there."""
        region = self._editing.region
        if (
            event.button() is not Qt.MouseButton.LeftButton
            or region is None
            or self._editing.document.in_gesture
        ):
            return
        self._pressed_x = event.position().x()
        self._held = self._key_at(self._pressed_x)
        offset = self.offset_at(self._pressed_x) if self._held is None else self._held
        self._editing.transport.move_to(region.range.start_samples + offset)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Move the key frame along, or the playhead."""
        x, editing, region = event.position().x(), self._editing, self._editing.region
        if not event.buttons() & Qt.MouseButton.LeftButton or region is None:
            is_key = self._key_at(x) is not None
            self.setCursor(Qt.CursorShape.SizeHorCursor if is_key else Qt.CursorShape.ArrowCursor)
            return
        offset, held = self.offset_at(x), self._held
        if held is None:
            editing.transport.move_to(region.range.start_samples + offset, scrub=True)
            return
        document = editing.document
        if not document.in_gesture:
            if abs(x - self._pressed_x) < _DRAG_PX:
                return
            editing.flush()
            document.begin_gesture("Move key frame")
        document.preview(lambda project: editing.move_key_frame(project, held, offset))
        editing.transport.move_to(region.range.start_samples + offset, scrub=True)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Make the move a step."""
        if event.button() is Qt.MouseButton.LeftButton:
            if self._held is not None and self._editing.document.in_gesture:
                self._editing.document.commit_gesture()
            self._held = None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the region's time, the marks and the playhead."""
        painter, theme, editing = QPainter(self), self._theme, self._editing
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, width = self._span()
        middle = self.height() / 2
        trough = QRectF(left, middle - scaled_px(2), width, scaled_px(4))
        painter.setPen(QPen(QColor(theme.line_strong), 1))
        painter.setBrush(QColor(theme.field))
        painter.drawRoundedRect(trough, 2, 2)
        chosen = set(editing.key_times)
        for offset in times_of(editing.masks):
            if 0 <= offset < self._length():
                self._draw_mark(painter, self.x_of(offset), middle, is_chosen=offset in chosen)
        if editing.is_inside:
            x = round(self.x_of(editing.offset_samples)) + 0.5
            painter.setPen(QPen(QColor(theme.playhead_case), 3))
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))
            painter.setPen(QPen(QColor(theme.playhead), 1))
            painter.drawLine(QPointF(x, 1), QPointF(x, self.height() - 1))
        painter.end()

    def _draw_mark(self, painter: QPainter, x: float, y: float, *, is_chosen: bool) -> None:
        side = scaled_px(_MARK_PX)
        corners = ((0, -side), (side, 0), (0, side), (-side, 0))
        mark = QPolygonF([QPointF(x + across, y + down) for across, down in corners])
        painter.setPen(QPen(QColor(self._theme.accent if is_chosen else self._theme.faint), 1.4))
        painter.setBrush(QColor(self._theme.accent if is_chosen else self._theme.field))
        painter.drawPolygon(mark)

    def _span(self) -> tuple[float, float]:
        side = scaled_px(_MARK_PX) + 2
        return float(side), max(1.0, float(self.width() - 2 * side))

    def _length(self) -> int:
        region = self._editing.region
        return 1 if region is None else region.range.length_samples

    def _key_at(self, x: float) -> int | None:
        reach = scaled_px(_MARK_PX) + 1
        near = [
            (abs(self.x_of(offset) - x), offset)
            for offset in self._editing.key_times
            if abs(self.x_of(offset) - x) <= reach
        ]
        return min(near)[1] if near else None

    def _follow(self) -> None:
        times = self._editing.key_times
        rate_hz = self._editing.document.project.rate_hz
        told = ", ".join(f"{time / rate_hz:.2f} s" for time in times[:8])
        self.setAccessibleDescription(f"At {told}" if times else "None: the mask stays as it is")
        self.update()
