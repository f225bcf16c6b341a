"""Writing so that a kill or a power cut at any moment leaves the old content or the new."""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Put the bytes at the path, on the disk when this returns.

    Written beside, flushed to the disk, renamed over the path, and the folder flushed.

    Raises:
        OSError: the disk refused; what was at the path is as it was, nothing is left beside it.
    """
    partial = partial_path(path)
    try:
        partial.unlink(missing_ok=True)
        with partial.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)  # noqa: PTH105  (one place where tests cut the writing off)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    flush_folder(path.parent)


def keep_copy(path: Path, copy: Path) -> None:
    """Put the file's present content at ``copy`` too, in one step, replacing what is there."""
    partial = partial_path(copy)
    try:
        partial.unlink(missing_ok=True)
        copy_file(path, partial, may_link=True)
        os.replace(partial, copy)  # noqa: PTH105  (one place where tests cut the writing off)
    except OSError:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def copy_file(source: Path, target: Path, *, may_link: bool) -> None:
    """Copy a file to the disk; as a second name of the same file if allowed and possible."""
    if may_link:
        with suppress(OSError):
            os.link(source, target)
            return
    with source.open("rb") as reader, target.open("xb") as writer:
        shutil.copyfileobj(reader, writer)
        writer.flush()
        os.fsync(writer.fileno())


def partial_path(path: Path) -> Path:
    """Return where a file is written before it is renamed: hidden, in the same folder."""
    return path.with_name(f".{path.name}.partial")


def flush_folder(folder: Path) -> None:
    """Put a folder's entries on the disk, where the system can flush folders."""
    with suppress(PermissionError, IsADirectoryError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
