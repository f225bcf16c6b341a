"""Projects that the user hasn't named yet: sessions in the user's state folder.

A session is a project folder like any other, under ``unsaved_root()``. At start the program lists
them; one that can't be read is moved to quarantine, so that it can't get in the way again.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from platformdirs import user_state_path

from prismdesk.project.store.errors import LockedError, StoreError
from prismdesk.project.store.folder import QUARANTINE, UNSAVED_MARK, find_project_file
from prismdesk.project.store.lock import HOLDER_NAME, LOCK_NAME, FolderLock
from prismdesk.project.store.recovery import load

if TYPE_CHECKING:
    from pathlib import Path

UNTITLED = "Untitled"
_DISCARDED = ".discarded-"


@dataclass(frozen=True, slots=True)
class UnsavedSession:
    """A project never named, left by an earlier run.

    ``edits`` counts the steps made since it began; ``changed_utc`` is when the last was made.
    """

    path: Path
    project_name: str
    edits: int
    changed_utc: str


@dataclass(frozen=True, slots=True)
class UnsavedFound:
    """Sessions to offer, newest first, and sentences on what was put into quarantine."""

    sessions: tuple[UnsavedSession, ...] = ()
    findings: tuple[str, ...] = ()


def unsaved_root() -> Path:
    """Return where sessions are kept, e.g. ``~/.local/state/prismdesk/unsaved``."""
    return user_state_path("prismdesk", appauthor=False) / "unsaved"


def new_session_folder(root: Path) -> Path:
    """Make a folder for a new session and return it.

    Raises:
        OSError: the disk refused.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = root / f"{stamp}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    (folder / UNSAVED_MARK).touch()
    return folder


def is_session_folder(folder: Path) -> bool:
    """Whether a project folder is an unsaved session's."""
    return (folder / UNSAVED_MARK).exists()


def find_unsaved(root: Path | None = None) -> UnsavedFound:
    """List the sessions that no running program has open; never raises over a broken one."""
    root = root or unsaved_root()
    sessions: list[UnsavedSession] = []
    findings: list[str] = []
    for folder in sorted(root.iterdir()) if root.is_dir() else []:
        if folder.name.startswith(_DISCARDED):
            shutil.rmtree(folder, ignore_errors=True)
        if not is_session_folder(folder):
            continue
        try:
            session = _look_into(folder)
        except LockedError:
            continue
        except (StoreError, OSError) as error:
            findings.append(_put_away(folder, error))
            continue
        if session is not None:
            sessions.append(session)
    sessions.sort(key=lambda session: session.changed_utc, reverse=True)
    return UnsavedFound(tuple(sessions), tuple(findings))


def discard_unsaved(session: UnsavedSession) -> None:
    """Delete a session without reading it.

    Raises:
        LockedError: it has been opened meanwhile.
        OSError: the disk refused.
    """
    lock = FolderLock(session.path.parent)
    try:
        remove_session_folder(session.path.parent)
    finally:
        lock.release()


def remove_session_folder(folder: Path) -> None:
    """Delete a session's folder; half deleted, it is no session any more.

    Raises:
        OSError: the disk refused; the session is as it was.
    """
    discarded = folder.rename(folder.with_name(f"{_DISCARDED}{folder.name}"))
    shutil.rmtree(discarded, ignore_errors=True)


def _look_into(folder: Path) -> UnsavedSession | None:
    lock = FolderLock(folder)
    try:
        if {path.name for path in folder.iterdir()} <= {LOCK_NAME, HOLDER_NAME, UNSAVED_MARK}:
            remove_session_folder(folder)  # the program ended before there was anything to keep
            return None
        path = find_project_file(folder)
        journal = load(path).journal
        name = str(journal.current.project.get("name"))
        return UnsavedSession(path, name, len(journal.steps) - 1, journal.current.made_utc)
    finally:
        lock.release()


def _put_away(folder: Path, error: StoreError | OSError) -> str:
    """Move a session that can't be read out of the way; return what to tell the user."""
    quarantine = folder.parent.parent / QUARANTINE
    try:
        quarantine.mkdir(exist_ok=True)
        kept = folder.rename(quarantine / f"{folder.name}-{secrets.token_hex(2)}")
    except OSError as refusal:
        return f"An unsaved session in “{folder}” can't be read or moved: {refusal.strerror}."
    return f"An unsaved session couldn't be read and is kept in “{kept}”: {error}"
