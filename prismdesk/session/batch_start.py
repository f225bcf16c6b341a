"""Beginning a batch, and finding the one of a project that isn't over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.jobs.batch_records import (
    BatchEntry,
    BatchRecord,
    BatchRecords,
    BatchState,
    Outcome,
    new_batch_id,
)
from prismdesk.jobs.spec import new_job_id
from prismdesk.project.instants import now_utc
from prismdesk.session.asking import job_label
from prismdesk.session.batch_course import Batch
from prismdesk.session.batches import asked_parts

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Project
    from prismdesk.session.batches import BatchPlan
    from prismdesk.session.session import Session


def new_record(project: Project, plan: BatchPlan, *, start_at_utc: str = "") -> BatchRecord:
    """Return the record of a plan, nothing of it begun.

    Raises:
        InputError: the plan can't begin; it says why.
    """
    if plan.why_not:
        raise InputError(plan.why_not)
    asked = {region.id: asked_parts(region) for region in project.regions}
    entries = tuple(
        BatchEntry(
            region_id=row.region.id,
            label=job_label(row.region),
            engine=row.region.engine,
            variant=row.region.variant,
            takes=row.takes,
            job_id=new_job_id() if row.is_made else "",
            asked=asked[row.region.id],
            estimate_seconds=row.seconds or 0.0,
            outcome=(
                Outcome.REFUSED
                if row.refused
                else Outcome.SKIPPED
                if row.skipped
                else Outcome.WAITING
            ),
            reason=row.refused or row.skipped,
        )
        for row in plan.rows
    )
    return BatchRecord(
        batch_id=new_batch_id(),
        created_utc=now_utc(),
        entries=entries,
        handle_samples=plan.wish.handle_samples,
        state=BatchState.PLANNED if start_at_utc else BatchState.GOING,
        start_at_utc=start_at_utc,
    )


def start_batch(
    session: Session,
    plan: BatchPlan,
    *,
    start_at_utc: str = "",
    changed: Callable[[], object] = lambda: None,
) -> Batch:
    """Put a batch on disk; ``Batch.queue_waiting`` queues it.

    Args:
        session: the open project.
        plan: what is to be made.
        start_at_utc: when it is to begin, if not at once.
        changed: see ``Batch``.

    Raises:
        InputError: the plan can't begin, or another batch isn't over.
        MediaWorkError: it can't be written down; nothing is begun.
    """
    records = BatchRecords(session.folder)
    latest = records.latest()
    if latest is not None and not latest.is_over:
        raise InputError(
            f"A batch of {len(latest.to_make)} regions isn't over; go on with it or cancel it."
        )
    record = new_record(session.project, plan, start_at_utc=start_at_utc)
    records.save(record)
    return Batch(session, record, changed)


def unfinished_batch(
    session: Session, changed: Callable[[], object] = lambda: None
) -> Batch | None:
    """Return the batch of a project that isn't over, None if there is none."""
    latest = BatchRecords(session.folder).latest()
    if latest is None or latest.is_over:
        return None
    return Batch(session, latest, changed)
