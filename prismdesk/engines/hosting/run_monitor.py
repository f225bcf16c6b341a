"""Progress and cancelling of one run, shared by all its stages."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase, Progress
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.engines.contract import IsCancelled, ReportProgress

_TOLD_FROM_FRACTION = 0.05
_TOLD_FROM_SECONDS = 0.5


class RunMonitor:
    """Tells how far a run is and stops it when it is no longer wanted.

    Every stage owns the share of the whole that its cost has among those still to do;
    ``fraction`` never falls, whatever turns out to be done already.

    Args:
        report: told of progress.
        cancelled: asked often.
        costs: what each stage costs, in any unit.
    """

    def __init__(
        self, report: ReportProgress, cancelled: IsCancelled, costs: Mapping[str, float]
    ) -> None:
        self._report = report
        self.cancelled = cancelled
        self._left = dict(costs)
        self._done = 0.0
        self._stage = ""
        self._fraction = 0.0
        self._envelope: tuple[float, ...] | None = None
        self._started_seconds = time.monotonic()

    def check(self) -> None:
        """Raise ``Cancelled`` if the run is no longer wanted; cheap, call it often."""
        raise_if_cancelled(self.cancelled)

    def begin(self, stage: str, phase: Phase) -> None:
        """Say that a stage begins; the one before is done."""
        self.finish()
        self._stage = stage
        self.at(phase, 0, 0)

    def skip(self, stage: str) -> None:
        """Say that a stage isn't needed after all."""
        self._left.pop(stage, None)

    def finish(self) -> None:
        """Say that the present stage is done."""
        self._done += self._left.pop(self._stage, 0.0)
        self._stage = ""

    def at(
        self,
        phase: Phase,
        step: int,
        steps: int,
        *,
        share: float | None = None,
        envelope: tuple[float, ...] | None = None,
    ) -> None:
        """Report a step of the present stage, and check for a cancel.

        ``share`` of the stage is done, 0 to 1: step of steps if None. An envelope stays until
        there is a newer one.
        """
        self.check()
        self._envelope = envelope or self._envelope
        within = share if share is not None else step / steps if steps else 0.0
        spent = self._done + within * self._left.get(self._stage, 0.0)
        whole = self._done + sum(self._left.values())
        self._fraction = max(self._fraction, min(1.0, spent / whole if whole else 0.0))
        self._tell(phase, step, steps)

    def tell(self, phase: Phase) -> None:
        """Say that something else is done within the present stage, and check for a cancel."""
        self.check()
        self._tell(phase, 0, 0)

    def done(self, phase: Phase) -> None:
        """Report that the whole run is done."""
        self.finish()
        self._fraction = 1.0
        self._tell(phase, 0, 0)

    def _tell(self, phase: Phase, step: int, steps: int) -> None:
        spent_seconds = time.monotonic() - self._started_seconds
        left_seconds = None
        if self._fraction > _TOLD_FROM_FRACTION and spent_seconds > _TOLD_FROM_SECONDS:
            left_seconds = spent_seconds * (1.0 - self._fraction) / self._fraction
        self._report(
            Progress(
                phase=phase,
                step=step,
                steps=steps,
                fraction=self._fraction,
                seconds_left=left_seconds,
                envelope=self._envelope,
            )
        )
