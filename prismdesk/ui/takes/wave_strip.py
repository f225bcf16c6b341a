"""A take's whole wave, small, in its task's colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.ui.theme import scaled_px
from prismdesk.ui.waves import Columns, draw_columns

if TYPE_CHECKING:
    from prismdesk.project.model import Take
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document

_SMALLEST_PX = 48


class WaveStrip(QWidget):
    """Reads the wave off the window's thread and draws it as loud as it fits.

    Args:
        document: gives the wave.
        desktop: long work and colours.
    """

    def __init__(self, document: Document, desktop: Desktop) -> None:
        super().__init__()
        self._document = document
        self._desktop = desktop
        self._take: Take | None = None
        self._columns: Columns | None = None
        self._image: QImage | None = None
        self._reading: BackgroundTask[Columns | None] | None = None
        self._is_strong = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def is_drawn(self) -> bool:
        """Whether the wave has been read."""
        return self._columns is not None

    def show_take(self, take: Take, *, is_strong: bool) -> None:
        """Show a take's wave, in full colour or paler."""
        is_same = self._take is not None and self._take.path == take.path
        self._take = take
        if is_strong != self._is_strong:
            self._is_strong, self._image = is_strong, None
            self.update()
        if not is_same:
            self._columns = self._image = None
            self._read()
            self.update()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be as high as a line of text and a half."""
        return QSize(scaled_px(110), scaled_px(22))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Get along with little."""
        return QSize(_SMALLEST_PX, scaled_px(22))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Read it for the new width."""
        if event.size().width() != event.oldSize().width():
            self._read()
        self._image = None

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw what was read."""
        if self._take is None or self._columns is None:
            return
        if self._image is None:
            self._image = self._drawn(self._take, self._columns)
        painter = QPainter(self)
        painter.setOpacity(1.0 if self._is_strong else self._pale())
        painter.drawImage(0, 0, self._image)

    def _pale(self) -> float:
        return 0.75 if self._desktop.theme.name == "light" else 0.6

    def _read(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None
        take, width = self._take, self.width()
        if take is None or width < 2:
            return
        document = self._document
        # Its file is opened there, too: each call of the system may cost the window its turn.
        self._reading = self._desktop.background.run(
            f"Drawing {take.name}",
            lambda *_: _read_columns(document, take, width),
            done=self._show,
            failed=lambda _: None,
            quiet=True,
            owner=self,
        )

    def _show(self, columns: Columns | None) -> None:
        if columns is not None:
            self._columns, self._image = _one_channel(columns), None
        self._reading = None
        self.update()

    def _drawn(self, take: Take, columns: Columns) -> QImage:
        loudest = max(float(columns.highest.max()), -float(columns.lowest.min()), 1e-6)
        colour = QColor(self._desktop.theme.task(take.provenance.task).wave)
        rgb = (colour.red(), colour.green(), colour.blue())
        pixels = np.ascontiguousarray(
            draw_columns(
                columns, self.height(), peak_rgb=rgb, rms_rgb=rgb, gain=min(0.95 / loudest, 100.0)
            )
        )
        height, width = pixels.shape
        image = QImage(
            pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
        )
        return image.copy()


def _read_columns(document: Document, take: Take, width_px: int) -> Columns | None:
    """Return a take's wave in so many columns; None if its file isn't to be had."""
    wave = document.wave_of_take(take)
    if wave is None:
        return None
    samples_per_px = max(1, -(-take.region.length_samples // width_px))
    return wave.columns(take.head_samples, samples_per_px, width_px)


def _one_channel(columns: Columns) -> Columns:
    return Columns(
        columns.lowest.min(axis=0, keepdims=True),
        columns.highest.max(axis=0, keepdims=True),
        columns.rms.max(axis=0, keepdims=True),
    )
