"""Serves the window with pictures: exact when still, near at once while scrubbing, in time."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Signal
from PySide6.QtGui import QImage

from prismdesk.project.timebase import seconds_to_samples
from prismdesk.ui.picture.decoding import Arrival, DecodingThread, Wish, WishKind
from prismdesk.ui.picture.frames_ahead import FramesAhead, ReadyFrame

if TYPE_CHECKING:
    from pathlib import Path

_JUMP_SECONDS = Fraction(1, 2)
"""A position further than this from where playing should be begins a new stretch."""


class PictureSource(QObject):
    """The pictures of one film; all methods return at once and belong to the window's thread.

    Positions are samples from the film's first picture. The picture of a position is the last
    one that begins at or before it.

    ``frame_ready`` carries the image, the sample at which its picture begins, and whether it is
    the picture of the position last asked for. ``failed`` carries a sentence. ``opened`` carries
    the size at which the film is shown, upright and in square pixels.

    Args:
        film: the file.
        rate_hz: the project's rate, in which positions count.
        proxy: the film's proxy, if there is one already; it is used while playing and
            scrubbing, and for a first look at a still position.
    """

    frame_ready = Signal(QImage, object, bool)
    failed = Signal(str)
    opened = Signal(QSize)
    _arrived = Signal(object)
    _sorry = Signal(int, str)

    def __init__(
        self,
        film: Path,
        *,
        rate_hz: int,
        proxy: Path | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._rate_hz = rate_hz
        self._wish: Wish | None = None
        self._number = 0
        self._is_closed = False
        self._box_px = (0, 0)
        self._has_proxy = proxy is not None
        self._ahead = FramesAhead()
        self._arrived.connect(self._show_arrival)
        self._sorry.connect(self._tell_failure)
        self._thread = DecodingThread(
            film,
            self._ahead,
            arrived=self._arrived.emit,
            failed=self._sorry.emit,
            opened=lambda size: self.opened.emit(QSize(*size)),
        )
        self._thread.set_proxy(proxy)

    @property
    def has_proxy(self) -> bool:
        """Whether there is a proxy to play from."""
        return self._has_proxy

    def set_proxy(self, proxy: Path | None) -> None:
        """Use a proxy from now on."""
        self._has_proxy = proxy is not None
        self._thread.set_proxy(proxy)

    def set_box(self, box_px: tuple[int, int]) -> None:
        """Have pictures fit a width and height in device pixels; the one shown is made again."""
        box_px = max(2, box_px[0]), max(2, box_px[1])
        if box_px == self._box_px:
            return
        self._box_px = box_px
        self._thread.set_box(box_px)
        if self._wish is not None and self._wish.kind is not WishKind.PLAY:
            self._ask(WishKind.STILL, self._wish.seconds)

    def show(self, position_samples: int) -> None:
        """Want the exact picture of a position, from the film itself."""
        self._ask(WishKind.STILL, self._seconds(position_samples))

    def scrub(self, position_samples: int) -> None:
        """Want a picture near a position at once, and the exact one if the hand rests there."""
        self._ask(WishKind.SCRUB, self._seconds(position_samples))

    def play(self, position_samples: int, speed: float) -> None:
        """Show what is due at a position while playing; to be called as often as the screen draws.

        Args:
            position_samples: what is heard now.
            speed: 1.0 is normal, negative is backwards; 0.0 is as ``show``.
        """
        if speed == 0.0:
            self.show(position_samples)
            return
        seconds = self._seconds(position_samples)
        if self._begins_stretch(seconds, speed):
            self._number += 1
            self._ahead.begin(self._number, is_reverse=speed < 0)
        frame = self._ahead.take(seconds)
        self._wish = Wish(self._number, WishKind.PLAY, seconds, speed)
        self._thread.ask(self._wish)
        if frame is not None:
            self._tell(frame, is_exact=frame.is_on_screen(seconds))

    def close(self) -> None:
        """End the thread; nothing is told afterwards."""
        self._is_closed = True
        self._thread.close()

    def _seconds(self, position_samples: int) -> Fraction:
        # The middle of the sample: where a picture begins is rounded to the nearest sample.
        return Fraction(2 * position_samples + 1, 2 * self._rate_hz)

    def _ask(self, kind: WishKind, seconds: Fraction) -> None:
        self._number += 1
        self._wish = Wish(self._number, kind, seconds)
        self._thread.ask(self._wish)

    def _begins_stretch(self, seconds: Fraction, speed: float) -> bool:
        before = self._wish
        if before is None or before.kind is not WishKind.PLAY:
            return True
        if (before.speed < 0) != (speed < 0):
            return True
        ahead = (seconds - before.seconds) * (-1 if speed < 0 else 1)
        reach = _JUMP_SECONDS * max(1, round(abs(speed)))
        return not -Fraction(1, 20) <= ahead <= reach

    def _show_arrival(self, arrival: Arrival) -> None:
        """Show what was decoded, unless playing began since or something newer is shown."""
        wish = self._wish
        if self._is_closed or wish is None:
            return
        if wish.kind is WishKind.PLAY or (
            arrival.number != wish.number and wish.kind is WishKind.STILL
        ):
            return
        is_exact = arrival.is_exact and arrival.number == wish.number
        self._tell(arrival.frame, is_exact=is_exact)

    def _tell_failure(self, number: int, sentence: str) -> None:
        if not self._is_closed and number == self._number:
            self.failed.emit(sentence)

    def _tell(self, frame: ReadyFrame, *, is_exact: bool) -> None:
        begins = seconds_to_samples(frame.seconds, rate_hz=self._rate_hz)
        self.frame_ready.emit(frame.image, begins, is_exact)
