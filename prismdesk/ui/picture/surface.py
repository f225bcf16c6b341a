"""The area that shows the picture, alone or on a whole screen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.picture.picture_overlays import draw_burn_in, draw_safe_areas, draw_shot_label

if TYPE_CHECKING:
    from PySide6.QtGui import QImage, QMouseEvent, QResizeEvent

    from prismdesk.ui.theme import Theme


_LABEL_INSET = 0.041
"""Of width and height: just inside what is safe for action."""


class PictureZoom(Enum):
    """How large the picture is: as fits, or film pixels for screen pixels in per cent."""

    FIT = 0
    HALF = 50
    WHOLE = 100


@dataclass(slots=True)
class ShownPicture:
    """What there is to see, shared by all surfaces that show it.

    Attributes:
        image: the picture; None while ``words`` stand in its place.
        words: why there is no picture.
        timecode: of the picture shown.
        shot: its shot's label, empty where shots aren't known.
        film_px: width and height of the film, upright in square pixels; None without one.
        burn_in: whether the timecode is painted into the picture.
        safe_areas: whether safe areas are outlined.
    """

    image: QImage | None = None
    words: str = ""
    timecode: str = ""
    shot: str = ""
    film_px: tuple[int, int] | None = None
    burn_in: bool = True
    safe_areas: bool = False

    def description(self) -> str:
        """Return what a screen reader says of it."""
        if self.image is None:
            return self.words
        return ", ".join(part for part in (self.timecode, self.shot) if part)


class PictureSurface(QWidget):
    """Draws a shared picture in its middle; a picture larger than the area is moved by dragging.

    ``resized`` tells that pictures of another size are wanted.
    """

    resized = Signal()

    def __init__(self, shown: ShownPicture, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown = shown
        self._theme = theme
        self._zoom = PictureZoom.FIT
        self._offset = QPoint()
        self._dragged_from: QPoint | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(240, 135)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("Picture")

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return a comfortable size."""
        return QSize(800, 450)

    @property
    def zoom(self) -> PictureZoom:
        """How large the picture is."""
        return self._zoom

    def set_zoom(self, zoom: PictureZoom) -> None:
        """Show the picture larger or smaller, its middle in the middle."""
        self._zoom, self._offset = zoom, QPoint()
        self.resized.emit()
        self.refresh()

    def zoom_percent(self) -> int | None:
        """Return screen pixels for 100 film pixels, None without a film."""
        film = self._shown.film_px
        if film is None:
            return None
        return round(100 * self.picture_area().width() * self.devicePixelRatioF() / film[0])

    def wanted_px(self) -> tuple[int, int]:
        """Return the box, in device pixels, that pictures should fit into."""
        film = self._shown.film_px
        if self._zoom is PictureZoom.FIT or film is None:
            area = self.size() * self.devicePixelRatioF()
            return area.width(), area.height()
        return film[0] * self._zoom.value // 100, film[1] * self._zoom.value // 100

    def picture_area(self) -> QRect:
        """Return where the picture lies, which may be beyond the edges."""
        image, film = self._shown.image, self._shown.film_px
        shape = QSize(*film) if film else image.size() if image is not None else self.size()
        if self._zoom is PictureZoom.FIT or film is None:
            size = shape.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        else:
            size = shape * (self._zoom.value / 100 / self.devicePixelRatioF())
        area = QRect(QPoint(0, 0), size)
        area.moveCenter(self.rect().center() + self._bounded(self._offset, size))
        return area

    def move_picture(self, by: QPoint) -> None:
        """Move a picture that is larger than the area."""
        if self._zoom is not PictureZoom.FIT:
            self._offset = self._bounded(self._offset + by, self.picture_area().size())
            self.update()

    def refresh(self) -> None:
        """Show what the shared picture is now."""
        description = self._shown.description()
        if description != self.accessibleDescription():
            self.setAccessibleDescription(description)
        self.update()

    def _bounded(self, offset: QPoint, size: QSize) -> QPoint:
        """Return an offset that doesn't move the picture's edge into the area."""
        free_x = max(0, (size.width() - self.width() + 1) // 2)
        free_y = max(0, (size.height() - self.height() + 1) // 2)
        return QPoint(max(-free_x, min(free_x, offset.x())), max(-free_y, min(free_y, offset.y())))

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Take hold of a picture that is larger than the area."""
        if event.button() is Qt.MouseButton.LeftButton and self._zoom is not PictureZoom.FIT:
            self._offset = self._bounded(self._offset, self.picture_area().size())
            self._dragged_from = event.position().toPoint() - self._offset

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Move the picture along."""
        if self._dragged_from is not None:
            self._offset = event.position().toPoint() - self._dragged_from
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Let go."""
        self._dragged_from = None

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell that another size is wanted."""
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the picture and what lies over it, or the words."""
        painter = QPainter(self)
        if self._shown.image is None:
            self._draw_words(painter)
        else:
            painter.fillRect(self.rect(), Qt.GlobalColor.black)
            self._draw_picture(painter, self._shown.image)
        painter.end()

    def _draw_picture(self, painter: QPainter, image: QImage) -> None:
        area = self.picture_area()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._sharp_area(area, image), image)
        seen = area & self.rect()
        if self._shown.safe_areas:
            draw_safe_areas(painter, area)
        if self._shown.shot:
            left = seen.left() + max(scaled_px(8), round(seen.width() * _LABEL_INSET))
            top = seen.top() + max(scaled_px(8), round(seen.height() * _LABEL_INSET))
            draw_shot_label(painter, left, top, self._shown.shot)
        if self._shown.burn_in and self._shown.timecode:
            draw_burn_in(painter, seen, self._shown.timecode)

    def _sharp_area(self, area: QRect, image: QImage) -> QRectF:
        """Return the area at the image's own size, where that is off by rounding alone."""
        size = QSizeF(image.size()) / self.devicePixelRatioF()
        if max(abs(size.width() - area.width()), abs(size.height() - area.height())) > 1:
            return QRectF(area)
        return QRectF(QPointF(area.topLeft()), size)

    def _draw_words(self, painter: QPainter) -> None:
        painter.fillRect(self.rect(), QColor(self._theme.window))
        painter.setPen(QColor(self._theme.dim))
        painter.setFont(ui_font(12))
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(self.rect().adjusted(24, 0, -24, 0), flags, self._shown.words)
