"""A project gets a place and a name, or goes on under another one."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)
from prismdesk.project.store import ProjectStore
from prismdesk.project.store.folder import CACHE
from prismdesk.session.opening import open_session

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.session.session import Session


def open_session_as(
    path: Path,
    folder: Path,
    name: str,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Session:
    """Give a closed project a place and a name, and open it there with its whole history.

    One that had no name moves; a named one is copied, and the old stays as it is.

    Args:
        path: the project file; nobody has it open.
        folder: new or empty.
        name: of the project.
        progress: called with the share done.
        cancelled: asked before anything is changed, and while sound is read again.

    Raises:
        InputError: the folder holds something already.
        StoreError, StoreWorkError: it can't be named so; it is where it was.
        Cancelled: the user stopped it.
    """
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(f"{folder} is not empty; choose another name or place.")
    raise_if_cancelled(cancelled)
    with ProjectStore.open(path) as store:
        was_named, old_folder = store.is_named, store.folder
        store.name_as(folder, name)
        new_path = store.path
    if was_named:
        _share_cache(old_folder / CACHE, new_path.parent / CACHE)
    return open_session(new_path, progress=progress, cancelled=cancelled)


def _share_cache(old: Path, new: Path) -> None:
    """Give the copy second names of the cached files; what can't have one is made again."""
    for file in old.rglob("*"):
        if file.is_file():
            there = new / file.relative_to(old)
            with suppress(OSError):
                there.parent.mkdir(parents=True, exist_ok=True)
                os.link(file, there)
