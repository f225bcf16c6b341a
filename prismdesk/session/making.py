"""Sound is made for a region: a job is waited for, and its takes become an edit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.errors import Cancelled
from prismdesk.jobs.states import JobState
from prismdesk.jobs.take_record import record_of
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.project.edits.takes import add_take, choose_take
from prismdesk.project.ids import RegionId
from prismdesk.project.lookup import region_of, takes_of
from prismdesk.project.model import Region, Take, Task
from prismdesk.session.asking import queue_region
from prismdesk.session.take_values import take_of_record

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.messages import FinishedTake
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Project
    from prismdesk.session.session import Session

_POLL_SECONDS = 0.05


def make_takes(
    session: Session,
    region_id: RegionId,
    *,
    takes: int = 1,
    watch: Callable[[JobSnapshot], None] | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[Take, ...]:
    """Make takes for a region and wait for them, as ``wait_for_takes`` does.

    Args:
        session: the open project.
        region_id: the region, with its task, engine, prompt and settings.
        takes: how many.
        watch: called on this thread with the job as it goes on.
        cancelled: asked often; True cancels the job.

    Raises:
        Cancelled, EngineError, InputError, WorkError: as ``queue_takes`` and ``wait_for_takes``.
    """
    job = queue_region(session, region_id, takes=takes, cancelled=cancelled)
    return wait_for_takes(session, job, watch=watch, cancelled=cancelled)


def wait_for_takes(
    session: Session,
    job: JobSnapshot,
    *,
    watch: Callable[[JobSnapshot], None] | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[Take, ...]:
    """Wait for a job's takes; they join the project as one undo step, the first is chosen.

    Args:
        session: the open project.
        job: queued or further.
        watch: called on this thread with the job as it goes on.
        cancelled: asked often; True cancels the job.

    Raises:
        Cancelled: it was; nothing of it is left.
        EngineError, InputError, WorkError: as the job failed; the region stays as it was.
    """
    job = wait_for_job(session, job, watch=watch, cancelled=cancelled)
    return accept_takes(session, job)


def wait_for_job(
    session: Session,
    job: JobSnapshot,
    *,
    watch: Callable[[JobSnapshot], None] | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> JobSnapshot:
    """Wait until a job is finished; its takes are on disk, and not yet in the project.

    Raises:
        Cancelled, EngineError, InputError, WorkError: as ``wait_for_takes``.
    """
    while job.state.is_underway:
        if cancelled() and job.state in (JobState.QUEUED, JobState.RUNNING):
            session.queue.cancel(job.id)
        job = session.queue.wait(job.id, timeout_seconds=_POLL_SECONDS)
        if watch is not None:
            watch(job)
    if job.state is JobState.CANCELLED:
        raise Cancelled
    if job.failure is not None:
        # What is made and had no room is still there, to be written elsewhere.
        if not job.failure.is_kept:
            session.queue.clear(job.id)
        raise job.failure.error()
    return job


def accept_takes(session: Session, job: JobSnapshot) -> tuple[Take, ...]:
    """Put a finished job's takes into the project, choose the first, and clear the job.

    Takes that are in the project already (the program ended between the edit and the clearing)
    are not added twice; takes of a region that is gone stay on disk only.
    """
    step = step_of_takes(session.project, job)
    if step is not None:
        session.store.apply(*step)
    clear_accepted(session, job)
    return tuple(take for take in takes_of(session.project) if _is_of(take, job))


def step_of_takes(
    project: Project, job: JobSnapshot
) -> tuple[str, Callable[[Project], Project]] | None:
    """Return label and edit that put a finished job's takes into the project, the first chosen.

    None if there is nothing to put: they are in it already, or the region is gone.
    """
    known = {take.id for take in takes_of(project)}
    region_id = RegionId(job.spec.region_id)
    regions = [region for region in project.regions if region.id == region_id]
    if not regions or all(done.take_id in known for done in job.takes):
        return None
    return _label(regions[0], len(job.takes)), lambda before: _added(before, region_id, job)


def clear_accepted(session: Session, job: JobSnapshot) -> None:
    """Forget a job whose takes are in the project, and those for its region that broke off."""
    session.queue.clear(job.id)
    _clear_broken_off(session, job.spec.region_id)


def _clear_broken_off(session: Session, region_id: str) -> None:
    """Forget jobs for a region that failed or were interrupted: what they were for is there."""
    for job in session.queue.jobs():
        is_over = job.state in (JobState.FAILED, JobState.INTERRUPTED)
        if is_over and job.spec.region_id == region_id:
            session.queue.clear(job.id)


def _is_of(take: Take, job: JobSnapshot) -> bool:
    return any(done.take_id == take.id for done in job.takes)


def _label(region: Region, count: int) -> str:
    verb = {Task.INPAINT: "Inpaint", Task.CONTINUE: "Continue", Task.GENERATE: "Generate"}
    return f"{verb[region.task]} {region.name or 'region'}" + (f" ({count} takes)" * (count > 1))


def _added(project: Project, region_id: RegionId, job: JobSnapshot) -> Project:
    region = region_of(project, region_id)
    made = [
        _take_of(done, job, number, _moved_by_samples(region, job))
        for number, done in enumerate(job.takes, _next_number(region))
    ]
    for take in made:
        project = add_take(project, region_id, take)
    # Trimmed beyond it meanwhile, none of its sound is inside the region.
    is_heard = made[0].sound_range.intersection(region.range)
    return choose_take(project, made[0].id) if is_heard else project


def _moved_by_samples(region: Region, job: JobSnapshot) -> int:
    """Return how far the region was moved since what its takes were made for: they go with it."""
    repeated = next((take for take in region.takes if take.id == job.spec.again_of), None)
    if (
        repeated is not None
        and repeated.made_range.length_samples == job.spec.region_length_samples
    ):
        return repeated.made_range.start_samples - job.spec.region_timeline_start_samples
    if region.range.length_samples != job.spec.region_length_samples:
        return 0
    return region.range.start_samples - job.spec.region_timeline_start_samples


def _next_number(region: Region) -> int:
    """Return the first number after those in use: removed takes don't lend theirs to new ones."""
    words = (take.name.rpartition(" ")[2] for take in region.takes)
    numbers = [int(word) for word in words if word.isascii() and word.isdigit()]
    return max([len(region.takes), *numbers]) + 1


def _take_of(done: FinishedTake, job: JobSnapshot, number: int, moved_by_samples: int) -> Take:
    record = record_of(job.spec, done)
    return take_of_record(
        record,
        name=f"Take {number}",
        path=done.path,
        drawn_masks=job.spec.drawn_masks,
        moved_by_samples=moved_by_samples,
    )
