"""``prismdesk generate``, ``fill`` and ``extend``: sound is made, and the film written."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.cli.delivery import check_out, write_out
from prismdesk.cli.projects import create_project, open_project, rescue, say_notices
from prismdesk.cli.wanted_sound import (
    position,
    read_changes,
    read_drafts,
    read_handles,
    read_length,
    read_machine,
    read_wish,
)
from prismdesk.engines.errors import UnsupportedError
from prismdesk.errors import InputError, PrismDeskError
from prismdesk.media.errors import NoRoomError
from prismdesk.project.lookup import takes_of
from prismdesk.project.model import Task
from prismdesk.project.store.folder import SUFFIX
from prismdesk.project.timebase import SampleRange
from prismdesk.session.asking import queue_region
from prismdesk.session.exporting import refuse_sources
from prismdesk.session.finding import find_take
from prismdesk.session.listening import DraftsWanted, why_engine_is_not_heard
from prismdesk.session.making import wait_for_takes
from prismdesk.session.presets import lacking_triggers
from prismdesk.session.variations import vary_take
from prismdesk.session.wishes import check_wish, mark_region

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.engines.request import MachineOptions
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Take
    from prismdesk.session.session import Session
    from prismdesk.session.variations import RecipeChanges
    from prismdesk.session.wishes import EngineWish


def generate(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Make new sound for a stretch of a film or project and write the result."""
    return _make_and_write(options, Task.GENERATE, _stretch, progress, interrupt)


