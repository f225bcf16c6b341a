"""Pictures decoded ahead of playback, waiting for their time."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from PySide6.QtGui import QImage

MOST_FRAMES = 8


@dataclass(frozen=True, slots=True)
class ReadyFrame:
    """A picture ready to be shown; times count from the film's first picture.

    ``until`` is when the film's next picture begins, None for its last.
    """

    image: QImage
    seconds: Fraction
    until: Fraction | None

    def is_on_screen(self, seconds: Fraction) -> bool:
        """Whether it is the film's picture at a time."""
        return self.seconds <= seconds and (self.until is None or seconds < self.until)


class FramesAhead:
    """Handed from the thread that decodes to the one that shows, in the order of playing.

    Each stretch of playing is a run with a number; frames of an earlier run are dropped.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._frames: deque[ReadyFrame] = deque()
        self._run = 0
        self._is_reverse = False
        self._taken: ReadyFrame | None = None
        self._last: ReadyFrame | None = None

    def begin(self, run: int, *, is_reverse: bool) -> None:
        """Drop everything; frames of this run come next."""
        with self._lock:
            self._frames.clear()
            self._run, self._is_reverse = run, is_reverse
            self._taken = self._last = None

    def is_full(self) -> bool:
        """Whether enough are waiting."""
        with self._lock:
            return len(self._frames) >= MOST_FRAMES

    def add(self, run: int, frame: ReadyFrame) -> None:
        """Add the next frame of a run.

        A file that takes over from another (a proxy that has just come) begins where playing is:
        what was handed on before from the other file isn't shown a second time.
        """
        with self._lock:
            if run == self._run and self._goes_on(frame):
                self._frames.append(frame)
                self._last = frame

    def take(self, seconds: Fraction) -> ReadyFrame | None:
        """Return the frame to show at a time, None if what is shown can stay.

        Frames whose time has passed already are dropped: of those due, the last one comes.
        """
        due: ReadyFrame | None = None
        with self._lock:
            while self._frames and self._is_due(seconds):
                due = self._taken = self._frames.popleft()
        return due

    def _goes_on(self, frame: ReadyFrame) -> bool:
        if self._last is None:
            return True
        earlier, later = self._last.seconds, frame.seconds
        return later < earlier if self._is_reverse else later > earlier

    def _is_due(self, seconds: Fraction) -> bool:
        if not self._is_reverse:
            return self._frames[0].seconds <= seconds
        # Backwards, a frame's turn comes when the time falls below what was shown before it.
        return self._taken is None or seconds < self._taken.seconds
