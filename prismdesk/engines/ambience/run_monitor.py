"""Progress and cancelling of one run, shared by every part of the work."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase, Progress
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.engines.contract import ReportProgress
    from prismdesk.progress import IsCancelled


class RunMonitor:
    """Tells how far a run is and stops it when it is no longer wanted.

    ``fraction`` of the whole run never falls. Each take owns an equal share of it.
    """

    def __init__(self, report: ReportProgress, cancelled: IsCancelled, *, takes: int) -> None:
        self._report = report
        self._cancelled = cancelled
        self._takes = takes
        self._take = 0
        self._fraction = 0.0
        self._started_seconds = time.monotonic()

    def check(self) -> None:
        """Raise ``Cancelled`` if the run is no longer wanted; cheap, call it often."""
        raise_if_cancelled(self._cancelled)

    def begin_take(self, index: int) -> None:
        """Say that take ``index`` (from 0) starts now."""
        self._take = index
        self.at(Phase.ANALYSING, 0.0)

    def at(self, phase: Phase, share: float, *, step: int = 0, steps: int = 0) -> None:
        """Report that ``share`` (0 to 1) of the present take is done, and check for a cancel."""
        self.check()
        fraction = (self._take + min(max(share, 0.0), 1.0)) / self._takes
        self._fraction = max(self._fraction, fraction)
        spent_seconds = time.monotonic() - self._started_seconds
        left_seconds = None
        if self._fraction > 0.05 and spent_seconds > 0.2:
            left_seconds = spent_seconds * (1.0 - self._fraction) / self._fraction
        self._report(
            Progress(
                phase=phase,
                step=step,
                steps=steps,
                fraction=self._fraction,
                seconds_left=left_seconds,
            )
        )
