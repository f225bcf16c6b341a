"""Long work off the window's thread: each piece has a title, a bar, a time left and a cancel."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QObject, Signal

from prismdesk.errors import Cancelled, PrismDeskError
from prismdesk.jobs.time_left import TimeLeft
from prismdesk.ui.worker_threads import WorkerThreads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.ui.messages import Messages

_T = TypeVar("_T")
_SECONDS_BETWEEN_NEWS = 0.05


class BackgroundTask(Generic[_T]):
    """One piece of work; read it on the window's thread, cancel it from anywhere.

    ``fraction`` is the share done, 0 to 1; ``seconds_left`` is None until it can be known.
    ``has_ended`` is set once its thread has left the work.
    """

    def __init__(
        self,
        title: str,
        done: Callable[[_T], object],
        failed: Callable[[PrismDeskError], object],
        *,
        is_quiet: bool,
    ) -> None:
        self.title = title
        self.is_quiet = is_quiet
        self.fraction = 0.0
        self.seconds_left: float | None = None
        self.is_over = False
        self.has_ended = threading.Event()
        self._done = done
        self._failed = failed
        self._is_forgotten = False
        self._is_unwanted = threading.Event()
        self._time_left = TimeLeft()

    @property
    def is_cancelled(self) -> bool:
        """Whether it was told to stop."""
        return self._is_unwanted.is_set()

    def cancel(self) -> None:
        """Tell it to stop; it ends as soon as it can."""
        self._is_unwanted.set()

    def advance(self, fraction: float) -> None:
        """Note how far it is."""
        self.fraction = fraction
        self.seconds_left = self._time_left.update(fraction, time.monotonic())

    def forget(self) -> None:
        """Stop, and tell nobody: who waited is gone."""
        self._is_forgotten = True
        self.cancel()

    def tell(self, outcome: _Outcome) -> None:
        """Hand the outcome to who waits for it; a bug is raised here, where bugs are caught."""
        if self._is_forgotten:
            return
        if outcome.error is None:
            self._done(outcome.result)  # type: ignore[arg-type]  # what its own work returned
        elif isinstance(outcome.error, Cancelled):
            return
        elif isinstance(outcome.error, PrismDeskError):
            self._failed(outcome.error)
        else:
            raise outcome.error


@dataclass(frozen=True, slots=True)
class _Outcome:
    result: object
    error: BaseException | None


class Background(QObject):
    """Runs work in threads of its own and brings the outcome to the window's thread.

    ``started``, ``progressed`` and ``ended`` carry the ``BackgroundTask``; quiet tasks are not
    shown. What was cancelled ends in silence; an error without a handler of its own is told.
    """

    started = Signal(object)
    progressed = Signal(object)
    ended = Signal(object)
    # From the working threads to the window's: (task, fraction), (task, outcome).
    _advanced = Signal(object, float)
    _over = Signal(object, object)

    def __init__(self, messages: Messages, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._messages = messages
        self._tasks: list[BackgroundTask[Any]] = []
        self._hands = WorkerThreads()
        self._is_closed = False
        self._advanced.connect(self._advance)
        self._over.connect(self._end)

    @property
    def tasks(self) -> tuple[BackgroundTask[Any], ...]:
        """What is under way, oldest first."""
        return tuple(self._tasks)

    def run(
        self,
        title: str,
        work: Callable[[FractionDone, IsCancelled], _T],
        *,
        done: Callable[[_T], object],
        failed: Callable[[PrismDeskError], object] | None = None,
        quiet: bool = False,
        owner: QObject | None = None,
    ) -> BackgroundTask[_T]:
        """Start work now.

        Args:
            title: what is done, as a user would say it: "Opening Salt Road".
            work: called in a thread of its own with ``progress`` and ``cancelled``.
            done: called on the window's thread with what ``work`` returned.
            failed: called there with a ``PrismDeskError``; None tells it as a message.
            quiet: not shown; for what takes moments.
            owner: if it is destroyed before the work ends, nobody is told.
        """
        task = BackgroundTask(title, done, failed or self._messages.error, is_quiet=quiet)
        if owner is not None:
            owner.destroyed.connect(task.forget)
        self._tasks.append(task)
        self.started.emit(task)
        self._hands.do(f"background: {title}", lambda: self._work(task, work))
        return task

    def stop(self, tasks: Iterable[BackgroundTask[Any]]) -> None:
        """Cancel tasks and wait until they have ended; their outcomes are not told."""
        stopped = [task for task in tasks if task in self._tasks]
        for task in stopped:
            task.cancel()
        for task in stopped:
            task.has_ended.wait()
            self._tasks.remove(task)
            task.is_over = True
            self.ended.emit(task)

    def close(self) -> None:
        """Cancel everything and wait for it; no outcome is told afterwards."""
        self._is_closed = True
        for task in self._tasks:
            task.cancel()
        self._hands.close()
        self._tasks.clear()

    def _work(
        self, task: BackgroundTask[_T], work: Callable[[FractionDone, IsCancelled], _T]
    ) -> None:
        told_seconds = 0.0

        def advance(fraction: float) -> None:
            nonlocal told_seconds
            now = time.monotonic()
            if fraction >= 1.0 or now - told_seconds >= _SECONDS_BETWEEN_NEWS:
                told_seconds = now
                self._advanced.emit(task, fraction)

        try:
            outcome = _Outcome(work(advance, lambda: task.is_cancelled), None)
        except BaseException as error:  # noqa: BLE001  (raised again on the window's thread)
            outcome = _Outcome(None, error)
        self._over.emit(task, outcome)
        task.has_ended.set()

    def _advance(self, task: BackgroundTask[Any], fraction: float) -> None:
        if task in self._tasks:
            task.advance(fraction)
            self.progressed.emit(task)

    def _end(self, task: BackgroundTask[Any], outcome: _Outcome) -> None:
        if self._is_closed or task not in self._tasks:
            return
        task.is_over = True
        self._tasks.remove(task)
        self.ended.emit(task)
        task.tell(outcome)
