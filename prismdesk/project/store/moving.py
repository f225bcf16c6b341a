"""Bringing a project's belongings to another folder, and a journal after a renamed file."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.project.store.durable import copy_file, flush_folder, partial_path
from prismdesk.project.store.errors import FormatError, NewerFormatError
from prismdesk.project.store.folder import (
    JOBS,
    MASKS,
    PRESETS,
    SUFFIX,
    TAKES,
    UNSAVED_MARK,
    journal_path,
)
from prismdesk.project.store.format import content_hash
from prismdesk.project.store.journal import JournalState, StepRecord, read_journal
from prismdesk.project.store.lock import HOLDER_NAME, LOCK_NAME

if TYPE_CHECKING:
    from prismdesk.project.store.json_patch import Json


def copy_belongings(source: Path, target: Path, *, everything: bool) -> None:
    """Copy takes, masks, job records and presets to another project folder.

    Args:
        source: the project's folder.
        target: the new one; files that are there already are taken to be the same.
        everything: also copy all other files and the cache, as second names where the system
            can: for a session whose old folder goes away.

    Raises:
        OSError: the disk refused.
    """
    own = (TAKES, MASKS, JOBS, PRESETS)
    folders = [source] if everything else [source / name for name in own]
    for folder in folders:
        for parent, _, names in os.walk(folder):
            there = target / Path(parent).relative_to(source)
            there.mkdir(parents=True, exist_ok=True)
            for name in names:
                if _belongs(Path(parent) / name, source):
                    _copy_once(Path(parent) / name, there / name, may_link=everything)
            flush_folder(there)


def _belongs(file: Path, source: Path) -> bool:
    """Whether a file is neither lock nor project file nor journal, which are made anew."""
    is_own = file.parent == source and (
        file.name in (LOCK_NAME, HOLDER_NAME, UNSAVED_MARK) or SUFFIX in file.suffixes
    )
    return not is_own and not file.is_symlink()


def _copy_once(source: Path, target: Path, *, may_link: bool) -> None:
    if target.exists():
        return
    partial = partial_path(target)
    try:
        partial.unlink(missing_ok=True)
        copy_file(source, partial, may_link=may_link)
        partial.replace(target)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def unsaved_state(state: JournalState) -> JournalState:
    """Return a copy of the history that no project file holds yet."""
    return JournalState(state.steps.copy(), state.position)


def with_absolute_media(state: JournalState, folder: Path) -> JournalState:
    """Return the history with media paths inside the old folder written out in full."""
    known: dict[int, list[Json]] = {}

    def moved(step: StepRecord) -> StepRecord:
        media = step.project.get("media")
        if not isinstance(media, list):
            return step
        if id(media) not in known:
            known[id(media)] = [_with_absolute_path(item, folder) for item in media]
        return StepRecord(step.label, step.made_utc, {**step.project, "media": known[id(media)]})

    return replace(state, steps=[moved(step) for step in state.steps])


def _with_absolute_path(media: Json, folder: Path) -> Json:
    if not isinstance(media, dict) or not isinstance(media.get("path"), str):
        return media
    return {**media, "path": str(folder / str(media["path"]))}


def adopt_journal(project_file: Path) -> None:
    """Give a project file that was renamed by hand its journal back.

    It is the one journal in the folder whose project file is gone, and that last saved exactly
    this file.
    """
    if journal_path(project_file).exists() or not project_file.exists():
        return
    left_behind = [
        journal
        for journal in project_file.parent.glob(f"*{SUFFIX}.journal")
        if not journal.with_suffix("").exists()
    ]
    sha256 = content_hash(project_file.read_bytes())
    for journal in left_behind:
        with suppress(FormatError, NewerFormatError, OSError):
            saved = read_journal(journal).saved
            if saved is not None and saved.sha256 == sha256:
                journal.rename(journal_path(project_file))
                return
