"""Deleting what this program fetched, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.weights.catalogue import all_models
from prismdesk.engines.weights.choices import own_folder
from prismdesk.engines.weights.download import partials_of
from prismdesk.engines.weights.one_look import note_change
from prismdesk.engines.weights.places import own_path, states_of
from prismdesk.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from prismdesk.engines.weights.model import Model
    from prismdesk.engines.weights.verification import FileCheck


@dataclass(frozen=True, slots=True)
class Removal:
    """What was deleted, and what was kept because another installed checkpoint needs it.

    Attributes:
        removed: files that are gone.
        freed_bytes: what they took.
        kept: files that other models need, with the ids of these.
    """

    removed: tuple[Path, ...]
    freed_bytes: int
    kept: tuple[tuple[Path, tuple[str, ...]], ...]


def remove(model: Model) -> Removal:
    """Delete a checkpoint's files from this program's folder, and what is left of fetching them.

    Files that another installed checkpoint needs stay; files in other folders are never touched.

    Raises:
        WorkError: a file can't be deleted.
    """
    others = [one for one in all_models() if one.id != model.id]
    installed = [
        one for one, state in zip(others, states_of(others), strict=True) if state.is_installed
    ]
    removed: list[Path] = []
    kept: list[tuple[Path, tuple[str, ...]]] = []
    freed_bytes = 0
    for file in model.leaves():
        if file.resource or not file.repository:
            continue
        path = own_path(file)
        needing = tuple(
            one.id for one in installed if any(leaf.id == file.id for leaf in one.leaves())
        )
        if needing and path.is_file():
            kept.append((path, needing))
            continue
        for one in (path, *partials_of(file)):
            if one.is_file():
                freed_bytes += one.stat().st_size
                _delete(one)
                removed.append(one)
    for path in removed:
        _drop_empty_folders(path.parent)
    return Removal(tuple(removed), freed_bytes, tuple(kept))


def remove_damaged(checks: Iterable[FileCheck]) -> tuple[Path, ...]:
    """Delete those checked files that are wrong and that this program fetched; return them.

    They can be fetched anew then. Wrong files in other folders are never touched.

    Raises:
        WorkError: a file can't be deleted.
    """
    wrong = tuple(
        check.path
        for check in checks
        if check.outcome == "wrong"
        and check.path is not None
        and check.file.repository
        and check.path == own_path(check.file)
    )
    for path in wrong:
        _delete(path)
    return wrong


def _delete(path: Path) -> None:
    try:
        path.unlink()
    except OSError as error:
        raise WorkError(f"{path} can't be deleted ({error.strerror}).") from error
    note_change()


def _drop_empty_folders(folder: Path) -> None:
    with suppress(OSError):  # not empty, or gone already
        for one in _up_to(folder, own_folder()):
            one.rmdir()


def _up_to(folder: Path, end: Path) -> Iterator[Path]:
    while folder != end and folder.is_relative_to(end):
        yield folder
        folder = folder.parent
