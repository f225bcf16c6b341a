"""The thread of a queue of jobs: it brings one job after another to the engine process.

A small actor: what any thread wants done is posted to it, and it does one thing after another.
"""

from __future__ import annotations

import logging
import queue as queues
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase, Progress
from prismdesk.jobs.board import JobBoard
from prismdesk.jobs.current_process import CurrentProcess
from prismdesk.jobs.failures import count_oom_kills, ended
from prismdesk.jobs.hands import remove_heard
from prismdesk.jobs.hold import Hold
from prismdesk.jobs.kept_takes import KeptTakes
from prismdesk.jobs.listeners import Listeners
from prismdesk.jobs.log import log_tail
from prismdesk.jobs.messages import (
    Cancel,
    Enough,
    Failed,
    FailureKind,
    HeardSoFar,
    HearSoFar,
    JobFailure,
    JobProgress,
    Run,
    SavedElsewhere,
    Stopped,
    Unload,
    WarmUpNews,
    WriteKept,
)
from prismdesk.jobs.queue_warm_ups import QueueWarmUps
from prismdesk.jobs.retries import Retries
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.jobs.take_files import remove_takes
from prismdesk.jobs.time_left import TimeLeft

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.jobs.current_process import WorkNews
    from prismdesk.jobs.messages import Finished, FinishedTake, Workplace
    from prismdesk.jobs.records import JobRecords

_log = logging.getLogger(__name__)


