"""A project on disk, open for editing: each edit is in the journal when ``apply`` returns."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.project.consistency import check_consistent
from prismdesk.project.history import History, Step
from prismdesk.project.store import moving, unsaved
from prismdesk.project.store.codec import Memo, encode_project
from prismdesk.project.store.edit_log import EditLog, disk_work
from prismdesk.project.store.errors import StoreError, StoreWorkError
from prismdesk.project.store.folder import (
    JOBS,
    TAKES,
    find_project_file,
    journal_path,
    project_file_in,
    project_files_in,
)
from prismdesk.project.store.journal import JournalState, StepRecord
from prismdesk.project.store.lock import FolderLock
from prismdesk.project.store.recovery import Loaded, load, load_state, utc_now

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType
    from typing import Self

    from prismdesk.project.model import Project

UNDO_STEPS = 1000
"""How many steps can be undone; older ones are dropped when the journal is compacted."""


@dataclass(frozen=True, slots=True)
class ReadProject:
    """A project read without the right to change it, maybe while another program edits it."""

    path: Path
    history: History
    recovery: tuple[str, ...]

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self.path.parent

    @property
    def project(self) -> Project:
        """The current state."""
        return self.history.project


class ProjectStore:
    """One open project: its history in memory, its journal and file on disk.

    Use ``create``, ``create_unsaved`` or ``open``; close it, or use it as a context manager.
    All calls come from one thread at a time. Closing doesn't save: the edits are in the journal,
    and the next ``open`` shows them as unsaved changes.

    Attributes:
        history: steps, position, saved position; change it through the store's methods only.
        recovery: sentences on what ``open`` had to recover; empty as a rule.
    """

    def __init__(
        self, path: Path, lock: FolderLock, loaded: Loaded, *, undo_steps: int = UNDO_STEPS
    ) -> None:
        self.recovery: tuple[str, ...] = tuple(loaded.findings)
        self._lock: FolderLock | None = lock
        self._memo = loaded.memo
        self._undo_steps = undo_steps
        self._log = EditLog(path, loaded)
        self.history = _history(self._log.state, self._memo)
        with disk_work("The project", path):
            (self.folder / TAKES).mkdir(exist_ok=True)
            (self.folder / JOBS).mkdir(exist_ok=True)
        self._compact_if_long()

    @classmethod
    def create(
        cls,
        folder: Path,
        name: str,
        project: Project,
        *,
        label: str = "New project",
        undo_steps: int = UNDO_STEPS,
    ) -> ProjectStore:
        """Make a project ``FOLDER/NAME.prismdesk`` and open it.

        The folder is made if it isn't there; other files in it are left alone.

        Raises:
            StoreError: the folder holds a project already, or the name can't be a file's name.
            InconsistentProject: the project breaks a rule.
            StoreWorkError: the disk refused.
        """
        path = project_file_in(folder, name)
        check_consistent(project)
        memo = Memo()
        step = StepRecord(label, utc_now(), encode_project(project, memo))
        path, lock = _claim(folder, path)
        try:
            loaded = Loaded(JournalState([step]), memo, must_write_journal=True, must_save=True)
            return cls(path, lock, loaded, undo_steps=undo_steps)
        except BaseException:
            _give_up(path, lock)
            raise

    @classmethod
    def create_unsaved(
        cls, project: Project, *, root: Path | None = None, undo_steps: int = UNDO_STEPS
    ) -> ProjectStore:
        """Make a project that the user hasn't named yet, kept among the unsaved sessions.

        Args:
            project: what it begins with.
            root: where sessions are kept; ``unsaved.unsaved_root()`` if None.
            undo_steps: see ``UNDO_STEPS``.
        """
        root = root or unsaved.unsaved_root()
        with disk_work("The project", root):
            folder = unsaved.new_session_folder(root)
        return cls.create(folder, unsaved.UNTITLED, project, undo_steps=undo_steps)

    @classmethod
    def open(cls, path: Path, *, undo_steps: int = UNDO_STEPS) -> ProjectStore:
        """Open a project file, or the one in a folder, for editing.

        What can't be read is copied to ``quarantine/`` and replaced by what can be recovered
        from the journal or the backup; ``recovery`` tells.

        Raises:
            LockedError: it is open elsewhere.
            NewerFormatError: a newer program wrote it.
            StoreError: there is no project, or nothing of it can be read; nothing was changed.
            StoreWorkError: the disk refused.
        """
        project_file = find_project_file(path)
        with disk_work("The project", project_file):
            lock = FolderLock(project_file.parent)
        try:
            moving.adopt_journal(project_file)
            return cls(project_file, lock, load(project_file), undo_steps=undo_steps)
        except BaseException:
            lock.release()
            raise

    @staticmethod
    def read(path: Path) -> ReadProject:
        """Read a project without locking or changing anything.

        Raises:
            StoreError: see ``open``.
        """
        project_file = find_project_file(path)
        loaded = load(project_file)
        history = _history(loaded.journal, loaded.memo)
        return ReadProject(project_file, history, tuple(loaded.findings))

    @property
    def path(self) -> Path:
        """The project file ``NAME.prismdesk``."""
        return self._log.path

    @property
    def folder(self) -> Path:
        """The project's folder."""
        return self.path.parent

    @property
    def project(self) -> Project:
        """The current state (the preview during a gesture)."""
        return self.history.project

    @property
    def is_named(self) -> bool:
        """Whether the user gave it a place; False for an unsaved session."""
        return not unsaved.is_session_folder(self.folder)

    def apply(self, label: str, edit: Callable[[Project], Project]) -> Project:
        """Make an edit; it is in the journal on disk when this returns.

        An edit that changes nothing makes no step.

        Raises:
            EditError: from the edit; nothing changed.
            InconsistentProject: the edit would break a rule; nothing changed.
            FormatError: the edit made a value that can't be stored; nothing changed.
            HistoryError: a gesture is under way.
            StoreWorkError: the disk refused; nothing changed.
        """
        self.history.refuse_during_gesture()
        return self._record(label, edit(self.project))

    def undo(self) -> Project:
        """Go back one step, also on disk.

        Raises:
            HistoryError: there is nothing to undo, or a gesture is under way.
            FormatError: the earlier state can't be read; nothing changed.
            StoreWorkError: the disk refused; nothing changed.
        """
        return self._move(self.history.undo, self.history.redo)

    def redo(self) -> Project:
        """Go forward one step, also on disk; raises as ``undo`` does."""
        return self._move(self.history.redo, self.history.undo)

    def begin_gesture(self, label: str) -> None:
        """Start a drag that becomes one step; previews aren't written to disk."""
        self.history.begin_gesture(label)

    def preview(self, edit: Callable[[Project], Project]) -> Project:
        """Show an edit of the state before the gesture, in place of the last preview."""
        self.history.preview(edit(self.history.project_before_gesture))
        return self.project

    def commit_gesture(self, label: str | None = None) -> Project:
        """End the gesture: its last preview becomes one step; raises as ``apply`` does."""
        begun_as = self.history.gesture_label
        preview = self.project
        self.history.cancel()
        return self._record(label or begun_as or "", preview)

    def cancel_gesture(self) -> Project:
        """End the gesture as if it had never begun."""
        return self.history.cancel()

    def save(self) -> None:
        """Write the project file; the one before it is kept as ``.bak``.

        Raises:
            StoreWorkError: the disk refused; the file is as it was.
        """
        self._require_open()
        self.history.refuse_during_gesture()
        self._log.save()
        self.history.mark_saved()

    def name_as(self, folder: Path, name: str) -> None:
        """Give the project a place and a name, and go on there.

        An unsaved session moves; a named project is copied and its old place keeps what it had.
        Takes and job records come along. No job may be running.

        Raises:
            StoreError: the folder holds a project already, or the name can't be a file's name.
            StoreWorkError: the disk refused; the project is where it was.
        """
        self._require_open()
        self.history.refuse_during_gesture()
        if folder.resolve() == self.folder:
            raise StoreError(f"The project lies in “{folder}” already; choose another folder.")
        path, lock = _claim(folder, project_file_in(folder, name))
        was_named, old_folder, old_lock, old_log = self.is_named, self.folder, self._lock, self._log
        state = self._log.state
        try:
            with disk_work("The project", path):
                moving.copy_belongings(old_folder, path.parent, everything=not was_named)
            if was_named:
                state = moving.with_absolute_media(state, old_folder)
            state = moving.unsaved_state(state)
            log = EditLog(path, Loaded(state, must_write_journal=True, must_save=True))
        except BaseException:
            _give_up(path, lock)
            raise
        self._log, self._lock = log, lock
        self.history = _history(log.state, self._memo)
        old_log.close()
        if not was_named:
            with suppress(OSError):
                unsaved.remove_session_folder(old_folder)
        if old_lock is not None:
            old_lock.release()
        if self.project.name != name:
            self.apply("Name project", lambda project: replace(project, name=name))
            self.save()

    def close(self) -> None:
        """Let go of the project; a second call does nothing."""
        if self._lock is not None:
            self._log.close()
            self._lock.release()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _require_open(self) -> None:
        if self._lock is None:
            raise StoreError("The project is closed; open it again.")

    def _record(self, label: str, after: Project) -> Project:
        self._require_open()
        if after == self.project:
            return self.project
        check_consistent(after, known=self.project)
        step = self._log.add(label, encode_project(after, self._memo))
        self.history.record(label, after, step.made_utc)
        self._compact_if_long()
        return after

    def _move(self, there: Callable[[], Project], back: Callable[[], Project]) -> Project:
        self._require_open()
        project = there()
        try:
            self._log.move(self.history.position)
        except StoreWorkError:
            back()
            raise
        self._compact_if_long()
        return project

    def _compact_if_long(self) -> None:
        self.history.forget_oldest(self._log.compact_if_long(self._undo_steps))


def _claim(folder: Path, path: Path) -> tuple[Path, FolderLock]:
    """Make and lock a folder for a new project; return the project file's full path.

    Raises:
        StoreError: the folder holds a project already.
        StoreWorkError: the disk refused.
    """
    with disk_work("The project", path):
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        lock = FolderLock(folder)
    if project_files_in(folder):
        lock.release()
        raise StoreError(f"“{folder}” holds a project already; choose another folder.")
    return folder / path.name, lock


def _give_up(path: Path, lock: FolderLock) -> None:
    """Leave nothing of a project that couldn't be made, and let go of its folder."""
    for file in (path, journal_path(path)):
        with suppress(OSError):
            file.unlink(missing_ok=True)
    lock.release()


def _history(state: JournalState, memo: Memo) -> History:
    """Return the history of a journal; its projects are built when they are visited."""

    def step(record: StepRecord) -> Step:
        return Step(record.label, lambda: load_state(record.project, memo), record.made_utc)

    saved = state.saved.step if state.saved else None
    return History(
        [step(record) for record in state.steps], position=state.position, saved_position=saved
    )
