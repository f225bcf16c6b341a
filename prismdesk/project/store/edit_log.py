"""The states of a project as JSON, and the journal and file that hold them on disk."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from prismdesk.project.store.durable import keep_copy, write_atomically
from prismdesk.project.store.errors import StoreWorkError
from prismdesk.project.store.folder import QUARANTINE, backup_path, journal_path
from prismdesk.project.store.format import content_hash, file_bytes
from prismdesk.project.store.journal import (
    Journal,
    JournalState,
    SavedMark,
    StepRecord,
    edit_line,
    journal_lines,
    move_line,
    saved_line,
    saving_line,
)
from prismdesk.project.store.recovery import utc_now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.project.store.json_patch import Json
    from prismdesk.project.store.recovery import Loaded


class EditLog:
    """Writes down what happens to a project; each method is on disk when it returns.

    Any method raises ``StoreWorkError`` if the disk refuses; then nothing has changed, neither
    here nor there.

    Args:
        path: the project file; its journal lies beside it.
        loaded: what was read or is to be written first.
    """

    def __init__(self, path: Path, loaded: Loaded) -> None:
        self.path = path
        self.state: JournalState = loaded.journal
        with disk_work("The project", path):
            for damaged in loaded.to_quarantine:
                _keep_in_quarantine(damaged)
            if loaded.must_write_journal:
                self._journal = _write_journal(path, self.state)
            else:
                self._journal = Journal(
                    journal_path(path), good_bytes=self.state.good_bytes, lines=self.state.lines
                )
        if loaded.must_save:
            self.save()

    def add(self, label: str, project: dict[str, Json]) -> StepRecord:
        """Write a new state after the current one."""
        step = StepRecord(label, utc_now(), project)
        with disk_work("The edit", self.path):
            self._append(edit_line(self.state.current.project, step))
        self.state.add_step(step)
        return step

    def move(self, position: int) -> None:
        """Write that the step at the position is the current one."""
        with disk_work("The step", self.path):
            self._append(move_line(position))
        self.state.position = position

    def save(self) -> None:
        """Write the current state as the project file; keep the file before it as backup."""
        data = file_bytes(self.state.current.project)
        mark = SavedMark(content_hash(data), self.state.position)
        with disk_work("The project", self.path):
            self._append(saving_line(mark.sha256))
            self.state.saving = mark
            if mark.sha256 != _hash_of(self.path):
                if self.path.exists():
                    keep_copy(self.path, backup_path(self.path))
                write_atomically(self.path, data)
            self._append(saved_line(mark))
        self.state.saved, self.state.saving = mark, None

    def compact_if_long(self, undo_steps: int) -> int:
        """Rewrite the journal if it has grown long; return how many oldest steps it forgot.

        A fifth of slack keeps this rare. If the disk refuses, nothing is forgotten and the next
        call tries again: the journal that is there is still good.
        """
        slack = max(1, undo_steps // 5)
        steps_before = len(self.state.steps) - 1
        is_long = steps_before > undo_steps + slack
        if not is_long and self._journal.lines <= 2 * (undo_steps + slack):
            return 0
        forgotten = min(max(0, steps_before - undo_steps), self.state.position)
        if is_long and not forgotten:
            return 0
        shorter = JournalState(
            self.state.steps.copy(), self.state.position, _copy(self.state.saved), None
        )
        shorter.forget_oldest(forgotten)
        with suppress(OSError):
            self._replace_journal(shorter)
            self.state = shorter
            return forgotten
        return 0

    def close(self) -> None:
        """Let go of the journal."""
        self._journal.close()

    def _append(self, line: dict[str, Json]) -> None:
        if self._journal.is_lost:
            self._replace_journal(self.state)
        self._journal.append(line)

    def _replace_journal(self, state: JournalState) -> None:
        old = self._journal
        self._journal = _write_journal(self.path, state)
        old.close()


def _write_journal(path: Path, state: JournalState) -> Journal:
    return Journal.write(journal_path(path), journal_lines(state))


def _copy(mark: SavedMark | None) -> SavedMark | None:
    return None if mark is None else SavedMark(mark.sha256, mark.step)


@contextmanager
def disk_work(what: str, path: Path) -> Iterator[None]:
    """Turn what the system says about the disk into a sentence."""
    try:
        yield
    except OSError as error:
        raise StoreWorkError(
            f"{what} couldn't be written to “{path.parent}”: {error.strerror or error}; "
            "make room or choose another folder, and try again."
        ) from error


def _hash_of(path: Path) -> str | None:
    try:
        return content_hash(path.read_bytes())
    except FileNotFoundError:
        return None


def _keep_in_quarantine(path: Path) -> None:
    """Keep a copy of a file that can't be read, before it is replaced."""
    folder = path.parent / QUARANTINE
    folder.mkdir(exist_ok=True)
    stamp = utc_now().replace(":", "")
    copies = (folder / f"{stamp}{f'-{n}' if n else ''}-{path.name}" for n in range(1000))
    keep_copy(path, next(copy for copy in copies if not copy.exists()))
