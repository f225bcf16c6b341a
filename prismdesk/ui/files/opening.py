"""Projects opened and begun in the background, then shown."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QObject

from prismdesk.errors import PrismDeskError
from prismdesk.jobs.batch_records import BatchRecords
from prismdesk.progress import raise_if_cancelled
from prismdesk.project.edits import set_project_use
from prismdesk.project.model import ProjectUse
from prismdesk.project.store import unsaved
from prismdesk.project.store.relink import missing_media
from prismdesk.session.opening import (
    create_empty_session,
    create_session,
    create_unsaved_session,
    interrupted_sentence,
    missing_sentence,
    open_session,
    unfinished_sentence,
)
from prismdesk.session.use_words import use_label
from prismdesk.ui.files.recent_picture import keep_recent_picture
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.session.session import Session
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.files.holder import SessionHolder
    from prismdesk.ui.files.new_dialog import NewProject


class SessionOpener(QObject):
    """Opens one project at a time, off the window's thread; a new wish replaces the last.

    Args:
        desktop: what every panel may need.
        holder: shows what was opened.
        find_missing: looks for media that aren't where they were; offered in the message.
    """

    def __init__(
        self, desktop: Desktop, holder: SessionHolder, find_missing: Callable[[], object]
    ) -> None:
        super().__init__(desktop.background)
        self._desktop = desktop
        self._holder = holder
        self._find_missing = find_missing
        self._task: BackgroundTask[Session] | None = None

    def open_project(self, path: Path) -> None:
        """Open a project that is on the disk."""
        document = self._holder.document
        if document is not None and path.resolve() in (
            document.session.folder.resolve(),
            document.session.store.path.resolve(),
        ):
            self._desktop.messages.tell(f"{document.project.name} is open already.")
            return
        self.begin(
            f"Opening {path.stem}",
            lambda progress, cancelled: open_session(path, progress=progress, cancelled=cancelled),
        )

    def open_film(self, film: Path) -> None:
        """Begin a project without a name from a film."""
        self.begin(
            f"Reading {film.name}",
            lambda progress, cancelled: self._marked(
                create_unsaved_session(film, progress=progress, cancelled=cancelled)
            ),
        )

    def open_sample(self) -> None:
        """Make the sample film, once for all, and begin a project with it."""
        folder = platformdirs.user_data_path("prismdesk", appauthor=False) / "sample"

        def work(progress: FractionDone, cancelled: IsCancelled) -> Session:
            # Imported here: what draws the film is of no use to those who have one.
            from prismdesk.session.demo import sample_film_in

            film = sample_film_in(folder, _Share(progress, 0.0, 0.8), cancelled)
            return create_unsaved_session(
                film, progress=_Share(progress, 0.8, 1.0), cancelled=cancelled
            )

        self.begin("Making the sample film", work)

    def create(self, wanted: NewProject) -> None:
        """Begin a project with a name and a place."""

        def work(progress: FractionDone, cancelled: IsCancelled) -> Session:
            if wanted.film is None:
                raise_if_cancelled(cancelled)
                return self._marked(
                    create_empty_session(wanted.folder, name=wanted.name, rate_hz=wanted.rate_hz),
                    wanted.use,
                )
            session = create_session(
                wanted.film,
                wanted.folder,
                name=wanted.name,
                progress=progress,
                cancelled=cancelled,
            )
            return self._marked(session, wanted.use)

        self.begin(f"Making {wanted.name}", work)

    def begin(
        self,
        title: str,
        work: Callable[[FractionDone, IsCancelled], Session],
        *,
        failed: Callable[[PrismDeskError], object] | None = None,
    ) -> None:
        """Make a session in the background and show it."""
        if self._task is not None and not self._task.is_over:
            self._task.cancel()
        self._task = self._desktop.background.run(title, work, done=self.show, failed=failed)

    def show(self, session: Session) -> None:
        """Show a session, remember it, and tell what it has to say."""
        missing = missing_media(session.project, session.folder)
        names = [Path(media.path).name for media in missing]
        # Both are told with their remedies, as messages of their own.
        known = {missing_sentence(name) for name in names}
        known |= {interrupted_sentence(job) for job in session.queue.jobs()}
        batch = BatchRecords(session.folder).latest()
        known |= set() if batch is None else {unfinished_sentence(batch)}
        notices = [notice for notice in session.notices if notice not in known]
        recovered = bool(session.store.recovery)
        path, is_named = session.store.path, session.store.is_named
        self._holder.show_session(session)
        if is_named:
            self._remember(path)
            self.keep_picture()
        if notices:
            self._desktop.messages.tell(
                "Recovered." if recovered else "Opened.",
                " ".join(notices),
                kind=MessageKind.WARNING if recovered else MessageKind.INFO,
            )
        if names:
            self._tell_missing(names)

    def keep_picture(self) -> None:
        """Keep the picture at the playhead for the list of recent projects."""
        document = self._holder.document
        film = None if document is None else document.session.film_path()
        if document is None or film is None or not document.session.store.is_named:
            return
        path = document.session.store.path
        seconds = self._holder.position_samples / document.project.rate_hz
        self._desktop.background.run(
            "Keeping a picture",
            lambda _progress, cancelled: keep_recent_picture(path, film, seconds, cancelled),
            done=lambda _: None,
            failed=lambda _: None,  # the list does without
            quiet=True,
        )

    def offer_unsaved(self) -> None:
        """Look for projects that were never named and offer them; call it once, at the start."""
        self._desktop.background.run(
            "Looking for what was open",
            lambda _progress, _cancelled: unsaved.find_unsaved(),
            done=self._offer,
            quiet=True,
        )

    def _offer(self, found: unsaved.UnsavedFound) -> None:
        for finding in found.findings:
            self._desktop.messages.tell("Recovered.", finding, kind=MessageKind.WARNING)
        document = self._holder.document
        for session in found.sessions:
            if document is not None and document.session.store.path == session.path:
                continue
            edits = "1 edit is" if session.edits == 1 else f"All {session.edits} edits are"
            kept = "It is as you left it." if session.edits == 0 else f"{edits} here."
            self._desktop.messages.tell(
                f"“{session.project_name}” has no name yet.",
                f"{kept} Last changed {session.changed_utc.replace('T', ' ').rstrip('Z')} UTC.",
                buttons=(
                    ("Open", partial(self.open_project, session.path)),
                    ("Discard", partial(self._discard, session)),
                ),
            )

    def _discard(self, session: unsaved.UnsavedSession) -> None:
        try:
            unsaved.discard_unsaved(session)
        except PrismDeskError as error:
            self._desktop.messages.error(error)
        except OSError as error:
            self._desktop.messages.error(
                f"“{session.project_name}” can't be deleted: {error.strerror}; it is still there."
            )
        else:
            self._desktop.messages.tell(f"“{session.project_name}” was discarded.")

    def _tell_missing(self, names: list[str]) -> None:
        what = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
        verb = "is" if len(names) == 1 else "are"
        self._desktop.messages.tell(
            f"{what} {verb} not where {'it was' if len(names) == 1 else 'they were'}.",
            "The project is open without; nothing was changed.",
            kind=MessageKind.WARNING,
            buttons=(("Find it…", self._find_missing), ("Work without", lambda: None)),
        )

    def _marked(self, session: Session, use: ProjectUse | None = None) -> Session:
        """Say what a new project is for; None takes what new ones are to be."""
        wanted = use or ProjectUse(self._desktop.preferences.now.new_project_use)
        if session.project.use is not wanted:
            session.store.apply(use_label(wanted), lambda project: set_project_use(project, wanted))
        return session

    def _remember(self, path: Path) -> None:
        try:
            self._desktop.preferences.remember_project(path)
        except PrismDeskError as error:
            self._desktop.messages.error(error)


class _Share:
    """Tells a part of the work as its share of the whole."""

    def __init__(self, progress: FractionDone, start: float, end: float) -> None:
        self._progress, self._start, self._end = progress, start, end

    def begin(self, task: str) -> None:
        """Take the name of a part; the whole has one of its own."""

    def __call__(self, fraction: float) -> None:
        self._progress(self._start + (self._end - self._start) * fraction)
