"""The stills of a project's masks: those that nothing names any more are deleted.

Each change of what is drawn leaves the stills of before behind. What undo may bring back counts as
named, so everything that the project keeps is looked through, and only while nobody edits it.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.project.store.folder import JOBS, MASKS, QUARANTINE, SUFFIX, TAKES

if TYPE_CHECKING:
    from collections.abc import Iterator

_STILL = re.compile(r"[0-9a-f]{32}\.[a-z0-9]{1,5}", re.ASCII)
"""As ``session.masks`` names stills."""

_NAMED = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}\.[a-z0-9]{1,5}")
_OVERLAP_BYTES = 64
_CHUNK_BYTES = 4 * 1024 * 1024


def delete_unused_stills(folder: Path) -> int:
    """Delete the stills of masks that nothing in a project's folder names any more.

    Regions, takes, every step that can be undone or redone, the save before the last one, jobs,
    and the records beside takes are asked. If one of them can't be read, nothing is deleted; nor
    is what the user put there under other names.

    Args:
        folder: the project's, which this program holds and nobody edits meanwhile.

    Returns:
        How many bytes came free.
    """
    stills = {path.name: path for path in _files_in(folder / MASKS) if _STILL.fullmatch(path.name)}
    if not stills:
        return 0
    try:
        for record in _records(folder):
            for name in _names_in(record):
                stills.pop(name, None)
    except OSError:
        return 0
    freed_bytes = 0
    for path in stills.values():
        with suppress(OSError):
            size_bytes = path.stat().st_size
            path.unlink()
            freed_bytes += size_bytes
    return freed_bytes


def _records(folder: Path) -> Iterator[Path]:
    """Return every file of a project that may name a still."""
    for path in sorted(folder.iterdir()):
        # Another name may belong to a project that was copied into the folder by hand.
        if SUFFIX in path.name and path.is_file():
            yield path
    for name in (TAKES, JOBS):
        yield from (path for path in _files_below(folder / name) if path.suffix == ".json")
    yield from _files_below(folder / QUARANTINE)


def _names_in(record: Path) -> Iterator[str]:
    with record.open("rb") as reader:
        rest = b""
        while chunk := reader.read(_CHUNK_BYTES):
            text = rest + chunk
            for found in _NAMED.finditer(text):
                yield found.group().decode()
            # A name that the chunk's end cuts is whole in the next.
            rest = text[-_OVERLAP_BYTES:]


def _files_below(folder: Path) -> Iterator[Path]:
    """Return the files in a folder and its folders; one that can't be listed is an error."""

    def refuse(error: OSError) -> None:
        raise error

    if folder.is_dir():
        for parent, _, names in os.walk(folder, onerror=refuse):
            yield from (Path(parent) / name for name in names)


def _files_in(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.is_file() and not path.is_symlink())
