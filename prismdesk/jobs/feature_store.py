"""What engines worked out of picture and text, kept in the cache by content, within bounds.

One file per key: a ZIP of stored ``.npy`` members (NumPy's format, without pickle), its name the
hash of the key. Files get their names only when whole and are never changed, so that several
processes may share a folder. Those not used for longest go first.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import struct
import time
import zipfile
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy.typing as npt

FEATURES = "features"
"""The folder in a cache that features lie in."""

DEFAULT_MOST_BYTES = 4 * 10**9
_NAME = re.compile(r"[0-9a-f]{64}\.npz")
_PARTIAL = re.compile(r"[0-9a-f]{64}\.npz\.[0-9]+\.partial")
_PARTIAL_IS_LEFT_AFTER_SECONDS = 3600
_DAMAGE = (
    ValueError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    RuntimeError,
    struct.error,
    zipfile.BadZipFile,
)


class FeatureFolder:
    """Keeps arrays under keys in a folder; what can't be kept or read is as if never put.

    Args:
        folder: made when something is first kept.
        most_bytes: how much is kept.
    """

    def __init__(self, folder: Path, *, most_bytes: int = DEFAULT_MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes

    def get(self, key: str) -> dict[str, npt.NDArray[Any]] | None:
        """Return what was put under a key, None if nothing whole is there; damaged, it goes."""
        path = self._path(key)
        try:
            with zipfile.ZipFile(path) as archive:
                if archive.comment != _seal(archive):
                    raise ValueError("members are missing or renamed")
                arrays = {entry.filename: _array(archive, entry) for entry in archive.infolist()}
            os.utime(path)
        except OSError:
            return None
        except _DAMAGE:
            with suppress(OSError):
                path.unlink()
            return None
        return arrays

    def put(self, key: str, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        """Keep arrays under a key, in place of what was there; trouble with the disk is let be.

        Raises:
            ValueError: an array holds Python objects.
        """
        size_bytes = sum(array.nbytes for array in arrays.values())
        if size_bytes > self._most_bytes:
            return
        path = self._path(key)
        partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._make_room(size_bytes)
            try:
                _write(partial, arrays)
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
        except OSError:
            return

    def _path(self, key: str) -> Path:
        digest = hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
        return self._folder / f"{digest}.npz"

    def _make_room(self, size_bytes: int) -> None:
        kept = sorted(self._kept())
        free_bytes = self._most_bytes - sum(size for _, size, _ in kept)
        for _, size, path in kept:
            if free_bytes >= size_bytes:
                return
            with suppress(OSError):
                path.unlink()
                free_bytes += size

    def _kept(self) -> Iterator[tuple[float, int, Path]]:
        """Yield when each file was last used, its size and path; drop what a kill left half."""
        for path in self._folder.iterdir():
            # Another process may remove files meanwhile.
            with suppress(OSError):
                status = path.stat()
                if _NAME.fullmatch(path.name):
                    yield status.st_mtime, status.st_size, path
                elif _PARTIAL.fullmatch(path.name) and _is_left(status.st_mtime):
                    path.unlink()


def _is_left(written_at_seconds: float) -> bool:
    return time.time() - written_at_seconds > _PARTIAL_IS_LEFT_AFTER_SECONDS


def _write(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            with archive.open(name, "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asarray(array), allow_pickle=False)
        archive.comment = _seal(archive)


def _seal(archive: zipfile.ZipFile) -> bytes:
    """Return a hash of names and check sums, which the format itself keeps of contents only."""
    members = [(entry.filename, entry.CRC) for entry in archive.infolist()]
    return hashlib.sha256(repr(members).encode("utf-8", "surrogatepass")).hexdigest().encode()


def _array(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> npt.NDArray[Any]:
    """Return one member's array; what is stored, not compressed, can't be larger than its file."""
    if entry.compress_type != zipfile.ZIP_STORED:
        raise ValueError("compressed")
    array: npt.NDArray[Any] = np.lib.format.read_array(
        io.BytesIO(archive.read(entry)), allow_pickle=False
    )
    return array
