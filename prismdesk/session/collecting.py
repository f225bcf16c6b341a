"""Everything that a project uses, collected in its own folder, so that it can be carried away."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.errors import InputError, WorkError
from prismdesk.media.content_key import content_key
from prismdesk.media.errors import read_trouble, write_trouble
from prismdesk.media.wav import partial_path
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.store.folder import media_path
from prismdesk.project.store.relink import missing_media
from prismdesk.session.relinking import with_media_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prismdesk.project.ids import MediaId
    from prismdesk.project.model import Media, Project

MEDIA = "media"
"""The folder inside the project's that collected files go to."""

_CHUNK_BYTES = 4 * 2**20
_ROOM_TO_LEAVE_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Collected:
    """What was copied: where each media file is now, and how many bytes that were."""

    places: Mapping[MediaId, Path]
    size_bytes: int


def collect_media(
    project: Project,
    folder: Path,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Collected:
    """Copy the media that lie elsewhere into the project's folder; ``link_collected`` uses them.

    The originals stay where they are. Each copy is compared with its content key. The project
    isn't changed, so this may run in another thread than its edits.

    Args:
        project: whose media.
        folder: the project's.
        progress: called with the share of the bytes copied.
        cancelled: asked often.

    Raises:
        InputError: a file isn't where the project says; nothing was copied.
        WorkError: there is no room, the disk refused, a copy isn't like its original; what was
            copied was removed again.
        Cancelled: the user stopped it; what was copied was removed again.
    """
    outside = _media_outside(project, folder)
    missing = {media.id for media in missing_media(project, folder)}
    for media in outside:
        if media.id in missing:
            raise InputError(
                f"{Path(media.path).name} isn't where it was, so it can't be collected; "
                "find it first."
            )
    size_bytes = sum(media_path(folder, media).stat().st_size for media in outside)
    _require_room(folder, size_bytes)
    places: dict[MediaId, Path] = {}
    copied_bytes = 0

    def advance(count_bytes: int) -> None:
        nonlocal copied_bytes
        copied_bytes += count_bytes
        progress(copied_bytes / max(1, size_bytes))

    had_folder = (folder / MEDIA).is_dir()
    try:
        for media in outside:
            source = media_path(folder, media)
            target = _free_place(folder / MEDIA, source.name)
            places[media.id] = target
            _copy(source, target, advance, cancelled)
            _require_same(media, target)
    except BaseException:
        _remove(places.values(), folder / MEDIA, had_folder=had_folder)
        raise
    progress(1.0)
    return Collected(places, size_bytes)


def link_collected(project: Project, folder: Path, collected: Collected) -> Project:
    """Have the project use the copies: before ``/films/a.mov``, after ``media/a.mov``."""
    return with_media_at(project, folder, collected.places)


def _media_outside(project: Project, folder: Path) -> list[Media]:
    inside = folder.resolve()
    return [
        media
        for media in project.media
        if not media_path(folder, media).resolve().is_relative_to(inside)
    ]


def _require_room(folder: Path, size_bytes: int) -> None:
    free_bytes = shutil.disk_usage(folder).free
    if size_bytes + _ROOM_TO_LEAVE_BYTES > free_bytes:
        raise WorkError(
            f"No more room on the disk: {size_bytes / 1e9:.1f} GB are needed in {folder}, "
            f"{free_bytes / 1e9:.1f} GB are free; free some space and try again."
        )


def _free_place(folder: Path, name: str) -> Path:
    place = folder / name
    number = 2
    while place.exists():
        place = folder / f"{Path(name).stem} {number}{Path(name).suffix}"
        number += 1
    return place


def _copy(
    source: Path, target: Path, advance: Callable[[int], None], cancelled: IsCancelled
) -> None:
    partial = partial_path(target)
    try:
        target.parent.mkdir(exist_ok=True)
        with partial.open("wb") as writer:
            for chunk in _chunks(source, cancelled):
                writer.write(chunk)
                advance(len(chunk))
            writer.flush()
            os.fsync(writer.fileno())
        partial.replace(target)
    except OSError as error:
        raise write_trouble(target, error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _chunks(source: Path, cancelled: IsCancelled) -> Iterator[bytes]:
    try:
        with source.open("rb") as reader:
            while chunk := reader.read(_CHUNK_BYTES):
                raise_if_cancelled(cancelled)
                yield chunk
    except OSError as error:
        raise read_trouble(source, error) from error


def _require_same(media: Media, target: Path) -> None:
    if content_key(target) != media.content_key:
        raise WorkError(
            f"The copy of {Path(media.path).name} isn't like the file that the project was made "
            "from; put the original back and collect again."
        )


def _remove(places: Iterable[Path], folder: Path, *, had_folder: bool) -> None:
    for place in places:
        with suppress(OSError):
            place.unlink(missing_ok=True)
    if not had_folder:
        with suppress(OSError):
            folder.rmdir()
