"""The SHA-256 of weight files, worked out once and kept for as long as the file stays the same."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import platformdirs

from prismdesk.errors import InputError
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_BLOCK_BYTES = 4 << 20
_MOST_KEPT = 500


def sha256_of(
    path: Path,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> str:
    """Return the SHA-256 of a file as hex digits; a folder's is that of its files' names and sums.

    What was worked out is kept in the user's cache folder, by path, size and time of change.

    Raises:
        InputError: the file can't be read.
        Cancelled: as told.
    """
    try:
        if path.is_dir():
            return _sum_of_folder(path, progress, cancelled)
        key = _key(path)
        known = _kept().get(key)
        if known is None:
            known = checksums_of(path, ("sha256",), progress, cancelled)["sha256"]
            _keep(key, known)
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}).") from error
    return known


def known_sha256(path: Path) -> str | None:
    """Return what ``sha256_of`` would without reading anything; None if it isn't known yet.

    Raises:
        InputError: the file isn't there.
    """
    try:
        if not path.is_dir():
            return _kept().get(_key(path))
        files = [entry for entry in path.iterdir() if entry.is_file()]
        if any(_key(file) not in _kept() for file in files):
            return None
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}).") from error
    return sha256_of(path)


def checksums_of(
    path: Path,
    kinds: Iterable[str],
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> dict[str, str]:
    """Return checksums ("sha256", "md5") of a file's bytes, always read anew, in one pass.

    Raises:
        OSError: the file can't be read.
        Cancelled: as told.
    """
    size_bytes = max(1, path.stat().st_size)
    digests = {kind: hashlib.new(kind, usedforsecurity=False) for kind in kinds}
    done_bytes = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            raise_if_cancelled(cancelled)
            for digest in digests.values():
                digest.update(block)
            done_bytes += len(block)
            progress(min(1.0, done_bytes / size_bytes))
    return {kind: digest.hexdigest() for kind, digest in digests.items()}


def remember_sha256(path: Path, sha256: str) -> None:
    """Keep a checksum that was worked out elsewhere, for the file as it is now."""
    with suppress(OSError):
        _keep(_key(path), sha256)


def _key(path: Path) -> str:
    status = path.stat()
    return f"{path.resolve()}|{status.st_size}|{status.st_mtime_ns}"


def _sum_of_folder(folder: Path, progress: FractionDone, cancelled: IsCancelled) -> str:
    digest = hashlib.sha256()
    names = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
    for index, name in enumerate(names):
        digest.update(f"{name} {sha256_of(folder / name, cancelled=cancelled)}\n".encode())
        progress((index + 1) / len(names))
    return digest.hexdigest()


def _cache_path() -> Path:
    return platformdirs.user_cache_path("prismdesk", appauthor=False) / "weight-checksums.json"


def _kept() -> dict[str, str]:
    try:
        node = json.loads(_cache_path().read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(node, dict):
        return {}
    return {key: value for key, value in node.items() if isinstance(value, str)}


def _keep(key: str, checksum: str) -> None:
    """Keep a checksum; where that can't be written, it is only worked out again next time."""
    path = _cache_path()
    kept = {**_kept(), key: checksum}
    kept = dict(list(kept.items())[-_MOST_KEPT:])
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(json.dumps(kept, indent=1), encoding="utf-8")
        partial.replace(path)
