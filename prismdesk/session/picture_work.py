"""What is made of a session's film in the background: shot cuts, proxy, thumbnails.

Each is kept in the session's cache under the film's content, so that asking again is quick. All
run on any thread. A project without picture has none of them.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.media.content_key import content_key
from prismdesk.media.probe import probe
from prismdesk.media.proxy import check_room, estimated_proxy_bytes, make_proxy, proxy_needed
from prismdesk.media.shots import cuts_in_samples, kept_cuts, shots_in
from prismdesk.media.sound_facts import read_json, write_json
from prismdesk.media.thumbnails import make_thumbnails as fill_thumbnails
from prismdesk.media.thumbnails import thumbnail_times
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)
from prismdesk.project.lookup import media_of, picture_of

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Media, PictureStream
    from prismdesk.session.session import Session

_PROXY_VERSION = 1
"""To be raised whenever the same film would give another proxy than before."""


def find_shots(
    session: Session,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[int, ...]:
    """Return where the film's shots begin, in samples, ascending; the first shot isn't listed.

    Reads the proxy where there is one, which is quicker.

    Raises:
        InputError: the film can't be read or isn't the one that the project was made from.
        MediaWorkError: the cache can't be written.
        Cancelled: no longer wanted.
    """
    found = _film_and_picture(session)
    if found is None:
        return ()
    media, picture = found
    cuts = kept_cuts(session.cache, media.content_key)
    if cuts is None:
        source = film_proxy(session) or _film_as_imported(session, media)
        cuts = shots_in(
            session.cache, source, media.content_key, progress=progress, cancelled=cancelled
        )
    return cuts_in_samples(cuts, picture, rate_hz=session.project.rate_hz)


def known_shots(session: Session) -> tuple[int, ...] | None:
    """Return what ``find_shots`` found earlier, None if it never did."""
    found = _film_and_picture(session)
    if found is None:
        return None
    media, picture = found
    cuts = kept_cuts(session.cache, media.content_key)
    if cuts is None:
        return None
    return cuts_in_samples(cuts, picture, rate_hz=session.project.rate_hz)


def make_film_proxy(
    session: Session,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Path | None:
    """Return the film's proxy, made if need be; None for a film that is quick without one.

    Raises:
        InputError: the film can't be read or isn't the one that the project was made from.
        MediaWorkError: the disk has no room for it, or it can't be written.
        Cancelled: no longer wanted; nothing is left behind.
    """
    found = _film_and_picture(session)
    if found is None:
        return None
    media, _ = found
    there, needed = film_proxy(session), _is_proxy_needed(session, media)
    if there is not None or needed is False:
        return there
    film = _film_as_imported(session, media)
    info = probe(film, cancelled=cancelled)
    out = session.cache.picture_file(media.content_key, "proxy.mov")
    if info.picture is None or not proxy_needed(info):
        _note_proxy(session, media, needed=False)
        return None
    check_room(out.parent, estimated_proxy_bytes(info.picture))
    make_proxy(film, out, progress=progress, cancelled=cancelled)
    _note_proxy(session, media, needed=True)
    return out


def film_proxy(session: Session) -> Path | None:
    """Return the film's proxy if it was made, without making it."""
    found = _film_and_picture(session)
    if found is None or not _is_proxy_needed(session, found[0]):
        return None
    path = session.cache.picture_file(found[0].content_key, "proxy.mov")
    return path if path.is_file() else None


def make_thumbnails(
    session: Session,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> None:
    """Fill the file of ``thumbnails_path``; what is made can be seen while it goes on.

    Without a proxy a long-GOP film gives its keyframes only; run again once the proxy is there,
    it adds what is missing, and once shots are found, the first picture of each.

    Raises:
        InputError: the film can't be read or isn't the one that the project was made from.
        MediaWorkError: the cache can't be written.
        Cancelled: no longer wanted; what is made is kept.
    """
    found, out = _film_and_picture(session), thumbnails_path(session)
    if found is None or out is None:
        return
    media, picture = found
    duration = Fraction(picture.duration_samples, session.project.rate_hz)
    cuts = kept_cuts(session.cache, media.content_key) or ()
    proxy = film_proxy(session)
    fill_thumbnails(
        proxy or _film_as_imported(session, media),
        out,
        thumbnail_times(duration, [cut.seconds for cut in cuts]),
        is_exact=proxy is not None or _is_proxy_needed(session, media) is False,
        progress=progress,
        cancelled=cancelled,
    )


def thumbnails_path(session: Session) -> Path | None:
    """Return where the film's thumbnails lie or will lie; None without a picture."""
    found = _film_and_picture(session)
    if found is None:
        return None
    return session.cache.picture_file(found[0].content_key, "thumbnails")


def _film_and_picture(session: Session) -> tuple[Media, PictureStream] | None:
    project = session.project
    picture = picture_of(project)
    if project.film_id is None or picture is None:
        return None
    return media_of(project, project.film_id), picture


def _film_as_imported(session: Session, media: Media) -> Path:
    """Return the film's path if it still holds what the project was made from."""
    path = session.media_path(media)
    if content_key(path) != media.content_key:
        raise InputError(
            f"{path} is not the film that the project was made from; "
            "put the original back, or link the project to it where it is now."
        )
    return path


def _is_proxy_needed(session: Session, media: Media) -> bool | None:
    """Return what was found out earlier, None if nothing was."""
    facts = read_json(session.cache.picture_file(media.content_key, "proxy.json"))
    key = (_PROXY_VERSION, media.content_key)
    if facts is None or (facts.get("version"), facts.get("content_key")) != key:
        return None
    return facts.get("is_needed") is True


def _note_proxy(session: Session, media: Media, *, needed: bool) -> None:
    facts = {"version": _PROXY_VERSION, "content_key": media.content_key, "is_needed": needed}
    write_json(session.cache.picture_file(media.content_key, "proxy.json"), facts)
