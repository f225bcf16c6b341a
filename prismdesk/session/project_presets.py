"""Presets that lie in the folder of an open project: found there where the library lacks them.

They come from whoever made the folder. So only what is in a file says which preset it is, never its
name; the folder's links count for nothing, and the library comes first.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol
from weakref import WeakSet

from prismdesk.adapters.library import Library, NoSuchPresetError
from prismdesk.adapters.reference import hash_in
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.project.store.folder import PRESETS, SUFFIX, project_files_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.adapters.card import Preset

MOST_PRESETS = 1000
"""How many files of one project are looked at."""


class InFolder(Protocol):
    """What has a project's folder, which moves when the project gets a name."""

    @property
    def folder(self) -> Path:
        """Where it lies now."""


_lock = threading.RLock()
_open: WeakSet[InFolder] = WeakSet()
_libraries: dict[Path, Library] = {}


def look_beside(project: InFolder) -> None:
    """Find presets in a project's folder from now on, until ``look_no_more_beside``."""
    with _lock:
        _open.add(project)


def look_no_more_beside(project: InFolder) -> None:
    """Find them there no more."""
    with _lock:
        _open.discard(project)
        folders = {one.folder for one in _open}
        for root in [root for root in _libraries if root.parent not in folders]:
            del _libraries[root]


@contextmanager
def beside(folder: Path) -> Iterator[None]:
    """Find presets in a project's folder for as long as this goes on."""
    place = _Place(folder)
    look_beside(place)
    try:
        yield
    finally:
        look_no_more_beside(place)


def presets_in(folder: Path, cancelled: IsCancelled = never_cancelled) -> tuple[Preset, ...]:
    """Return the presets in a project's folder as they are now, damaged ones too.

    Raises:
        Cancelled: as told.
    """
    return _library_in(folder).scan(cancelled=cancelled)


def presets_beside_projects(cancelled: IsCancelled = never_cancelled) -> tuple[Preset, ...]:
    """Return those of all open projects as they are now.

    Raises:
        Cancelled: as told.
    """
    return tuple(one for library in _of_open() for one in library.scan(cancelled=cancelled))


def preset_beside_project(reference: str) -> Preset | None:
    """Return the preset of a reference from an open project's folder; None if none holds it.

    What is held is known by its hash alone; a text without one means nothing here.
    """
    if not hash_in(reference):
        return None
    for library in _of_open():
        try:
            found = library.find(reference)
            if not found.path.exists() or library.look_at(found.path) != found:
                library.scan()
                found = library.find(reference)
        except NoSuchPresetError:
            continue
        return found
    return None


def is_beside_project(preset: Preset) -> bool:
    """Whether a preset was found in the folder of an open project."""
    return any(preset.root in library.roots for library in _of_open())


def project_folder_of(path: Path) -> Path | None:
    """Return the folder of the project that a path means, or whose presets it means; or None.

    Before ``film/film.prismdesk``, ``film`` or ``film/presets``, after ``film``.
    """
    if not path.is_dir():
        return path.parent if path.suffix == SUFFIX and path.exists() else None
    if project_files_in(path):
        return path
    folder = path.resolve().parent
    return folder if path.name == PRESETS and project_files_in(folder) else None


class _Place:
    def __init__(self, folder: Path) -> None:
        self.folder = folder


def _of_open() -> tuple[Library, ...]:
    with _lock:
        return tuple(_library_in(folder) for folder in {one.folder: None for one in _open})


def _library_in(folder: Path) -> Library:
    root = folder / PRESETS
    if root.is_symlink():
        return Library(())
    with _lock:
        known = _libraries.get(root)
        if known is None:
            known = _libraries[root] = Library((root,), most_files=MOST_PRESETS)
        return known
