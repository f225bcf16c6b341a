"""All jobs of a queue and their states; every method may be called from any thread."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prismdesk.jobs.states import (
    IllegalTransition,
    JobSnapshot,
    JobState,
    UnknownJob,
    check_transition,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


class JobBoard:
    """Jobs by id, in the order of their turns; each change is one step and is told.

    Args:
        jobs: those that are there from the start; not told.
        tell: called with each new snapshot, in the order of the changes, under ``lock``: it
            must only pass it on.
    """

    def __init__(self, jobs: Iterable[JobSnapshot], tell: Callable[[JobSnapshot], None]) -> None:
        self.lock = threading.RLock()
        self._changed = threading.Condition(self.lock)
        self._tell = tell
        self._jobs = {job.id: job for job in jobs}
        self._gone: dict[str, JobSnapshot] = {}
        self._sequence = 0

    def jobs(self) -> tuple[JobSnapshot, ...]:
        """Return the jobs that are not gone."""
        with self.lock:
            return tuple(self._jobs.values())

    def job(self, job_id: str) -> JobSnapshot:
        """Return a job as it is now, also one that is gone.

        Raises:
            UnknownJob: there never was one of that id.
        """
        with self.lock:
            found = self._jobs.get(job_id) or self._gone.get(job_id)
        if found is None:
            raise UnknownJob(f"There is no job {job_id}; it may have been cleared.")
        return found

    def has(self, job_id: str) -> bool:
        """Whether the id is in use, or was."""
        with self.lock:
            return job_id in self._jobs or job_id in self._gone

    def add(self, job: JobSnapshot) -> JobSnapshot:
        """Take a new job, the last of those that wait."""
        with self.lock:
            return self._keep(job)

    def change(self, job_id: str, **changes: Any) -> JobSnapshot:
        """Change fields of a job other than its state, by name."""
        with self.lock:
            return self._keep(replace(self.job(job_id), **changes))

    def move(self, job_id: str, state: JobState, **changes: Any) -> JobSnapshot:
        """Bring a job into another state, changing further fields by name.

        One that is then gone leaves the board.

        Raises:
            IllegalTransition: there is no way from its state to that one.
        """
        with self.lock:
            job = self.job(job_id)
            check_transition(job, state)
            return self._keep(replace(job, state=state, **changes))

    def first_queued(self) -> JobSnapshot | None:
        """Return the job whose turn it is."""
        with self.lock:
            queued = (job for job in self._jobs.values() if job.state is JobState.QUEUED)
            return next(queued, None)

    def shift(self, job_id: str, by: int) -> None:
        """Move a queued job by so many places among those that wait, backwards if negative.

        Past either end of the queue it comes to lie at that end. Jobs that aren't queued keep
        their places.

        Raises:
            UnknownJob: there is none of that id.
            IllegalTransition: it isn't queued.
        """
        with self.lock:
            job = self.job(job_id)
            if job.state is not JobState.QUEUED:
                raise IllegalTransition(
                    f"“{job.label}” is {job.state}; only jobs that wait can change places."
                )
            waiting = [one.id for one in self._jobs.values() if one.state is JobState.QUEUED]
            place = waiting.index(job_id)
            waiting.insert(max(0, min(place + by, len(waiting) - 1)), waiting.pop(place))
            turns = iter(waiting)
            order = [
                next(turns) if one.state is JobState.QUEUED else one.id
                for one in self._jobs.values()
            ]
            self._jobs = {one: self._jobs[one] for one in order}
            self._keep(job)

    def wait(self, job_id: str, timeout_seconds: float | None) -> JobSnapshot:
        """Wait until nothing more happens to a job by itself, and return it."""
        with self._changed:
            self._changed.wait_for(lambda: not self.job(job_id).state.is_underway, timeout_seconds)
            return self.job(job_id)

    def _keep(self, job: JobSnapshot) -> JobSnapshot:
        self._sequence += 1
        job = replace(job, sequence=self._sequence)
        if job.state.is_gone:
            self._jobs.pop(job.id, None)
            self._gone[job.id] = job
        else:
            self._jobs[job.id] = job
        self._changed.notify_all()
        self._tell(job)
        return job
