"""An open project with all that work on it needs: store, cache, sounds, job queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.jobs.queue import JobQueue
from prismdesk.media.sounds import SoundLibrary
from prismdesk.session.cache_place import project_cache
from prismdesk.session.measured import Measured, RunMeter
from prismdesk.session.project_presets import look_beside, look_no_more_beside
from prismdesk.session.workplace import workplace_of

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.request import MachineOptions
    from prismdesk.jobs.messages import Workplace
    from prismdesk.project.model import Media, Project
    from prismdesk.project.store import ProjectStore


class Session:
    """One open project; ``session.opening`` makes it. Close it, or use it as a context manager.

    The job queue, and with it the engine process, starts when it is first asked for.

    Attributes:
        machine: on what engines work, where that is not as the preferences say.
    """

    def __init__(self, store: ProjectStore) -> None:
        self.store = store
        self.cache = project_cache(store.folder)
        self.sounds = SoundLibrary(store.folder, self.cache, rate_hz=store.project.rate_hz)
        self.notices: tuple[str, ...] = ()
        self.machine: MachineOptions | None = None
        self._queue: JobQueue | None = None
        look_beside(self)

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
            self._queue = JobQueue(self.folder, workplace=self._workplace)
            self._queue.subscribe(RunMeter(Measured()).follow)
        return self._queue

    def _workplace(self) -> Workplace:
        return workplace_of(self.cache, self.machine)

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
        look_no_more_beside(self)
        if self._queue is not None:
            self._queue.close()
        self.sounds.close()
        self.store.close()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
