"""Regions on their way into the queue: masks are drawn, the sound around them is read."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from prismdesk.progress import FractionDone, IsCancelled, raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.errors import PrismDeskError
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Region
    from prismdesk.ui.background import Background, BackgroundTask

Queue = Callable[[FractionDone, IsCancelled], "JobSnapshot"]
"""Queues a region, in another thread than the window's."""

_LOOK_SECONDS = 0.05


class _Turn:
    """A place in a row, left at the end of the ``with`` block."""

    def __init__(self, row: list[_Turn], moved: threading.Condition) -> None:
        self._row = row
        self._moved = moved
        with moved:
            row.append(self)

    def wait(self, cancelled: IsCancelled) -> None:
        """Wait until all before it have left."""
        with self._moved:
            while self._row[0] is not self:
                raise_if_cancelled(cancelled)
                self._moved.wait(_LOOK_SECONDS)
        raise_if_cancelled(cancelled)

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        with self._moved:
            self._row.remove(self)
            self._moved.notify_all()


class Preparing(QObject):
    """Queues regions off the window's thread, one after the other, as they were asked for.

    Args:
        background: does it; where masks are drawn with a bar and a cancel, else quietly.
        parent: owns it.
    """

    changed = Signal(object)
    """The id of a region that begins, goes on or ends."""

    def __init__(self, background: Background, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = background
        self._tasks: dict[RegionId, list[BackgroundTask[Any]]] = {}
        self._row: list[_Turn] = []
        self._moved = threading.Condition()
        background.progressed.connect(self._follow)
        background.ended.connect(self._end)

    def task_of(self, region_id: RegionId) -> BackgroundTask[Any] | None:
        """Return what is done for a region before all else; it is quiet if no mask is drawn."""
        tasks = self._tasks.get(region_id)
        return tasks[0] if tasks else None

    def begin(
        self,
        region: Region,
        queue: Queue,
        *,
        draws_masks: bool,
        failed: Callable[[PrismDeskError], object],
    ) -> None:
        """Queue a region as soon as those before it are.

        Args:
            region: what is wanted.
            queue: queues it.
            draws_masks: whether it has masks to be drawn, which takes longest.
            failed: called on the window's thread with why it couldn't be queued.
        """

        def work(progress: FractionDone, cancelled: IsCancelled) -> None:
            with turn:
                turn.wait(cancelled)
                queue(progress, cancelled)

        turn = _Turn(self._row, self._moved)
        what = "Drawing the masks of" if draws_masks else "Listening around"
        task = self._background.run(
            f"{what} {region.name or 'the region'}",
            work,
            done=lambda _: None,
            failed=failed,
            quiet=not draws_masks,
        )
        self._tasks.setdefault(region.id, []).append(task)
        self.changed.emit(region.id)

    def cancel(self, region_id: RegionId) -> None:
        """Queue no job for a region that isn't queued yet."""
        for task in self._tasks.get(region_id, ()):
            task.cancel()

    def close(self) -> None:
        """Queue nothing more, and wait until nothing is read."""
        self._background.stop([task for tasks in self._tasks.values() for task in tasks])

    def _follow(self, task: BackgroundTask[Any]) -> None:
        for region_id, tasks in self._tasks.items():
            if task in tasks:
                self.changed.emit(region_id)

    def _end(self, task: BackgroundTask[Any]) -> None:
        for region_id, tasks in tuple(self._tasks.items()):
            if task in tasks:
                tasks.remove(task)
                if not tasks:
                    del self._tasks[region_id]
                self.changed.emit(region_id)
