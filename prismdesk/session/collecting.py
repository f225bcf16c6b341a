"""Everything that a project uses, collected in its own folder, so that it can be carried away."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.adapters.reference import name_in
from prismdesk.errors import InputError, WorkError
from prismdesk.media.content_key import content_key
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)
from prismdesk.project.store.folder import PRESETS, media_path
from prismdesk.project.store.relink import missing_media
from prismdesk.session.copying import copy_counted
from prismdesk.session.preset_carrying import Carried, carried_bytes, carry, drop
from prismdesk.session.presets import find_preset, library, references_in
from prismdesk.session.project_presets import presets_in
from prismdesk.session.relinking import with_media_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from prismdesk.adapters.card import Preset
    from prismdesk.project.ids import MediaId
    from prismdesk.project.model import Media, Project

MEDIA = "media"
"""The folder inside the project's that collected files go to."""

_ROOM_TO_LEAVE_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Collected:
    """What was copied.

    Attributes:
        places: where each media file is now.
        size_bytes: how much was copied, presets included.
        presets: where presets are now.
        lacking: a sentence on each preset that isn't here to be collected.
    """

    places: Mapping[MediaId, Path]
    size_bytes: int
    presets: tuple[Path, ...] = ()
    lacking: tuple[str, ...] = ()

    @property
    def file_count(self) -> int:
        """How many files and presets were copied."""
        return len(self.places) + len(self.presets)


def collect(
    project: Project,
    folder: Path,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Collected:
    """Copy media and presets that lie elsewhere into the project's folder.

    The originals stay where they are. Each copy is compared with its content key, that of a preset
    with the hash of its content. The project isn't changed, so this may run in another thread than
    its edits; ``link_collected`` has it use the media, and presets are found by what they hold.
    A preset that isn't here keeps nothing else back: without it every take still sounds.

    Args:
        project: whose media.
        folder: the project's.
        progress: called with the share of the bytes copied.
        cancelled: asked often.

    Raises:
        InputError: a media file isn't where the project says; nothing was copied.
        WorkError: there is no room, the disk refused, a copy isn't like its original; what was
            copied was removed again.
        Cancelled: the user stopped it; what was copied was removed again.
    """
    outside = _media_outside(project, folder)
    _require_media(project, folder, outside)
    presets, lacking = _presets_outside(project, folder, cancelled)
    size_bytes = sum(media_path(folder, media).stat().st_size for media in outside)
    size_bytes += sum(map(carried_bytes, presets))
    _require_room(folder, size_bytes)
    copied_bytes = 0

    def advance(count_bytes: int) -> None:
        nonlocal copied_bytes
        copied_bytes += count_bytes
        progress(copied_bytes / max(1, size_bytes))

    copies = _Copies(folder)
    try:
        for media in outside:
            copies.add_media(media, advance, cancelled)
        for preset in presets:
            copies.add_preset(preset, advance, cancelled)
    except BaseException:
        copies.remove()
        raise
    if presets:
        # So that an open project knows of them.
        presets_in(folder)
    progress(1.0)
    return Collected(copies.places, size_bytes, copies.presets, lacking)


def link_collected(project: Project, folder: Path, collected: Collected) -> Project:
    """Have the project use the copies: before ``/films/a.mov``, after ``media/a.mov``."""
    return with_media_at(project, folder, collected.places)


class _Copies:
    """What was copied into a project's folder so far, to be removed again if it can't all be."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._new = [one for name in (MEDIA, PRESETS) if not (one := folder / name).is_dir()]
        self._carried: list[Carried] = []
        self.places: dict[MediaId, Path] = {}

    @property
    def presets(self) -> tuple[Path, ...]:
        return tuple(one.path for one in self._carried)

    def add_media(
        self, media: Media, advance: Callable[[int], None], cancelled: IsCancelled
    ) -> None:
        source = media_path(self._folder, media)
        target = _free_place(self._folder / MEDIA, source.name)
        self.places[media.id] = target
        copy_counted(source, target, advance, cancelled)
        _require_same(media, target)

    def add_preset(
        self, preset: Preset, advance: Callable[[int], None], cancelled: IsCancelled
    ) -> None:
        self._carried.append(carry(preset, self._folder / PRESETS, advance, cancelled))

    def remove(self) -> None:
        for one in self._carried:
            drop(one)
        for place in self.places.values():
            with suppress(OSError):
                place.unlink(missing_ok=True)
        for folder in self._new:
            with suppress(OSError):
                folder.rmdir()


def _media_outside(project: Project, folder: Path) -> list[Media]:
    inside = folder.resolve()
    return [
        media
        for media in project.media
        if not media_path(folder, media).resolve().is_relative_to(inside)
    ]


def _require_media(project: Project, folder: Path, outside: Iterable[Media]) -> None:
    missing = {media.id for media in missing_media(project, folder)}
    for media in outside:
        if media.id in missing:
            raise InputError(
                f"{Path(media.path).name} isn't where it was, so it can't be collected; "
                "find it first."
            )


def _presets_outside(
    project: Project, folder: Path, cancelled: IsCancelled
) -> tuple[tuple[Preset, ...], tuple[str, ...]]:
    """Return the presets to collect, and a sentence on each that isn't here."""
    named = references_in(project)
    if not named:
        return (), ()
    if (folder / PRESETS).is_symlink():
        raise InputError(
            f"{folder / PRESETS} is a link, so no presets are collected there; remove it first."
        )
    library().scan(cancelled=cancelled)
    there = {preset.hash for preset in presets_in(folder, cancelled)}
    presets, lacking = [], []
    for digits, reference in named.items():
        if digits in there:
            continue
        try:
            presets.append(find_preset(reference))
        except InputError:
            lacking.append(
                f"The preset {name_in(reference)} ({digits}) isn't in the library, so it wasn't "
                "collected; takes made with it sound as they are, but can't be made again."
            )
    return tuple(presets), tuple(lacking)


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


def _require_same(media: Media, target: Path) -> None:
    if content_key(target) != media.content_key:
        raise WorkError(
            f"The copy of {Path(media.path).name} isn't like the file that the project was made "
            "from; put the original back and collect again."
        )
