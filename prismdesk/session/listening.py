"""Hearing a sound before it is made, and having enough of it: whether that is possible."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.contract import Phase
from prismdesk.engines.errors import UnsupportedError
from prismdesk.errors import PrismDeskError
from prismdesk.jobs.spec import inside
from prismdesk.jobs.states import JobState
from prismdesk.project.ids import TakeId
from prismdesk.project.lookup import region_of, replace_region
from prismdesk.project.model import CompSegment, Provenance, Take, Task
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.jobs.messages import HeardSoFar
    from prismdesk.jobs.queue import JobQueue
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Project, Region

STOP_AT_STEP = "stop_at_step"
"""The setting of engines whose sampling can be heard and ended before its last step."""
_BEFORE_STEPS = (Phase.LOADING, Phase.PICTURE_FEATURES, Phase.ANALYSING)


def why_engine_is_not_heard(engine: str) -> str:
    """Say in a sentence why an engine's work can't be heard or ended early; empty if it can."""
    try:
        capabilities = capabilities_of(engine)
    except PrismDeskError as error:
        return str(error)
    if any(setting.name == STOP_AT_STEP for setting in capabilities.settings):
        return ""
    return f"{capabilities.name} makes its sound in one go; it is heard once it is made."


def why_not_heard(job: JobSnapshot | None) -> str:
    """Say in a sentence why a job can't be heard or ended now; empty if it can."""
    if job is None or job.state is not JobState.RUNNING:
        return "Nothing is being made."
    if reason := why_engine_is_not_heard(job.spec.engine):
        return reason
    phase = Phase.LOADING if job.progress is None else job.progress.phase
    if phase is Phase.STEP:
        return ""
    if phase in _BEFORE_STEPS:
        return "There is nothing to hear before the first step."
    return "Its steps are done; the take comes in a moment."


def with_draft(project: Project, job: JobSnapshot, heard: HeardSoFar) -> Project:
    """Return the project with what was heard of a job in place of its region, to be played.

    It is the same project if the region is gone or no longer where the sound lies.
    """
    regions = [region for region in project.regions if region.id == job.spec.region_id]
    span = regions and draft_span(regions[0], job, heard)
    if not span:
        return project
    region = region_of(project, regions[0].id)
    take = _draft(job, heard, span)
    start = max(span.start_samples, region.range.start_samples)
    end = min(span.end_samples, region.range.end_samples)
    segment = CompSegment(range=SampleRange(start, end), take_id=take.id)
    return replace_region(project, replace(region, takes=(*region.takes, take), comp=(segment,)))


def draft_span(region: Region, job: JobSnapshot, heard: HeardSoFar) -> SampleRange | None:
    """Return where what was heard of a job lies now; None if not inside its region."""
    start = job.spec.region_timeline_start_samples
    if region.range.length_samples == heard.length_samples:
        # The region may have been moved since, and its sound with it.
        start = region.range.start_samples
    span = SampleRange(start, start + heard.length_samples)
    is_inside = (
        span.start_samples < region.range.end_samples
        and region.range.start_samples < span.end_samples
    )
    return span if is_inside else None


def _draft(job: JobSnapshot, heard: HeardSoFar, span: SampleRange) -> Take:
    return Take(
        id=TakeId(f"draft-{job.id}-{heard.step}"),
        name=f"Draft of step {heard.step}",
        path=heard.path,
        content_key="",
        region=span,
        head_samples=0,
        tail_samples=0,
        channels=heard.channels,
        seam_samples=heard.seam_samples,
        created_utc=job.created_utc,
        provenance=Provenance(
            engine=job.spec.engine,
            engine_version="",
            software_version=job.spec.software_version,
            task=Task(job.spec.task.value),
            seed=job.spec.seed,
        ),
    )


class DraftsWanted:
    """Has a job heard after some of its steps, each written to a file of the user's.

    To be made while the queue is paused, so that no step passes before it is asked for.

    Args:
        queue: has the job.
        job: queued.
        wanted: after which steps, from 1, and where the WAV goes.

    Attributes:
        told: one sentence for each that was written or could not be.

    Raises:
        UnsupportedError: the job's engine can't be heard before it is done.
    """

    def __init__(
        self, queue: JobQueue, job: JobSnapshot, wanted: Sequence[tuple[int, Path]]
    ) -> None:
        if wanted and (reason := why_engine_is_not_heard(job.spec.engine)):
            raise UnsupportedError(reason)
        self.told: list[str] = []
        self._folder = queue.folder
        self._job_id = job.id
        self._open = dict(wanted)
        self._answered: HeardSoFar | None = None
        self._unsubscribe = queue.subscribe(self._follow)
        for step in self._open:
            queue.hear_so_far(job.id, at_step=step)

    def close(self) -> None:
        """Ask for no more; what was not reached is told."""
        self._unsubscribe()
        for step, path in self._open.items():
            self.told.append(f"Step {step} was not reached; {path} was not written.")
        self._open = {}

    def _follow(self, job: JobSnapshot) -> None:
        # On the queue's thread: the draft is there until this returns.
        heard = job.heard
        if job.id != self._job_id or heard is None or heard is self._answered:
            return
        self._answered = heard
        due = [step for step in self._open if step <= heard.step or not heard.path]
        for step in due:
            path = self._open.pop(step)
            self.told.append(self._kept(heard, path))

    def _kept(self, heard: HeardSoFar, path: Path) -> str:
        if not heard.path:
            return f"{heard.reason} {path} was not written."
        try:
            shutil.copyfile(inside(self._folder, heard.path), path)
        except OSError as error:
            return f"The draft can't be written to {path} ({error.strerror or error})."
        return f"Draft of step {heard.step} of {heard.steps}: {path}"