def fill(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Inpaint a stretch of a film's or project's sound and write the result."""
    return _make_and_write(options, Task.INPAINT, _stretch, progress, interrupt)


def extend(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Continue a film's or project's sound past a point and write the result."""
    return _make_and_write(options, Task.CONTINUE, _continuation, progress, interrupt)


def _stretch(session: Session, options: argparse.Namespace) -> SampleRange:
    start_samples = position(session, options.start)
    end_samples = position(session, options.end)
    if end_samples <= start_samples:
        raise InputError(f"--to {options.end} must lie after --from {options.start}.")
    return SampleRange(start_samples, end_samples)


def _continuation(session: Session, options: argparse.Namespace) -> SampleRange:
    start_samples = position(session, options.start)
    length_samples = read_length(options.by, rate_hz=session.project.rate_hz)
    return SampleRange(start_samples, start_samples + length_samples)


@dataclass(frozen=True)
class _Order:
    """What is to be made: the options of a command, read."""

    options: argparse.Namespace
    task: Task
    span_of: Callable[[Session, argparse.Namespace], SampleRange]
    wish: EngineWish
    changes: RecipeChanges
    machine: MachineOptions | None
    drafts: tuple[tuple[int, Path], ...]


def _make_and_write(
    options: argparse.Namespace,
    task: Task,
    span_of: Callable[[Session, argparse.Namespace], SampleRange],
    progress: ProgressLine,
    interrupt: Interrupt,
) -> int:
    order = _read_order(options, task, span_of)
    check_out(options.out, options.codec, options.report)
    if hint := lacking_triggers(order.wish.prompt, order.wish.adapters):
        say_notices([hint], progress)
    with _session_of(options, progress, interrupt) as session:
        refuse_sources(session, options.out, options.report)
        session.machine = order.machine
        _make(session, order, progress, interrupt)
        try:
            return write_out(session, options, None, progress, interrupt)
        except PrismDeskError:
            kept = f"the takes are kept; export them from the project {session.store.path}"
            say_notices([kept], progress)
            raise


def _read_order(
    options: argparse.Namespace,
    task: Task,
    span_of: Callable[[Session, argparse.Namespace], SampleRange],
) -> _Order:
    """Read the options, and refuse what can be refused before anything is opened."""
    _check_times(options, task)
    order = _Order(
        options=options,
        task=task,
        span_of=span_of,
        wish=read_wish(options),
        changes=read_changes(options),
        machine=read_machine(options),
        drafts=read_drafts(options),
    )
    if not options.vary:
        check_wish(order.wish, task)
        _check_drafts(order.wish.engine, order.drafts)
    return order


def _make(session: Session, order: _Order, progress: ProgressLine, interrupt: Interrupt) -> None:
    """Make the takes, keep them in the project, and say what they are."""
    if order.drafts:
        # Until they are asked for no step may pass.
        session.queue.pause()
    queue = _queue_variation if order.options.vary else _queue_stretch
    job = queue(session, order, progress, interrupt)
    drafts = DraftsWanted(session.queue, job, order.drafts)
    if order.drafts:
        session.queue.resume()
    count = order.options.takes
    progress.begin("Making " + ("1 take" if count == 1 else f"{count} takes"))
    try:
        made = wait_for_takes(
            session, job, watch=lambda now: show_job(now, progress), cancelled=interrupt
        )
    except NoRoomError:
        rescue(session, progress)
        raise
    drafts.close()
    session.store.save()
    progress.clear()
    for take in made:
        _say_take(session, take)
    for sentence in drafts.told:
        print(sentence)


def _queue_variation(
    session: Session, order: _Order, progress: ProgressLine, interrupt: Interrupt
) -> JobSnapshot:
    options = order.options
    handles = read_handles(session, options.handles)
    take = find_take(session.project, options.vary)
    _check_drafts(take.provenance.engine, order.drafts)
    if order.changes.mask_shapes or take.provenance.drawn_masks:
        progress.begin("Drawing masks")
    return vary_take(
        session,
        take.id,
        changes=order.changes,
        takes=options.takes,
        handle_samples=handles,
        batch_seeds=options.batch_seeds,
        progress=progress,
        cancelled=interrupt,
    )


def _queue_stretch(
    session: Session, order: _Order, progress: ProgressLine, interrupt: Interrupt
) -> JobSnapshot:
    options = order.options
    handles = read_handles(session, options.handles)
    region_id = mark_region(
        session,
        task=order.task,
        span=order.span_of(session, options),
        track_number=options.track,
        lane_numbers=tuple(options.lanes) or (1,),
        wish=order.wish,
    )
    if order.wish.mask_shapes:
        progress.begin("Drawing masks")
    return queue_region(
        session,
        region_id,
        takes=options.takes,
        handle_samples=handles,
        batch_seeds=options.batch_seeds,
        progress=progress,
        cancelled=interrupt,
    )


def _check_drafts(engine: str, wanted: tuple[tuple[int, Path], ...]) -> None:
    """Refuse to have an engine heard that can't be, before anything is queued."""
    if wanted and (reason := why_engine_is_not_heard(engine)):
        raise UnsupportedError(reason)


def _check_times(options: argparse.Namespace, task: Task) -> None:
    """Require the times of the stretch, unless a take says where it lies."""
    given = (
        {"--at": options.start, "--by": options.by}
        if task is Task.CONTINUE
        else {"--from": options.start, "--to": options.end}
    )
    if options.batch_seeds and (options.takes != 1 or options.seed not in options.batch_seeds):
        raise InputError("--batch-seeds is for one take whose --seed is among them.")
    if options.vary:
        if options.engine:
            raise InputError("A variation is made by the engine of its take; leave --engine out.")
        if found := [name for name, text in given.items() if text is not None]:
            raise InputError(
                f"A variation lies where its take does; leave {' and '.join(found)} out."
            )
    elif lacking := [name for name, text in given.items() if text is None]:
        raise InputError(f"Say with {' and '.join(lacking)} where the sound is wanted.")


def _say_take(session: Session, take: Take) -> None:
    print(f"{take.name}  seed {take.provenance.seed}  {session.folder / take.path}")
    if take.note:
        print(f"        {take.note}")
    if take.proposed_gain_db is not None:
        print(f"        To match its surroundings: {take.proposed_gain_db:+.1f} dB.")


@contextmanager
def _session_of(
    options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt
) -> Iterator[Session]:
    """Open the project, or make one of the film, which goes again if nothing came of it."""
    if options.source.is_dir() or options.source.suffix == SUFFIX:
        if options.project is not None or options.rate is not None:
            raise InputError(
                f"{options.source} is a project already; --project and --rate are for films."
            )
        with open_project(options.source, progress, interrupt) as session:
            yield session
        return
    folder = options.project or free_folder_beside(options.out)
    is_new_folder = not folder.exists()
    is_in_vain = False
    with create_project(options.source, folder, options.rate, progress, interrupt) as session:
        try:
            yield session
        except PrismDeskError:
            is_in_vain = is_new_folder and not _has_something(session)
            raise
        finally:
            session.close()
            if is_in_vain:
                shutil.rmtree(folder, ignore_errors=True)


def _has_something(session: Session) -> bool:
    """Whether a project has takes, or some that had no room and were written elsewhere."""
    failures = (job.failure for job in session.queue.jobs())
    is_saved = any(failure is not None and failure.saved_takes for failure in failures)
    return is_saved or any(takes_of(session.project))


def free_folder_beside(out: Path) -> Path:
    """Return a folder beside the output that isn't there yet: ``OUT project``."""
    number = 1
    while True:
        suffix = "" if number == 1 else f" {number}"
        folder = out.parent / f"{out.stem} project{suffix}"
        if not folder.exists():
            return folder
        number += 1


def show_job(job: JobSnapshot, progress: ProgressLine) -> None:
    """Draw a job's phase, share done and time left on the progress line."""
    if job.progress is None:
        progress.show(f"{job.label}: waiting for the engine", 0.0, None)
        return
    step = f" {job.progress.step}/{job.progress.steps}" if job.progress.steps else ""
    progress.show(
        f"{job.label}: {job.progress.phase}{step}",
        job.progress.fraction,
        job.progress.seconds_left,
    )
