"""The engine process's log: what it and the libraries in it print, kept small."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

LOG_LIMIT_BYTES = 1 << 20
TAIL_LINES = 40
_TAIL_BYTES = 16 << 10


def rotate(path: Path, *, limit_bytes: int = LOG_LIMIT_BYTES) -> bool:
    """Rename a log that has grown too long to ``NAME.1``, dropping the one before it.

    Returns:
        Whether it was renamed, so that a writer opens the path anew.
    """
    if not path.exists() or path.stat().st_size < limit_bytes:
        return False
    path.replace(path.with_name(f"{path.name}.1"))
    return True


def job_mark(job_id: str) -> str:
    """Return the line that separates a job in the log from what came before it."""
    return f"==== {job_id}"


def log_tail(path: Path, *, job_id: str | None = None) -> str:
    """Return the last lines of the log, none from before the job; empty if there is no log."""
    try:
        with path.open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _TAIL_BYTES))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    if job_id is not None:
        _, mark, after = text.rpartition(job_mark(job_id))
        text = after if mark else text
    return "\n".join(text.strip().splitlines()[-TAIL_LINES:])
