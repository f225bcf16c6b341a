"""Edits of the media that a project refers to. The files themselves are never touched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.project.consistency import check_media
from prismdesk.project.edits.arguments import rules_as_refusals, unused_id
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import clips_of, media_of, replace_media

if TYPE_CHECKING:
    from prismdesk.project.ids import MediaId
    from prismdesk.project.model import Media, Project


def add_media(project: Project, media: Media) -> Project:
    """Make a file known: before ``film.mov``, after ``film.mov, door.wav``.

    Raises:
        EditError: its id is used, or its description breaks a rule.
    """
    unused_id(project, media.id)
    with rules_as_refusals():
        check_media(media)
    return replace(project, media=(*project.media, media))


def relink_media(project: Project, media_id: MediaId, path: str) -> Project:
    """Say where a file is now: before ``old/film.mov``, after ``new/film.mov``.

    Whether it is the same file (its content key) is for the caller to check.

    Args:
        project: the project.
        media_id: the media.
        path: as ``Media.path``: relative inside the project's folder, else absolute.

    Raises:
        EditError: there is no such media, or the path is empty.
    """
    if not path:
        raise EditError(f'Media "{media_id}" needs a path.')
    return replace_media(project, replace(media_of(project, media_id), path=path))


def set_film(project: Project, media_id: MediaId | None) -> Project:
    """Choose whose picture is shown: before ``a.mov``, after ``b.mov``; None shows none.

    Raises:
        EditError: there is no such media, or it has no picture.
    """
    if media_id is not None and media_of(project, media_id).picture is None:
        raise EditError(f'"{media_of(project, media_id).path}" has no picture to show.')
    return replace(project, film_id=media_id)


def remove_media(project: Project, media_id: MediaId) -> Project:
    """Forget a file that nothing uses: before ``film.mov, door.wav``, after ``film.mov``.

    Raises:
        EditError: there is no such media, it is the film, or a clip uses it.
    """
    media = media_of(project, media_id)
    if project.film_id == media_id:
        raise EditError(f'"{media.path}" is the film, so it can\'t be removed.')
    users = [clip.id for clip in clips_of(project) if clip.media_id == media_id]
    if users:
        raise EditError(f'"{media.path}" is used by clip "{users[0]}"; delete its clips first.')
    return replace(project, media=tuple(kept for kept in project.media if kept.id != media_id))
