"""How long the window's event loop stands still, while it is idle and while others work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from PySide6.QtCore import QObject, Qt, QTimer

if TYPE_CHECKING:
    from collections.abc import Callable

BUDGET_MS = 16.0
_LEAST_IDLE_SECONDS = 3.0
_MOST_IDLE_SECONDS = 15.0


class Gaps(NamedTuple):
    """Milliseconds between the ticks of a timer of 1 ms."""

    longest_ms: float
    p99_ms: float
    seconds: float


class LoopWatch(QObject):
    """Notes when a precise timer of 1 ms ticks."""

    def __init__(self) -> None:
        super().__init__()
        self._ticks: list[float] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(1)
        self._timer.timeout.connect(lambda: self._ticks.append(time.perf_counter()))

    def begin(self) -> None:
        """Start noting."""
        self._ticks = [time.perf_counter()]
        self._timer.start()

    def end(self) -> Gaps:
        """Stop; return what was noted."""
        self._timer.stop()
        self._ticks.append(time.perf_counter())
        between = np.diff(self._ticks) * 1000
        seconds = self._ticks[-1] - self._ticks[0]
        return Gaps(float(between.max()), float(np.percentile(between, 99)), seconds)


def watched(work: Callable[[], object]) -> Gaps:
    """Return the gaps while some work, which runs the event loop, is done."""
    watch = LoopWatch()
    watch.begin()
    work()
    return watch.end()


def idle_seconds(working: Gaps) -> float:
    """Return for how long the idle loop is to be watched: as long as the work, within reason."""
    return min(max(working.seconds, _LEAST_IDLE_SECONDS), _MOST_IDLE_SECONDS)
