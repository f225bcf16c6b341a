"""Jobs on disk, in the project's ``jobs/`` folder: what was asked, and what became of it.

Each job has a folder of its own name with files that are written once, beside and renamed:
``job.json`` before the job is queued, ``context.wav`` (the sound it was given), ``result.json``
by the engine process once every take is on disk and before it tells, ``failure.json`` by the
queue. So at any moment of a kill the files say what is true: a result means finished, a failure
means failed, neither means that the job was interrupted.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter, ValidationError

from prismdesk.jobs.messages import FinishedTake, JobFailure
from prismdesk.jobs.spec import JobSpec, inside
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.media.errors import MediaWorkError, folder_gone, writing
from prismdesk.project.store.durable import flush_folder, write_atomically
from prismdesk.project.store.folder import JOBS

if TYPE_CHECKING:
    from pathlib import Path

UNREADABLE_FOLDER = "unreadable"
LOG_NAME = "engine.log"
_MAX_RECORD_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRecord:
    """What was asked: ``job.json``."""

    label: str
    created_utc: str
    spec: JobSpec
    format: Literal[1] = 1


# At once, unlike the others below: whoever asks for sound waits for it.
_RECORD = TypeAdapter(JobRecord)


def write_result(project_folder: Path, job_id: str, takes: tuple[FinishedTake, ...]) -> None:
    """Note that a job's takes are all on disk; called by the engine process before it tells.

    Raises:
        MediaWorkError: it can't be written.
    """
    path = project_folder / JOBS / job_id / "result.json"
    _write_whole(path, _form_of_takes().dump_json(takes, indent=1))


class JobRecords:
    """The jobs' folder of one project.

    Attributes:
        unreadable: one sentence for each job that could not be read and was moved aside.
    """

    def __init__(self, project_folder: Path) -> None:
        self.project_folder = project_folder
        self.folder = project_folder / JOBS
        self.log_path = self.folder / LOG_NAME
        self.unreadable: tuple[str, ...] = ()

    def create(self, record: JobRecord) -> None:
        """Put a job on disk.

        Raises:
            MediaWorkError: it can't be written, or the project's folder is gone.
        """
        if not self.project_folder.is_dir():
            # Making it anew would leave half a project where the user looks for the whole one.
            raise MediaWorkError(folder_gone(self.project_folder))
        path = self._of(record.spec.job_id) / "job.json"
        _write_whole(path, _RECORD.dump_json(record, indent=1))

    def fail(self, job_id: str, failure: JobFailure, *, makes_room: bool = False) -> None:
        """Note that a job failed; the disk being full must not hide why, so errors are let be.

        Args:
            job_id: the job.
            failure: why.
            makes_room: if there is no room for the note, the sound that the job was given goes:
                it was made, and lies elsewhere.
        """
        path = self._of(job_id) / "failure.json"
        data = _form_of_failure().dump_json(failure, indent=1)
        try:
            _write_whole(path, data)
        except MediaWorkError:
            if makes_room:
                with suppress(OSError, MediaWorkError):
                    (self._of(job_id) / "context.wav").unlink(missing_ok=True)
                    _write_whole(path, data)

    def forget_failure(self, job_id: str) -> None:
        """Note that a failed job is tried again."""
        with suppress(OSError):
            (self._of(job_id) / "failure.json").unlink(missing_ok=True)

    def remove(self, job_id: str) -> None:
        """Remove what is stored of a job; its takes stay where they are."""
        # The record goes first: a kill in between leaves a folder that is no job any more.
        with suppress(OSError):
            (self._of(job_id) / "job.json").unlink(missing_ok=True)
        shutil.rmtree(self._of(job_id), ignore_errors=True)

    def takes(self, job_id: str) -> tuple[FinishedTake, ...]:
        """Return the takes that a job has finished, none if it hasn't or a file of them is gone."""
        try:
            takes = _form_of_takes().validate_json(_read_bounded(self._of(job_id) / "result.json"))
            files = [inside(self.project_folder, take.path) for take in takes]
        except (OSError, ValueError):
            return ()
        return takes if all(file.is_file() for file in files) else ()

    def load(self) -> tuple[JobSnapshot, ...]:
        """Read the jobs that an earlier run of the program left, oldest first.

        One that can't be read is moved to ``jobs/unreadable`` and told of in ``unreadable``.
        """
        found: list[JobSnapshot] = []
        troubles: list[str] = []
        for folder in sorted(self.folder.glob("job-*")):
            if not (folder / "job.json").exists():
                shutil.rmtree(folder, ignore_errors=True)
                continue
            try:
                found.append(self._read(folder))
            except (OSError, ValueError) as error:
                troubles.append(self._set_aside(folder, error))
        self.unreadable = tuple(troubles)
        return tuple(sorted(found, key=lambda job: job.created_utc))

    def _of(self, job_id: str) -> Path:
        return self.folder / job_id

    def _read(self, folder: Path) -> JobSnapshot:
        record = _RECORD.validate_json(_read_bounded(folder / "job.json"))
        spec = record.spec
        if spec.job_id != folder.name:
            raise ValueError(f"it says that it is {spec.job_id}")
        for relative in spec.inner_paths:
            inside(self.project_folder, relative)
        takes = self.takes(spec.job_id)
        failure = None if takes else self._failure(folder)
        state = JobState.INTERRUPTED if failure is None else JobState.FAILED
        return JobSnapshot(
            spec=spec,
            label=record.label,
            state=JobState.FINISHED if takes else state,
            created_utc=record.created_utc,
            log_path=self.log_path,
            failure=failure,
            takes=takes,
        )

    def _failure(self, folder: Path) -> JobFailure | None:
        try:
            return _form_of_failure().validate_json(_read_bounded(folder / "failure.json"))
        except (OSError, ValueError):
            return None

    def _set_aside(self, folder: Path, error: Exception) -> str:
        aside = self.folder / UNREADABLE_FOLDER
        target = aside / folder.name
        try:
            aside.mkdir(exist_ok=True)
            shutil.rmtree(target, ignore_errors=True)
            folder.replace(target)
        except OSError:
            return f"The stored job {folder} can't be read ({_reason(error)}); delete that folder."
        return f"A stored job could not be read ({_reason(error)}); it was moved to {target}."


def _reason(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}" if place else first["msg"]
    return str(error)


def _read_bounded(path: Path) -> bytes:
    if path.stat().st_size > _MAX_RECORD_BYTES:
        raise ValueError(f"{path.name} is too large")
    return path.read_bytes()


def _write_whole(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all, and on the disk when this returns."""
    with writing(path):
        if not path.parent.exists():
            path.parent.mkdir(parents=True)
            flush_folder(path.parent.parent)
        write_atomically(path, data)


# Made when it is first of use: pydantic takes longer for it than Python for the module.
@cache
def _form_of_takes() -> TypeAdapter[tuple[FinishedTake, ...]]:
    return TypeAdapter(tuple[FinishedTake, ...])


@cache
def _form_of_failure() -> TypeAdapter[JobFailure]:
    return TypeAdapter(JobFailure)
