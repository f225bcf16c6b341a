"""A disk that takes no more, made with what the machine allows: a small disk, or a limit.

A file system in memory of a few megabytes is a disk that is truly full, but only root may make
one. Everywhere a process can be kept from writing files beyond a size: the system then refuses
the write just as it does on a full disk.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SMALL_DISK_BYTES = 160 << 20
_MOUNT = shutil.which("mount")
_UMOUNT = shutil.which("umount")


class Disk(Protocol):
    """Where a project lies, and how to leave no room there."""

    folder: Path

    def fill(self, engine_pid: int) -> None:
        """Leave no room for a take."""

    def empty(self) -> None:
        """Give the room back."""


class SmallDisk:
    """A file system in memory, filled by a file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "filler"

    def fill(self, engine_pid: int) -> None:
        """Write until the disk takes no more."""
        with suppress(OSError), self._filler.open("wb", 0) as file:
            for piece_bytes in (1 << 20, 1 << 12, 1):
                with suppress(OSError):
                    while file.write(bytes(piece_bytes)):
                        pass

    def empty(self) -> None:
        """Delete what filled it."""
        self._filler.unlink(missing_ok=True)


class LimitedFiles:
    """An engine process that may write no file larger than a page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pid: int | None = None

    def fill(self, engine_pid: int) -> None:
        """Limit the engine process."""
        self._pid = engine_pid
        _, hard = resource.prlimit(engine_pid, resource.RLIMIT_FSIZE)
        resource.prlimit(engine_pid, resource.RLIMIT_FSIZE, (4096, hard))

    def empty(self) -> None:
        """Lift the limit."""
        if self._pid is not None:
            _, hard = resource.prlimit(self._pid, resource.RLIMIT_FSIZE)
            resource.prlimit(self._pid, resource.RLIMIT_FSIZE, (hard, hard))


@contextmanager
def a_disk(folder: Path) -> Iterator[Disk]:
    """Make a disk that can be filled: a true one where that is allowed."""
    folder.mkdir()
    if not _mount(folder):
        yield LimitedFiles(folder)
        return
    try:
        yield SmallDisk(folder)
    finally:
        assert _UMOUNT is not None
        subprocess.run([_UMOUNT, "--lazy", str(folder)], check=True)


@contextmanager
def no_large_files() -> Iterator[None]:
    """Let this process write no file beyond a page, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def _mount(folder: Path) -> bool:
    if _MOUNT is None or _UMOUNT is None or os.geteuid() != 0:
        return False
    options = ["-t", "tmpfs", "-o", f"size={SMALL_DISK_BYTES}", "tmpfs", str(folder)]
    done = subprocess.run([_MOUNT, *options], check=False, capture_output=True)
    return done.returncode == 0
