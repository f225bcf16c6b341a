"""How fast a run goes, and its loss over the steps since it was last written down."""

from __future__ import annotations

import time
from dataclasses import dataclass

from prismdesk.engines.training.course import StepRecord

_KEPT = 0.9
_MOST_RECORDS = 2000


@dataclass(slots=True)
class _Fresh:
    """What came since the last record."""

    losses: float = 0.0
    norms: float = 0.0
    count: int = 0


class StepPace:
    """Gathers steps and gives records of them, at most 2000 in a run.

    Args:
        steps: of the whole run.
    """

    def __init__(self, steps: int) -> None:
        self._steps = steps
        self._every = max(1, -(-steps // _MOST_RECORDS))
        self._fresh = _Fresh()
        self._smoothed: float | None = None
        self._step = 0
        self._rates = (0.0, 0.0)
        self._seconds: float | None = None
        self._clock = time.monotonic()

    def begin(self, step: int, smoothed: float | None) -> None:
        """Go on from a step with its running mean."""
        self._step, self._smoothed = step, smoothed
        self.restart_clock()

    def restart_clock(self) -> None:
        """Leave out the time since the last step: it went by with something else."""
        self._clock = time.monotonic()

    def take(self, step: int, loss: float, norm: float, rates: tuple[float, float]) -> float:
        """Take a step that was done, and return the running mean of the loss."""
        self._step, self._rates = step, rates
        self._fresh.losses += loss
        self._fresh.norms += norm
        self._fresh.count += 1
        before = self._smoothed
        self._smoothed = loss if before is None else _KEPT * before + (1 - _KEPT) * loss
        now = time.monotonic()
        taken, self._clock = now - self._clock, now
        known = self._seconds
        self._seconds = taken if known is None else _KEPT * known + (1 - _KEPT) * taken
        return self._smoothed

    @property
    def is_due(self) -> bool:
        """Whether it is time for a record."""
        return self._step % self._every == 0

    @property
    def has_fresh(self) -> bool:
        """Whether steps were done since the last record."""
        return self._fresh.count > 0

    def record(self, memory_bytes: int) -> StepRecord:
        """Return the record of the steps since the one before."""
        fresh, self._fresh = self._fresh, _Fresh()
        count = max(1, fresh.count)
        return StepRecord(
            step=self._step,
            loss=fresh.losses / count,
            smoothed=self._smoothed or 0.0,
            lr=self._rates[0],
            lr_up=self._rates[1],
            gradient_norm=fresh.norms / count,
            seconds=self._seconds or 0.0,
            memory_bytes=memory_bytes,
        )

    def seconds_left(self, step: int) -> float | None:
        """Return how long the rest takes at the pace of the last steps; None before the first."""
        return None if self._seconds is None else self._seconds * (self._steps - step)
