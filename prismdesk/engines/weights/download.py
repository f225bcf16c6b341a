"""Fetching weight files: resumable, checked, and in place only when whole.

``get`` is the only function of this package that uses the network.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import filelock

from prismdesk.engines.weights.choices import own_folder, own_folder_free_bytes
from prismdesk.engines.weights.hub import DownloadError, RemoteFile, look_up, read_into, require_hub
from prismdesk.engines.weights.identity import checksums_of, remember_sha256
from prismdesk.engines.weights.meter import GetProgress, Meter, expected_bytes
from prismdesk.engines.weights.one_look import note_change
from prismdesk.engines.weights.places import own_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from prismdesk.engines.weights.model import ModelFile
    from prismdesk.progress import IsCancelled

__all__ = ["DownloadError", "Fetched", "GetProgress", "get", "partials_of"]

_SPARE_BYTES = 200_000_000
"""What has to stay free on the disk besides the files."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that was fetched, checked and put in place."""

    file: ModelFile
    path: Path
    sha256: str
    revision: str


def get(
    files: Sequence[ModelFile],
    report: Callable[[GetProgress], None],
    cancelled: IsCancelled,
    on_fetched: Callable[[Fetched], None] = lambda fetched: None,
) -> tuple[Fetched, ...]:
    """Fetch published files into this program's folder.

    Each is read beside its place, going on where an earlier attempt ended; checked against its
    size and checksums, published and the server's; and then renamed. A file whose checksum is
    wrong is fetched once more. Files that are finished stay, whatever happens to the others.

    Args:
        files: single files with a publisher.
        report: told how far it is, ten times a second or so.
        cancelled: asked all the time.
        on_fetched: told of each file once it is in place.

    Raises:
        DownloadError: one sentence says why and what to do.
        Cancelled: as told; what was read is kept for the next time.
    """
    require_hub()
    with _alone():
        remotes = [_look_up_known(file, cancelled) for file in files]
        _check_room(files, remotes)
        meter = Meter(files, remotes, report)
        fetched = []
        for file, remote in zip(files, remotes, strict=True):
            fetched.append(_get_one(file, remote, meter, cancelled))
            on_fetched(fetched[-1])
        return tuple(fetched)


def partials_of(file: ModelFile) -> tuple[Path, ...]:
    """Return what earlier attempts to fetch a file left behind."""
    path = own_path(file)
    try:
        return tuple(sorted(path.parent.glob(f".{path.name}.*.partial")))
    except OSError:
        return ()


def _look_up_known(file: ModelFile, cancelled: IsCancelled) -> RemoteFile:
    """Look a file up, and make sure as far as that can be done that it is the one we know."""
    remote = look_up(file, cancelled)
    is_other_sum = bool(file.sha256 and remote.sha256) and file.sha256 != remote.sha256
    is_other_size = remote.size_bytes is not None and not file.can_be_in_its_place(
        remote.size_bytes
    )
    if is_other_sum or is_other_size:
        raise _changed(file)
    return remote


def _changed(file: ModelFile) -> DownloadError:
    return DownloadError(
        f"{file.repository} now has another {file.file_name} than the one PrismDesk knows; "
        "update PrismDesk, or get the file elsewhere and add its folder."
    )


def _get_one(file: ModelFile, remote: RemoteFile, meter: Meter, cancelled: IsCancelled) -> Fetched:
    path = own_path(file)
    partial = _partial_path(file, remote)
    for attempt in (1, 2):
        meter.begin(file)
        _read(file, remote, partial, meter, cancelled)
        wrong, sha256 = _fault_of(file, remote, partial, meter, cancelled)
        if not wrong:
            os.replace(partial, path)  # noqa: PTH105  (one place where tests cut the writing off)
            note_change()
            remember_sha256(path, sha256)
            meter.end(path.stat().st_size)
            return Fetched(file, path, sha256, remote.revision)
        partial.unlink(missing_ok=True)
        if wrong == "changed":
            raise _changed(file)
        if attempt == 2:
            break
    raise DownloadError(
        f"{file.file_name} of {file.repository} came with a wrong checksum, twice; try again "
        "later, or from another network."
    )


def _read(
    file: ModelFile, remote: RemoteFile, partial: Path, meter: Meter, cancelled: IsCancelled
) -> None:
    for other in partials_of(file):
        if other != partial:
            other.unlink(missing_ok=True)  # of a revision that is no longer published
    try:
        partial.parent.mkdir(parents=True, exist_ok=True)
        if remote.size_bytes is not None and _size_of(partial) > remote.size_bytes:
            partial.unlink()
        with partial.open("r+b" if partial.exists() else "w+b") as sink:
            start_bytes = sink.seek(0, os.SEEK_END)
            meter.resume(start_bytes)
            if start_bytes != remote.size_bytes:
                read_into(remote, file, sink, on_bytes=meter.read, cancelled=cancelled)
            sink.flush()
            os.fsync(sink.fileno())
    except OSError as error:
        raise DownloadError(
            f"{partial.parent} can't be written ({error.strerror}); free or choose another place "
            "with PRISMDESK_MODELS."
        ) from error


def _fault_of(
    file: ModelFile, remote: RemoteFile, partial: Path, meter: Meter, cancelled: IsCancelled
) -> tuple[Literal["", "changed", "damaged"], str]:
    """Return what is wrong with what was read, and its SHA-256."""
    kinds = ("sha256", "md5") if file.md5 else ("sha256",)
    sums = checksums_of(partial, kinds, meter.check, cancelled)
    is_as_sent = not remote.sha256 or remote.sha256 == sums["sha256"]
    is_as_known = (
        file.sha256 in ("", sums["sha256"])
        and file.md5 in ("", sums.get("md5"))
        and file.can_be_in_its_place(partial.stat().st_size)
    )
    if is_as_sent and is_as_known:
        return "", sums["sha256"]
    return ("changed" if remote.sha256 and is_as_sent else "damaged"), sums["sha256"]


def _partial_path(file: ModelFile, remote: RemoteFile) -> Path:
    """Where a file is read to: hidden, beside its place, one for each of its contents."""
    path = own_path(file)
    content = "".join(sign for sign in remote.etag if sign.isalnum())[:16] or "unknown"
    return path.with_name(f".{path.name}.{content}.partial")


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _check_room(files: Sequence[ModelFile], remotes: Sequence[RemoteFile]) -> None:
    needed_bytes = sum(
        max(0, expected_bytes(file, remote) - _size_of(_partial_path(file, remote)))
        for file, remote in zip(files, remotes, strict=True)
    )
    free_bytes = own_folder_free_bytes()
    # A disk that doesn't say will when it is full.
    if free_bytes is not None and free_bytes < needed_bytes + _SPARE_BYTES:
        raise DownloadError(
            f"{_gigabytes(needed_bytes)} are to be fetched, but only {_gigabytes(free_bytes)} are "
            f"free at {own_folder()}; make room, or set PRISMDESK_MODELS to a folder on another "
            "disk."
        )


def _gigabytes(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB"


@contextmanager
def _alone() -> Iterator[None]:
    """Keep other PrismDesks from fetching into the same folder."""
    folder = own_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(folder / ".fetching.lock", timeout=0)
        with lock:
            yield
    except filelock.Timeout:
        raise DownloadError(
            f"Another PrismDesk is fetching files into {folder}; wait until it is done."
        ) from None
    except OSError as error:
        raise DownloadError(
            f"{folder} can't be written ({error.strerror}); choose another place with "
            "PRISMDESK_MODELS."
        ) from error
