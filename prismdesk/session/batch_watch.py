"""A batch carried through without a window: its jobs watched, its takes put into the project."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.jobs.batch_records import Outcome
from prismdesk.jobs.made_sound import free_bytes
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.states import JobState
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled
from prismdesk.session.making import accept_takes

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.batch_records import BatchRecord
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.session.batch_course import Batch
    from prismdesk.session.session import Session

_POLL_SECONDS = 0.1
_SECONDS_BETWEEN_TRIES = 5.0


@dataclass(frozen=True, slots=True)
class BatchMoment:
    """How far a batch is: ``running`` is the job that is made, None between two."""

    record: BatchRecord
    running: JobSnapshot | None
    seconds_left: float | None

    @property
    def number(self) -> int:
        """Which region is being made, from 1."""
        over = sum(entry.outcome is not Outcome.WAITING for entry in self.record.to_make)
        return min(over + 1, len(self.record.to_make))

    @property
    def fraction(self) -> float:
        """How much of it is over, 0 to 1."""
        of = len(self.record.to_make)
        over = float(of - len(self.record.of(Outcome.WAITING)))
        if self.running is not None and self.running.progress is not None:
            over += self.running.progress.fraction
        return min(1.0, over / of) if of else 1.0


def moment_of(batch: Batch, jobs: tuple[JobSnapshot, ...]) -> BatchMoment:
    """Return how far a batch is.

    Args:
        batch: the batch.
        jobs: the project's jobs now.
    """
    states = (JobState.RUNNING, JobState.CANCELLING)
    running = next((job for job in jobs if job.state in states and batch.holds(job.id)), None)
    return BatchMoment(batch.record, running, _seconds_left(batch.record, running))


def carry_through(
    session: Session,
    batch: Batch,
    *,
    watch: Callable[[BatchMoment], object] = lambda _: None,
    lacks_room: Callable[[str], object] = lambda _: None,
    cancelled: IsCancelled = never_cancelled,
) -> None:
    """Make what waits until the batch is over.

    While the disk is full it waits, and tries again by itself. Cancelled, it leaves everything
    as it is: what is made is in the project, the rest goes on when the batch is taken up again.

    Args:
        session: the open project.
        batch: begun, or taken up again.
        watch: called often with how far it is.
        lacks_room: told in a sentence when the disk has become full.
        cancelled: asked often.

    Raises:
        Cancelled: as told.
        NoRoomError: there is no room to begin with.
        StoreWorkError: takes can't be put into the project; they are on disk and come into it
            when it is opened again.
    """
    batch.queue_waiting(session.project, cancelled=cancelled)
    told, tried_seconds = "", 0.0
    while not batch.record.is_over:
        raise_if_cancelled(cancelled)
        for job in session.queue.jobs():
            if not batch.holds(job.id):
                continue
            if job.state is JobState.FINISHED:
                accept_takes(session, job)
                batch.gone(job.id)
            else:
                batch.follow(job)
        if batch.record.paused_because and not batch.record.is_over:
            if told != batch.record.paused_because:
                told = batch.record.paused_because
                lacks_room(told)
            if time.monotonic() - tried_seconds >= _SECONDS_BETWEEN_TRIES:
                tried_seconds = time.monotonic()
                try_room_again(session, batch)
        watch(moment_of(batch, session.queue.jobs()))
        time.sleep(_POLL_SECONDS)


def try_room_again(session: Session, batch: Batch) -> None:
    """Write what had no room if there may be some now, and go on once nothing waits for room."""
    lacking = [job for job in session.queue.jobs() if _lacks_room(job)]
    for job in lacking:
        assert job.failure is not None
        free = free_bytes(session.folder)
        if free < 0 or free > job.failure.needed_bytes:
            with suppress(InputError):
                session.queue.retry(job.id)
    is_underway = any(job.state is JobState.RUNNING for job in session.queue.jobs())
    if not lacking and not is_underway:
        batch.go_on()


def _lacks_room(job: JobSnapshot) -> bool:
    return (
        job.state is JobState.FAILED
        and job.failure is not None
        and job.failure.kind is FailureKind.DISK_FULL
    )


def _seconds_left(record: BatchRecord, running: JobSnapshot | None) -> float | None:
    """Return how long what waits takes, by what was measured before or in the batch itself."""
    made = [entry.seconds for entry in record.of(Outcome.MADE) if entry.seconds]
    usual = sum(made) / len(made) if made else 0.0
    left = 0.0
    for entry in record.of(Outcome.WAITING):
        is_running = running is not None and running.id == entry.job_id
        expected = entry.estimate_seconds or usual
        progress = running.progress if is_running and running is not None else None
        if progress is not None and progress.seconds_left is not None:
            left += progress.seconds_left
        elif not expected:
            return None
        else:
            left += expected * (1.0 - (progress.fraction if progress else 0.0))
    return left
