"""The wave of a sound file, small: read off the window's thread, and only once it is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.ui.adapters.example_sound import read_columns
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.waves import Columns, draw_columns

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop


class ExampleWave(QWidget):
    """Draws a sound file as loud as it fits, and how far it has been played.

    Args:
        desktop: long work and colours.
        colour: of the wave; None for that of generated sound.
        height_px: at 100 % text.
    """

    def __init__(self, desktop: Desktop, *, colour: str | None = None, height_px: int = 40) -> None:
        super().__init__()
        self._desktop = desktop
        theme = desktop.theme
        self._colour = QColor(colour or theme.tasks[0][1].wave)
        self._height_px = height_px
        self._path: Path | None = None
        self._columns: Columns | None = None
        self._image: QImage | None = None
        self._is_wanted = False
        self._reading: BackgroundTask[Columns] | None = None
        self._fraction: float | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def path(self) -> Path | None:
        """The file."""
        return self._path

    @property
    def is_drawn(self) -> bool:
        """Whether the wave has been read."""
        return self._columns is not None

    def show_file(self, path: Path | None) -> None:
        """Show another file's wave; None for none."""
        if path == self._path:
            return
        if self._reading is not None:
            self._reading.forget()
        self._path, self._columns, self._image, self._reading = path, None, None, None
        self._is_wanted, self._fraction = path is not None, None
        self.update()

    def show_played(self, fraction: float | None) -> None:
        """Show how far it is played, 0 to 1; None while it isn't."""
        if fraction != self._fraction:
            self._fraction = fraction
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be as high as asked for."""
        return QSize(scaled_px(110), scaled_px(self._height_px))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Get along with little."""
        return QSize(scaled_px(48), scaled_px(min(self._height_px, 16)))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw what was read; what is seen for the first time is read now."""
        if self._is_wanted:
            self._read()
        if self._columns is None:
            return
        if self._image is None or self._image.height() != self.height():
            self._image = self._drawn(self._columns)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(self.rect()), self._image)
        if self._fraction is not None:
            place = round(self._fraction * (self.width() - 1))
            painter.setPen(QPen(QColor(self._desktop.theme.playhead), 1))
            painter.drawLine(place, 0, place, self.height())

    def _read(self) -> None:
        path = self._path
        self._is_wanted = False
        if path is None:
            return
        self._reading = self._desktop.background.run(
            f"Drawing {path.name}",
            lambda *_: read_columns(path),
            done=self._show,
            failed=lambda _: None,
            quiet=True,
            owner=self,
        )

    def _show(self, columns: Columns) -> None:
        self._columns, self._image, self._reading = columns, None, None
        self.update()

    def _drawn(self, columns: Columns) -> QImage:
        loudest = max(float(columns.highest.max()), -float(columns.lowest.min()), 1e-6)
        colour = self._colour
        rgb = (colour.red(), colour.green(), colour.blue())
        pixels = np.ascontiguousarray(
            draw_columns(
                columns,
                max(1, self.height()),
                peak_rgb=rgb,
                rms_rgb=rgb,
                gain=min(0.95 / loudest, 100.0),
            )
        )
        height, width = pixels.shape
        image = QImage(
            pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
        )
        return image.copy()
