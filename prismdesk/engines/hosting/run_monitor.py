"""Progress and cancelling of one run, shared by all its stages."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase, Progress
from prismdesk.engines.hosting.pace import Pace
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prismdesk.engines.contract import DeviceMemory, ReportProgress
    from prismdesk.progress import IsCancelled

_MEMORY_INTERVAL_SECONDS = 0.5


class RunMonitor:
    """Tells how far a run is and stops it when it is no longer wanted.

    Every stage owns the share of the whole that its cost has among those still to do. Once steps
    were measured, the time left is told, and ``fraction`` is the share of the time instead: costs,
    which are estimates, then only say how the stages after it compare. It never falls, whatever
    turns out to be done already or to take longer.

    Args:
        report: told of progress.
        cancelled: asked often.
        costs: what each stage costs, in any unit.
        memory: tells how full the device is; asked twice a second at most.
        clock: seconds that never go back, for tests.
    """

    def __init__(
        self,
        report: ReportProgress,
        cancelled: IsCancelled,
        costs: Mapping[str, float],
        *,
        memory: Callable[[], DeviceMemory | None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._report = report
        self.cancelled = cancelled
        self._left = dict(costs)
        self._done = 0.0
        self._stage = ""
        self._fraction = 0.0
        self._envelope: tuple[float, ...] | None = None
        self._clock = clock
        self._pace = Pace()
        self._within = 0.0
        self._expected: dict[str, float] = {}
        self._seconds_per_cost: float | None = None
        self._steps_seconds = 0.0
        self._began = clock()
        self._left_out_seconds = 0.0
        self._spent_seconds = 0.0
        self._read_memory = memory
        self._memory: DeviceMemory | None = None
        self._memory_read_seconds = float("-inf")

    def check(self) -> None:
        """Raise ``Cancelled`` if the run is no longer wanted; cheap, call it often."""
        raise_if_cancelled(self.cancelled)

    def begin(self, stage: str, phase: Phase) -> None:
        """Say that a stage begins; the one before is done."""
        self.finish()
        self._stage = stage
        self._pace.begin()
        self.at(phase, 0, 0)

    def skip(self, stage: str) -> None:
        """Say that a stage isn't needed after all."""
        self._left.pop(stage, None)

    def finish(self) -> None:
        """Say that the present stage is done."""
        self._done += self._left.pop(self._stage, 0.0)
        self._stage = ""
        self._within = 0.0
        self._pace.begin()

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
        self._within = within
        self._pace.reached(within, self._clock())
        self._measure(phase)
        self._advance()
        self._tell(phase, step, steps)

    def tell(self, phase: Phase) -> None:
        """Say that something else is done within the present stage, and check for a cancel."""
        self.check()
        self._tell(phase, 0, 0)

    def done(self, phase: Phase) -> None:
        """Report that the whole run is done."""
        self.finish()
        self._left.clear()
        self._fraction = 1.0
        self._tell(phase, 0, 0)

    @contextmanager
    def left_out(self) -> Iterator[None]:
        """Have what is done in the block not count as time that the present stage takes."""
        began = self._clock()
        try:
            yield
        finally:
            seconds = self._clock() - began
            self._left_out_seconds += seconds
            self._pace.leave_out(seconds)

    def expect(self, stage: str, seconds: float) -> None:
        """Say how long a later stage takes, as measured on a piece of its work."""
        self._expected[stage] = seconds

    def _advance(self) -> None:
        """Say how far the run is: by the time that it takes if that is known, else by costs."""
        before_seconds = self._spent_seconds
        self._spent_seconds = self._clock() - self._began - self._left_out_seconds
        left = self._seconds_left()
        if left is None:
            spent = self._done + self._within * self._left.get(self._stage, 0.0)
            whole = self._done + sum(self._left.values())
            reached = spent / whole if whole else 0.0
        elif (whole := self._spent_seconds + left) > 0.0:
            reached = self._spent_seconds / whole
            # Where the bar is ahead of the time, what is left of it shrinks as the time left does.
            step = max(0.0, self._spent_seconds - before_seconds)
            shrunk = left / (left + step) if step else 1.0
            reached = max(reached, 1.0 - (1.0 - self._fraction) * shrunk)
        else:
            reached = 0.0
        self._fraction = max(self._fraction, min(1.0, reached))

    def _measure(self, phase: Phase) -> None:
        """Learn from steps what a unit of cost takes here; other stages are no measure."""
        whole, cost = self._pace.whole_seconds, self._left.get(self._stage, 0.0)
        if phase is Phase.STEP and whole is not None and cost > 0.0:
            self._seconds_per_cost = whole / cost
            self._steps_seconds = whole

    def _seconds_left(self) -> float | None:
        """What the run still takes; None until steps were measured."""
        if self._seconds_per_cost is None:
            return None
        cost = self._left.get(self._stage, 0.0)
        whole = self._pace.whole_seconds
        if whole is None:
            whole = self._expected.get(self._stage, self._guessed_seconds(cost))
        later = [name for name in self._left if name != self._stage]
        measured = sum(self._expected[name] for name in later if name in self._expected)
        guessed = sum(self._left[name] for name in later if name not in self._expected)
        return (1.0 - self._within) * whole + measured + self._guessed_seconds(guessed)

    def _guessed_seconds(self, cost: float) -> float:
        # Costs compare networks of other kinds: a guess from them never outweighs what is measured.
        return min(cost * (self._seconds_per_cost or 0.0), self._steps_seconds)

    def _memory_now(self) -> DeviceMemory | None:
        now = self._clock()
        if now - self._memory_read_seconds >= _MEMORY_INTERVAL_SECONDS:
            self._memory_read_seconds = now
            self._memory = self._read_memory()
        return self._memory

    def _tell(self, phase: Phase, step: int, steps: int) -> None:
        self._report(
            Progress(
                phase=phase,
                step=step,
                steps=steps,
                fraction=self._fraction,
                seconds_left=self._seconds_left(),
                envelope=self._envelope,
                memory=self._memory_now(),
            )
        )
