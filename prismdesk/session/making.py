"""Sound is made for a region: its context becomes a job, the job's takes become an edit."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

import prismdesk
from prismdesk.engines.catalogue import capabilities_of, engines_that_can
from prismdesk.engines.contract import EngineTask, UnsupportedError
from prismdesk.errors import Cancelled
from prismdesk.jobs.inputs import spans, store_context
from prismdesk.jobs.spec import JobSpec, new_job_id
from prismdesk.jobs.states import JobState
from prismdesk.media.mixdown import lane_sound
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.project.edits.takes import add_take, choose_take
from prismdesk.project.ids import RegionId, TakeId
from prismdesk.project.lookup import region_of, takes_of
from prismdesk.project.model import Provenance, Region, Take, Task
from prismdesk.project.time_reference import time_reference_samples
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.messages import FinishedTake
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Project
    from prismdesk.session.session import Session

_POLL_SECONDS = 0.05


def new_seed() -> int:
    """Return a random seed, 0 to 2^32 - 1."""
    return secrets.randbelow(2**32)


def queue_region(session: Session, region_id: RegionId, *, takes: int = 1) -> JobSnapshot:
    """Queue a job that makes takes for a region, by the region's own engine and settings.

    The sound around the region is stored with the job, so that edits made while it waits don't
    change what it was asked for. A region without a seed gets a new one.

    Raises:
        UnsupportedError: the engine can't do the region's task.
        MediaError: the sound around it can't be read.
    """
    return queue_takes(session, session.project, region_of(session.project, region_id), takes=takes)


def queue_takes(
    session: Session, project: Project, region: Region, *, takes: int = 1, handle_samples: int = 0
) -> JobSnapshot:
    """Queue a job for a region as it is, or was, in a project value; from any thread.

    Args:
        session: the open project, whose queue was asked for before if this is another thread.
        project: what is heard around the region, as ``queue_region`` says.
        region: what is wanted; need not be a region of the project (see ``region_as_made``).
        takes: how many.
        handle_samples: extra sound wanted before and after the region.

    Raises:
        UnsupportedError: the engine can't do the region's task.
        MediaError: the sound around it can't be read.
    """
    # Before the context is stored: a queue clears its folder of leftovers when it starts.
    queue = session.queue
    spec = _spec_of(session, project, region, takes, handle_samples)
    return queue.submit(spec, label=region.name or f"{region.task} {region.id}")


def region_as_made(region: Region, take: Take, *, seed: int | None = None) -> Region:
    """Return a region that asks for a take again: where it lies, by what made it.

    Args:
        region: the take's.
        take: what to make again.
        seed: another one; None keeps the take's.
    """
    made = take.provenance
    # A take that was moved may begin before the film, where nothing can be made.
    start_samples = max(0, take.region.start_samples)
    is_there = take.region.end_samples > start_samples
    return replace(
        region,
        range=SampleRange(start_samples, take.region.end_samples) if is_there else region.range,
        task=made.task,
        engine=made.engine,
        variant=made.variant,
        prompt=made.prompt,
        negative_prompt=made.negative_prompt,
        settings=made.settings,
        adapters=made.adapters,
        seed=made.seed if seed is None else seed,
    )


def why_not(engine: str, task: EngineTask) -> str:
    """Say in a sentence why an engine can't do a task; empty if it can.

    Raises:
        UnsupportedError: there is no such engine.
    """
    capabilities = capabilities_of(engine)
    if task in capabilities.tasks:
        return ""
    able = ", ".join(found.id for found in engines_that_can(task)) or "none that is installed"
    told = f"{engine} can't {task}; engines that can: {able}."
    return dict(capabilities.why_not).get(task, told)


def _spec_of(
    session: Session, project: Project, region: Region, takes: int, handle_samples: int
) -> JobSpec:
    task = EngineTask(region.task.value)
    capabilities = capabilities_of(region.engine)
    if reason := why_not(capabilities.id, task):
        raise UnsupportedError(reason)
    context_range = _context_range(region, round(capabilities.context_seconds * project.rate_hz))
    audio, covered = lane_sound(
        project,
        session.sounds,
        region.track_id,
        region.lane_ids,
        context_range,
        without_region_id=region.id,
    )
    if not covered.any():
        # An empty lane sounds as silence does, so an engine is to find silence around the region.
        covered[:] = True
    job_id = new_job_id()
    path = store_context(session.folder, job_id, audio, rate_hz=project.rate_hz)
    return JobSpec(
        job_id=job_id,
        engine=region.engine,
        task=task,
        rate_hz=project.rate_hz,
        context_path=path,
        context_start_samples=context_range.start_samples,
        context_length_samples=context_range.length_samples,
        region_start_samples=region.range.start_samples - context_range.start_samples,
        region_end_samples=region.range.end_samples - context_range.start_samples,
        valid=spans(covered),
        prompt=region.prompt,
        negative_prompt=region.negative_prompt,
        seed=new_seed() if region.seed is None else region.seed,
        takes=takes,
        settings=region.settings,
        variant=region.variant,
        adapters=region.adapters,
        head_samples=min(handle_samples, region.range.start_samples),
        tail_samples=handle_samples,
        region_id=region.id,
        project_name=project.name,
        software_version=prismdesk.__version__,
        time_reference_samples=time_reference_samples(project),
    )


def _context_range(region: Region, around_samples: int) -> SampleRange:
    return SampleRange(
        max(0, region.range.start_samples - around_samples),
        region.range.end_samples + around_samples,
    )


def make_takes(
    session: Session,
    region_id: RegionId,
    *,
    takes: int = 1,
    watch: Callable[[JobSnapshot], None] | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[Take, ...]:
    """Make takes for a region and wait for them; they join the project as one undo step.

    The first of them is chosen.

    Args:
        session: the open project.
        region_id: the region, with its task, engine, prompt and settings.
        takes: how many.
        watch: called on this thread with the job as it goes on.
        cancelled: asked often; True cancels the job.

    Raises:
        Cancelled: it was; nothing of it is left.
        EngineError, InputError, WorkError: as the job failed; the region stays as it was.
    """
    job = queue_region(session, region_id, takes=takes)
    while job.state.is_underway:
        if cancelled() and job.state in (JobState.QUEUED, JobState.RUNNING):
            session.queue.cancel(job.id)
        job = session.queue.wait(job.id, timeout_seconds=_POLL_SECONDS)
        if watch is not None:
            watch(job)
    if job.state is JobState.CANCELLED:
        raise Cancelled
    if job.failure is not None:
        session.queue.clear(job.id)
        raise job.failure.error()
    return accept_takes(session, job)


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
    """Return how far the region was moved while its takes were made: they go with it."""
    if region.range.length_samples != job.spec.region_length_samples:
        return 0
    return region.range.start_samples - job.spec.region_timeline_start_samples


def _next_number(region: Region) -> int:
    """Return the first number after those in use: removed takes don't lend theirs to new ones."""
    words = (take.name.rpartition(" ")[2] for take in region.takes)
    numbers = [int(word) for word in words if word.isascii() and word.isdigit()]
    return max([len(region.takes), *numbers]) + 1


