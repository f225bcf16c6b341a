"""The same take with and without its adapters: one seed, one arrangement, so that they compare."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.progress import ignore_progress, never_cancelled
from prismdesk.project.lookup import region_of_take, take_of
from prismdesk.session.again import plan_again
from prismdesk.session.asking import queue_takes

if TYPE_CHECKING:
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.session.session import Session

Adapters = tuple[tuple[str, float], ...]


def why_no_other(region: Region, take: Take) -> str:
    """Say in a sentence why a take has no counterpart; "" if it has one."""
    if take.provenance.adapters or region.adapters:
        return ""
    return "Neither the take nor its region has adapters."


def other_adapters(region: Region, take: Take) -> Adapters:
    """Return the adapters of a take's counterpart.

    None for a take that was made with some; for one made without, those of its region that are
    on, or all of them where all are off.
    """
    if take.provenance.adapters:
        return ()
    return region.sounding_adapters or region.adapters


def queue_with_or_without(
    session: Session,
    project: Project,
    take_id: TakeId,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> JobSnapshot:
    """Queue a job that makes a take once more, without its adapters, or with its region's.

    Seed, words, settings, handles and the takes computed beside it are the take's own.

    Args:
        session: the open project.
        project: what is heard around the region.
        take_id: the take.
        progress: as that of ``queue_takes``.
        cancelled: as that of ``queue_takes``.

    Raises:
        Cancelled: as told.
        EditError: there is no such take.
        InputError: neither the take nor its region has adapters, or its source is gone.
        EngineError: as ``queue_takes``.
        MediaError: the sound around it, the film or a mask can't be read.
    """
    take, region = take_of(project, take_id), region_of_take(project, take_id)
    if reason := why_no_other(region, take):
        raise InputError(reason)
    plan = plan_again(session, project, take)
    return queue_takes(
        session,
        project,
        replace(plan.region, adapters=other_adapters(region, take), muted_adapters=()),
        as_made=replace(plan.as_made, again_of=""),
        progress=progress,
        cancelled=cancelled,
    )
