"""A file copied whole or not at all, told how much of it is done."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from prismdesk.media.errors import read_trouble, write_trouble
from prismdesk.media.wav import partial_path
from prismdesk.progress import IsCancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_CHUNK_BYTES = 4 * 2**20


def copy_counted(
    source: Path, target: Path, advance: Callable[[int], object], cancelled: IsCancelled
) -> None:
    """Copy a file to the disk; it has its name only when it is whole.

    Args:
        source: what is copied.
        target: replaced if it is there; its folder is made.
        advance: told the bytes of each piece.
        cancelled: asked before each.

    Raises:
        MediaError: the source can't be read.
        WorkError: the disk refused.
        Cancelled: as told; in each case nothing is left at the target.
    """
    partial = partial_path(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # What lies there may be a link that came with the folder: it is never written through.
        partial.unlink(missing_ok=True)
        with partial.open("xb") as writer:
            for chunk in _chunks(source, cancelled):
                writer.write(chunk)
                advance(len(chunk))
            writer.flush()
            os.fsync(writer.fileno())
        partial.replace(target)
    except OSError as error:
        raise write_trouble(target, error) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _chunks(source: Path, cancelled: IsCancelled) -> Iterator[bytes]:
    try:
        with source.open("rb") as reader:
            while chunk := reader.read(_CHUNK_BYTES):
                raise_if_cancelled(cancelled)
                yield chunk
    except OSError as error:
        raise read_trouble(source, error) from error
