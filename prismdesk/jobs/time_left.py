"""How long a job still takes, estimated from the fractions it reports."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase

if TYPE_CHECKING:
    from prismdesk.engines.contract import Progress

LEAST_ELAPSED_SECONDS = 1.0
LEAST_REPORTS = 3
LEAST_FRACTION = 0.01
MEMORY_SECONDS = 8.0
_NO_MEASURE = (Phase.LOADING, Phase.PICTURE_FEATURES, Phase.ANALYSING)
"""Phases whose pace says nothing about how long the making takes."""


class TimeLeft:
    """Exponentially weighted speed: work done over time taken, both forgotten at one rate.

    What lies ``MEMORY_SECONDS`` back counts 1/e. Nothing is said until three reports, a second
    and a hundredth of the work have passed, so that the first number shown is worth something.
    """

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget the speed: what comes now is work of another kind."""
        self._first: tuple[float, float] | None = None
        self._last = (0.0, 0.0)
        self._reports = 0
        self._done = 0.0
        self._elapsed_seconds = 0.0

    def complete(self, progress: Progress, before: Progress | None, now_seconds: float) -> Progress:
        """Take a report and return it with the seconds left, where it doesn't say them itself.

        Args:
            progress: the report.
            before: the one before it.
            now_seconds: a clock that never goes back.
        """
        if before is not None and before.phase in _NO_MEASURE and progress.phase != before.phase:
            self.restart()
        seconds_left = self.update(progress.fraction, now_seconds)
        if progress.seconds_left is None and progress.phase not in _NO_MEASURE:
            return replace(progress, seconds_left=seconds_left)
        return progress

    def update(self, fraction: float, now_seconds: float) -> float | None:
        """Take a report and return the seconds left, or None while that can't be known.

        Args:
            fraction: share of the work done, 0 to 1; one that falls is taken as a standstill.
            now_seconds: a clock that never goes back.
        """
        if self._first is None:
            self._first = self._last = (fraction, now_seconds)
            return None
        done, elapsed_seconds = fraction - self._last[0], now_seconds - self._last[1]
        if done > 0.0 and elapsed_seconds > 0.0:
            self._reports += 1
            kept = math.exp(-elapsed_seconds / MEMORY_SECONDS)
            self._done = kept * self._done + done
            self._elapsed_seconds = kept * self._elapsed_seconds + elapsed_seconds
            self._last = (fraction, now_seconds)
        has_enough = (
            self._reports >= LEAST_REPORTS
            and now_seconds - self._first[1] >= LEAST_ELAPSED_SECONDS
            and self._last[0] - self._first[0] >= LEAST_FRACTION
        )
        if not has_enough:
            return None
        seconds_left = (1.0 - self._last[0]) * self._elapsed_seconds / self._done
        return max(0.0, seconds_left - (now_seconds - self._last[1]))
