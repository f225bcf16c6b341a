"""Hearing a sound before it is made, and having enough of it: whether that is possible."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.engines.contract import Phase
from prismdesk.errors import PrismDeskError
from prismdesk.jobs.states import JobState
from prismdesk.project.ids import TakeId
from prismdesk.project.lookup import region_of, replace_region
from prismdesk.project.model import CompSegment, Provenance, Take, Task
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.jobs.messages import HeardSoFar
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
