"""One process at a time trains a run: a lock that the system releases when a process ends."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LOCK = ".lock"


class RunUnderWayError(InputError):
    """Another process trains the run."""


@contextmanager
def held(run_folder: Path) -> Iterator[None]:
    """Have the right to train a run.

    Raises:
        RunUnderWayError: another process has it.
        OSError: the folder can't be written to.
    """
    lock = FileLock(run_folder / _LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise RunUnderWayError(
            f"The run in {run_folder} is being trained by another program; pause it there first."
        ) from None
    try:
        yield
    finally:
        lock.release()


def is_under_way(run_folder: Path) -> bool:
    """Whether a process trains a run now."""
    if not (run_folder / _LOCK).exists():
        return False
    try:
        with held(run_folder):
            return False
    except RunUnderWayError:
        return True
    except OSError:
        return False
