"""The queue of jobs: one after another in the engine process, each in a state with a name.

Its public methods may be called from any thread: they check and change states at once and
return. Everything about the process happens on the queue's own thread (`queue_thread`), and there
the listeners are called, in the order in which things happened.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prismdesk.jobs.client import CATALOGUE
from prismdesk.jobs.hands import remove_heard
from prismdesk.jobs.messages import (
    DropKept,
    Enough,
    HearSoFar,
    ProcessStatus,
    StopWarmUp,
    Unload,
    WarmUpNews,
    Workplace,
)
from prismdesk.jobs.queue_thread import QueueThread
from prismdesk.jobs.records import JobRecord, JobRecords
from prismdesk.jobs.states import IllegalTransition, JobSnapshot, JobState, UnknownJob
from prismdesk.jobs.take_files import remove_takes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from prismdesk.jobs.spec import JobSpec

    Listener = Callable[[JobSnapshot], None]

GRACE_SECONDS = 5.0


class JobQueue:
    """The jobs of one project. Close it, or use it as a context manager.

    Jobs that an earlier run of the program left are there from the start: finished ones whose
    takes never reached the project, failed ones, and interrupted ones, to be retried or cleared.

    Args:
        project_folder: jobs are recorded in its ``jobs/``, takes written to its ``takes/``.
        grace_seconds: how long a cancelled job may take to stop before its process is ended.
        engine_source: ``module:function`` making an engine of an id, for tests.
        workplace: asked for the user's choices whenever a job starts, on the queue's thread.
    """

    def __init__(
        self,
        project_folder: Path,
        *,
        grace_seconds: float = GRACE_SECONDS,
        engine_source: str = CATALOGUE,
        workplace: Callable[[], Workplace] = Workplace,
    ) -> None:
        self._folder = project_folder.resolve()
        self._records = JobRecords(self._folder)
        self._thread = QueueThread(
            self._folder,
            self._records,
            grace_seconds=grace_seconds,
            engine_source=engine_source,
            workplace=workplace,
        )
        self._board = self._thread.board
        for job in self._board.jobs():
            if job.state is not JobState.FINISHED:
                remove_takes(job.spec, self._folder)
            remove_heard(self._folder, job.id)
        self._thread.start()

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self._folder

    @property
    def unreadable(self) -> tuple[str, ...]:
        """One sentence for each stored job that could not be read at the start."""
        return self._records.unreadable

    def jobs(self) -> tuple[JobSnapshot, ...]:
        """Return all jobs that are not gone, the queued ones in the order of their turns."""
        return self._board.jobs()

    def job(self, job_id: str) -> JobSnapshot:
        """Return a job as it is now, also one that is gone since the queue was made.

        Raises:
            UnknownJob: there is none of that id.
        """
        return self._board.job(job_id)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Have a function called with every change of every job, on the queue's own thread.

        Returns:
            A function that ends this.
        """
        return self._thread.listeners.add(listener)

    def submit(self, spec: JobSpec, *, label: str) -> JobSnapshot:
        """Record a job on disk and queue it; ``label`` tells the user in a few words which it is.

        Raises:
            MediaWorkError: it can't be recorded.
            ValueError: a job of that id was there before, or the queue is closed.
        """
        if self._thread.is_closed or self._board.has(spec.job_id):
            raise ValueError(f"{spec.job_id} can't be queued: closed, or used before")
        created_utc = datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        self._records.create(JobRecord(label=label, created_utc=created_utc, spec=spec))
        job = self._board.add(
            JobSnapshot(
                spec=spec,
                label=label,
                state=JobState.QUEUED,
                created_utc=created_utc,
                log_path=self._records.log_path,
            )
        )
        self._thread.post(self._thread.start_next)
        return job

    def cancel(self, job_id: str) -> None:
        """Take a queued job out of the queue, or stop a running one; it will be gone.

        A second call while it is being stopped does nothing.

        Raises:
            UnknownJob, IllegalTransition: it isn't queued or running.
        """
        with self._board.lock:
            state = self._board.job(job_id).state
            if state is JobState.CANCELLING:
                return
            if state is JobState.QUEUED:
                self._thread.let_go(job_id, JobState.CANCELLED)
                return
            self._board.move(job_id, JobState.CANCELLING)
        self._thread.post(lambda: self._thread.ask_to_stop(job_id))

    def retry(self, job_id: str, *, device: str = "", offload: str = "") -> None:
        """Queue a failed or interrupted job again, with its stored inputs, in a new process.

        One whose sound is made, but had no room, is written once more instead.

        Args:
            job_id: the job.
            device: where to compute this time, in place of the user's choice for all jobs.
            offload: likewise, whether networks wait in main memory.

        Raises:
            UnknownJob, IllegalTransition: it is in another state.
        """
        failure = self._board.job(job_id).failure
        if failure is not None and (failure.is_kept or failure.saved_takes):
            self.write_kept(job_id)
            return
        # In one step: the queue's thread may be about to look for the next job.
        with self._board.lock:
            self._board.move(job_id, JobState.QUEUED, failure=None, progress=None)
            self._thread.retries.ask(job_id, device=device, offload=offload)
        self._records.forget_failure(job_id)
        self._thread.post(self._thread.start_next)

    def take_up(self, job_ids: Sequence[str]) -> None:
        """Let jobs go on that an earlier end of the program interrupted, in their old order.

        Those in another state stay as they are.
        """
        for job_id in job_ids:
            with self._board.lock, suppress(UnknownJob):
                if self._board.job(job_id).state is JobState.INTERRUPTED:
                    self._board.move(job_id, JobState.QUEUED, progress=None)
        self._thread.post(self._thread.start_next)

    def write_kept(self, job_id: str, folder: Path | None = None) -> None:
        """Write what a job made and had no room for, once nothing else is under way.

        Where it was saved elsewhere before, it is brought into the project from there. Once it
        is in, the jobs go on that were held back for lack of room.

        Args:
            job_id: a failed job.
            folder: write it there instead of into the project.

        Raises:
            UnknownJob: there is none of that id.
            IllegalTransition: nothing of it is kept or was saved.
        """
        job = self._board.job(job_id)
        if job.state is not JobState.FAILED or job.failure is None:
            raise IllegalTransition(f"“{job.label}” is {job.state}; nothing of it is kept.")
        if not (job.failure.is_kept or job.failure.saved_takes):
            raise IllegalTransition(f"Nothing of “{job.label}” is kept any more; make it again.")
        self._thread.post(lambda: self._thread.write_kept(job_id, folder))

    def clear(self, job_id: str) -> None:
        """Forget a finished, failed or interrupted job; takes that it made stay on disk.

        For finished jobs: to be called once the takes are part of the project.

        Raises:
            UnknownJob, IllegalTransition: it is in another state.
        """
        failure = self._board.job(job_id).failure
        self._board.move(job_id, JobState.CLEARED)
        # On the queue's own thread: the window's must not wait for the disk.
        self._thread.post(lambda: self._records.remove(job_id))
        if failure is not None and failure.is_kept:
            self._thread.post(lambda: self._thread.process.send(DropKept(job_id=job_id)))

    @property
    def is_paused(self) -> bool:
        """Whether no further job starts until ``resume``."""
        return self._thread.hold.is_paused

    def pause(self) -> None:
        """Start no further job; one that runs goes on to its end.

        The queue does so by itself when a disk is full.
        """
        self._thread.hold.pause()

    def resume(self) -> None:
        """Go on after ``pause``."""
        self._thread.hold.resume()

    def hear_so_far(self, job_id: str, *, at_step: int = 0) -> None:
        """Have the sound so far of a job made heard; it comes as the snapshot's ``heard``.

        Sampling goes on, and comes to the same samples as it would have.

        Args:
            job_id: a running job, or with ``at_step`` one that waits.
            at_step: after which step, from 1; 0 for the next.

        Raises:
            UnknownJob: there is none of that id.
            IllegalTransition: it isn't running.
        """
        self._check_runs(job_id, may_wait=at_step > 0)
        wish = HearSoFar(job_id=job_id, at_step=at_step)
        self._thread.post(lambda: self._thread.ask_to_hear(wish))

    def enough(self, job_id: str) -> None:
        """Sample a running job no further: what its next step points at becomes its takes.

        Raises:
            UnknownJob: there is none of that id.
            IllegalTransition: it isn't running.
        """
        self._check_runs(job_id)
        self._thread.post(lambda: self._thread.send_of_running(Enough(job_id=job_id)))

    def reorder(self, job_id: str, by: int) -> None:
        """Move a queued job by so many places among those that wait, backwards if negative.

        Raises:
            UnknownJob, IllegalTransition: it isn't queued.
        """
        self._board.shift(job_id, by)

    def wait(self, job_id: str, *, timeout_seconds: float | None = None) -> JobSnapshot:
        """Wait until nothing more happens to a job by itself, and return it.

        After the time-out it is returned as it is. Not to be called by a listener.

        Raises:
            UnknownJob: there is none of that id.
        """
        return self._board.wait(job_id, timeout_seconds)

    def process_status(self, *, timeout_seconds: float = 5.0) -> ProcessStatus | None:
        """Ask the engine process how it is; None if there is none or it doesn't answer."""
        process = self._thread.process
        before = process.answers
        self._thread.post(self._thread.ask_status)
        return process.wait_for_status(before, timeout_seconds)

    @property
    def has_process(self) -> bool:
        """Whether there is an engine process, however busy it is."""
        return self._thread.process.client is not None

    def warm_up(self) -> None:
        """Start the engine process now, so that the first job need not wait for it."""
        self._thread.post(self._thread.warm_up)

    def warm_up_model(self, engine: str, variant: str) -> None:
        """Load a model now, so that its first job need not wait for that.

        How it goes is told to ``subscribe_to_warm_ups``; a job that comes ends it.
        """
        self._thread.post(lambda: self._thread.warm_up_model(engine, variant))

    def stop_warm_up(self) -> None:
        """Load no further; what is loaded stays."""
        self._thread.post(lambda: self._thread.process.send(StopWarmUp()))

    def subscribe_to_warm_ups(self, listener: Callable[[WarmUpNews], None]) -> Callable[[], None]:
        """Have a function called with all news of warm-ups, on the queue's own thread.

        Returns:
            A function that ends this.
        """
        return self._thread.warm_ups.listeners.add(listener)

    def unload(self) -> None:
        """Have the engine process release the engine it has loaded, after the running job."""
        self._thread.post(lambda: self._thread.process.send(Unload()))

    def close(self) -> None:
        """End the engine process. Jobs underway stay on disk, interrupted."""
        self._thread.close()

    def __enter__(self) -> JobQueue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _check_runs(self, job_id: str, *, may_wait: bool = False) -> None:
        job = self._board.job(job_id)
        states = {JobState.RUNNING} | ({JobState.QUEUED} if may_wait else set())
        if job.state not in states:
            raise IllegalTransition(f"“{job.label}” is {job.state}; that is for jobs that run.")
