"""Batches on disk, in the project's ``jobs/batches/``: what was to be made, and what became of it.

One JSON file each, written beside and renamed whenever a region's outcome is known, so that after
a kill the file says what is left. Together with the jobs' own folders nothing is made twice: a job
has its id in the batch before it is queued.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from prismdesk.jobs.spec import MAX_TAKES, is_job_id
from prismdesk.media.errors import writing
from prismdesk.project.ids import new_id
from prismdesk.project.store.durable import write_atomically
from prismdesk.project.store.folder import JOBS

if TYPE_CHECKING:
    from pathlib import Path

BATCHES = "batches"
KEPT_BATCHES = 20
"""How many ended batches are kept to be looked at."""
_BATCH_ID = re.compile(r"batch-[0-9a-f]{12}")
_MOST_BYTES = 16 << 20
_MOST_ENTRIES = 20_000

_Words = Annotated[str, Field(max_length=4000)]


class Outcome(StrEnum):
    """What became of a region of a batch; ``REFUSED`` was known before anything began."""

    WAITING = "waiting"
    MADE = "made"
    FAILED = "failed"
    SKIPPED = "skipped"
    REFUSED = "refused"
    CANCELLED = "cancelled"


class BatchState(StrEnum):
    """``PLANNED`` waits for its time; ``GOING`` goes on after a restart; ``ENDED`` is over."""

    PLANNED = "planned"
    GOING = "going"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchEntry:
    """One region of a batch.

    Attributes:
        region_id: the region.
        label: what the user calls it.
        engine, variant: what makes it.
        takes: how many.
        job_id: of the job that makes it; empty where none is to.
        asked: what the region asked for when it was queued, in parts: (part, hash).
        estimate_seconds: how long it was expected to take; 0 where nothing is known.
        outcome: what became of it.
        reason: one sentence on why it wasn't made.
        failure: the kind of its failure (``FailureKind``), or empty.
        notes: what the user should know although it was made.
        was_retried: it was made again in a fresh process after one had ended under it.
        seconds: how long it took.
    """

    region_id: _Words
    label: _Words
    engine: _Words
    variant: _Words = ""
    takes: Annotated[int, Field(ge=1, le=MAX_TAKES)] = 1
    job_id: _Words = ""
    asked: tuple[tuple[_Words, _Words], ...] = ()
    estimate_seconds: Annotated[float, Field(ge=0, le=1e9)] = 0.0
    outcome: Outcome = Outcome.WAITING
    reason: _Words = ""
    failure: _Words = ""
    notes: tuple[_Words, ...] = ()
    was_retried: bool = False
    seconds: Annotated[float, Field(ge=0, le=1e9)] = 0.0

    def __post_init__(self) -> None:
        if self.job_id and not is_job_id(self.job_id):
            raise ValueError(f"{self.job_id!r} is no id of a job")


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRecord:
    """A batch: its regions in the order in which they are made.

    Attributes:
        batch_id: from ``new_batch_id``.
        created_utc: when the user asked for it.
        entries: its regions.
        handle_samples: extra sound wanted before and after each.
        state: whether it waits, goes on or is over.
        start_at_utc: when a planned one is to begin.
        paused_because: one sentence on why it doesn't go on by itself; empty if it does.
        ended_utc: when it was over.
    """

    batch_id: _Words
    created_utc: _Words
    entries: Annotated[tuple[BatchEntry, ...], Field(max_length=_MOST_ENTRIES)]
    handle_samples: Annotated[int, Field(ge=0)] = 0
    state: BatchState = BatchState.GOING
    start_at_utc: _Words = ""
    paused_because: _Words = ""
    ended_utc: _Words = ""
    format: Literal[1] = 1

    def __post_init__(self) -> None:
        if not _BATCH_ID.fullmatch(self.batch_id):
            raise ValueError(f"{self.batch_id!r} is no id of a batch")

    def of(self, outcome: Outcome) -> tuple[BatchEntry, ...]:
        """Return the regions with an outcome, in the order of the batch."""
        return tuple(entry for entry in self.entries if entry.outcome is outcome)

    @property
    def to_make(self) -> tuple[BatchEntry, ...]:
        """The regions that were to be made: all but those refused from the start."""
        return tuple(entry for entry in self.entries if entry.job_id)

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to come."""
        return self.state is BatchState.ENDED


def new_batch_id() -> str:
    """Return an id for a new batch: ``batch-`` and 12 random hexadecimal digits."""
    return new_id("batch")


class BatchRecords:
    """The batches of one project.

    Attributes:
        unreadable: one sentence for each file that is no batch; it is left where it is.
    """

    def __init__(self, project_folder: Path) -> None:
        self.folder = project_folder / JOBS / BATCHES
        self.unreadable: tuple[str, ...] = ()

    def save(self, record: BatchRecord) -> None:
        """Put a batch on disk, in place of what was there of it.

        Raises:
            MediaWorkError: it can't be written; what was there is as it was.
        """
        path = self.folder / f"{record.batch_id}.json"
        with writing(path):
            is_new = not path.exists()
            self.folder.mkdir(parents=True, exist_ok=True)
            write_atomically(path, _form().dump_json(record, indent=1))
        if is_new:
            self._forget_oldest()

    def load(self) -> tuple[BatchRecord, ...]:
        """Read the batches, oldest first. What can't be read is told of in ``unreadable``."""
        found: list[BatchRecord] = []
        troubles: list[str] = []
        for path in sorted(self.folder.glob("batch-*.json")):
            try:
                found.append(_read(path))
            except (OSError, ValueError) as error:
                troubles.append(f"The batch {path} can't be read ({_brief(error)}); delete it.")
        self.unreadable = tuple(troubles)
        return tuple(sorted(found, key=lambda record: record.created_utc))

    def latest(self) -> BatchRecord | None:
        """Return the batch that isn't over, else the last one; None if there is none."""
        records = self.load()
        going = [record for record in records if not record.is_over]
        return next(iter([*reversed(going), *reversed(records)]), None)

    def _forget_oldest(self) -> None:
        over = [record for record in self.load() if record.is_over]
        for record in over[:-KEPT_BATCHES]:
            with suppress(OSError):
                (self.folder / f"{record.batch_id}.json").unlink(missing_ok=True)


def _read(path: Path) -> BatchRecord:
    if path.is_symlink() or path.stat().st_size > _MOST_BYTES:
        raise ValueError("it is no file of ours")
    record = _form().validate_json(path.read_bytes())
    if record.batch_id != path.stem:
        raise ValueError(f"it says that it is {record.batch_id[:40]}")
    return record


def _brief(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    return str(error)


# Made when it is first of use: pydantic takes longer for it than Python for the module.
@cache
def _form() -> TypeAdapter[BatchRecord]:
    return TypeAdapter(BatchRecord)