def _take_of(done: FinishedTake, job: JobSnapshot, number: int, moved_by_samples: int) -> Take:
    spec = job.spec
    heard_samples = max(spec.context_length_samples, spec.region_end_samples)
    context = SampleRange(spec.context_start_samples, spec.context_start_samples + heard_samples)
    start_samples = spec.region_timeline_start_samples + moved_by_samples
    return Take(
        id=TakeId(done.take_id),
        name=f"Take {number}",
        path=done.path,
        content_key=done.content_key,
        region=SampleRange(start_samples, start_samples + spec.region_length_samples),
        head_samples=done.head_samples,
        tail_samples=done.tail_samples,
        channels=done.channels,
        seam_samples=done.seam_samples,
        created_utc=done.created_utc,
        note=" ".join(done.notes),
        provenance=Provenance(
            engine=done.engine,
            engine_version=done.engine_version,
            software_version=spec.software_version,
            task=Task(spec.task.value),
            seed=done.seed,
            variant=spec.variant,
            prompt=spec.prompt,
            negative_prompt=spec.negative_prompt,
            settings=spec.settings,
            adapters=spec.adapters,
            masks=spec.masks,
            weights=done.weights,
            licence=done.licence,
            allows_commercial_use=done.allows_commercial_use,
            context=context,
            request_key=done.request_key,
        ),
    )
