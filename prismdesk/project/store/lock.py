"""One program at a time edits a project: a lock that the system releases when a program ends.

The lock is on ``FOLDER/.lock``; ``FOLDER/.lock-holder`` beside it says who holds it, for the
message that the second program shows. A left-over file means nothing by itself.
"""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from prismdesk import __version__
from prismdesk.project.store.errors import LockedError

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = ".lock"
HOLDER_NAME = ".lock-holder"
_MAX_HOLDER_BYTES = 10_000


class FolderLock:
    """The right to change what lies in a project's folder; held from construction to release.

    Raises:
        LockedError: another program (or another window of this one) holds it.
        OSError: the folder can't be written to.
    """

    def __init__(self, folder: Path) -> None:
        # Only now: it brings asyncio, and most processes that read a project hold none.
        from filelock import FileLock, Timeout

        self.folder = folder
        # One lock object may be released by another thread than the one that took it.
        self._lock = FileLock(folder / LOCK_NAME, timeout=0, thread_local=False)
        try:
            self._lock.acquire()
        except Timeout:
            raise LockedError(_who_holds(folder)) from None
        (folder / HOLDER_NAME).write_text(json.dumps(_this_program()), encoding="utf-8")

    def release(self) -> None:
        """Let the next one in."""
        (self.folder / HOLDER_NAME).unlink(missing_ok=True)
        self._lock.release()


def _this_program() -> dict[str, str | int]:
    return {
        "program": f"PrismDesk {__version__}",
        "pid": os.getpid(),
        "host": socket.gethostname(),
        "since": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def _who_holds(folder: Path) -> str:
    what = f"The project in “{folder}” is already open"
    try:
        with (folder / HOLDER_NAME).open("rb") as file:
            holder = json.loads(file.read(_MAX_HOLDER_BYTES))
        program, pid, host, since = (
            str(holder[k])[:100] for k in ("program", "pid", "host", "since")
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return f"{what} in another program; close it there first."
    return (
        f"{what} in {program} (process {pid} on {host}, since {since}); close it there first, "
        "or open a copy."
    )
