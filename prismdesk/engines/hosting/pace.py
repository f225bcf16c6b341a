"""How fast a stage goes, measured by its own steps."""

from __future__ import annotations

from collections import deque
from statistics import median

_REMEMBERED = 8
"""Steps whose time counts: the pace of a machine that others work on, too, changes."""


class Pace:
    """Seconds that the whole of a stage takes, by what its steps took so far.

    The first step of a stage is left out: it also pays for loading, for choosing and recording
    kernels, for the allocator. Of the others the median counts, so that one that was held up
    misleads nobody.
    """

    def __init__(self) -> None:
        self._seconds_per_share: deque[float] = deque(maxlen=_REMEMBERED)
        self._last: tuple[float, float] | None = None
        self._reports = 0

    def begin(self) -> None:
        """Say that a stage begins; the pace of the one before is no measure for it."""
        self._seconds_per_share.clear()
        self._last = None
        self._reports = 0

    def reached(self, share: float, now_seconds: float) -> None:
        """Say that so much of the stage is done, 0 to 1, at a time that never goes back."""
        last = self._last
        if last is not None and share <= last[0]:
            # Another look at the same place, or work that begins anew.
            return
        if last is not None and self._reports >= 1:
            self._seconds_per_share.append((now_seconds - last[1]) / (share - last[0]))
        if share > 0.0:
            self._reports += 1
        self._last = (share, now_seconds)

    def leave_out(self, seconds: float) -> None:
        """Say that so much of the time since the last report went into something else."""
        if self._last is not None:
            self._last = (self._last[0], self._last[1] + seconds)

    @property
    def whole_seconds(self) -> float | None:
        """What all of the stage takes; None until two steps are done."""
        return median(self._seconds_per_share) if self._seconds_per_share else None
