"""The picture at the playhead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.ui.theme import Theme, ui_font

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


class Viewer(QWidget):
    """Shows an image as large as it fits, or a sentence where there is none.

    ``resized`` tells that pictures of another size are wanted.
    """

    resized = Signal()

    def __init__(
        self, picture_px: tuple[int, int] | None, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._picture_px = picture_px
        self._theme = theme
        self._image: QImage | None = None
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 180)
        self.setAccessibleName("Picture")

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return a comfortable size."""
        return QSize(800, 450)

    def wanted_px(self) -> tuple[int, int] | None:
        """Return the size in device pixels that pictures should have, never above their own."""
        if self._picture_px is None:
            return None
        width, height = self._picture_px
        area = self.size() * self.devicePixelRatioF()
        share = min(1.0, area.width() / width, area.height() / height)
        return max(2, round(width * share)), max(2, round(height * share))

    @property
    def words(self) -> str:
        """What is said in place of a picture; empty while there is one."""
        return self._words

    def show_image(self, image: QImage) -> None:
        """Show a picture."""
        self._image, self._words = image, ""
        self.update()

    def show_words(self, words: str) -> None:
        """Say why there is no picture."""
        self._image, self._words = None, words
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell that another size is wanted."""
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the picture in the middle, or the words."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(self._theme.window))
        if self._image is not None:
            ratio = self._image.size()
            place = ratio.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            area = QRect(QPoint(0, 0), place)
            area.moveCenter(self.rect().center())
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, self._image)
        elif self._words:
            painter.setPen(QColor(self._theme.dim))
            painter.setFont(ui_font(12))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect().adjusted(24, 0, -24, 0), flags, self._words)
        painter.end()
