"""Takes that are made and had no room: kept by the engine process until they are written.

What holds them in memory is `made_sound`; here is what the queue knows and does of it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase, Progress
from prismdesk.errors import PrismDeskError
from prismdesk.jobs.messages import FailureKind, JobFailure
from prismdesk.jobs.records import write_result
from prismdesk.jobs.saved_takes import bring_in
from prismdesk.jobs.states import JobState
from prismdesk.jobs.take_files import remove_takes
from prismdesk.media.errors import NoRoomError

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.board import JobBoard
    from prismdesk.jobs.hold import Hold
    from prismdesk.jobs.messages import SavedElsewhere
    from prismdesk.jobs.records import JobRecords
    from prismdesk.jobs.states import JobSnapshot


class KeptTakes:
    """The jobs whose takes are kept, and their way to a disk; on the queue's own thread.

    Args:
        folder: the project's folder.
        board: the queue's jobs.
        records: the same on disk.
        hold: what holds jobs back while there is no room.
    """

    def __init__(self, folder: Path, board: JobBoard, records: JobRecords, hold: Hold) -> None:
        self._folder = folder
        self._board = board
        self._records = records
        self._hold = hold
        self._to_write: list[tuple[str, Path | None]] = []

    def jobs(self) -> list[JobSnapshot]:
        """Return the jobs of which the process keeps takes."""
        return [job for job in self._board.jobs() if job.failure and job.failure.is_kept]

    def forget(self, *, except_id: str | None) -> None:
        """The process is gone, and what it kept with it; one job's end is told elsewhere."""
        for job in self.jobs():
            if job.id != except_id and job.failure is not None:
                self._board.change(job.id, failure=replace(job.failure, is_kept=False))

    def write_later(self, job_id: str, folder: Path | None) -> None:
        """Remember what is to be written once nothing else is under way."""
        self._to_write.append((job_id, folder))

    def take_next_to_write(self) -> tuple[str, Path | None] | None:
        """Return what ``write_later`` was told first, once."""
        return self._to_write.pop(0) if self._to_write else None

    def begin_writing(self, job_id: str) -> bool:
        """Put a job's takes on their way: those saved elsewhere come in at once.

        Returns:
            Whether the job now runs, and the process is to be told to write.
        """
        with self._board.lock:
            job = self._board.job(job_id)
            if job.state is not JobState.FAILED or job.failure is None:
                return False
            if job.failure.saved_takes:
                self._bring_in(job, job.failure)
                return False
            if not job.failure.is_kept:
                return False
            self._board.move(
                job_id,
                JobState.RUNNING,
                progress=Progress(phase=Phase.WRITING),
                attempts=job.attempts + 1,
            )
        return True

    def end_saved_elsewhere(self, saved: SavedElsewhere) -> None:
        """Mark the running job as one whose takes lie outside the project."""
        job = self._board.job(saved.job_id)
        failure = JobFailure(
            kind=FailureKind.DISK_FULL,
            message=f"There was no room in the project; its takes are in {saved.folder}.",
            needed_bytes=job.failure.needed_bytes if job.failure else 0,
            saved_in=saved.folder,
            saved_takes=saved.takes,
        )
        self._records.fail(job.id, failure, makes_room=True)
        self._board.move(job.id, JobState.FAILED, failure=failure, progress=None)

    def _bring_in(self, job: JobSnapshot, failure: JobFailure) -> None:
        try:
            takes = bring_in(failure, job.spec, self._folder)
            write_result(self._folder, job.id, takes)
        except PrismDeskError as error:
            remove_takes(job.spec, self._folder)
            is_gone = not isinstance(error, NoRoomError)
            failure = replace(failure, message=str(error))
            if is_gone:
                failure = replace(failure, kind=FailureKind.WORK_FAILED, saved_takes=())
            self._records.fail(job.id, failure)
            self._board.change(job.id, failure=failure, attempts=job.attempts + 1)
        else:
            self._hold.resume_with_room()
            self._board.move(job.id, JobState.FINISHED, takes=takes, failure=None)
