"""``prismdesk batch``: many regions made one after the other, over night if need be."""

from __future__ import annotations

import json
import re
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from prismdesk.cli.projects import open_project, rescue, say_notices
from prismdesk.cli.wanted_sound import read_machine
from prismdesk.errors import Cancelled, InputError, PrismDeskError
from prismdesk.jobs.batch_records import BatchRecord, BatchRecords, BatchState, Outcome
from prismdesk.progress import raise_if_cancelled
from prismdesk.project.instants import utc_text
from prismdesk.project.model import RegionStatus
from prismdesk.project.store.folder import find_project_file
from prismdesk.session.batch_start import start_batch, unfinished_batch
from prismdesk.session.batch_summary import BatchSummary, engine_name
from prismdesk.session.batch_watch import carry_through
from prismdesk.session.batches import (
    BatchWish,
    Existing,
    Order,
    SessionNow,
    open_regions,
    plan_batch,
)
from prismdesk.session.durations import format_duration
from prismdesk.session.finding import find_regions
from prismdesk.session.model_words import plural, size_words

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.session.batch_course import Batch
    from prismdesk.session.batch_watch import BatchMoment
    from prismdesk.session.batches import BatchPlan
    from prismdesk.session.session import Session

_WAIT_SECONDS = 0.2


def run_batches(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Run one of the actions of ``prismdesk batch``."""
    actions = {
        "start": start,
        "status": show_status,
        "resume": resume,
        "cancel": cancel,
        "summary": show_summary,
    }
    return actions[options.action](options, progress, interrupt)


def start(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Plan a batch, say what is made and what isn't, and make it."""
    wish = BatchWish(
        takes=options.takes,
        existing=Existing.REMAKE if options.remake else Existing.SKIP,
        order=Order(options.order),
    )
    start_at = None if options.start_at is None else _next_time(options.start_at)
    machine = read_machine(options)
    with open_project(options.project, progress, interrupt) as session:
        session.machine = machine
        project = session.project
        regions = find_regions(project, options.regions) if options.regions else None
        if regions is None:
            regions = open_regions(project)
        elif options.only_open:
            regions = tuple(one for one in regions if one.status is RegionStatus.OPEN)
        plan = plan_batch(project, regions, wish, SessionNow(session))
        progress.clear()
        _say_plan(plan)
        if options.dry_run:
            return 0
        batch = start_batch(session, plan, start_at_utc=utc_text(start_at) if start_at else "")
        return _carry(session, batch, progress, interrupt)


def resume(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Go on with the batch that isn't over; with --failed, with what failed of the last one."""
    with open_project(options.project, progress, interrupt) as session:
        session.machine = read_machine(options)
        batch = unfinished_batch(session)
        if batch is None and options.failed:
            batch = _last_batch(session)
            if not batch.again():
                raise InputError("Nothing of the last batch failed or was cancelled.")
        if batch is None:
            raise InputError("No batch waits to go on; begin one with: prismdesk batch start")
        if batch.record.state is not BatchState.PLANNED:
            batch.take_up()
            batch.go_on()
            if options.failed:
                batch.again()
        return _carry(session, batch, progress, interrupt)


def cancel(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Make nothing more of the batch that isn't over."""
    with open_project(options.project, progress, interrupt) as session:
        batch = unfinished_batch(session)
        if batch is None:
            raise InputError("No batch is under way.")
        batch.cancel_rest()
        progress.clear()
        print(BatchSummary(batch.record).headline)
    return 0


def show_status(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Say how far the batch is; also while another process makes it."""
    record = _read_latest(options.project)
    progress.clear()
    if options.as_json:
        print(json.dumps(BatchSummary(record).to_json(), indent=2))
        return 0
    state = {
        BatchState.PLANNED: "planned",
        BatchState.GOING: "paused" if record.paused_because else "not over",
        BatchState.ENDED: "over",
    }[record.state]
    summary = BatchSummary(record)
    print(f"The batch is {state}. {summary.headline}")
    print(summary.when)
    if record.paused_because:
        print(f"Paused: {record.paused_because}")
    return 0


def show_summary(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print what became of the regions; exit 1 if some failed."""
    record = _read_latest(options.project)
    summary = BatchSummary(record)
    progress.clear()
    if options.csv is not None:
        _write(options.csv, summary.csv())
    if options.as_json:
        print(json.dumps(summary.to_json(), indent=2))
    else:
        print(summary.text(), end="")
    return 1 if record.of(Outcome.FAILED) else 0


def _carry(session: Session, batch: Batch, progress: ProgressLine, interrupt: Interrupt) -> int:
    progress.begin("Making the batch")
    try:
        _wait_for_its_time(batch, progress, interrupt)
        carry_through(
            session,
            batch,
            watch=lambda moment: _show(moment, progress),
            lacks_room=lambda words: say_notices(
                [f"{words} The batch waits until there is room; what is made is kept in memory."],
                progress,
            ),
            cancelled=interrupt,
        )
    except PrismDeskError as error:
        progress.clear()
        rescue(session, progress)
        say_notices([f"{_left_words(batch.record)} {_how_to_go_on(session)}"], progress)
        if isinstance(error, Cancelled):
            return 130
        raise
    session.store.save()
    progress.clear()
    print(BatchSummary(batch.record).text(), end="")
    return 1 if batch.record.of(Outcome.FAILED) else 0


def _wait_for_its_time(batch: Batch, progress: ProgressLine, interrupt: Interrupt) -> None:
    if batch.record.state is not BatchState.PLANNED:
        return
    try:
        start_at = datetime.fromisoformat(batch.record.start_at_utc)
    except ValueError:
        start_at = datetime.now(UTC)
    while (left := (start_at - datetime.now(UTC)).total_seconds()) > 0:
        raise_if_cancelled(interrupt)
        progress.show("The batch waits for its time", 0.0, left)
        time.sleep(min(_WAIT_SECONDS, left))
    batch.begin()
    batch.follow_edits()


def _show(moment: BatchMoment, progress: ProgressLine) -> None:
    record = moment.record
    of = len(record.to_make)
    name = f": {moment.running.label}" if moment.running is not None else ""
    progress.show(f"Batch, {moment.number} of {of}{name}", moment.fraction, moment.seconds_left)


def _say_plan(plan: BatchPlan) -> None:
    for number, row in enumerate(plan.to_make, 1):
        about = "" if row.seconds is None else f"  about {format_duration(row.seconds)}"
        engine = engine_name(row.region.engine, row.region.variant)
        print(f"{number:>4}  {row.region.name or row.region.id}  {engine}{about}")
    for row in plan.refused:
        print(f"   -  {row.region.name or row.region.id}: refused: {row.refused}")
    for row in plan.skipped:
        print(f"   -  {row.region.name or row.region.id}: skipped: {row.skipped}")
    parts = [
        plural(len(plan.to_make), "region"),
        f"{plural(plan.wish.takes, 'take')} each",
        f"needs {size_words(plan.needed_bytes)}, {size_words(max(0, plan.free_bytes))} are free",
    ]
    if plan.seconds is not None:
        more = "at least " if plan.unknown else "about "
        parts.append(f"{more}{format_duration(plan.seconds)}")
    print(", ".join(parts))
    sys.stdout.flush()


def _read_latest(path: Path) -> BatchRecord:
    records = BatchRecords(find_project_file(path).parent)
    record = records.latest()
    if record is None:
        raise InputError(next(iter(records.unreadable), "The project has no batch."))
    return record


def _last_batch(session: Session) -> Batch:
    from prismdesk.session.batch_course import Batch

    record = BatchRecords(session.folder).latest()
    if record is None:
        raise InputError("The project has no batch.")
    return Batch(session, record)


def _left_words(record: BatchRecord) -> str:
    made, of = len(record.of(Outcome.MADE)), len(record.to_make)
    return f"{made} of {of} regions are made and in the project."


def _how_to_go_on(session: Session) -> str:
    return f"Go on with: prismdesk batch resume {session.store.path}"


def _next_time(text: str) -> datetime:
    """Return the next moment at which a clock here shows a time."""
    match = re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", text.strip(), re.ASCII)
    if match is None:
        raise InputError(f"--at {text} is no time of the day; write hours and minutes, e.g. 23:00.")
    now = datetime.now().astimezone()
    then = now.replace(hour=int(match[1]), minute=int(match[2]), second=0, microsecond=0)
    return then if then > now else then + timedelta(days=1)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8", newline="")
    except OSError as error:
        raise InputError(f"{path} can't be written: {error.strerror or error}.") from error
