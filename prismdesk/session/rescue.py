"""Takes that had no room on the project's disk, written elsewhere before the program ends."""

from __future__ import annotations

import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.jobs.states import JobState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.session.session import Session

_POLL_SECONDS = 0.1


def rescue_sentence(session: Session) -> str:
    """Write what is kept in memory into a folder for temporary files, and say what became of it.

    Returns:
        A sentence for the user; empty if nothing was kept.
    """
    kept = [job.label for job in session.queue.jobs() if job.failure and job.failure.is_kept]
    if not kept:
        return ""
    place = Path(tempfile.mkdtemp(prefix="prismdesk-takes-"))
    saved = rescue_kept(session, place)
    names = ", ".join(f"“{label}”" for label in saved or kept)
    if saved:
        return (
            f"The takes of {names} are in {place}; make room on the project's disk, and they come "
            "into the project when it is opened again."
        )
    place.rmdir()
    return f"The takes of {names} had no room anywhere and are lost; they are made again."


def rescue_kept(session: Session, place: Path, *, timeout_seconds: float = 60.0) -> tuple[str, ...]:
    """Write what is kept in memory for lack of room into another folder, before the program ends.

    Returns:
        The jobs' labels whose takes are there now.
    """
    kept = [job for job in session.queue.jobs() if job.failure and job.failure.is_kept]
    for job in kept:
        with suppress(InputError):
            session.queue.write_kept(job.id, place)
    deadline = time.monotonic() + timeout_seconds
    while time.monotonic() < deadline and any(_is_being_rescued(session, job) for job in kept):
        time.sleep(_POLL_SECONDS)
    return tuple(job.label for job in _saved(session, kept))


def bring_in_saved(
    session: Session, job: JobSnapshot, *, timeout_seconds: float = 60.0
) -> JobSnapshot:
    """Return a job once its takes are brought into the project from where they were saved.

    Where there is still no room, or nothing was saved, it is returned as it is.
    """
    if job.failure is None or not job.failure.saved_takes:
        return job
    with suppress(InputError):
        session.queue.write_kept(job.id)
    deadline = time.monotonic() + timeout_seconds
    now = job
    while time.monotonic() < deadline:
        now = session.queue.job(job.id)
        if now.state is not JobState.FAILED or now.attempts > job.attempts:
            break
        time.sleep(_POLL_SECONDS)
    return now


def _saved(session: Session, jobs: list[JobSnapshot]) -> Iterator[JobSnapshot]:
    for job in jobs:
        now = session.queue.job(job.id)
        if now.failure is not None and now.failure.saved_takes:
            yield now


def _is_being_rescued(session: Session, job: JobSnapshot) -> bool:
    now = session.queue.job(job.id)
    is_tried = now.attempts > job.attempts and now.state is JobState.FAILED
    return not is_tried and bool(now.failure is None or not now.failure.saved_takes)
