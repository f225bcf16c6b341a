"""The files of a folder whose names are those of weight files, found in one bounded walk.

A walk is remembered with the times at which its folders changed: while these stay the same, only
the files it found are looked at again.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_DEEPEST = 3
_MOST_ENTRIES = 50_000
_CLOCK_NS = 1_000_000_000
"""A folder that changed so lately may change again without its time showing it."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as it lies on the disk."""

    path: Path
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class _Walk:
    """The folders that were walked, when each last changed, and the paths found, by name."""

    folders: tuple[tuple[str, int], ...]
    paths: tuple[tuple[str, str], ...]
    ended_ns: int

    def still_holds(self) -> bool:
        """Whether no folder has changed since, as far as its time can tell."""
        return all(
            _changed_ns(folder) == changed_ns and changed_ns < self.ended_ns - _CLOCK_NS
            for folder, changed_ns in self.folders
        )


_walks: dict[tuple[Path, frozenset[str]], _Walk] = {}


def find_files(folder: Path, names: Collection[str]) -> dict[str, tuple[FoundFile, ...]]:
    """Return the files of these names at any depth up to 3, by name, the nearest first.

    Upper and lower case count as the same; hidden folders are left out; at most 50,000 entries
    are looked at. A link to a file counts as the file.
    """
    key = (folder, frozenset(names))
    walk = _walks.get(key)
    if walk is None or not walk.still_holds():
        walk = _walks[key] = _walked(folder, key[1])
    found: dict[str, list[FoundFile]] = {}
    for name, path in walk.paths:
        file = found_at(Path(path))
        if file is not None:
            found.setdefault(name, []).append(file)
    return {name: tuple(files) for name, files in found.items()}


def found_at(path: Path) -> FoundFile | None:
    """Return the file at a path; None if none is there."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    is_file = stat.S_ISREG(status.st_mode)
    return FoundFile(path, status.st_size, status.st_mtime_ns) if is_file else None


def _walked(folder: Path, names: frozenset[str]) -> _Walk:
    wanted = {name.casefold(): name for name in names}
    folders: list[tuple[str, int]] = []
    paths = [
        (wanted[entry.name.casefold()], entry.path)
        for entry in _files_below(folder, folders)
        if entry.name.casefold() in wanted
    ]
    return _Walk(tuple(folders), tuple(paths), time.time_ns())


def _files_below(folder: Path, folders: list[tuple[str, int]]) -> Iterator[os.DirEntry[str]]:
    """Yield the files of a folder and of those below it, the nearest first; note the folders."""
    level, count = [str(folder)], 0
    for _ in range(_DEEPEST + 1):
        below: list[str] = []
        for place in level:
            folders.append((place, _changed_ns(place)))
            try:
                entries = sorted(os.scandir(place), key=lambda entry: entry.name)
            except OSError:
                continue  # not there, or not ours to read
            for entry in entries:
                count += 1
                if count > _MOST_ENTRIES:
                    return
                if entry.is_dir():
                    if not entry.name.startswith("."):
                        below.append(entry.path)
                elif entry.is_file():
                    yield entry
        level = below


def _changed_ns(folder: str) -> int:
    """Return when a folder's entries last changed; -1 if it can't be known."""
    try:
        return os.stat(folder).st_mtime_ns  # noqa: PTH116  (called for hundreds of folders)
    except OSError:
        return -1
