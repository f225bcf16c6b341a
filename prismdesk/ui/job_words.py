"""Jobs in words: their state, phase and time left; failures are in ``failure_words``. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.project.model import RegionStatus, Task
from prismdesk.ui.timeline.job_look import JobLook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.contract import DeviceMemory, Progress
    from prismdesk.jobs.messages import HeardSoFar

TASK_WORDS = {Task.GENERATE: "Generate", Task.INPAINT: "Inpaint", Task.CONTINUE: "Continue"}

_PHASE_WORDS = {
    Phase.LOADING: "Loading the engine",
    Phase.PICTURE_FEATURES: "Looking at the picture",
    Phase.ANALYSING: "Listening around it",
    Phase.STEP: "Making",
    Phase.DECODING: "Decoding",
    Phase.WRITING: "Writing",
}


def takes_words(count: int) -> str:
    """Return "1 take", "2 takes"."""
    return f"{count} take{'s' * (count != 1)}"


def time_left_words(seconds: float | None) -> str:
    """Return "4 s left", "2 min left"; empty while it isn't known."""
    if seconds is None:
        return ""
    whole = max(1, round(seconds))
    return f"{whole} s left" if whole < 90 else f"{round(whole / 60)} min left"


def memory_words(memory: DeviceMemory) -> str:
    """Return "RTX 4070 5.9 of 12.0 GB"."""
    used, total = memory.used_bytes / 1e9, memory.total_bytes / 1e9
    return f"{memory.device} {used:.1f} of {total:.1f} GB"


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
    if job.state is JobState.FAILED and job.failure is not None:
        if job.failure.is_kept:
            return "Made, kept in memory"
        if job.failure.saved_takes:
            return "Made, saved elsewhere"
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
    kept = [job for job in jobs if job.failure is not None and job.failure.is_kept]
    others = [job for job in jobs if job not in kept]
    counted = [(sum(job.state in states for job in others), word) for word, states in groups]
    counted.append((len(kept), "kept in memory"))
    words = [f"{count} {word}" for count, word in counted if count]
    if is_paused:
        # What runs goes on: the pause is that of what waits.
        is_making = any(job.state in groups[0][1] for job in jobs)
        words.append("then paused" if is_making else "paused")
    return ", ".join(words) or "Nothing to do."


def draft_words(heard: HeardSoFar) -> str:
    """Return "Draft of step 18"."""
    return f"Draft of step {heard.step}"


def look_of(
    job: JobSnapshot,
    jobs: Sequence[JobSnapshot],
    before: RegionStatus,
    *,
    draft: HeardSoFar | None = None,
) -> JobLook | None:
    """Return how a job is shown in its region, None if the region speaks for itself.

    Args:
        job: the job.
        jobs: all jobs in their order.
        before: the region's own status, which it goes back to when a job fails.
        draft: of the job, while it is heard.
    """
    words = state_words(job, jobs)
    if job.state is JobState.QUEUED:
        return JobLook(status=RegionStatus.QUEUED, words=words)
    if job.state in (JobState.RUNNING, JobState.CANCELLING):
        progress = job.progress
        if draft is not None:
            words = f"{draft_words(draft)} · {words}"
        return JobLook(
            status=RegionStatus.MAKING,
            words=words,
            is_draft_heard=draft is not None,
            fraction=progress.fraction if progress else None,
            envelope=(progress.envelope or None) if progress else None,
        )
    if job.state in (JobState.FAILED, JobState.INTERRUPTED):
        return JobLook(status=before, words=words, has_failed=True)
    return None


def preparing_look(drawn: float | None, seconds_left: float | None) -> JobLook:
    """Return how a region looks that is on its way into the queue.

    Args:
        drawn: the share of its masks that is drawn; None if it has none.
        seconds_left: until they are; None while that isn't known.
    """
    if drawn is None:
        return JobLook(status=RegionStatus.QUEUED, words=_PHASE_WORDS[Phase.ANALYSING])
    left = time_left_words(seconds_left)
    words = "Drawing its masks" + (f" · {left}" if left else "")
    return JobLook(status=RegionStatus.QUEUED, words=words, fraction=drawn)


def _ordinal(number: int) -> str:
    if 10 <= number % 100 <= 20:
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"
