"""Jobs in words: their state, phase, time left, and what to say when one failed. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.project.model import RegionStatus, Task
from prismdesk.ui.timeline.job_look import JobLook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.contract import Progress
    from prismdesk.jobs.messages import JobFailure

TASK_WORDS = {Task.GENERATE: "Generate", Task.INPAINT: "Inpaint", Task.CONTINUE: "Continue"}

_PHASE_WORDS = {
    Phase.LOADING: "Loading the engine",
    Phase.PICTURE_FEATURES: "Looking at the picture",
    Phase.ANALYSING: "Listening around it",
    Phase.STEP: "Making",
    Phase.DECODING: "Decoding",
    Phase.WRITING: "Writing",
}
_FAILURE_TITLES = {
    FailureKind.OUT_OF_MEMORY: "Memory ran out.",
    FailureKind.CRASHED: "The engine's process stopped.",
    FailureKind.WEIGHTS_MISSING: "The engine's weights are not installed.",
    FailureKind.UNSUPPORTED: "This engine can't do that.",
    FailureKind.UNUSABLE_CONTEXT: "There is too little sound around the region.",
    FailureKind.BAD_INPUT: "The job can't be done as it is.",
    FailureKind.WORK_FAILED: "The work stopped.",
    FailureKind.UNEXPECTED: "The engine stopped with an error.",
}
_KEPT = "Region, prompt and queue are as they were; playback was not touched."


def takes_words(count: int) -> str:
    """Return "1 take", "2 takes"."""
    return f"{count} take{'s' * (count != 1)}"


def time_left_words(seconds: float | None) -> str:
    """Return "4 s left", "2 min left"; empty while it isn't known."""
    if seconds is None:
        return ""
    whole = max(1, round(seconds))
    return f"{whole} s left" if whole < 90 else f"{round(whole / 60)} min left"


def phase_words(progress: Progress) -> str:
    """Return what the engine does: "Step 18 of 25", "Decoding"."""
    if progress.phase is Phase.STEP and progress.steps:
        return f"Step {progress.step} of {progress.steps}"
    words = _PHASE_WORDS[progress.phase]
    return f"{words}, {progress.step} of {progress.steps}" if progress.steps > 1 else words


def state_words(job: JobSnapshot, jobs: Sequence[JobSnapshot] = ()) -> str:
    """Return a job's state in a few words.

    Args:
        job: the job.
        jobs: all jobs in their order, from which its turn is counted.
    """
    if job.state is JobState.QUEUED:
        waiting = [one.id for one in jobs if one.state is JobState.QUEUED]
        turn = waiting.index(job.id) + 1 if job.id in waiting else 1
        return "Queued" if turn == 1 else f"Queued {_ordinal(turn)}"
    if job.state is JobState.RUNNING and job.progress is not None:
        left = time_left_words(job.progress.seconds_left)
        return " · ".join(word for word in (phase_words(job.progress), left) if word)
    return {
        JobState.RUNNING: "Making",
        JobState.CANCELLING: "Cancelling",
        JobState.FINISHED: "Made, not yet in the project",
        JobState.FAILED: "Failed",
        JobState.INTERRUPTED: "Interrupted",
    }.get(job.state, "Gone")


def counts_words(jobs: Sequence[JobSnapshot], *, is_paused: bool = False) -> str:
    """Return "1 making, 2 queued", what failed, "paused"; or "Nothing to do."."""
    groups = (
        ("making", {JobState.RUNNING, JobState.CANCELLING}),
        ("queued", {JobState.QUEUED}),
        ("failed", {JobState.FAILED}),
        ("interrupted", {JobState.INTERRUPTED}),
    )
    counted = ((sum(job.state in states for job in jobs), word) for word, states in groups)
    words = [f"{count} {word}" for count, word in counted if count]
    if is_paused:
        words.append("paused")
    return ", ".join(words) or "Nothing to do."


def look_of(job: JobSnapshot, jobs: Sequence[JobSnapshot], before: RegionStatus) -> JobLook | None:
    """Return how a job is shown in its region, None if the region speaks for itself.

    Args:
        job: the job.
        jobs: all jobs in their order.
        before: the region's own status, which it goes back to when a job fails.
    """
    words = state_words(job, jobs)
    if job.state is JobState.QUEUED:
        return JobLook(status=RegionStatus.QUEUED, words=words)
    if job.state in (JobState.RUNNING, JobState.CANCELLING):
        progress = job.progress
        return JobLook(
            status=RegionStatus.MAKING,
            words=words,
            fraction=progress.fraction if progress else None,
            envelope=(progress.envelope or None) if progress else None,
        )
    if job.state in (JobState.FAILED, JobState.INTERRUPTED):
        return JobLook(status=before, words=words, has_failed=True)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureWords:
    """A failure for the message bar.

    ``can_retry``: the same again may go well; ``fewer_takes``: one take alone may fit.
    """

    title: str
    body: str
    can_retry: bool
    has_log: bool
    fewer_takes: bool


def failure_words(job: JobSnapshot, failure: JobFailure) -> FailureWords:
    """Return what happened, what was kept and what can be done."""
    hopeless = (FailureKind.UNSUPPORTED, FailureKind.UNUSABLE_CONTEXT, FailureKind.BAD_INPUT)
    body = [f"“{job.label}”: {failure.message}"]
    if failure.would_fit:
        body.append(f"What would fit: {'; '.join(failure.would_fit)}.")
    if failure.kind is FailureKind.CRASHED:
        body = [f"“{job.label}” was not made.", _KEPT]
    return FailureWords(
        title=_FAILURE_TITLES[failure.kind],
        body=" ".join(body),
        can_retry=failure.kind not in hopeless,
        has_log=failure.kind not in hopeless,
        fewer_takes=failure.kind is FailureKind.OUT_OF_MEMORY and job.spec.takes > 1,
    )


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
