"""A fast identity of a file's content, to find moved media again and to name what is cached."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

from prismdesk.media.errors import reading

if TYPE_CHECKING:
    from pathlib import Path

_PIECE_BYTES = 64 * 2**10
_PIECES = 34
_WHOLE_BYTES = _PIECES * _PIECE_BYTES


def content_key(path: Path) -> str:
    """Return ``c1-SIZE-HASH`` for a file's content, whatever its name and dates.

    Files up to 2.1 MiB are hashed whole. Of larger ones the hash (BLAKE2b, 128 bits) covers the
    length and 34 pieces of 64 KiB: the first, the last, and 32 spread evenly between, so the key
    of a film of any size is found in milliseconds. Two files get the same key only if they are
    equally long and agree in all pieces; an edit that keeps the length and changes only bytes
    between the pieces isn't noticed.

    Raises:
        MediaError: the file can't be read.
    """
    with reading(path), path.open("rb") as file:
        size_bytes = file.seek(0, os.SEEK_END)
        digest = hashlib.blake2b(str(size_bytes).encode(), digest_size=16)
        if size_bytes <= _WHOLE_BYTES:
            file.seek(0)
            digest.update(file.read(_WHOLE_BYTES))
        else:
            for piece in range(_PIECES):
                file.seek((size_bytes - _PIECE_BYTES) * piece // (_PIECES - 1))
                digest.update(file.read(_PIECE_BYTES))
    return f"c1-{size_bytes}-{digest.hexdigest()}"
