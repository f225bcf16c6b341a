"""Fetches pictures from a film in a thread of its own, always the one that was asked for last."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from prismdesk.errors import Cancelled, PrismDeskError

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.progress import IsCancelled


@dataclass(frozen=True, slots=True)
class WantedFrame:
    """A picture to fetch: seconds from the film's first picture, and the size to show it at."""

    seconds: float
    width_px: int
    height_px: int


class ReadFrame(Protocol):
    """Reads one picture."""

    def __call__(self, wanted: WantedFrame, cancelled: IsCancelled) -> npt.NDArray[np.uint8]:
        """Return uint8 (height, width, 3) RGB; raises ``PrismDeskError``."""


class FrameFetcher(QObject):
    """Decodes in the background; when a picture is done, the newest wish is next.

    What is being decoded is finished, so that a long drag shows pictures on its way.

    ``fetched`` carries a ``QImage``, ``failed`` a sentence. Call ``close`` to end the thread.
    """

    fetched = Signal(object)
    failed = Signal(str)

    def __init__(self, read_frame: ReadFrame, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read_frame = read_frame
        self._news = threading.Condition()
        self._wanted: WantedFrame | None = None
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="frame fetcher", daemon=True)
        self._thread.start()

    def fetch(self, wanted: WantedFrame) -> None:
        """Ask for a picture; returns at once."""
        with self._news:
            self._wanted = wanted
            self._news.notify()

    def close(self) -> None:
        """End the thread; nothing is told afterwards."""
        with self._news:
            self._is_closing = True
            self._wanted = None
            self._news.notify()
        self._thread.join()

    def _is_unwanted(self) -> bool:
        return self._is_closing

    def _run(self) -> None:
        while True:
            with self._news:
                while self._wanted is None and not self._is_closing:
                    self._news.wait()
                if self._is_closing or self._wanted is None:
                    return
                wanted, self._wanted = self._wanted, None
            try:
                pixels = np.ascontiguousarray(self._read_frame(wanted, self._is_unwanted))
            except Cancelled:
                continue
            except PrismDeskError as error:
                self.failed.emit(str(error))
                continue
            height, width, _ = pixels.shape
            image = QImage(
                pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888
            )
            self.fetched.emit(image.copy())
