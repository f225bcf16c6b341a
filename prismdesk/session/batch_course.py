"""A batch under way: queued, followed, retried, paused, and gone on with after a restart.

What becomes of each region is written down at once. The jobs themselves are the queue's; whoever
watches these (window or command line) tells the batch of each change, and puts the takes into
the project.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prismdesk.errors import Cancelled, InputError, PrismDeskError
from prismdesk.jobs.batch_records import (
    BatchEntry,
    BatchRecord,
    BatchRecords,
    BatchState,
    Outcome,
)
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.spec import new_job_id
from prismdesk.jobs.states import JobState, UnknownJob
from prismdesk.media.errors import MediaWorkError, NoRoomError
from prismdesk.progress import ignore_progress, never_cancelled, raise_if_cancelled
from prismdesk.project.instants import now_utc
from prismdesk.project.lookup import takes_of
from prismdesk.session.asking import job_label, queue_takes
from prismdesk.session.batch_changes import (
    what_changed,
    why_needless,
    with_engine_of,
)
from prismdesk.session.batches import SessionNow, asked_parts, with_engine

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.model import Project
    from prismdesk.session.session import Session

FRESH_PROCESS_HELPS = frozenset(
    {FailureKind.OUT_OF_MEMORY, FailureKind.CRASHED, FailureKind.DRIVER_LOST}
)
"""Failures after which a job of a batch is made once more, in a new process."""
PAUSED_BY_USER = "You paused it."


class Batch:
    """One batch of an open project. Any thread may use it.

    Args:
        session: the project.
        record: what is to be made, and what has been.
        changed: called after each change of the record, on the thread that made it.
    """

    def __init__(
        self,
        session: Session,
        record: BatchRecord,
        changed: Callable[[], object] = lambda: None,
    ) -> None:
        self._session = session
        self._records = BatchRecords(session.folder)
        self._record = record
        self._changed = changed
        self._lock = threading.RLock()
        self._began: dict[str, datetime] = {}

    @property
    def record(self) -> BatchRecord:
        """How it stands."""
        return self._record

    def holds(self, job_id: str) -> bool:
        """Whether a job is one of the batch."""
        return any(entry.job_id == job_id for entry in self._record.entries if job_id)

    def queue_waiting(
        self,
        project: Project,
        *,
        progress: FractionDone = ignore_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> None:
        """Queue what waits and has no job yet, as the regions are in a project value.

        Raises:
            Cancelled: as told; what is queued stays so.
            NoRoomError: there is no room for the sound that goes with the jobs; it is paused.
        """
        waiting = self._record.of(Outcome.WAITING)
        lacking = [one for one in waiting if not self._was_queued(one.job_id)]
        for count, entry in enumerate(lacking):
            raise_if_cancelled(cancelled)
            progress(count / len(lacking))
            if self._record.is_over:
                return
            within = _within(progress, count, len(lacking))
            self._queue_one(project, entry, within, cancelled)
        progress(1.0)

    def follow(self, job: JobSnapshot) -> None:
        """Hear of a change of any job of the project."""
        entry = self._entry(job.id)
        if entry is None or entry.outcome not in (Outcome.WAITING, Outcome.FAILED):
            return
        if job.state is JobState.RUNNING:
            self._began.setdefault(job.id, datetime.now(UTC))
        elif job.state is JobState.FAILED and entry.outcome is Outcome.WAITING:
            self._follow_failure(job, entry)
        elif job.state.is_gone:
            self.gone(job.id)

    def gone(self, job_id: str) -> None:
        """Hear that a job left the queue: its takes are in the project, or it was cancelled."""
        entry = self._entry(job_id)
        if entry is None or entry.outcome not in (Outcome.WAITING, Outcome.FAILED):
            return
        if _has_takes_of(self._session.project, job_id):
            self._set(
                entry,
                outcome=Outcome.MADE,
                reason="",
                failure="",
                seconds=self._seconds_of(job_id),
                notes=self._notes(entry),
            )
        elif entry.outcome is Outcome.WAITING:
            self._set(entry, outcome=Outcome.CANCELLED, reason="It was cancelled.")

    def pause(self, why: str = PAUSED_BY_USER) -> None:
        """Start no further job of the project, also after a restart, until ``go_on``."""
        self._session.queue.pause()
        self.note_pause(why)

    def note_pause(self, why: str) -> None:
        """Remember that the queue is held, by a full disk or by somebody else."""
        self._change(paused_because=why)

    def go_on(self) -> None:
        """Go on after a pause."""
        self._change(paused_because="")
        self._session.queue.resume()

    def begin(self) -> None:
        """Begin a planned batch now."""
        self._change(state=BatchState.GOING, start_at_utc="")

    def cancel_rest(self) -> None:
        """Make nothing more of it; what is made stays, and so does what waits for room."""
        waiting, was_paused = self._record.of(Outcome.WAITING), bool(self._record.paused_because)
        # First, so that nothing more is queued by whoever is at it.
        self._change(state=BatchState.ENDED, ended_utc=now_utc(), paused_because="")
        for entry in waiting:
            job = self._job(entry.job_id)
            if job is not None and job.failure is not None and _is_safe_somewhere(job):
                self._set(
                    entry,
                    outcome=Outcome.FAILED,
                    failure=str(job.failure.kind),
                    reason=job.failure.message,
                )
                continue
            self._set(entry, outcome=Outcome.CANCELLED, reason="It was cancelled.")
            self._drop(job)
        if was_paused:
            self._session.queue.resume()

    def again(self) -> bool:
        """Let what failed or was cancelled wait once more.

        Returns:
            Whether there is something to queue, by ``queue_waiting``.
        """
        outcomes = (Outcome.FAILED, Outcome.CANCELLED)
        entries = [one for one in self._record.entries if one.outcome in outcomes]
        if not entries:
            return False
        self._change(state=BatchState.GOING, ended_utc="")
        for entry in entries:
            job = self._job(entry.job_id)
            if job is not None and _is_safe_somewhere(job):
                self._set(entry, outcome=Outcome.WAITING, reason="", failure="")
                self._session.queue.retry(job.id)
                continue
            self._set(
                entry,
                job_id=new_job_id(),
                outcome=Outcome.WAITING,
                reason="",
                failure="",
                notes=(),
                was_retried=False,
            )
            self._drop(job)
        self.follow_edits()
        return bool(self._record.of(Outcome.WAITING))

    def follow_edits(self) -> bool:
        """Drop jobs whose region was changed or removed since they were queued, and note it.

        Returns:
            Whether some are to be queued anew, by ``queue_waiting``.
        """
        project = self._session.project
        now = SessionNow(self._session)
        regions = {str(region.id): region for region in project.regions}
        is_any_anew = False
        for entry in self._record.of(Outcome.WAITING):
            job = self._job(entry.job_id)
            if job is not None and job.state not in (JobState.QUEUED, JobState.INTERRUPTED):
                continue
            region = regions.get(entry.region_id)
            if region is None or (reason := why_needless(region)):
                self._set(entry, outcome=Outcome.SKIPPED, reason=why_needless(region))
                self._drop(job)
                continue
            if reason := now.refusal(with_engine_of(entry, region, now)):
                self._set(entry, outcome=Outcome.REFUSED, reason=reason)
                self._drop(job)
                continue
            if words := what_changed(entry, region):
                wanted = with_engine(region, now.refusal)
                self._set(
                    entry,
                    job_id=new_job_id(),
                    label=job_label(region),
                    asked=asked_parts(region),
                    engine=wanted.engine,
                    variant=wanted.variant,
                    notes=(f"Made as it is now: {words} after the batch began.",),
                )
                self._drop(job)
                is_any_anew = True
        return is_any_anew

    def take_up(self) -> bool:
        """Go on after the project was opened again: what waited is queued as it was.

        Returns:
            Whether some are to be queued anew, by ``queue_waiting``.
        """
        if self._record.paused_because:
            self._session.queue.pause()
        for entry in self._record.of(Outcome.WAITING):
            job = self._job(entry.job_id)
            if job is None and _has_takes_of(self._session.project, entry.job_id):
                self._set(entry, outcome=Outcome.MADE, notes=self._notes(entry))
            elif job is not None and job.state is JobState.FAILED:
                self._follow_failure(job, entry, is_new=False)
        is_any_anew = self.follow_edits()
        waiting = self._record.of(Outcome.WAITING)
        self._session.queue.take_up([entry.job_id for entry in waiting])
        lacking = any(self._job(entry.job_id) is None for entry in waiting)
        self._end_if_done()
        return is_any_anew or lacking

    def _queue_one(
        self,
        project: Project,
        entry: BatchEntry,
        progress: FractionDone,
        cancelled: IsCancelled,
    ) -> None:
        region = next((one for one in project.regions if one.id == entry.region_id), None)
        if region is None:
            self._set(entry, outcome=Outcome.SKIPPED, reason=why_needless(None))
            return
        wanted = replace(region, engine=entry.engine, variant=entry.variant)
        try:
            queue_takes(
                self._session,
                project,
                wanted,
                takes=entry.takes,
                handle_samples=self._record.handle_samples,
                job_id=entry.job_id,
                progress=progress,
                cancelled=cancelled,
            )
        except NoRoomError as error:
            self.pause(str(error))
            raise
        except (PrismDeskError, ValueError) as error:
            if isinstance(error, Cancelled):
                raise
            self._set(
                entry, outcome=Outcome.FAILED, reason=str(error), failure=str(FailureKind.BAD_INPUT)
            )

    def _follow_failure(self, job: JobSnapshot, entry: BatchEntry, *, is_new: bool = True) -> None:
        failure = job.failure
        if failure is None:
            return
        if failure.kind is FailureKind.DISK_FULL:
            if is_new:
                self._change(paused_because=failure.message)
            elif not failure.saved_takes:
                self._session.queue.retry(job.id)
        elif failure.kind in FRESH_PROCESS_HELPS and not entry.was_retried:
            note = f"Made in a second try, in a fresh process: {failure.kind} the first time."
            self._set(entry, was_retried=True, notes=(*entry.notes, note))
            self._session.queue.retry(job.id)
        else:
            self._set(
                entry,
                outcome=Outcome.FAILED,
                reason=failure.message,
                failure=str(failure.kind),
                notes=(),
            )

    def _notes(self, entry: BatchEntry) -> tuple[str, ...]:
        """Return what is to be known of a region that was made just now."""
        region = next(
            (one for one in self._session.project.regions if one.id == entry.region_id), None
        )
        words = what_changed(entry, region) if region is not None else ""
        late = (f"Made as it was asked for: {words} while it was made.",) if words else ()
        return (*entry.notes, *late)

    def _seconds_of(self, job_id: str) -> float:
        began = self._began.pop(job_id, None)
        return 0.0 if began is None else (datetime.now(UTC) - began).total_seconds()

    def _drop(self, job: JobSnapshot | None) -> None:
        if job is None:
            return
        queue = self._session.queue
        try:
            if job.state.is_underway:
                queue.cancel(job.id)
            else:
                queue.clear(job.id)
        except InputError:
            # It went on meanwhile, and is over.
            return

    def _entry(self, job_id: str) -> BatchEntry | None:
        return next((one for one in self._record.entries if one.job_id == job_id), None)

    def _was_queued(self, job_id: str) -> bool:
        """Whether a job is in the queue, or was: what became of it may not be heard of yet."""
        try:
            self._session.queue.job(job_id)
        except UnknownJob:
            return False
        return True

    def _job(self, job_id: str) -> JobSnapshot | None:
        try:
            job = self._session.queue.job(job_id)
        except UnknownJob:
            return None
        return None if job.state.is_gone else job

    def _set(self, entry: BatchEntry, **changes: object) -> None:
        with self._lock:
            entries = tuple(
                replace(one, **changes) if one.region_id == entry.region_id else one  # type: ignore[arg-type]  # fields by name
                for one in self._record.entries
            )
            self._change(entries=entries)
        self._end_if_done()

    def _end_if_done(self) -> None:
        if not self._record.is_over and not self._record.of(Outcome.WAITING):
            self._change(state=BatchState.ENDED, ended_utc=now_utc(), paused_because="")

    def _change(self, **changes: object) -> None:
        with self._lock:
            self._record = replace(self._record, **changes)  # type: ignore[arg-type]  # fields by name
            # The disk being full must not stop what goes on: jobs and takes tell it, too.
            try:
                self._records.save(self._record)
            except MediaWorkError as error:
                if isinstance(error, NoRoomError) and not self._record.paused_because:
                    self._record = replace(self._record, paused_because=str(error))
                    self._session.queue.pause()
        self._changed()


def _within(progress: FractionDone, index: int, count: int) -> FractionDone:
    """Return how one of so many equal pieces tells how far the whole is."""
    return lambda fraction: progress((index + fraction) / count)


def _is_safe_somewhere(job: JobSnapshot) -> bool:
    return job.failure is not None and (job.failure.is_kept or bool(job.failure.saved_takes))


def _has_takes_of(project: Project, job_id: str) -> bool:
    return bool(job_id) and any(f"{job_id}-" in take.path for take in takes_of(project))
