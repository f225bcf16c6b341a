"""The File menu: each action tied to what does it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox

from prismdesk.errors import Cancelled, PrismDeskError
from prismdesk.jobs.batch_records import BatchRecords
from prismdesk.project.edits import set_project_use
from prismdesk.project.model import ProjectUse
from prismdesk.project.store.folder import SUFFIX
from prismdesk.session.naming import open_session_as
from prismdesk.session.opening import open_session
from prismdesk.session.recent import recent_projects, without_recent
from prismdesk.session.use_words import use_label
from prismdesk.ui.files.file_kinds import (
    FILM_ENDINGS,
    SOUND_ENDINGS,
    FileKind,
    kind_of,
    name_filter,
)
from prismdesk.ui.files.media import MediaWork
from prismdesk.ui.files.new_dialog import NewDialog
from prismdesk.ui.files.opening import SessionOpener
from prismdesk.ui.files.recent_dialog import RecentDialog
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.project_corner import USE_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.session.session import Session
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.files.holder import SessionHolder

_NOTHING_OPEN = "Open a project first."


class FileCommands(QObject):
    """Binds ``file.*`` but for export, preferences and quit.

    Args:
        desktop: what every panel may need.
        holder: shows the open project.
        window: the dialogs' parent.
        is_exporting: whether an export is under way; it ends with the program.
    """

    def __init__(
        self,
        desktop: Desktop,
        holder: SessionHolder,
        window: QWidget,
        *,
        is_exporting: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(window)
        self._desktop = desktop
        self._holder = holder
        self._window = window
        self._is_exporting = is_exporting
        self._was_told_to_quit = False
        self.media = MediaWork(desktop, holder, window)
        self.opener = SessionOpener(desktop, holder, self.media.ask_where)
        actions = desktop.actions
        actions.bind("file.new", self.ask_new)
        actions.bind("file.open", self.ask_open)
        actions.bind("file.open_recent", self.show_recent, enabled=self._has_recent)
        actions.bind("file.sample", self.open_sample)
        actions.bind("file.import_sound", self.ask_sounds, enabled=self._is_open)
        actions.bind("file.save", self.save, enabled=self._is_open)
        actions.bind("file.save_as", self.ask_save_as, enabled=self._can_name)
        actions.bind("file.collect", self.media.collect, enabled=self._can_collect)
        for use, action_id in USE_ACTIONS.items():
            actions.bind(
                action_id,
                partial(self.set_use, use),
                enabled=self._is_open,
                checked=partial(self._is_for, use),
            )
        actions.bind("file.close", self.close, enabled=self._is_open)

    def ask_new(self) -> None:
        """Ask for a new project's film, name and place, and make it."""
        dialog = NewDialog(
            self._desktop.theme,
            _films_folder(),
            self._window,
            use=ProjectUse(self._desktop.preferences.now.new_project_use),
        )
        dialog.wanted.connect(lambda wanted: self._if_may_close(lambda: self.opener.create(wanted)))
        dialog.open()

    def ask_open(self) -> None:
        """Ask for a project or a film, and open it."""
        endings = {SUFFIX} | FILM_ENDINGS | SOUND_ENDINGS
        filters = f"{name_filter('Projects and films', endings)};;All files (*)"
        name, _ = QFileDialog.getOpenFileName(self._window, "Open", str(_films_folder()), filters)
        if name:
            self.open_files([Path(name)])

    def open_files(self, paths: Sequence[Path]) -> None:
        """Open what was chosen or dropped: a project or a film; sounds join an open project."""
        first = paths[0]
        kind = kind_of(first)
        if kind is FileKind.SOUND and self._holder.document is not None:
            self.media.import_sounds([path for path in paths if kind_of(path) is FileKind.SOUND])
        elif kind is FileKind.PROJECT:
            self._if_may_close(lambda: self.opener.open_project(first))
        else:
            self._if_may_close(lambda: self.opener.open_film(first))

    def open_sample(self) -> None:
        """Begin a project with the sample film."""
        self._if_may_close(self.opener.open_sample)

    def show_recent(self) -> None:
        """Let the user choose among the projects opened before."""
        projects = recent_projects(self._desktop.preferences.now.recent_projects)
        dialog = RecentDialog(projects, self._desktop.theme, self._window)
        dialog.chosen.connect(lambda path: self.open_files([path]))
        dialog.forgotten.connect(self.forget_recent)
        dialog.open()

    def forget_recent(self, path: Path) -> None:
        """Take a project off the list of recent ones."""
        kept = without_recent(self._desktop.preferences.now.recent_projects, path)
        try:
            self._desktop.preferences.change(recent_projects=kept)
        except PrismDeskError as error:
            self._desktop.messages.error(error)

    def ask_sounds(self) -> None:
        """Ask for sound files and lay them on tracks."""
        filters = f"{name_filter('Sounds', SOUND_ENDINGS | FILM_ENDINGS)};;All files (*)"
        names, _ = QFileDialog.getOpenFileNames(self._window, "Import sound", "", filters)
        if names:
            self.media.import_sounds([Path(name) for name in names])

    def set_use(self, use: ProjectUse) -> None:
        """Say what the film is for; one step to undo."""
        document = self._holder.document
        if document is not None and document.project.use is not use:
            document.apply(use_label(use), lambda project: set_project_use(project, use))

    def _is_for(self, use: ProjectUse) -> bool:
        document = self._holder.document
        return document is not None and document.project.use is use

    def save(self) -> None:
        """Write the whole project; one without a name is given one first."""
        document = self._holder.document
        if document is None:
            return
        store = document.session.store
        if not store.is_named:
            self.ask_save_as()
            return
        try:
            store.save()
        except PrismDeskError as error:
            self._desktop.messages.error(error)
            return
        document.history_changed.emit()
        self._desktop.messages.tell(
            f"{store.path.name} is saved.",
            f"Each edit is on the disk as soon as it is made; this wrote the whole project to "
            f"{store.folder}.",
            kind=MessageKind.GOOD,
        )

    def ask_save_as(self) -> None:
        """Ask for a name and a place, and go on there."""
        document = self._holder.document
        if document is None:
            return
        store = document.session.store
        place = store.folder.parent if store.is_named else _films_folder()
        name, _ = QFileDialog.getSaveFileName(
            self._window,
            "Save as",
            str(place / document.project.name),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if name:
            self.save_as(Path(name))

    def save_as(self, place: Path) -> None:
        """Go on in a folder of the name ``place`` has; it is made with the project in it."""
        document = self._holder.document
        if document is None:
            return
        folder = place.with_suffix("") if place.suffix == SUFFIX else place
        path = document.session.store.path

        def where_it_is() -> Path:
            return path if path.exists() else folder

        def work(progress: FractionDone, cancelled: IsCancelled) -> Session:
            try:
                return open_session_as(
                    path, folder, folder.name, progress=progress, cancelled=cancelled
                )
            except Cancelled:
                return open_session(where_it_is())  # back to what was open

        def failed(error: PrismDeskError) -> None:
            self._desktop.messages.tell(
                f"“{folder.name}” wasn't saved.", str(error), kind=MessageKind.ERROR
            )
            self.opener.open_project(where_it_is())

        def go_on() -> None:
            self._holder.close_document()
            self.opener.begin(f"Saving as {folder.name}", work, failed=failed)

        self._if_may_close(go_on)

    def close(self) -> None:
        """Close the project; asks only if takes are being made."""

        def close() -> None:
            self.opener.keep_picture()
            self._holder.close_document()

        self._if_may_close(close)

    def may_quit(self) -> bool:
        """Tell whether the window may close now; if that must be asked, a yes closes it."""
        words = self._jobs_words()
        if self._is_exporting():
            words.append("An export is under way; nothing of it is kept.")
        if not words or self._was_told_to_quit:
            return True

        def quit_now() -> None:
            self._was_told_to_quit = True
            self._window.close()

        self._ask("Quit PrismDesk?", words, "Quit", quit_now)
        return False

    def _if_may_close(self, go_on: Callable[[], object]) -> None:
        words = self._jobs_words()
        if words:
            self._ask("Close the project?", words, "Close", go_on)
        else:
            go_on()

    def _jobs_words(self) -> list[str]:
        return [*self._running_words(), *self._kept_words()]

    def _running_words(self) -> list[str]:
        count, document = self._holder.jobs_running, self._holder.document
        if count == 0 or document is None:
            return []
        jobs = "1 job isn't finished" if count == 1 else f"{count} jobs aren't finished"
        again = "it" if count == 1 else "they"
        latest = BatchRecords(document.session.folder).latest()
        if latest is not None and not latest.is_over:
            return [f"{jobs}; the batch goes on when the project is opened."]
        return [f"{jobs}; {again} can be made again when the project is opened."]

    def _kept_words(self) -> list[str]:
        document = self._holder.document
        jobs = () if document is None else document.session.queue.jobs()
        kept = [job.label for job in jobs if job.failure is not None and job.failure.is_kept]
        if not kept:
            return []
        names = ", ".join(f"“{name}”" for name in kept)
        return [f"What is made of {names} had no room on the disk and is lost: save it elsewhere."]

    def _ask(self, title: str, words: list[str], verb: str, go_on: Callable[[], object]) -> None:
        box = QMessageBox(self._window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setIcon(QMessageBox.Icon.NoIcon)
        box.setWindowTitle("PrismDesk")
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(title)
        box.setInformativeText("\n".join(words))
        go = box.addButton(verb, QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.buttonClicked.connect(lambda button: go_on() if button is go else None)
        box.open()

    def _is_open(self) -> bool | str:
        return True if self._holder.document is not None else _NOTHING_OPEN

    def _has_recent(self) -> bool | str:
        if not self._desktop.preferences.now.recent_projects:
            return "No project was opened before."
        return True

    def _can_name(self) -> bool | str:
        document = self._holder.document
        if document is None:
            return _NOTHING_OPEN
        return "End the gesture first." if document.in_gesture else True

    def _can_collect(self) -> bool | str:
        document = self._holder.document
        if document is None:
            return _NOTHING_OPEN
        if not document.session.store.is_named:
            return "Save the project under a name first; its media and presets are collected there."
        return True


def _films_folder() -> Path:
    for folder in (Path.home() / "Videos", Path.home() / "Movies"):
        if folder.is_dir():
            return folder
    return Path.home()
