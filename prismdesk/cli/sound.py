"""``prismdesk fill`` and ``prismdesk extend``: sound is made, and the film written."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.cli.delivery import check_out, write_out
from prismdesk.cli.projects import create_project, open_project, say_notices
from prismdesk.errors import InputError, PrismDeskError
from prismdesk.project.lookup import picture_of, takes_of
from prismdesk.project.model import Task
from prismdesk.project.positions import parse_position
from prismdesk.project.store.folder import SUFFIX
from prismdesk.project.timebase import SampleRange, seconds_to_samples
from prismdesk.session.making import make_takes
from prismdesk.session.wishes import EngineWish, mark_region

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.session.session import Session


def fill(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Inpaint a stretch of a film's or project's sound and write the result."""

    def span_of(session: Session) -> SampleRange:
        start_samples = position(session, options.start)
        end_samples = position(session, options.end)
        if end_samples <= start_samples:
            raise InputError(f"--to {options.end} must lie after --from {options.start}.")
        return SampleRange(start_samples, end_samples)

    return _make_and_write(options, Task.INPAINT, span_of, progress, interrupt)


def extend(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Continue a film's or project's sound past a point and write the result."""

    def span_of(session: Session) -> SampleRange:
        start_samples = position(session, options.start)
        length_samples = read_length(options.by, rate_hz=session.project.rate_hz)
        return SampleRange(start_samples, start_samples + length_samples)

    return _make_and_write(options, Task.CONTINUE, span_of, progress, interrupt)


def _make_and_write(
    options: argparse.Namespace,
    task: Task,
    span_of: Callable[[Session], SampleRange],
    progress: ProgressLine,
    interrupt: Interrupt,
) -> int:
    wish = read_wish(options)
    check_out(options.out, options.codec, options.report)
    with _session_of(options, progress, interrupt) as session:
        region_id = mark_region(
            session, task=task, span=span_of(session), track_number=options.track, wish=wish
        )
        progress.begin("Making " + ("1 take" if options.takes == 1 else f"{options.takes} takes"))
        made = make_takes(
            session,
            region_id,
            takes=options.takes,
            watch=lambda job: show_job(job, progress),
            cancelled=interrupt,
        )
        session.store.save()
        progress.clear()
        for take in made:
            print(f"{take.name}  seed {take.provenance.seed}  {session.folder / take.path}")
            if take.note:
                print(f"        {take.note}")
        try:
            return write_out(session, options, None, progress, interrupt)
        except PrismDeskError:
            kept = f"the takes are kept; export them from the project {session.store.path}"
            say_notices([kept], progress)
            raise


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
            is_in_vain = is_new_folder and not any(takes_of(session.project))
            raise
        finally:
            session.close()
            if is_in_vain:
                shutil.rmtree(folder, ignore_errors=True)


def free_folder_beside(out: Path) -> Path:
    """Return a folder beside the output that isn't there yet: ``OUT project``."""
    number = 1
    while True:
        suffix = "" if number == 1 else f" {number}"
        folder = out.parent / f"{out.stem} project{suffix}"
        if not folder.exists():
            return folder
        number += 1


def position(session: Session, text: str) -> int:
    """Return the sample of the project that a T names."""
    project = session.project
    return parse_position(text, rate_hz=project.rate_hz, picture=picture_of(project))


def read_length(text: str, *, rate_hz: int) -> int:
    """Return a length in samples: seconds (``2.5`` or ``2.5s``) or samples (``120000sm``).

    Raises:
        InputError: it is neither, or not longer than nothing.
    """
    match = re.fullmatch(r"(\d{1,9}(?:\.\d{0,9})?|\.\d{1,9})(s|sm)?", text.strip(), re.ASCII)
    if match is None:
        raise InputError(f"“{text}” is no length; write seconds (2.5) or samples (120000sm).")
    number = Fraction(match[1])
    if match[2] == "sm" and number.denominator != 1:
        raise InputError(f"“{text}” is no length; samples are whole.")
    samples = int(number) if match[2] == "sm" else seconds_to_samples(number, rate_hz=rate_hz)
    if samples < 1:
        raise InputError(f"“{text}” is no length to continue the sound by; it must be above zero.")
    return samples


def read_wish(options: argparse.Namespace) -> EngineWish:
    """Return which engine is asked for and how, from the options of ``fill`` and ``extend``."""
    settings = [_split_setting(text) for text in options.settings]
    if options.steps is not None:
        settings.append(("steps", str(options.steps)))
    if options.guidance is not None:
        settings.append(("guidance", str(options.guidance)))
    return EngineWish(
        engine=options.engine,
        variant=options.variant,
        prompt=options.prompt,
        negative_prompt=options.negative,
        seed=options.seed,
        settings=tuple(settings),
        adapters=tuple(_split_adapter(text) for text in options.adapters),
    )


def _split_setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise InputError(f"--set {text} must be written NAME=VALUE.")
    return name, value


def _split_adapter(text: str) -> tuple[str, float]:
    name, colon, strength = text.rpartition(":")
    if not colon:
        return text, 1.0
    try:
        return name, float(strength)
    except ValueError:
        raise InputError(f"--adapter {text} must be written NAME or NAME:STRENGTH.") from None


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
