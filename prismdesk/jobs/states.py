"""The states of a job, the ways between them, and the picture of a job that others are shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.contract import Progress
    from prismdesk.jobs.messages import FinishedTake, HeardSoFar, JobFailure
    from prismdesk.jobs.spec import JobSpec


class JobState(StrEnum):
    """Where a job is.

    ``FINISHED``: its takes are on disk and wait to be put into the project and the job cleared.
    ``INTERRUPTED``: the program ended while it was queued or running.
    ``CANCELLED`` and ``CLEARED`` are last words: the job is gone from the queue and the disk.
    """

    QUEUED = "queued"
    RUNNING = "running"
    CANCELLING = "cancelling"
    FINISHED = "finished"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    CANCELLED = "cancelled"
    CLEARED = "cleared"

    @property
    def is_underway(self) -> bool:
        """Whether something is still to come without the user doing anything."""
        return self in (JobState.QUEUED, JobState.RUNNING, JobState.CANCELLING)

    @property
    def is_gone(self) -> bool:
        """Whether the job has left the queue."""
        return self in (JobState.CANCELLED, JobState.CLEARED)


TRANSITIONS: dict[JobState, frozenset[JobState]] = {
    JobState.QUEUED: frozenset({JobState.RUNNING, JobState.CANCELLED, JobState.INTERRUPTED}),
    JobState.RUNNING: frozenset(
        {JobState.FINISHED, JobState.FAILED, JobState.CANCELLING, JobState.INTERRUPTED}
    ),
    JobState.CANCELLING: frozenset({JobState.CANCELLED}),
    JobState.FINISHED: frozenset({JobState.CLEARED}),
    # A failed job whose sound is kept or was saved elsewhere is written once more, or copied.
    JobState.FAILED: frozenset(
        {JobState.QUEUED, JobState.CLEARED, JobState.RUNNING, JobState.FINISHED}
    ),
    JobState.INTERRUPTED: frozenset({JobState.QUEUED, JobState.CLEARED}),
    JobState.CANCELLED: frozenset(),
    JobState.CLEARED: frozenset(),
}


class IllegalTransition(InputError):  # noqa: N818  (the name of the rule that was broken)
    """A job can't go from the state it is in to the one asked for."""


class UnknownJob(InputError):  # noqa: N818  (the name of what is wrong)
    """No job has this id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSnapshot:
    """One job at one moment; never changes.

    ``progress`` is None until it runs, ``takes`` are empty until it has finished, ``failure`` is
    None unless it failed. ``heard`` is the newest answer to a wish to hear the sound so far, while
    it runs. ``attempts`` counts its runs, the present one included. ``sequence``
    rises with every change of any job of a queue, so that of two snapshots the newer is known.
    """

    spec: JobSpec
    label: str
    state: JobState
    created_utc: str
    log_path: Path
    progress: Progress | None = None
    failure: JobFailure | None = None
    takes: tuple[FinishedTake, ...] = ()
    heard: HeardSoFar | None = None
    attempts: int = 0
    sequence: int = 0

    @property
    def id(self) -> str:
        """The job's id."""
        return self.spec.job_id


def check_transition(job: JobSnapshot, to: JobState) -> None:
    """Do nothing if the job may go to that state.

    Raises:
        IllegalTransition: it may not; the sentence says which states it could go to.
    """
    if to not in TRANSITIONS[job.state]:
        possible = sorted(TRANSITIONS[job.state])
        ways = (
            f"from there it can only become {' or '.join(possible)}" if possible else "it is gone"
        )
        raise IllegalTransition(f"“{job.label}” is {job.state} and can't become {to}; {ways}.")
