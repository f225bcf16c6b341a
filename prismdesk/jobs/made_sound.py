"""Sound that an engine has made: written into the project, or elsewhere where it has no room."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prismdesk.engines.contract import Phase, Progress
from prismdesk.jobs.messages import FailureKind, FinishedTake, JobFailure
from prismdesk.jobs.records import write_result
from prismdesk.jobs.take_files import remove_takes, write_take
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.engines.contract import ReportProgress, Result
    from prismdesk.engines.request import Request
    from prismdesk.jobs.spec import JobSpec
    from prismdesk.progress import IsCancelled

_HEADER_BYTES = 64 << 10
"""What a take's file and its records hold besides samples, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeSound:
    """What came of one job, in memory.

    Attributes:
        spec: the job.
        project_folder: where its takes go.
        request: what the engine was given.
        result: what it made.
        capabilities: of the engine.
    """

    spec: JobSpec
    project_folder: Path
    request: Request
    result: Result
    capabilities: Capabilities

    @property
    def needed_bytes(self) -> int:
        """How much room its takes need on a disk."""
        return sum(sound.audio.nbytes + _HEADER_BYTES for sound in self.result.sounds)

    def write(self, report: ReportProgress, cancelled: IsCancelled) -> tuple[FinishedTake, ...]:
        """Write the takes into the project and then the note of them.

        Raises:
            MediaWorkError: they can't be written; nothing is left of them.
            Cancelled: likewise.
            EngineError: the engine returned something that is no take of its request.
        """
        try:
            takes = self._write_takes(report, cancelled)
            write_result(self.project_folder, self.spec.job_id, takes)
        except BaseException:
            remove_takes(self.spec, self.project_folder)
            raise
        return takes

    def write_elsewhere(
        self, folder: Path, report: ReportProgress, cancelled: IsCancelled
    ) -> tuple[FinishedTake, ...]:
        """Write the takes into any folder; their paths are relative to it.

        Raises:
            MediaWorkError, Cancelled, EngineError: as ``write``.
        """
        spec = replace(self.spec, output_folder=".")
        try:
            return replace(self, spec=spec, project_folder=folder)._write_takes(report, cancelled)
        except BaseException:
            remove_takes(spec, folder)
            raise

    def _write_takes(
        self, report: ReportProgress, cancelled: IsCancelled
    ) -> tuple[FinishedTake, ...]:
        takes = []
        numbers = self.spec.kept_numbers
        for done, index in enumerate(numbers, 1):
            raise_if_cancelled(cancelled)
            takes.append(
                write_take(
                    self.spec,
                    self.project_folder,
                    index=index,
                    request=self.request,
                    result=self.result,
                    capabilities=self.capabilities,
                )
            )
            report(_writing(done, len(numbers)))
        raise_if_cancelled(cancelled)
        return tuple(takes)


class NotWrittenError(Exception):
    """There was no room for what an engine made; ``made`` is all of it, to be kept."""

    def __init__(self, made: MadeSound, message: str) -> None:
        super().__init__(message)
        self.made = made


def no_room(made: MadeSound, message: str, *, folder: Path | None = None) -> JobFailure:
    """Return the failure of a job whose sound is kept in memory for lack of room.

    Args:
        made: what is kept.
        message: what the disk said.
        folder: where it was to go if not into the project.
    """
    return JobFailure(
        kind=FailureKind.DISK_FULL,
        message=message,
        needed_bytes=made.needed_bytes,
        free_bytes=free_bytes(folder or made.project_folder),
        is_kept=True,
    )


def free_bytes(folder: Path) -> int:
    """Return how much more the disk of a folder, which need not be there, takes; -1 if unknown."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except FileNotFoundError:
            continue
        except OSError:
            break
    return -1


def _writing(done: int, takes: int) -> Progress:
    return Progress(phase=Phase.WRITING, step=done, steps=takes, fraction=done / takes)
