"""What a run tells: to its folder for whoever looks later, and to who watches now."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from prismdesk.engines.training.course import EndRecord
from prismdesk.engines.training.tasks import WorkReport

if TYPE_CHECKING:
    from prismdesk.engines.training.course import Record
    from prismdesk.engines.training.run_files import RunFolder, Status
    from prismdesk.engines.training.tasks import Wish

_TELL_EVERY_SECONDS = 1.0


class TrainingHands(Protocol):
    """Who watches a run and may want it to end."""

    def wanted(self) -> Wish:
        """Return what is wanted; asked before every step."""
        ...

    def report(self, report: WorkReport) -> None:
        """Hear how far the run is; told after every step."""
        ...


class Telling:
    """Writes course and state of a run, and reports.

    Args:
        folder: of the run.
        hands: who watches.
        steps: of the whole run.
    """

    def __init__(self, folder: RunFolder, hands: TrainingHands, steps: int) -> None:
        self._folder = folder
        self._hands = hands
        self._steps = steps
        self._told_at = 0.0

    def append(self, record: Record) -> None:
        """Write one more record down.

        Raises:
            OSError: the disk gave up.
        """
        self._folder.append(record)

    def state(self, status: Status, step: int, seconds_left: float | None = None) -> None:
        """Write down how far the run is.

        Raises:
            OSError: the disk gave up.
        """
        self._told_at = time.monotonic()
        self._folder.update_state(
            status=status, step=step, steps=self._steps, sentence="", seconds_left=seconds_left
        )

    def state_now_and_then(self, step: int, seconds_left: float | None) -> None:
        """Write down how far training is, at most once a second.

        Raises:
            OSError: the disk gave up.
        """
        if time.monotonic() - self._told_at > _TELL_EVERY_SECONDS:
            self.state("training", step, seconds_left)

    def failed(self, step: int, sentence: str) -> None:
        """Write down that the run failed, as far as the disk lets us."""
        with suppress(OSError):
            self._folder.append(EndRecord(step=step, reason="failed"))
        with suppress(OSError):
            self._folder.update_state(
                status="failed", step=step, sentence=sentence, seconds_left=None
            )

    def report(self, step: int, seconds_left: float | None, *, gives_way: bool = False) -> None:
        """Tell who watches how far it is."""
        self._hands.report(
            WorkReport(
                words="Training",
                fraction=step / self._steps,
                step=step,
                steps=self._steps,
                seconds_left=seconds_left,
                gives_way=gives_way,
            )
        )
