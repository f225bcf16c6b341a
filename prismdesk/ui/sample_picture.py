"""A picture of the sample film, drawn without the film."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.sample.picture import PictureMaker
from prismdesk.sample.recipe import load_recipe
from prismdesk.ui.theme import fixed_font, scaled_px

if TYPE_CHECKING:
    from prismdesk.ui.theme import Theme

_PICTURE_FRAME = 48
_PICTURE_PX = (440, 248)


def draw_sample_image() -> QImage:
    """Draw a frame of the sample film; takes a moment, so not on the window's thread."""
    planes = PictureMaker(load_recipe()).draw(_PICTURE_FRAME)
    pixels = np.ascontiguousarray(planes.transpose(1, 2, 0))
    height, width, _ = pixels.shape
    form = QImage.Format.Format_RGB888
    return QImage(pixels.data, width, height, pixels.strides[0], form).copy()


class SamplePicture(QWidget):
    """The sample film's picture, with its start timecode burnt in."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._image: QImage | None = None
        self.setAccessibleName("Picture of the sample film")
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMinimumWidth(_PICTURE_PX[0] // 2)

    def show_image(self, image: QImage) -> None:
        """Show a picture."""
        self._image = image
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return 16:9."""
        return QSize(*_PICTURE_PX)

    def hasHeightForWidth(self) -> bool:  # noqa: N802  (Qt's name)
        """Answer that the height follows."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802  (Qt's name)
        """Return the height of 16:9."""
        return width * 9 // 16

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Paint the picture once it is there."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        box = QRectF(self.rect())
        shape = QPainterPath()
        shape.addRoundedRect(box, 3, 3)
        painter.setClipPath(shape)
        painter.fillRect(box, QColor(self._theme.field))
        if self._image is not None:
            painter.drawImage(box, self._image)
            painter.setFont(fixed_font(11))
            words = load_recipe().picture.start_timecode
            metrics = painter.fontMetrics()
            size = metrics.size(0, words) + QSize(scaled_px(12), scaled_px(6))
            label_box = QRectF(scaled_px(10), box.height() - size.height() - scaled_px(10), 0, 0)
            label_box.setSize(size.toSizeF())
            painter.fillRect(label_box, QColor("black"))
            painter.setPen(QColor("white"))
            painter.drawText(label_box, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
