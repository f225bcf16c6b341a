"""How a session begins: a project made from a film, or one opened and put in order."""

from __future__ import annotations

import secrets
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.jobs.batch_records import BatchRecord, BatchRecords, Outcome
from prismdesk.jobs.states import JobState
from prismdesk.media.conform import conform
from prismdesk.media.content_key import content_key
from prismdesk.media.probe import probe
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)
from prismdesk.project.store import LockedError, ProjectStore, unsaved
from prismdesk.project.store.edit_log import disk_work
from prismdesk.project.store.folder import CACHE, JOBS
from prismdesk.project.store.lock import FolderLock
from prismdesk.session.cache_place import project_cache
from prismdesk.session.importing import DEFAULT_RATE_HZ, empty_project, import_film
from prismdesk.session.making import accept_takes
from prismdesk.session.mask_care import delete_unused_stills
from prismdesk.session.project_presets import presets_in
from prismdesk.session.relinking import relink_nearby
from prismdesk.session.rescue import bring_in_saved
from prismdesk.session.session import Session

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Media

_IMPORTING = ".importing-"


def create_session(
    film: Path,
    folder: Path,
    *,
    name: str | None = None,
    rate_hz: int | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Session:
    """Make a project from a film in a new or empty folder.

    Args:
        film: any file with picture or sound.
        folder: made if it isn't there; holds nothing but the project.
        name: of the project; None takes the film's.
        rate_hz: see ``import_film``.
        progress: called with the share done.
        cancelled: asked often.

    Raises:
        MediaError: the film can't be read; no folder is left behind.
        InputError: the folder holds something already.
        Cancelled: the user stopped it.
    """
    _check_is_free(folder)
    was_there = folder.exists()
    name = name or name_for(film)
    cache = project_cache(folder)
    try:
        imported = import_film(
            film, name=name, cache=cache, rate_hz=rate_hz, progress=progress, cancelled=cancelled
        )
        store = ProjectStore.create(folder, name, imported.project)
    except BaseException:
        shutil.rmtree(folder / CACHE, ignore_errors=True)
        if not was_there and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        raise
    session = Session(store)
    session.notices = imported.warnings
    return session


def create_empty_session(
    folder: Path | None,
    *,
    name: str = unsaved.UNTITLED,
    rate_hz: int = DEFAULT_RATE_HZ,
    unsaved_root: Path | None = None,
) -> Session:
    """Make a project without a film: one stereo track with an empty lane.

    Args:
        folder: as in ``create_session``; None makes a project that isn't named yet.
        name: of the project.
        rate_hz: of the project.
        unsaved_root: where projects without a name are kept, if not in the usual place.

    Raises:
        InputError: the folder holds something already.
        StoreWorkError: the disk refused.
    """
    project = empty_project(name, rate_hz=rate_hz)
    if folder is None:
        return Session(ProjectStore.create_unsaved(project, root=unsaved_root))
    _check_is_free(folder)
    return Session(ProjectStore.create(folder, name, project))


def create_unsaved_session(
    film: Path,
    *,
    root: Path | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Session:
    """Make a project from a film at once, without asking for a name or a place.

    It lies among the unsaved sessions until ``ProjectStore.name_as`` gives it a place.

    Args:
        film: any file with picture or sound.
        root: where unsaved sessions are kept; the user's state folder if None.
        progress: called with the share done.
        cancelled: asked often.

    Raises:
        MediaError: the film can't be read; nothing is left behind.
        StoreWorkError: the disk refused.
        Cancelled: the user stopped it; nothing is left behind.
    """
    root = root or unsaved.unsaved_root()
    with disk_work("The project", root):
        root.mkdir(parents=True, exist_ok=True)
        _sweep_abandoned_imports(root)
        workplace = root / f"{_IMPORTING}{secrets.token_hex(8)}"
        workplace.mkdir()
    # The lock tells other windows that somebody is still at work here.
    lock = FolderLock(workplace)
    try:
        imported = import_film(
            film,
            name=name_for(film),
            cache=project_cache(workplace),
            progress=progress,
            cancelled=cancelled,
        )
        store = ProjectStore.create_unsaved(imported.project, root=root)
        if (workplace / CACHE).is_dir():
            (workplace / CACHE).rename(store.folder / CACHE)
    finally:
        lock.release()
        shutil.rmtree(workplace, ignore_errors=True)
    session = Session(store)
    session.notices = imported.warnings
    return session


def _sweep_abandoned_imports(root: Path) -> None:
    """Delete what an import left whose program was ended in the middle of it."""
    for folder in root.glob(f"{_IMPORTING}*"):
        with suppress(LockedError, OSError):
            FolderLock(folder).release()
            shutil.rmtree(folder, ignore_errors=True)


def open_session(
    path: Path,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Session:
    """Open a project: recover what a crash left, conform again what the cache has lost.

    Media that moved along with the project are linked to their new place. Takes that were
    finished but had not reached the project when the program ended are added to it now. Stills of
    masks that nothing names any more are deleted.

    Args:
        path: NAME.prismdesk, or the folder that holds it.
        progress: called with the share done.
        cancelled: asked often.

    Raises:
        StoreError: the project can't be opened.
        MediaError: sound that is missing from the cache can't be read from its film.
    """
    session = Session(ProjectStore.open(path))
    try:
        # Before anything is queued or edited: what is made from now on needs no looking for.
        delete_unused_stills(session.folder)
        presets_in(session.folder, cancelled)
        relinked = relink_nearby(session.store)
        missing = tuple(missing_sentence(name) for name in relinked.still_missing)
        _conform_missing(session, progress, cancelled)
        taken_up = _take_up_jobs(session)
        session.notices = (*session.store.recovery, *relinked.found, *missing, *taken_up)
    except BaseException:
        session.close()
        raise
    return session


def name_for(film: Path) -> str:
    """Return a name for the project of a film: the film's own, made fit to be a file's name."""
    fit = "".join("_" if c in '/\\:*?"<>|' or not c.isprintable() else c for c in film.stem)
    return fit.strip(" .")[:100] or "Film"


def _check_is_free(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file; name a folder for the project.")
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(
            f"{folder} is not empty; name a new folder for the project, or open the project in it."
        )


def missing_sentence(name: str) -> str:
    """Return what a project's notices say of a media file that isn't where it was."""
    return f"{name} isn't where it was; find it with: prismdesk relink PROJECT --look-in FOLDER"


def _conform_missing(session: Session, progress: FractionDone, cancelled: IsCancelled) -> None:
    rate_hz = session.project.rate_hz
    for media in session.project.media:
        lost = [
            sound.stream_index
            for sound in media.sounds
            if not session.cache.sound_files(
                media.content_key, sound.stream_index, rate_hz=rate_hz
            ).are_there()
        ]
        if lost:
            _conform_again(session, media, lost, progress, cancelled)


def _conform_again(
    session: Session,
    media: Media,
    stream_indices: list[int],
    progress: FractionDone,
    cancelled: IsCancelled,
) -> None:
    path = session.media_path(media)
    info = probe(path, cancelled=cancelled)
    if content_key(path) != media.content_key:
        raise InputError(
            f"{path} is not the file that the project was made from; "
            "put the original back, or link the project to it where it is now."
        )
    for stream_index in stream_indices:
        conform(
            path,
            stream_index,
            cache=session.cache,
            content_key=media.content_key,
            rate_hz=session.project.rate_hz,
            origin_seconds=info.origin_seconds,
            progress=progress,
            cancelled=cancelled,
        )


def _take_up_jobs(session: Session) -> tuple[str, ...]:
    """Add takes whose edit an earlier end of the program cut off; say what is interrupted."""
    folder = session.folder / JOBS
    if not folder.is_dir() or not any(folder.iterdir()):
        return ()
    records = BatchRecords(session.folder)
    latest = records.latest()
    notices = [*session.queue.unreadable, *records.unreadable]
    going_on = set() if latest is None or latest.is_over else {e.job_id for e in latest.entries}
    if latest is not None and going_on:
        notices.append(unfinished_sentence(latest))
    for job in (bring_in_saved(session, one) for one in session.queue.jobs()):
        if job.state is JobState.FINISHED:
            accept_takes(session, job)
            notices.append(f"The finished takes of “{job.label}” were added to the project.")
        elif job.state is JobState.INTERRUPTED and job.id not in going_on:
            notices.append(interrupted_sentence(job))
    return tuple(notices)


def unfinished_sentence(record: BatchRecord) -> str:
    """Say that a batch isn't over, and how to go on with it."""
    made, of = len(record.of(Outcome.MADE)), len(record.to_make)
    return (
        f"A batch isn't over, {made} of {of} regions are made; "
        "go on with: prismdesk batch resume PROJECT"
    )


def interrupted_sentence(job: JobSnapshot) -> str:
    """Say that a job was cut off by the program's end."""
    return f"“{job.label}” was interrupted; make it again."
