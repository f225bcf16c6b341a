"""What a project's folder still holds, whatever happened to it: nothing here writes.

The journal leads, since it has every edit. The project file joins in where its content isn't the
one that the journal last saw saved (changed by another program, or brought back from a copy): it
becomes one more step, so both survive. The backup stands in for a file that can't be read.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prismdesk.project.consistency import check_consistent
from prismdesk.project.errors import InconsistentProject
from prismdesk.project.store.codec import Memo, decode_project
from prismdesk.project.store.errors import FormatError, NewerFormatError, StoreError
from prismdesk.project.store.folder import backup_path, journal_path
from prismdesk.project.store.format import content_hash, read_file_bytes
from prismdesk.project.store.journal import JournalState, SavedMark, StepRecord, read_journal
from prismdesk.project.store.json_patch import diff

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project
    from prismdesk.project.store.json_patch import Json

CHANGED_OUTSIDE = "Changed outside PrismDesk"
OPENED = "Open project"


@dataclass(slots=True)
class Loaded:
    """A project as found, with what must be done before it can be edited.

    Attributes:
        journal: the history; ``good_bytes`` and ``lines`` of the file to continue, unless
            ``must_write_journal``.
        memo: knows the current state; pass it on to encode and decode.
        findings: sentences on what was recovered, for the user.
        to_quarantine: files of which a copy must be kept before they are replaced.
        must_write_journal: the journal on disk doesn't say what ``journal`` says.
        must_save: the project file is missing or can't be read.
    """

    journal: JournalState
    memo: Memo = field(default_factory=Memo)
    findings: list[str] = field(default_factory=list)
    to_quarantine: list[Path] = field(default_factory=list)
    must_write_journal: bool = False
    must_save: bool = False


@dataclass(slots=True)
class _Snapshot:
    """A project file or backup: its content, or why it can't be used (None: there is none)."""

    path: Path
    sha256: str | None = None
    project: dict[str, Json] | None = None
    problem: str | None = None


