"""Lays out files as publishers and other programs do: right in name and size, empty inside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.weights.published import published_files

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.weights.model import Model, ModelFile


def put(path: Path, size_bytes: int) -> Path:
    """Make a file of a size that takes no room on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.truncate(size_bytes)
    return path


def put_file(path: Path, file_id: str) -> Path:
    """Make a published file's stand-in."""
    return put(path, published_files()[file_id].size_bytes)


def put_own(folder: Path, file: ModelFile) -> Path:
    """Make a stand-in where this program keeps it, under ``folder``."""
    return put(folder / file.repository / file.repository_path, file.size_bytes)


def put_model(folder: Path, model: Model) -> None:
    """Make stand-ins of all files of a model where this program keeps them."""
    for leaf in model.leaves():
        if not leaf.resource:
            put_own(folder, leaf)
