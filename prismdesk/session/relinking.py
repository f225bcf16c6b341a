"""Media that were moved are found again by their content, and the project told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.media.content_key import content_key
from prismdesk.media.errors import MediaError
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)
from prismdesk.project.edits.media import relink_media
from prismdesk.project.store.folder import stored_media_path
from prismdesk.project.store.relink import find_moved_media, missing_media

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prismdesk.project.ids import MediaId
    from prismdesk.project.model import Media, Project
    from prismdesk.project.store import ProjectStore


@dataclass(frozen=True, slots=True)
class Relinked:
    """What a search for moved media came to: sentences on what was found, names of what wasn't."""

    found: tuple[str, ...]
    still_missing: tuple[str, ...]


def relink(
    store: ProjectStore,
    search_folders: Sequence[Path],
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Relinked:
    """Look for media that aren't where the project says, and link what is found, as one step.

    Args:
        store: the open project.
        search_folders: where to look, sub-folders included.
        progress: called with the share done.
        cancelled: asked often.

    Raises:
        Cancelled: the user stopped it; nothing was changed.
    """
    missing = missing_media(store.project, store.folder)
    places = find_moved_media(
        missing, search_folders, content_key, progress=progress, cancelled=cancelled
    )
    _link(store, places)
    names = {media.id: Path(media.path).name for media in missing}
    return Relinked(
        tuple(f"{names[media_id]} was found at {place}." for media_id, place in places.items()),
        tuple(name for media_id, name in names.items() if media_id not in places),
    )


def relink_nearby(store: ProjectStore) -> Relinked:
    """Look for missing media where a moved project would have taken them.

    That is: beside the project's folder under the old name, and inside the folder.
    """
    missing = missing_media(store.project, store.folder)
    if not missing:
        return Relinked((), ())
    beside = {media.id: place for media in missing if (place := _beside(media, store.folder))}
    _link(store, beside)
    inside = relink(store, [store.folder])
    names = {media.id: Path(media.path).name for media in missing}
    found = [f"{names[media_id]} was found at {place}." for media_id, place in beside.items()]
    return Relinked((*found, *inside.found), inside.still_missing)


def _beside(media: Media, folder: Path) -> Path | None:
    place = folder.parent / Path(media.path).name
    try:
        is_it = place.is_file() and content_key(place) == media.content_key
    except (MediaError, OSError):
        return None
    return place if is_it else None


def _link(store: ProjectStore, places: Mapping[MediaId, Path]) -> None:
    if places:
        store.apply("Relink media", lambda project: with_media_at(project, store.folder, places))


def with_media_at(project: Project, folder: Path, places: Mapping[MediaId, Path]) -> Project:
    """Say where media are now: before ``old/film.mov``, after ``new/film.mov``.

    Args:
        project: the project.
        folder: its folder.
        places: where the media lie; those that the project doesn't have are left out.
    """
    known = {media.id for media in project.media}
    for media_id, place in places.items():
        if media_id in known:
            project = relink_media(project, media_id, stored_media_path(folder, place))
    return project
