"""Waves of sound files as pictures for tables, read off the window's thread, kept while in use."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QImage

from prismdesk.ui.adapters.example_sound import read_columns
from prismdesk.ui.waves import Columns, draw_columns

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.ui.background import Background

_MOST_KEPT = 400
_MOST_AT_ONCE = 2
_MOST_WAITING = 40


class WaveImages(QObject):
    """Gives the picture of a wave if it has been read, and has it read if not.

    ``ready`` follows once one more has been read.

    Args:
        background: long work.
        parent: owns this.
    """

    ready = Signal()

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._columns: OrderedDict[Path, Columns | None] = OrderedDict()
        self._waiting: list[Path] = []
        self._reading: set[Path] = set()

    def image(self, path: Path, width_px: int, height_px: int, colour: str) -> QImage | None:
        """Return a file's wave at a size; None until it is read, or where it can't be."""
        if path not in self._columns:
            self._want(path)
            return None
        self._columns.move_to_end(path)
        columns = self._columns[path]
        if columns is None or width_px < 2 or height_px < 2:
            return None
        return _drawn(columns, height_px, colour).scaled(width_px, height_px)

    def forget(self, path: Path) -> None:
        """Read a file anew: its sound was changed."""
        self._columns.pop(path, None)

    def _want(self, path: Path) -> None:
        if path in self._reading:
            return
        if path in self._waiting:
            self._waiting.remove(path)
        # What was asked for last is seen now.
        self._waiting.append(path)
        del self._waiting[:-_MOST_WAITING]
        self._read_next()

    def _read_next(self) -> None:
        while self._waiting and len(self._reading) < _MOST_AT_ONCE:
            path = self._waiting.pop()
            self._reading.add(path)

            def keep(columns: Columns, path: Path = path) -> None:
                self._keep(path, columns)

            def fail(_: object, path: Path = path) -> None:
                self._keep(path, None)

            self._background.run(
                f"Drawing {path.name}",
                lambda *_, path=path: read_columns(path),
                done=keep,
                failed=fail,
                quiet=True,
                owner=self,
            )

    def _keep(self, path: Path, columns: Columns | None) -> None:
        self._reading.discard(path)
        self._columns[path] = columns
        while len(self._columns) > _MOST_KEPT:
            self._columns.popitem(last=False)
        self._read_next()
        self.ready.emit()


def _drawn(columns: Columns, height_px: int, colour: str) -> QImage:
    loudest = max(float(columns.highest.max()), -float(columns.lowest.min()), 1e-6)
    one = QColor(colour)
    rgb = (one.red(), one.green(), one.blue())
    pixels = np.ascontiguousarray(
        draw_columns(columns, height_px, peak_rgb=rgb, rms_rgb=rgb, gain=min(0.95 / loudest, 100.0))
    )
    height, width = pixels.shape
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()
