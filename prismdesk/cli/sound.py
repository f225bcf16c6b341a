"""``prismdesk generate``, ``fill`` and ``extend``: sound is made, and the film written."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.cli.delivery import check_out, write_out
from prismdesk.cli.projects import create_project, open_project, rescue, say_notices
from prismdesk.engines.errors import UnsupportedError
from prismdesk.engines.request import DEVICE_PATTERN, MachineOptions
from prismdesk.errors import InputError, PrismDeskError
from prismdesk.media.errors import NoRoomError
from prismdesk.project.lookup import picture_of, takes_of
from prismdesk.project.model import Task
from prismdesk.project.positions import parse_position
from prismdesk.project.store.folder import SUFFIX
from prismdesk.project.timebase import SampleRange, frames_to_samples, seconds_to_samples
from prismdesk.session.asking import queue_region
from prismdesk.session.finding import find_take
from prismdesk.session.listening import DraftsWanted, why_engine_is_not_heard
from prismdesk.session.making import wait_for_takes
from prismdesk.session.variations import RecipeChanges, vary_take
from prismdesk.session.wishes import EngineWish, check_wish, mark_region
from prismdesk.session.workplace import preferred_machine

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Take
    from prismdesk.session.session import Session


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


def _make_and_write(
    options: argparse.Namespace,
    task: Task,
    span_of: Callable[[Session, argparse.Namespace], SampleRange],
    progress: ProgressLine,
    interrupt: Interrupt,
) -> int:
    _check_times(options, task)
    wish, changes, machine = read_wish(options), read_changes(options), read_machine(options)
    wanted_drafts = read_drafts(options)
    if not options.vary:
        check_wish(wish, task)
        _check_drafts(wish.engine, wanted_drafts)
    check_out(options.out, options.codec, options.report)
    with _session_of(options, progress, interrupt) as session:
        session.machine = machine
        if wanted_drafts:
            # Until they are asked for no step may pass.
            session.queue.pause()
        handles = read_handles(session, options.handles)
        if options.vary:
            take = find_take(session.project, options.vary)
            _check_drafts(take.provenance.engine, wanted_drafts)
            if changes.mask_shapes or take.provenance.drawn_masks:
                progress.begin("Drawing masks")
            job = vary_take(
                session,
                take.id,
                changes=changes,
                takes=options.takes,
                handle_samples=handles,
                batch_seeds=options.batch_seeds,
                progress=progress,
                cancelled=interrupt,
            )
        else:
            span = span_of(session, options)
            region_id = mark_region(
                session,
                task=task,
                span=span,
                track_number=options.track,
                lane_numbers=tuple(options.lanes) or (1,),
                wish=wish,
            )
            if wish.mask_shapes:
                progress.begin("Drawing masks")
            job = queue_region(
                session,
                region_id,
                takes=options.takes,
                handle_samples=handles,
                batch_seeds=options.batch_seeds,
                progress=progress,
                cancelled=interrupt,
            )
        drafts = DraftsWanted(session.queue, job, wanted_drafts)
        if wanted_drafts:
            session.queue.resume()
        progress.begin("Making " + ("1 take" if options.takes == 1 else f"{options.takes} takes"))
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
        try:
            return write_out(session, options, None, progress, interrupt)
        except PrismDeskError:
            kept = f"the takes are kept; export them from the project {session.store.path}"
            say_notices([kept], progress)
            raise


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


def read_handles(session: Session, text: str) -> int:
    """Return handles in samples: frames of the film (``12fr``), seconds or samples; 0 is none.

    Raises:
        InputError: it is none of these.
    """
    project = session.project
    if text.strip() == "0":
        return 0
    match = re.fullmatch(r"(\d{1,6})fr", text.strip(), re.ASCII)
    if match is None:
        return read_length(text, rate_hz=project.rate_hz)
    picture = picture_of(project)
    rate = Fraction(25) if picture is None else picture.rate
    return frames_to_samples(int(match[1]), rate_hz=project.rate_hz, frame_rate=rate)


def read_wish(options: argparse.Namespace) -> EngineWish:
    """Return which engine is asked for and how, from the options of the commands that make."""
    return EngineWish(
        engine=options.engine or options.default_engine,
        variant=options.variant or "",
        prompt=options.prompt or "",
        negative_prompt=options.negative or "",
        seed=options.seed,
        settings=_typed_settings(options),
        adapters=tuple(_split_adapter(text) for text in options.adapters),
        sees_picture=options.sees_picture,
        masks=tuple(options.masks),
        mask_shapes=tuple(options.mask_shapes),
    )


def read_changes(options: argparse.Namespace) -> RecipeChanges:
    """Return what of a take's recipe the options change, for a variation of it."""
    return RecipeChanges(
        variant=options.variant,
        prompt=options.prompt,
        negative_prompt=options.negative,
        seed=options.seed,
        settings=_typed_settings(options),
        adapters=tuple(_split_adapter(text) for text in options.adapters),
        sees_picture=None if options.sees_picture else False,
        masks=tuple(options.masks),
        mask_shapes=tuple(options.mask_shapes),
    )


def _typed_settings(options: argparse.Namespace) -> tuple[tuple[str, str], ...]:
    settings = [_split_setting(text) for text in options.settings]
    for name in ("steps", "guidance", "mask_strength", "stop_at_step"):
        value = getattr(options, name)
        if value is not None:
            settings.append((name, str(value)))
    return tuple(settings)


def read_drafts(options: argparse.Namespace) -> tuple[tuple[int, Path], ...]:
    """Return after which steps the sound so far is wanted, and in which files."""
    drafts = []
    for step, name in options.drafts:
        path = Path(name)
        if not re.fullmatch(r"[1-9][0-9]{0,5}", step, re.ASCII):
            raise InputError(f"--hear-at {step} is no step; write a whole number from 1.")
        if path.suffix.lower() != ".wav" or not path.parent.is_dir():
            raise InputError(f"--hear-at {step} {name}: name a .wav in a folder that is there.")
        drafts.append((int(step), path))
    return tuple(drafts)


def read_machine(options: argparse.Namespace) -> MachineOptions | None:
    """Return on what to compute where the options say it, None to go by the preferences."""
    if options.device is None and options.offload is None:
        return None
    if options.device is not None and not re.fullmatch(DEVICE_PATTERN, options.device):
        raise InputError(f"--device {options.device} is none of auto, cpu, mps, cuda, cuda:N.")
    chosen = preferred_machine()
    return MachineOptions(
        device=options.device or chosen.device, offload=options.offload or chosen.offload
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
