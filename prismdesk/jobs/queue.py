"""The queue of jobs: one after another in the engine process, each in a state with a name.

A small actor: public methods may be called from any thread, check and change states at once and
return; everything about the process happens on the queue's own thread, and there the listeners
are called, in the order in which things happened.
"""

from __future__ import annotations

import logging
import queue as queues
import threading
import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from prismdesk.engines.contract import Phase, Progress
from prismdesk.errors import PrismDeskError
from prismdesk.jobs.board import JobBoard
from prismdesk.jobs.client import CATALOGUE, EngineClient
from prismdesk.jobs.failures import count_oom_kills, ended
from prismdesk.jobs.hands import remove_heard
from prismdesk.jobs.log import log_tail
from prismdesk.jobs.messages import (
    AskStatus,
    Cancel,
    DropKept,
    Enough,
    Failed,
    FailureKind,
    Finished,
    FinishedTake,
    FromProcess,
    HeardSoFar,
    HearSoFar,
    JobFailure,
    JobProgress,
    ProcessStatus,
    Ready,
    Run,
    SavedElsewhere,
    Stopped,
    StopWarmUp,
    ToProcess,
    Unload,
    WarmUp,
    WarmUpNews,
    WarmUpState,
    Workplace,
    WriteKept,
)
from prismdesk.jobs.records import JobRecord, JobRecords, write_result
from prismdesk.jobs.saved_takes import bring_in
from prismdesk.jobs.states import IllegalTransition, JobSnapshot, JobState, UnknownJob
from prismdesk.jobs.take_files import remove_takes
from prismdesk.jobs.time_left import TimeLeft
from prismdesk.media.errors import NoRoomError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from prismdesk.jobs.spec import JobSpec

    Listener = Callable[[JobSnapshot], None]

GRACE_SECONDS = 5.0
_NO_MEASURE = (Phase.LOADING, Phase.PICTURE_FEATURES, Phase.ANALYSING)
"""Phases whose pace says nothing about how long the making takes."""

