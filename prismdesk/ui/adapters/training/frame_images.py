"""Strips of a few pictures of a film for table rows, decoded off the window's thread."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from prismdesk.media.picture_reader import PictureReader
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.progress import IsCancelled
    from prismdesk.ui.background import Background

COUNT = 3
_BOX_PX = (96, 54)
_MOST_KEPT = 300
_MOST_WAITING = 24


@dataclass(frozen=True, slots=True)
class Stretch:
    """Which part of which film is shown."""

    film: str
    start: Fraction
    seconds: float


class FrameImages(QObject):
    """Gives a strip if its pictures were decoded, and has them decoded if not.

    ``ready`` follows once one more was.

    Args:
        background: long work.
        parent: owns this.
    """

    ready = Signal()

    def __init__(self, background: Background, parent: QObject) -> None:
        super().__init__(parent)
        self._background = background
        self._strips: OrderedDict[Stretch, tuple[QImage, ...]] = OrderedDict()
        self._waiting: list[Stretch] = []
        self._reading: Stretch | None = None

    def strip(self, stretch: Stretch) -> tuple[QImage, ...]:
        """Return the pictures of a stretch; none until they are decoded, or where they can't be."""
        if stretch in self._strips:
            self._strips.move_to_end(stretch)
            return self._strips[stretch]
        if stretch != self._reading:
            if stretch in self._waiting:
                self._waiting.remove(stretch)
            self._waiting.append(stretch)
            del self._waiting[:-_MOST_WAITING]
            self._read_next()
        return ()

    def _read_next(self) -> None:
        if self._reading is not None or not self._waiting:
            return
        stretch = self._reading = self._waiting.pop()
        self._background.run(
            f"Reading pictures of {Path(stretch.film).name}",
            lambda _, cancelled: _decoded(stretch, cancelled),
            done=self._keep,
            failed=self._keep_nothing,
            quiet=True,
            owner=self,
        )

    def _keep_nothing(self, _: object) -> None:
        self._keep(())

    def _keep(self, images: tuple[QImage, ...]) -> None:
        stretch, self._reading = self._reading, None
        if stretch is not None:
            self._strips[stretch] = images
        while len(self._strips) > _MOST_KEPT:
            self._strips.popitem(last=False)
        self._read_next()
        self.ready.emit()


def _decoded(stretch: Stretch, cancelled: IsCancelled) -> tuple[QImage, ...]:
    images = []
    with PictureReader(Path(stretch.film), cancelled=cancelled) as reader:
        for number in range(COUNT):
            raise_if_cancelled(cancelled)
            share = Fraction(2 * number + 1, 2 * COUNT)
            at = stretch.start + share * Fraction(stretch.seconds).limit_denominator(48_000)
            pixels = reader.pixels(reader.keyframe_at(at), _BOX_PX)
            height, width, _ = pixels.shape
            rgb = np.ascontiguousarray(pixels)
            image = QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888)
            images.append(image.copy())
    return tuple(images)