class QueueThread:
    """Runs the jobs of a board, one at a time, and tells those who listen.

    The first methods may be called from any thread, all others run on this one: they are to be
    posted. Listeners are called here, in the order in which things happened.

    Args:
        folder: the project's folder.
        records: the project's jobs on disk.
        grace_seconds: how long a cancelled job may take to stop before its process is ended.
        engine_source: ``module:function`` making an engine of an id.
        workplace: asked for the user's choices whenever a job starts, on this thread.
    """

    def __init__(
        self,
        folder: Path,
        records: JobRecords,
        *,
        grace_seconds: float,
        engine_source: str,
        workplace: Callable[[], Workplace],
    ) -> None:
        self._folder = folder
        self._records = records
        self._grace_seconds = grace_seconds
        self._workplace = workplace
        self._actions: queues.SimpleQueue[Callable[[], None] | None] = queues.SimpleQueue()
        self._is_closed = False
        self.listeners: Listeners[JobSnapshot] = Listeners("the queue of jobs")
        self.board = JobBoard(records.load(), self._tell_later)
        self.hold = Hold(lambda: self.post(self.start_next))
        self.retries = Retries()
        self.process = CurrentProcess(
            records.log_path,
            engine_source=engine_source,
            grace_seconds=grace_seconds,
            post=self.post,
            on_news=self._receive,
            on_end=self._process_ended,
        )
        self.warm_ups = QueueWarmUps(self.process)
        # Only this thread touches these.
        self._kept = KeptTakes(folder, self.board, records, self.hold)
        self._running_id: str | None = None
        self._hear_later: dict[str, list[HearSoFar]] = {}
        self._end_at_seconds: float | None = None
        self._time_left = TimeLeft()
        self._oom_kills_before = 0
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)

    # From any thread.

    def start(self) -> None:
        """Begin to do what is posted."""
        self._thread.start()

    def post(self, action: Callable[[], None]) -> None:
        """Have a function called on this thread, after all that were posted before."""
        self._actions.put(action)

    @property
    def is_closed(self) -> bool:
        """Whether no job starts any more."""
        return self._is_closed

    def close(self) -> None:
        """End the engine process and wait for that. Jobs underway stay on disk, interrupted."""
        self._is_closed = True
        self._actions.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def let_go(self, job_id: str, state: JobState) -> None:
        """Bring a job into a state in which it is gone, and off the disk."""
        with self.board.lock:
            self.board.move(job_id, state)
            self._records.remove(job_id)

    def _tell_later(self, job: JobSnapshot) -> None:
        self.post(lambda: self.listeners.tell(job))

    # On this thread: what is asked of it.

    def start_next(self) -> None:
        """Start the job whose turn it is, unless one runs or they are held back."""
        if self._running_id is not None or self._is_closed or self.hold.is_paused:
            return
        with self.board.lock:
            job = self.board.first_queued()
            if job is None:
                return
            self._running_id = job.id
            self.board.move(
                job.id,
                JobState.RUNNING,
                progress=Progress(phase=Phase.LOADING),
                attempts=job.attempts + 1,
            )
        self._time_left.restart()
        self._oom_kills_before = count_oom_kills()
        if self.retries.take_wish_for_new_process(job.id):
            self._renew_process()
        try:
            self._start_process()
        except OSError as error:
            sentence = f"The engine process can't be started ({error.strerror or error}); retry."
            self._fail(JobFailure(kind=FailureKind.CRASHED, message=sentence))
        else:
            place = self.retries.place_of(job.id, self._workplace())
            folder = str(self._folder)
            self.process.send(Run(spec=job.spec, project_folder=folder, workplace=place))
            for wish in self._hear_later.pop(job.id, []):
                self.process.send(wish)

    def ask_to_stop(self, job_id: str) -> None:
        """Have the running job stop, if it is this one; when grace is over its process ends."""
        if job_id == self._running_id:
            self.process.send(Cancel(job_id=job_id))
            self._end_at_seconds = time.monotonic() + self._grace_seconds

    def ask_to_hear(self, wish: HearSoFar) -> None:
        """Have a job's sound so far made: now, or if a step is named once the job runs."""
        if wish.at_step and wish.job_id != self._running_id:
            self._hear_later.setdefault(wish.job_id, []).append(wish)
        self.send_of_running(wish)

    def send_of_running(self, message: HearSoFar | Enough) -> None:
        """Send what is said of a job if it is the one that runs."""
        if message.job_id == self._running_id:
            self.process.send(message)

    def write_kept(self, job_id: str, folder: Path | None) -> None:
        """Write what is kept of a job, into a folder or the project, now or after the next end."""
        if self._is_closed:
            return
        if self._running_id is not None:
            # Before the next job: it would need memory beside what is kept.
            self._kept.write_later(job_id, folder)
        elif self._kept.begin_writing(job_id):
            self._running_id = job_id
            to_folder = "" if folder is None else str(folder)
            self.process.send(WriteKept(job_id=job_id, folder=to_folder))

    def warm_up(self) -> None:
        """Start the engine process, so that the first job need not wait for it."""
        try:
            self._start_process()
        except OSError:
            # The next job will say so, if it is still true then.
            _log.warning("the engine process can't be started", exc_info=True)

    def warm_up_model(self, engine: str, variant: str) -> None:
        """Load a model, unless a job runs."""
        if self._running_id is not None or self._is_closed:
            self.warm_ups.refuse(engine, variant)
            return
        self.warm_up()
        if self.process.client is not None:
            self.warm_ups.begin(engine, variant, self._workplace())

    def ask_status(self) -> None:
        """Have the process's status brought to those who wait for it."""
        self.process.ask_status(self._workplace().machine.device)

    # On this thread: the loop and the process.

    def _work(self) -> None:
        while True:
            try:
                action = self._actions.get(timeout=self._seconds_to_deadline())
            except queues.Empty:
                self._grace_is_over()
                continue
            if action is None:
                break
            action()
        self._shut_down()

    def _seconds_to_deadline(self) -> float | None:
        if self._end_at_seconds is None:
            return None
        return max(0.0, self._end_at_seconds - time.monotonic())

    def _grace_is_over(self) -> None:
        self._end_at_seconds = None
        self.process.end()

    def _start_process(self) -> None:
        """Have a process, unless the queue is closed.

        Raises:
            OSError: none can be started.
        """
        if not self._is_closed:
            self.process.start()

    def _stop_process(self) -> None:
        self.process.stop()
        self.warm_ups.end_with_process()

    def _renew_process(self) -> None:
        """End the process, or have one that keeps unwritten sound let go of all else."""
        if self._kept.jobs():
            self.process.send(Unload())
        else:
            self._stop_process()

    def _shut_down(self) -> None:
        self._stop_process()
        for job in self.board.jobs():
            if job.state is JobState.CANCELLING:
                remove_takes(job.spec, self._folder)
                self.let_go(job.id, JobState.CANCELLED)
            elif job.state.is_underway:
                self.board.move(job.id, JobState.INTERRUPTED, progress=None)
        while not self._actions.empty():
            action = self._actions.get()
            if action is not None:
                action()

    # On this thread: what comes of the running job.

    def _receive(self, message: WorkNews) -> None:
        if isinstance(message, WarmUpNews):
            self.warm_ups.tell(message)
        elif message.job_id == self._running_id:
            if isinstance(message, JobProgress):
                self._progress(message)
            elif isinstance(message, HeardSoFar):
                self.board.change(message.job_id, heard=message)
            else:
                self._job_is_over(message)

    def _progress(self, message: JobProgress) -> None:
        before = self.board.job(message.job_id).progress
        progress = self._time_left.complete(message.progress, before, time.monotonic())
        self.board.change(message.job_id, progress=progress)

    def _job_is_over(self, outcome: Finished | SavedElsewhere | Failed | Stopped) -> None:
        job = self.board.job(outcome.job_id)
        if isinstance(outcome, SavedElsewhere):
            self._kept.end_saved_elsewhere(outcome)
            self._next()
        elif isinstance(outcome, Stopped) or job.state is JobState.CANCELLING:
            self._cancelled()
        elif isinstance(outcome, Failed):
            self._fail(outcome.failure)
        else:
            self._finish(outcome.takes)

    def _process_ended(self, returncode: int) -> None:
        self.warm_ups.end_with_process()
        self._kept.forget(except_id=self._running_id)
        if self._running_id is None:
            return
        job = self.board.job(self._running_id)
        # It may have ended between its last write and the telling of it.
        takes = self._records.takes(job.id)
        if job.state is JobState.CANCELLING:
            self._cancelled()
        elif takes:
            self._finish(takes)
        else:
            self._fail(
                ended(
                    job.spec,
                    returncode,
                    log_tail=log_tail(self._records.log_path, job_id=job.id),
                    oom_kills=count_oom_kills() - self._oom_kills_before,
                )
            )
        self.post(self.warm_up)

    def _finish(self, takes: tuple[FinishedTake, ...]) -> None:
        with self.board.lock:
            assert self._running_id is not None
            job = self.board.job(self._running_id)
            if job.state is JobState.CANCELLING:
                self._cancelled()
                return
            if job.failure is not None:
                self.hold.resume_with_room()
            self.board.move(job.id, JobState.FINISHED, takes=takes, failure=None)
        self._next()

    def _fail(self, failure: JobFailure) -> None:
        assert self._running_id is not None
        job = self.board.job(self._running_id)
        tail = failure.log_tail or log_tail(self._records.log_path, job_id=job.id)
        failure = replace(failure, log_tail=tail)
        remove_takes(job.spec, self._folder)
        if failure.kind in (FailureKind.OUT_OF_MEMORY, FailureKind.DRIVER_LOST):
            # Whatever still holds the memory, or a driver that is gone, goes with the process.
            self._renew_process()
        if failure.kind is FailureKind.DISK_FULL:
            # The jobs that wait would only fail, too.
            self.hold.pause_for_room()
        with self.board.lock:
            if self.board.job(job.id).state is JobState.CANCELLING:
                self._cancelled()
                return
            # What a process keeps is gone with it, so the disk says nothing of that.
            self._records.fail(job.id, replace(failure, is_kept=False))
            self.board.move(job.id, JobState.FAILED, failure=failure, progress=None)
        self._next()

    def _cancelled(self) -> None:
        """The running job has stopped, or was made to."""
        assert self._running_id is not None
        remove_takes(self.board.job(self._running_id).spec, self._folder)
        self.let_go(self._running_id, JobState.CANCELLED)
        self._next()

    def _next(self) -> None:
        if self._running_id is not None:
            self._forget_heard(self._running_id)
        self._running_id = None
        self._end_at_seconds = None
        to_write = self._kept.take_next_to_write()
        if to_write is None:
            self.post(self.start_next)
        else:
            self.post(lambda: self.write_kept(*to_write))

    def _forget_heard(self, job_id: str) -> None:
        """The job is over: what was heard of it was a draft."""
        job = self.board.job(job_id)
        if job.heard is not None and not job.state.is_gone:
            self.board.change(job_id, heard=None)
        # After those who were told of it have had their turn.
        self.post(lambda: remove_heard(self._folder, job_id))
