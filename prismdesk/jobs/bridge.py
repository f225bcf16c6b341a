"""The queue of jobs as Qt signals on the window's thread."""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from prismdesk.engines.weights.one_look import one_look
from prismdesk.errors import InputError
from prismdesk.jobs.states import JobSnapshot, JobState

if TYPE_CHECKING:
    from prismdesk.jobs.queue import JobQueue


class HasQueue(Protocol):
    """Whatever has a queue of jobs, such as an open session."""

    @property
    def queue(self) -> JobQueue:
        """The jobs."""


class JobBridge(QObject):
    """Tells of jobs on the thread that it was made on, and passes wishes on to their queue.

    The queue calls its listeners on its own thread. A snapshot is laid into a box there, and the
    window's thread is woken once for all that lie in it; of a job's several only the newest is
    told, and none that is older than one told before.
    """

    job_changed = Signal(object)
    """A ``JobSnapshot`` of a job that is in the queue."""
    job_gone = Signal(str)
    """The id of a job that was cancelled or cleared."""
    paused_changed = Signal(bool)

    _woken = Signal()

    def __init__(self, session: HasQueue, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.queue = session.queue
        self._box_lock = threading.Lock()
        self._box: dict[str, JobSnapshot] = {}
        self._told: dict[str, int] = {}
        self._is_closed = False
        self._was_paused = self.queue.is_paused
        self._woken.connect(self._tell, Qt.ConnectionType.QueuedConnection)
        self._unsubscribe = self.queue.subscribe(self._put)

    def jobs(self) -> tuple[JobSnapshot, ...]:
        """Return all jobs, those that wait in the order of their turns."""
        return self.queue.jobs()

    def running(self) -> JobSnapshot | None:
        """Return the job that is being made, or None."""
        states = (JobState.RUNNING, JobState.CANCELLING)
        return next((job for job in self.jobs() if job.state in states), None)

    def newest_of_region(self, region_id: str) -> JobSnapshot | None:
        """Return the job to show in a region: the one underway first, else the latest."""
        jobs = [job for job in self.jobs() if job.spec.region_id == region_id]
        underway = [job for job in jobs if job.state.is_underway]
        running = [job for job in underway if job.state is not JobState.QUEUED]
        return next(iter([*running, *underway, *reversed(jobs)]), None)

    @property
    def is_paused(self) -> bool:
        """Whether no further job starts."""
        return self.queue.is_paused

    def set_paused(self, is_paused: bool) -> None:
        """Hold the queue, or let it go on."""
        if is_paused:
            self.queue.pause()
        else:
            self.queue.resume()
        self.tell_pause()

    def tell_pause(self) -> None:
        """Tell by ``paused_changed`` if the queue is held or goes on since it was last asked.

        A full disk holds it, and room lets it go on, without anybody's wish.
        """
        is_paused = self.queue.is_paused
        if is_paused != self._was_paused:
            self._was_paused = is_paused
            self.paused_changed.emit(is_paused)

    def cancel(self, job_id: str) -> None:
        """Cancel a job; nothing happens if it is over already."""
        with suppress(InputError):
            self.queue.cancel(job_id)

    def hear_so_far(self, job_id: str) -> None:
        """Have a running job's sound so far made heard; nothing happens if it doesn't run."""
        with suppress(InputError):
            self.queue.hear_so_far(job_id)

    def enough(self, job_id: str) -> None:
        """End a running job with what it has; nothing happens if it doesn't run."""
        with suppress(InputError):
            self.queue.enough(job_id)

    def retry(self, job_id: str, *, device: str = "", offload: str = "") -> None:
        """Make a failed or interrupted job again; nothing happens if it is in another state.

        Args:
            job_id: the job.
            device: this once compute there.
            offload: this once ``keep`` networks on the device or ``offload`` them.
        """
        with suppress(InputError):
            self.queue.retry(job_id, device=device, offload=offload)

    def clear(self, job_id: str) -> None:
        """Forget a job that is over; nothing happens if it is underway or gone."""
        with suppress(InputError):
            self.queue.clear(job_id)

    def reorder(self, job_id: str, by: int) -> None:
        """Move a job that waits by so many places; nothing happens if it doesn't wait."""
        with suppress(InputError):
            self.queue.reorder(job_id, by)

    def close(self) -> None:
        """Tell nothing any more; a second call does nothing."""
        self._is_closed = True
        self._unsubscribe()

    def _put(self, job: JobSnapshot) -> None:
        # On the queue's thread.
        with self._box_lock:
            is_first = not self._box
            self._box[job.id] = job
            if is_first and not self._is_closed:
                self._woken.emit()

    @Slot()
    def _tell(self) -> None:
        with self._box_lock:
            jobs, self._box = list(self._box.values()), {}
        if not self._is_closed:
            self.tell_pause()
        with one_look():
            self._tell_of(jobs)

    def _tell_of(self, jobs: list[JobSnapshot]) -> None:
        for job in jobs:
            if self._is_closed or job.sequence <= self._told.get(job.id, 0):
                continue
            self._told[job.id] = job.sequence
            if job.state.is_gone:
                self.job_gone.emit(job.id)
            else:
                self.job_changed.emit(job)
