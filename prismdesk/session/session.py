"""An open project with all that work on it needs: store, cache, sounds, job queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.jobs.queue import JobQueue
from prismdesk.jobs.states import JobState
from prismdesk.media.cache import MediaCache
from prismdesk.media.conform import conform
from prismdesk.media.content_key import content_key
from prismdesk.media.probe import probe
from prismdesk.media.sounds import SoundLibrary
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)
from prismdesk.project.store.project_store import ProjectStore
from prismdesk.session.importing import import_film
from prismdesk.session.making import accept_takes
from prismdesk.session.relinking import relink_nearby

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Media, Project


class Session:
    """One open project. Close it, or use it as a context manager.

    The job queue, and with it the engine process, starts when it is first asked for.
    """

    def __init__(self, store: ProjectStore) -> None:
        self.store = store
        self.cache = MediaCache(store.folder / "cache")
        self.sounds = SoundLibrary(store.folder, self.cache, rate_hz=store.project.rate_hz)
        self.notices: tuple[str, ...] = ()
        self._queue: JobQueue | None = None

    @classmethod
    def create(
        cls,
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
        try:
            imported = import_film(
                film,
                name=name,
                cache=MediaCache(folder / "cache"),
                rate_hz=rate_hz,
                progress=progress,
                cancelled=cancelled,
            )
            store = ProjectStore.create(folder, name, imported.project)
        except BaseException:
            MediaCache(folder / "cache").clear()
            if not was_there and folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
            raise
        session = cls(store)
        session.notices = imported.warnings
        return session

    @classmethod
    def open(
        cls,
        path: Path,
        *,
        progress: FractionDone = ignore_progress,
        cancelled: IsCancelled = never_cancelled,
    ) -> Session:
        """Open a project: recover what a crash left, conform again what the cache has lost.

        Media that moved along with the project are linked to their new place. Takes that were
        finished but had not reached the project when the program ended are added to it now.

        Args:
            path: NAME.prismdesk, or the folder that holds it.
            progress: called with the share done.
            cancelled: asked often.

        Raises:
            StoreError: the project can't be opened.
            MediaError: sound that is missing from the cache can't be read from its film.
        """
        store = ProjectStore.open(path)
        session = cls(store)
        try:
            relinked = relink_nearby(store)
            missing = tuple(_missing_sentence(name) for name in relinked.still_missing)
            session._conform_missing(progress, cancelled)
            taken_up = session._accept_finished_jobs()
            session.notices = (*store.recovery, *relinked.found, *missing, *taken_up)
        except BaseException:
            session.close()
            raise
        return session

    @property
    def project(self) -> Project:
        """The project as it stands."""
        return self.store.project

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self.store.folder

    @property
    def queue(self) -> JobQueue:
        """The jobs of this project."""
        if self._queue is None:
            self._queue = JobQueue(self.folder)
        return self._queue

    def media_path(self, media: Media) -> Path:
        """Return where a media file lies; a relative path counts from the project's folder."""
        return self.folder / media.path

    def film_path(self) -> Path | None:
        """Return where the film with the picture lies, or None if the project has none."""
        for media in self.project.media:
            if media.id == self.project.film_id:
                return self.media_path(media)
        return None

    def close(self) -> None:
        """End the engine process, let go of all files and of the project's lock."""
        if self._queue is not None:
            self._queue.close()
        self.sounds.close()
        self.store.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _conform_missing(self, progress: FractionDone, cancelled: IsCancelled) -> None:
        for media in self.project.media:
            lost = [
                sound.stream_index
                for sound in media.sounds
                if not self.cache.sound_files(
                    media.content_key, sound.stream_index, rate_hz=self.project.rate_hz
                ).are_there()
            ]
            if lost:
                self._conform_again(media, lost, progress, cancelled)

    def _conform_again(
        self,
        media: Media,
        stream_indices: list[int],
        progress: FractionDone,
        cancelled: IsCancelled,
    ) -> None:
        path = self.media_path(media)
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
                cache=self.cache,
                content_key=media.content_key,
                rate_hz=self.project.rate_hz,
                origin_seconds=info.origin_seconds,
                progress=progress,
                cancelled=cancelled,
            )

    def _accept_finished_jobs(self) -> tuple[str, ...]:
        """Add takes whose edit an earlier end of the program cut off; say what is interrupted."""
        if not (self.folder / "jobs").is_dir():
            return ()
        notices = list(self.queue.unreadable)
        for job in self.queue.jobs():
            if job.state is JobState.FINISHED:
                accept_takes(self, job)
                notices.append(f"The finished takes of “{job.label}” were added to the project.")
            elif job.state is JobState.INTERRUPTED:
                notices.append(f"“{job.label}” was interrupted; make it again.")
        return tuple(notices)


def _missing_sentence(name: str) -> str:
    return f"{name} isn't where it was; find it with: prismdesk relink PROJECT --look-in FOLDER"


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