def utc_now() -> str:
    """Return the time for a step, e.g. ``2025-01-31T12:00:00Z``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def load_state(project: dict[str, Json], memo: Memo) -> Project:
    """Return the checked project that a JSON object describes.

    Raises:
        FormatError: it can't be read, or breaks a rule; the message says where.
    """
    value = decode_project(project, memo)
    try:
        check_consistent(value)
    except InconsistentProject as error:
        raise FormatError(str(error).rstrip(".")) from None
    return value


def load(project_file: Path) -> Loaded:
    """Read a project with its history as far as anything of it can be read.

    Raises:
        NewerFormatError: a newer program wrote it.
        StoreError: nothing of it can be read; the message says why.
    """
    memo = Memo()
    try:
        journal, journal_problem = _read_usable_journal(journal_path(project_file), memo)
        if journal is None:
            return _load_without_journal(project_file, journal_problem, memo)
        return _load_with_journal(project_file, journal, memo)
    except NewerFormatError as error:
        raise NewerFormatError(
            f"“{project_file.name}” can't be opened: {error}; open it with that version."
        ) from None
    except OSError as error:
        raise StoreError(
            f"“{project_file.name}” can't be read: {error.strerror or error}; check the disk."
        ) from error


def _read_usable_journal(path: Path, memo: Memo) -> tuple[JournalState | None, str | None]:
    """Return the journal, or why there is none to use (None: there is no such file)."""
    try:
        journal = read_journal(path)
        load_state(journal.current.project, memo)
    except FileNotFoundError:
        return None, None
    except FormatError as error:
        return None, str(error)
    return journal, None


def _read_snapshot(path: Path, memo: Memo) -> _Snapshot:
    snapshot = _Snapshot(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return snapshot
    snapshot.sha256 = content_hash(data)
    try:
        snapshot.project = read_file_bytes(data)
        load_state(snapshot.project, memo)
    except FormatError as error:
        snapshot.project, snapshot.problem = None, str(error)
    return snapshot


def _load_with_journal(project_file: Path, journal: JournalState, memo: Memo) -> Loaded:
    loaded = Loaded(journal, memo, must_write_journal=journal.was_upgraded)
    if journal.damage is not None:
        loaded.to_quarantine.append(journal_path(project_file))
        loaded.must_write_journal = True
        loaded.findings.append(
            f"The journal of “{project_file.name}” was damaged ({journal.damage}); "
            f"{len(journal.steps) - 1} of its edits could be read."
        )
    if _is_the_saved_file(project_file, journal):
        return loaded
    snapshot = _read_snapshot(project_file, memo)
    if snapshot.project is not None:
        _join(loaded, snapshot)
        return loaded
    loaded.must_save = True
    if snapshot.problem is None:
        loaded.findings.append(
            f"“{project_file.name}” was missing and was written anew from its journal."
        )
    else:
        loaded.to_quarantine.append(project_file)
        loaded.findings.append(
            f"“{project_file.name}” couldn't be read ({snapshot.problem}) and was written anew "
            "from its journal."
        )
    if journal.damage is not None:
        backup = _read_snapshot(backup_path(project_file), memo)
        if backup.project is not None and backup.sha256 not in journal.all_saved:
            _join(loaded, backup)
    return loaded


def _is_the_saved_file(project_file: Path, journal: JournalState) -> bool:
    """Whether the file is the one that the journal last saw saved; notes a save cut short."""
    try:
        sha256 = content_hash(project_file.read_bytes())
    except FileNotFoundError:
        return False
    if journal.saving is not None and journal.saving.sha256 == sha256:
        journal.saved, journal.saving = journal.saving, None
    return journal.saved is not None and journal.saved.sha256 == sha256


def _join(loaded: Loaded, snapshot: _Snapshot) -> None:
    """Let a file that the journal doesn't know be the next step, unless it says the same."""
    journal = loaded.journal
    assert snapshot.project is not None
    assert snapshot.sha256 is not None
    loaded.must_write_journal = True
    saved_step = journal.saved.step if journal.saved else None
    if saved_step is not None and not diff(journal.steps[saved_step].project, snapshot.project):
        journal.saved = SavedMark(snapshot.sha256, saved_step)  # the same, laid out differently
        return
    if diff(journal.current.project, snapshot.project):
        del journal.steps[journal.position + 1 :]
        journal.steps.append(StepRecord(CHANGED_OUTSIDE, utc_now(), snapshot.project))
        journal.position += 1
        loaded.findings.append(
            f"“{snapshot.path.name}” was changed outside PrismDesk; undo goes back to the last "
            "state edited here."
        )
    journal.saved, journal.saving = SavedMark(snapshot.sha256, journal.position), None


def _load_without_journal(project_file: Path, journal_problem: str | None, memo: Memo) -> Loaded:
    file = _read_snapshot(project_file, memo)
    source = file if file.project else _read_snapshot(backup_path(project_file), memo)
    if source.project is None or source.sha256 is None:
        problem = file.problem or journal_problem or source.problem or "the file is missing"
        raise StoreError(
            f"“{project_file.name}” can't be opened: {problem}; "
            "bring back a copy of the file, or start a new project."
        )
    saved = SavedMark(source.sha256, 0) if source is file else None
    steps = [StepRecord(OPENED, utc_now(), source.project)]
    loaded = Loaded(JournalState(steps, saved=saved), memo, must_write_journal=True)
    if journal_problem is not None:
        loaded.to_quarantine.append(journal_path(project_file))
        loaded.findings.append(
            f"The journal of “{project_file.name}” couldn't be read ({journal_problem}); the "
            "project is as it was last saved, without its history."
        )
    if source is not file:
        loaded.must_save = True
        if file.problem:
            loaded.to_quarantine.append(project_file)
        loaded.findings.append(
            f"“{project_file.name}” couldn't be read ({file.problem or 'it was missing'}); the "
            "project is as in its backup, the save before the last."
        )
    return loaded
