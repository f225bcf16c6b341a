"""Finding media that were moved or renamed, by what is in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.store.folder import media_path

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from prismdesk.project.ids import MediaId
    from prismdesk.project.model import Media, Project

ContentKey = Callable[[Path], str]
"""Gives a file's identity by its content (``media.content_key``); may raise OSError."""


def missing_media(project: Project, folder: Path) -> tuple[Media, ...]:
    """Return the media whose files aren't where the project says."""
    return tuple(media for media in project.media if not media_path(folder, media).is_file())


def find_moved_media(
    media: Sequence[Media],
    search_folders: Sequence[Path],
    content_key: ContentKey,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> dict[MediaId, Path]:
    """Look for media under some folders; give the result to the edit ``relink_media``.

    Only files of exactly the right size are read; where several have the right content, one
    with the old name wins. Links to folders aren't followed, so the search ends.

    Args:
        media: what is missing.
        search_folders: where to look, sub-folders included.
        content_key: as used when the media were added.
        progress: told the share of the candidate files compared.
        cancelled: asked between files.

    Returns:
        Where each was found; what wasn't found is left out.

    Raises:
        Cancelled: the user asked to stop.
    """
    wanted: dict[int, list[Media]] = {}
    for item in media:
        wanted.setdefault(item.size_bytes, []).append(item)
    candidates = list(_files_of_size(search_folders, wanted.keys(), cancelled))
    found: dict[MediaId, Path] = {}
    for number, (path, size_bytes) in enumerate(candidates):
        raise_if_cancelled(cancelled)
        progress(number / len(candidates))
        try:
            key = content_key(path)
        except OSError:
            continue  # vanished or unreadable: not the one
        for item in wanted[size_bytes]:
            has_old_name = path.name == Path(item.path).name
            if key == item.content_key and (item.id not in found or has_old_name):
                found[item.id] = path
    progress(1.0)
    return found


def _files_of_size(
    folders: Sequence[Path], sizes_bytes: Container[int], cancelled: IsCancelled
) -> Iterator[tuple[Path, int]]:
    seen: set[Path] = set()
    for folder in folders:
        for parent, _, names in os.walk(folder):
            raise_if_cancelled(cancelled)
            for name in sorted(names):
                path = Path(parent) / name
                size_bytes = _size_of(path)
                if size_bytes in sizes_bytes and path not in seen:
                    seen.add(path)
                    yield path, size_bytes


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else -1
    except OSError:
        return -1
