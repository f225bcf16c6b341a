"""``prismdesk new``, ``history``, ``relink``, ``collect``: projects made, kept whole, undone."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.project.store.project_store import ProjectStore
from prismdesk.session.collecting import collect, link_collected
from prismdesk.session.model_words import size_words
from prismdesk.session.opening import create_session, open_session
from prismdesk.session.relinking import relink
from prismdesk.session.rescue import rescue_sentence

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from prismdesk.cli.terminal import Interrupt, ProgressLine
    from prismdesk.project.history import History
    from prismdesk.project.model import Project
    from prismdesk.session.session import Session


def make_project(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Make a project from a film and print the path of its NAME.prismdesk."""
    with create_project(
        options.film, options.project, options.rate, progress, interrupt
    ) as session:
        progress.clear()
        print(session.store.path)
    return 0


def create_project(
    film: Path,
    folder: Path,
    rate_hz: int | None,
    progress: ProgressLine,
    interrupt: Interrupt,
) -> Session:
    """Make a project from a film, showing how far it is, and say what was noticed."""
    progress.begin(f"Reading the sound of {film.name}")
    session = create_session(film, folder, rate_hz=rate_hz, progress=progress, cancelled=interrupt)
    say_notices(session.notices, progress)
    return session


def open_project(path: Path, progress: ProgressLine, interrupt: Interrupt) -> Session:
    """Open a project, showing how far it is, and say what was recovered."""
    progress.begin(f"Opening {path.name}")
    session = open_session(path, progress=progress, cancelled=interrupt)
    say_notices(session.notices, progress)
    return session


def say_notices(notices: Iterable[str], progress: ProgressLine) -> None:
    """Print sentences that the user should know of, aside from the command's own output."""
    progress.clear()
    for notice in notices:
        print(f"prismdesk: note: {notice}", file=sys.stderr)


def rescue(session: Session, progress: ProgressLine) -> None:
    """Write takes that had no room on the disk elsewhere, and say where they are."""
    if sentence := rescue_sentence(session):
        say_notices([sentence], progress)


def relink_project(
    options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt
) -> int:
    """Find a project's moved media in some folders; exit 1 if some are still missing."""
    for folder in options.look_in:
        if not folder.is_dir():
            raise InputError(f"{folder} is no folder to look in.")
    with ProjectStore.open(options.project) as store:
        say_notices(store.recovery, progress)
        progress.begin("Looking for media")
        relinked = relink(store, options.look_in, progress=progress, cancelled=interrupt)
        store.save()
    progress.clear()
    for sentence in relinked.found:
        print(sentence)
    for name in relinked.still_missing:
        print(f"{name} was not found.")
    if not relinked.found and not relinked.still_missing:
        print("All media are where they were.")
    return 1 if relinked.still_missing else 0


def collect_project(
    options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt
) -> int:
    """Copy what a project uses into its folder; exit 1 if a preset isn't here to be copied."""
    with ProjectStore.open(options.project) as store:
        say_notices(store.recovery, progress)
        project, folder = store.project, store.folder
        progress.begin(f"Collecting {project.name}")
        collected = collect(project, folder, progress=progress, cancelled=interrupt)
        if collected.places:
            store.apply("Collect media", lambda now: link_collected(now, folder, collected))
            store.save()
    progress.clear()
    for place in (*collected.places.values(), *collected.presets):
        print(place)
    if not collected.file_count:
        print(f"Nothing to collect: all that is here lies in {folder} already.")
    else:
        print(f"{size_words(collected.size_bytes)} copied; the originals are where they were.")
    for sentence in collected.lacking:
        print(f"prismdesk: {sentence}", file=sys.stderr)
    return 1 if collected.lacking else 0


def show_history(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Print a project's edits, or step through them."""
    if options.undo is None and options.redo is None:
        _print_history(ProjectStore.read(options.project).history, as_json=options.as_json)
        return 0
    with ProjectStore.open(options.project) as store:
        say_notices(store.recovery, progress)
        if options.undo is not None:
            _step(store.undo, options.undo, _undoable(store.history), "undone")
        else:
            _step(store.redo, options.redo, _redoable(store.history), "redone")
        store.save()
        _print_history(store.history, as_json=options.as_json)
    return 0


def _step(step: Callable[[], Project], count: int, possible: int, word: str) -> None:
    if count > possible:
        edits = "1 edit" if possible == 1 else f"{possible} edits"
        raise InputError(f"Only {edits} can be {word}, not {count}; nothing was changed.")
    for _ in range(count):
        step()


def _undoable(history: History) -> int:
    return history.position


def _redoable(history: History) -> int:
    return len(history.labels()) - 1 - history.position


def _print_history(history: History, *, as_json: bool) -> None:
    labels = history.labels()
    if as_json:
        entries = [
            {"number": number, "label": label, "is_current": number == history.position}
            for number, label in enumerate(labels)
        ]
        print(json.dumps({"position": history.position, "entries": entries}, indent=2))
        return
    for number, label in enumerate(labels):
        mark = "→" if number == history.position else " "
        undone = "  (undone)" if number > history.position else ""
        print(f"{mark} {number:>4}  {label}{undone}")
