"""The files of a folder whose names are those of weight files, found in one bounded walk."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_DEEPEST = 3
_MOST_ENTRIES = 50_000


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file as it lies on the disk."""

    path: Path
    size_bytes: int
    mtime_ns: int


def find_files(folder: Path, names: Collection[str]) -> dict[str, tuple[FoundFile, ...]]:
    """Return the files of these names at any depth up to 3, by name, in order of their paths.

    Upper and lower case count as the same; hidden folders are left out; at most 50,000 entries
    are looked at. A link to a file counts as the file.
    """
    wanted = {name.casefold(): name for name in names}
    found: dict[str, list[FoundFile]] = {}
    for entry in _walk(folder):
        name = wanted.get(entry.name.casefold())
        if name is None:
            continue
        try:
            status = entry.stat()
        except OSError:
            continue  # a link that leads nowhere
        file = FoundFile(Path(entry.path), status.st_size, status.st_mtime_ns)
        found.setdefault(name, []).append(file)
    return {name: tuple(sorted(files, key=_order)) for name, files in found.items()}


def found_at(path: Path) -> FoundFile | None:
    """Return the file at a path; None if none is there."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return FoundFile(path, status.st_size, status.st_mtime_ns) if path.is_file() else None


def _order(file: FoundFile) -> tuple[int, str]:
    return len(file.path.parts), str(file.path)


def _walk(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Yield the files of a folder and of those below it, the nearest first."""
    level, count = [str(folder)], 0
    for _ in range(_DEEPEST + 1):
        below: list[str] = []
        for place in level:
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