_log = logging.getLogger(__name__)


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
        self._grace_seconds = grace_seconds
        self._engine_source = engine_source
        self._workplace = workplace
        self._records = JobRecords(self._folder)
        self._actions: queues.SimpleQueue[Callable[[], None] | None] = queues.SimpleQueue()
        self._board = JobBoard(self._records.load(), self._tell_later)
        self._listeners: list[Listener] = []
        self._warm_up_listeners: list[Callable[[WarmUpNews], None]] = []
        self._statuses: queues.SimpleQueue[ProcessStatus | None] = queues.SimpleQueue()
        self._is_closed = False
        self._is_paused = False
        self._is_held_for_room = False
        for job in self._board.jobs():
            if job.state is not JobState.FINISHED:
                remove_takes(job.spec, self._folder)
            remove_heard(self._folder, job.id)
        # Only the queue's own thread touches these.
        self._client: EngineClient | None = None
        self._warming: tuple[str, str] | None = None
        self._running_id: str | None = None
        self._wants_new_process: set[str] = set()
        self._machine_changes: dict[str, dict[str, Any]] = {}
        self._hear_later: dict[str, list[HearSoFar]] = {}
        self._to_write: list[tuple[str, Path | None]] = []
        self._end_at_seconds: float | None = None
        self._time_left = TimeLeft()
        self._oom_kills_before = 0
        self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
        self._thread.start()

    # From any thread.

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
        self._listeners = [*self._listeners, listener]

        def unsubscribe() -> None:
            self._listeners = [other for other in self._listeners if other is not listener]

        return unsubscribe

    def submit(self, spec: JobSpec, *, label: str) -> JobSnapshot:
        """Record a job on disk and queue it; ``label`` tells the user in a few words which it is.

        Raises:
            MediaWorkError: it can't be recorded.
            ValueError: a job of that id was there before, or the queue is closed.
        """
        if self._is_closed or self._board.has(spec.job_id):
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
        self._actions.put(self._start_next)
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
                self._let_go(job_id, JobState.CANCELLED)
                return
            self._board.move(job_id, JobState.CANCELLING)
        self._actions.put(lambda: self._ask_to_stop(job_id))

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
        changes = {"device": device, "offload": offload}
        wanted = {name: value for name, value in changes.items() if value}
        # In one step: the queue's thread may be about to look for the next job.
        with self._board.lock:
            self._board.move(job_id, JobState.QUEUED, failure=None, progress=None)
            self._machine_changes[job_id] = wanted
            self._wants_new_process.add(job_id)
        self._records.forget_failure(job_id)
        self._actions.put(self._start_next)

    def take_up(self, job_ids: Sequence[str]) -> None:
        """Let jobs go on that an earlier end of the program interrupted, in their old order.

        Those in another state stay as they are.
        """
        for job_id in job_ids:
            with self._board.lock, suppress(UnknownJob):
                if self._board.job(job_id).state is JobState.INTERRUPTED:
                    self._board.move(job_id, JobState.QUEUED, progress=None)
        self._actions.put(self._start_next)

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
        self._actions.put(lambda: self._begin_writing(job_id, folder))

    def clear(self, job_id: str) -> None:
        """Forget a finished, failed or interrupted job; takes that it made stay on disk.

        For finished jobs: to be called once the takes are part of the project.

        Raises:
            UnknownJob, IllegalTransition: it is in another state.
        """
        failure = self._board.job(job_id).failure
        self._board.move(job_id, JobState.CLEARED)
        # On the queue's own thread: the window's must not wait for the disk.
        self._actions.put(lambda: self._records.remove(job_id))
        if failure is not None and failure.is_kept:
            self._actions.put(lambda: self._send(DropKept(job_id=job_id)))

    @property
    def is_paused(self) -> bool:
        """Whether no further job starts until ``resume``."""
        return self._is_paused

    def pause(self) -> None:
        """Start no further job; one that runs goes on to its end.

        The queue does so by itself when a disk is full.
        """
        self._is_paused = True
        self._is_held_for_room = False

    def resume(self) -> None:
        """Go on after ``pause``."""
        self._is_paused = False
        self._is_held_for_room = False
        self._actions.put(self._start_next)

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
        self._actions.put(lambda: self._ask_to_hear(HearSoFar(job_id=job_id, at_step=at_step)))

    def enough(self, job_id: str) -> None:
        """Sample a running job no further: what its next step points at becomes its takes.

        Raises:
            UnknownJob: there is none of that id.
            IllegalTransition: it isn't running.
        """
        self._check_runs(job_id)
        self._actions.put(lambda: self._send_of_running(Enough(job_id=job_id)))

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
        with suppress(queues.Empty):
            while True:  # answers that came too late for those who asked
                self._statuses.get_nowait()
        self._actions.put(self._ask_status)
        try:
            return self._statuses.get(timeout=timeout_seconds)
        except queues.Empty:
            return None

    @property
    def has_process(self) -> bool:
        """Whether there is an engine process, however busy it is."""
        return self._client is not None

    def warm_up(self) -> None:
        """Start the engine process now, so that the first job need not wait for it."""
        self._actions.put(self._warm_up)

    def warm_up_model(self, engine: str, variant: str) -> None:
        """Load a model now, so that its first job need not wait for that.

        How it goes is told to ``subscribe_to_warm_ups``; a job that comes ends it.
        """
        self._actions.put(lambda: self._warm_up_model(engine, variant))

    def stop_warm_up(self) -> None:
        """Load no further; what is loaded stays."""
        self._actions.put(lambda: self._send(StopWarmUp()))

    def subscribe_to_warm_ups(self, listener: Callable[[WarmUpNews], None]) -> Callable[[], None]:
        """Have a function called with all news of warm-ups, on the queue's own thread.

        Returns:
            A function that ends this.
        """
        self._warm_up_listeners = [*self._warm_up_listeners, listener]

        def unsubscribe() -> None:
            self._warm_up_listeners = [
                other for other in self._warm_up_listeners if other is not listener
            ]

        return unsubscribe

    def unload(self) -> None:
        """Have the engine process release the engine it has loaded, after the running job."""
        self._actions.put(lambda: self._send(Unload()))

    def close(self) -> None:
        """End the engine process. Jobs underway stay on disk, interrupted."""
        self._is_closed = True
        self._actions.put(None)
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def __enter__(self) -> JobQueue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _let_go(self, job_id: str, state: JobState) -> None:
        with self._board.lock:
            self._board.move(job_id, state)
            self._records.remove(job_id)

    def _check_runs(self, job_id: str, *, may_wait: bool = False) -> None:
        job = self._board.job(job_id)
        states = {JobState.RUNNING} | ({JobState.QUEUED} if may_wait else set())
        if job.state not in states:
            raise IllegalTransition(f"“{job.label}” is {job.state}; that is for jobs that run.")

    def _tell_later(self, job: JobSnapshot) -> None:
        self._actions.put(lambda: self._call_listeners(job))

    # On the queue's own thread.

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

    def _call_listeners(self, job: JobSnapshot) -> None:
        for listener in self._listeners:
            try:
                listener(job)
            except Exception:  # noqa: BLE001  (one listener's fault is not the jobs')
                _log.exception("a listener to the queue of jobs failed")

    def _start_next(self) -> None:
        if self._running_id is not None or self._is_closed or self._is_paused:
            return
        with self._board.lock:
            job = self._board.first_queued()
            if job is None:
                return
            self._running_id = job.id
            self._board.move(
                job.id,
                JobState.RUNNING,
                progress=Progress(phase=Phase.LOADING),
                attempts=job.attempts + 1,
            )
        self._time_left.restart()
        self._oom_kills_before = count_oom_kills()
        if job.id in self._wants_new_process:
            self._wants_new_process.discard(job.id)
            self._renew_process()
        try:
            self._start_process()
        except OSError as error:
            sentence = f"The engine process can't be started ({error.strerror or error}); retry."
            self._fail(JobFailure(kind=FailureKind.CRASHED, message=sentence))
        else:
            folder = str(self._folder)
            self._send(Run(spec=job.spec, project_folder=folder, workplace=self._place_of(job)))
            for wish in self._hear_later.pop(job.id, []):
                self._send(wish)

    def _place_of(self, job: JobSnapshot) -> Workplace:
        """Return where a job is done: as the user wants it for all, and for this one."""
        workplace = self._workplace()
        changes = self._machine_changes.get(job.id, {})
        return replace(workplace, machine=replace(workplace.machine, **changes))

    def _start_process(self) -> None:
        """Have a process.

        Raises:
            OSError: none can be started.
        """
        if self._client is not None or self._is_closed:
            return
        client = EngineClient(
            log_path=self._records.log_path,
            on_message=lambda message: self._actions.put(lambda: self._receive(client, message)),
            on_end=lambda code: self._actions.put(lambda: self._process_ended(client, code)),
            engine_source=self._engine_source,
        )
        self._client = client

    def _warm_up(self) -> None:
        try:
            self._start_process()
        except OSError:
            # The next job will say so, if it is still true then.
            _log.warning("the engine process can't be started", exc_info=True)

    def _warm_up_model(self, engine: str, variant: str) -> None:
        if self._running_id is not None or self._is_closed:
            state = WarmUpState.STOPPED
            self._tell_warm_up(WarmUpNews(engine=engine, variant=variant, state=state))
            return
        self._warm_up()
        if self._client is not None:
            self._warming = (engine, variant)
            self._send(WarmUp(engine=engine, variant=variant, workplace=self._workplace()))

    def _tell_warm_up(self, news: WarmUpNews) -> None:
        self._warming = (news.engine, news.variant) if news.state is WarmUpState.LOADING else None
        for listener in self._warm_up_listeners:
            try:
                listener(news)
            except Exception:  # noqa: BLE001  (one listener's fault is not the jobs')
                _log.exception("a listener to warm-ups failed")

    def _end_warm_up(self) -> None:
        """Tell that a warm-up ended with its process."""
        if self._warming is not None:
            engine, variant = self._warming
            self._tell_warm_up(
                WarmUpNews(
                    engine=engine,
                    variant=variant,
                    state=WarmUpState.FAILED,
                    message="The model's process stopped while it was loaded; it starts again "
                    "with the next job.",
                )
            )

    def _stop_process(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.stop(grace_seconds=self._grace_seconds)
            self._end_warm_up()

    def _renew_process(self) -> None:
        """End the process, or have one that keeps unwritten sound let go of all else."""
        if self._kept_jobs():
            self._send(Unload())
        else:
            self._stop_process()

    def _kept_jobs(self) -> list[JobSnapshot]:
        return [job for job in self._board.jobs() if job.failure and job.failure.is_kept]

    def _begin_writing(self, job_id: str, folder: Path | None) -> None:
        if self._is_closed:
            return
        if self._running_id is not None:
            # Before the next job: it would need memory beside what is kept.
            self._to_write.append((job_id, folder))
            return
        with self._board.lock:
            job = self._board.job(job_id)
            if job.state is not JobState.FAILED or job.failure is None:
                return
            if job.failure.saved_takes:
                self._bring_in(job, job.failure)
                return
            if not job.failure.is_kept:
                return
            self._running_id = job_id
            self._board.move(
                job_id,
                JobState.RUNNING,
                progress=Progress(phase=Phase.WRITING),
                attempts=job.attempts + 1,
            )
        self._send(WriteKept(job_id=job_id, folder="" if folder is None else str(folder)))

    def _bring_in(self, job: JobSnapshot, failure: JobFailure) -> None:
        try:
            takes = bring_in(failure, job.spec, self._folder)
            write_result(self._folder, job.id, takes)
        except PrismDeskError as error:
            remove_takes(job.spec, self._folder)
            is_gone = not isinstance(error, NoRoomError)
            failure = replace(failure, message=str(error))
            if is_gone:
                failure = replace(failure, kind=FailureKind.WORK_FAILED, saved_takes=())
            self._records.fail(job.id, failure)
            self._board.change(job.id, failure=failure, attempts=job.attempts + 1)
        else:
            self._go_on_with_room()
            self._board.move(job.id, JobState.FINISHED, takes=takes, failure=None)

    def _saved_elsewhere(self, saved: SavedElsewhere) -> None:
        job = self._board.job(saved.job_id)
        failure = JobFailure(
            kind=FailureKind.DISK_FULL,
            message=f"There was no room in the project; its takes are in {saved.folder}.",
            needed_bytes=job.failure.needed_bytes if job.failure else 0,
            saved_in=saved.folder,
            saved_takes=saved.takes,
        )
        self._records.fail(job.id, failure, makes_room=True)
        self._board.move(job.id, JobState.FAILED, failure=failure, progress=None)
        self._next()

    def _go_on_with_room(self) -> None:
        """Let the jobs go on that were held back when a disk was full."""
        if self._is_held_for_room:
            self._is_held_for_room = self._is_paused = False
            self._actions.put(self._start_next)

    def _send(self, message: ToProcess) -> None:
        if self._client is not None:
            self._client.send(message)

    def _ask_status(self) -> None:
        if self._client is None:
            self._statuses.put(None)
        self._send(AskStatus(device=self._workplace().machine.device))

    def _receive(self, client: EngineClient, message: FromProcess) -> None:
        if client is not self._client or isinstance(message, Ready):
            return
        if isinstance(message, ProcessStatus):
            self._statuses.put(message)
        elif isinstance(message, WarmUpNews):
            self._tell_warm_up(message)
        elif message.job_id == self._running_id:
            if isinstance(message, JobProgress):
                self._progress(message)
            elif isinstance(message, HeardSoFar):
                self._board.change(message.job_id, heard=message)
            else:
                self._job_is_over(message)

    def _progress(self, message: JobProgress) -> None:
        progress = message.progress
        before = self._board.job(message.job_id).progress
        if before is not None and _is_other_work(before.phase, progress.phase):
            self._time_left.restart()
        seconds_left = self._time_left.update(progress.fraction, time.monotonic())
        if progress.seconds_left is None and progress.phase not in _NO_MEASURE:
            progress = replace(progress, seconds_left=seconds_left)
        self._board.change(message.job_id, progress=progress)

    def _job_is_over(self, outcome: Finished | SavedElsewhere | Failed | Stopped) -> None:
        job = self._board.job(outcome.job_id)
        if isinstance(outcome, SavedElsewhere):
            self._saved_elsewhere(outcome)
        elif isinstance(outcome, Stopped) or job.state is JobState.CANCELLING:
            self._cancelled()
        elif isinstance(outcome, Failed):
            self._fail(outcome.failure)
        else:
            self._finish(outcome.takes)

    def _ask_to_hear(self, wish: HearSoFar) -> None:
        if wish.at_step and wish.job_id != self._running_id:
            self._hear_later.setdefault(wish.job_id, []).append(wish)
        self._send_of_running(wish)

    def _send_of_running(self, message: HearSoFar | Enough) -> None:
        if message.job_id == self._running_id:
            self._send(message)

    def _ask_to_stop(self, job_id: str) -> None:
        if job_id == self._running_id:
            self._send(Cancel(job_id=job_id))
            self._end_at_seconds = time.monotonic() + self._grace_seconds

    def _grace_is_over(self) -> None:
        self._end_at_seconds = None
        if self._client is not None:
            self._client.end()

    def _process_ended(self, client: EngineClient, returncode: int) -> None:
        if client is not self._client:
            return
        self._client = None
        self._end_warm_up()
        self._forget_kept()
        if self._running_id is None:
            return
        job = self._board.job(self._running_id)
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
        self._actions.put(self._warm_up)

    def _finish(self, takes: tuple[FinishedTake, ...]) -> None:
        with self._board.lock:
            assert self._running_id is not None
            if self._board.job(self._running_id).state is JobState.CANCELLING:
                self._cancelled()
                return
            if self._board.job(self._running_id).failure is not None:
                self._go_on_with_room()
            self._board.move(self._running_id, JobState.FINISHED, takes=takes, failure=None)
        self._next()

    def _fail(self, failure: JobFailure) -> None:
        assert self._running_id is not None
        job = self._board.job(self._running_id)
        tail = failure.log_tail or log_tail(self._records.log_path, job_id=job.id)
        failure = replace(failure, log_tail=tail)
        remove_takes(job.spec, self._folder)
        if failure.kind in (FailureKind.OUT_OF_MEMORY, FailureKind.DRIVER_LOST):
            # Whatever still holds the memory, or a driver that is gone, goes with the process.
            self._renew_process()
        if failure.kind is FailureKind.DISK_FULL and not self._is_paused:
            # The jobs that wait would only fail, too.
            self._is_paused = self._is_held_for_room = True
        with self._board.lock:
            if self._board.job(job.id).state is JobState.CANCELLING:
                self._cancelled()
                return
            # What a process keeps is gone with it, so the disk says nothing of that.
            self._records.fail(job.id, replace(failure, is_kept=False))
            self._board.move(job.id, JobState.FAILED, failure=failure, progress=None)
        self._next()

    def _cancelled(self) -> None:
        """The running job has stopped, or was made to."""
        assert self._running_id is not None
        remove_takes(self._board.job(self._running_id).spec, self._folder)
        self._let_go(self._running_id, JobState.CANCELLED)
        self._next()

    def _next(self) -> None:
        if self._running_id is not None:
            self._forget_heard(self._running_id)
        self._running_id = None
        self._end_at_seconds = None
        if self._to_write:
            job_id, folder = self._to_write.pop(0)
            self._actions.put(lambda: self._begin_writing(job_id, folder))
        else:
            self._actions.put(self._start_next)

    def _forget_heard(self, job_id: str) -> None:
        """The job is over: what was heard of it was a draft."""
        job = self._board.job(job_id)
        if job.heard is not None and not job.state.is_gone:
            self._board.change(job_id, heard=None)
        # After those who were told of it have had their turn.
        self._actions.put(lambda: remove_heard(self._folder, job_id))

    def _forget_kept(self) -> None:
        """The process is gone, and what it kept with it."""
        for job in self._kept_jobs():
            if job.id != self._running_id and job.failure is not None:
                self._board.change(job.id, failure=replace(job.failure, is_kept=False))

    def _shut_down(self) -> None:
        self._stop_process()
        for job in self._board.jobs():
            if job.state is JobState.CANCELLING:
                remove_takes(job.spec, self._folder)
                self._let_go(job.id, JobState.CANCELLED)
            elif job.state.is_underway:
                self._board.move(job.id, JobState.INTERRUPTED, progress=None)
        while not self._actions.empty():
            action = self._actions.get()
            if action is not None:
                action()


def _is_other_work(before: Phase, now: Phase) -> bool:
    """Whether the speed of one phase says nothing about the next: loading is no measure."""
    return now is not before and before in _NO_MEASURE
