"""A take is made again, as it was: the same request, in the same arrangement."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.jobs.request_key import array_key
from prismdesk.jobs.spec import SourceWanted, inside
from prismdesk.progress import ignore_progress, never_cancelled
from prismdesk.project.lookup import region_of_take, take_of
from prismdesk.project.model import NO_TIME
from prismdesk.session.as_made import AsMade
from prismdesk.session.asking import (
    queue_takes,
    region_as_made,
    sound_around,
    source_of,
    varied_take,
)

if TYPE_CHECKING:
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.session.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class AgainPlan:
    """How a take will be made again.

    Attributes:
        take: what is repeated.
        region: asks for it, where it will be made.
        as_made: what else is repeated.
        is_at_first_place: whether that is where it was made for at first.
    """

    take: Take
    region: Region
    as_made: AsMade
    is_at_first_place: bool


def queue_again(
    session: Session,
    project: Project,
    take_id: TakeId,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> JobSnapshot:
    """Queue a job that makes a take again; on the same device and software, the same samples.

    The sound that is there now around the region is listened to. Where the region was moved, that
    is the sound around its first place if it is still what it was, else that around its place now.

    Args:
        session: the open project.
        project: what is heard around the region.
        take_id: the take.
        progress: as that of ``queue_takes``.
        cancelled: as that of ``queue_takes``.

    Raises:
        Cancelled: as told.
        EditError: there is no such take.
        InputError: the sound that it is a variation of is gone.
        EngineError: as ``queue_takes``.
        MediaError: the sound around it, the film or a mask can't be read.
    """
    plan = plan_again(session, project, take_of(project, take_id))
    return queue_takes(
        session,
        project,
        plan.region,
        as_made=plan.as_made,
        progress=progress,
        cancelled=cancelled,
    )


def plan_again(session: Session, project: Project, take: Take) -> AgainPlan:
    """Say where and how a take will be made again; the sound around it may be read for it.

    Raises:
        InputError: the sound that it is a variation of is gone.
        MediaError: the sound around it can't be read.
    """
    made = take.provenance
    region = region_as_made(region_of_take(project, take.id), take)
    is_known = made.made_for != NO_TIME
    is_first = is_known and made.made_for == region.range
    if is_known and not is_first:
        first = replace(region, range=made.made_for)
        if _is_as_it_was(session, project, take, first):
            region, is_first = first, True
    return AgainPlan(
        take=take,
        region=region,
        is_at_first_place=is_first,
        as_made=AsMade(
            again_of=take.id,
            context=made.context if is_first and made.context != NO_TIME else None,
            head_samples=made.asked_head_samples if is_known else take.head_samples,
            tail_samples=made.asked_tail_samples if is_known else take.tail_samples,
            batch_seeds=made.batch_seeds,
            mask_stills=made.mask_stills,
            source=source_of_take(session, project, take, region),
        ),
    )


def _is_as_it_was(session: Session, project: Project, take: Take, first: Region) -> bool:
    """Whether the sound around a region's first place is what the engine heard then."""
    made = take.provenance
    heard = dict(made.inputs).get("context")
    if heard is None or made.context == NO_TIME:
        return False
    return array_key(*sound_around(session, project, first, made.context)) == heard


def source_of_take(
    session: Session, project: Project, take: Take, region: Region
) -> SourceWanted | None:
    """Return the sound that a variation was made from; None if it is none.

    Its WAV outlives the take that it was.

    Args:
        session: the open project.
        project: of the take.
        take: what is made again.
        region: where.

    Raises:
        InputError: it is gone.
    """
    made = take.provenance
    if not made.varied_take_id:
        return None
    if made.varied_path and inside(session.folder, made.varied_path).is_file():
        return SourceWanted(
            path=made.varied_path,
            start_samples=made.varied_start_samples,
            take_id=made.varied_take_id,
        )
    varied = varied_take(project, take)
    if varied is None:
        raise InputError(f"The take that {take.name} is a variation of is gone.")
    return source_of(region, varied)
