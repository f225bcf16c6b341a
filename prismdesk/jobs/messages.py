"""What the engine process and the window tell each other: frozen values, one JSON line each.

JSON rather than pickle: whatever an engine's library does to its process, what arrives here can
only ever be one of these values, or be refused.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from prismdesk.engines.contract import (  # noqa: TC001  (pydantic reads it at run time)
    MadeOn,
    Progress,
)
from prismdesk.engines.errors import (
    CrashedError,
    EngineError,
    OutOfMemoryError,
    SmallerWork,
    UnsupportedError,
    UnusableContextError,
    WeightsDamagedError,
    WeightsMissingError,
)
from prismdesk.engines.request import MachineOptions
from prismdesk.errors import InputError, PrismDeskError, WorkError
from prismdesk.jobs.feature_store import DEFAULT_MOST_BYTES
from prismdesk.jobs.spec import JobSpec  # noqa: TC001  (pydantic reads it at run time)
from prismdesk.media.errors import NoRoomError
from prismdesk.project.model import Settings  # noqa: TC001  (pydantic reads it at run time)


class FailureKind(StrEnum):
    """Why a job failed; ``UNEXPECTED`` is a bug, in the engine or in ours."""

    UNSUPPORTED = "unsupported"
    UNUSABLE_CONTEXT = "unusable context"
    WEIGHTS_MISSING = "weights missing"
    WEIGHTS_DAMAGED = "weights damaged"
    OUT_OF_MEMORY = "out of memory"
    CRASHED = "crashed"
    DISK_FULL = "disk full"
    DRIVER_LOST = "driver lost"
    BAD_INPUT = "bad input"
    WORK_FAILED = "work failed"
    UNEXPECTED = "unexpected"


_ERRORS: dict[FailureKind, type[PrismDeskError]] = {
    FailureKind.UNSUPPORTED: UnsupportedError,
    FailureKind.UNUSABLE_CONTEXT: UnusableContextError,
    FailureKind.WEIGHTS_MISSING: WeightsMissingError,
    FailureKind.BAD_INPUT: InputError,
    FailureKind.WORK_FAILED: WorkError,
    FailureKind.DISK_FULL: NoRoomError,
    FailureKind.UNEXPECTED: EngineError,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFailure:
    """A failed job, for the user: one sentence, the log's last lines, what would fit in memory.

    ``smaller`` is ``would_fit`` as data, for buttons; ``needed_bytes`` and ``free_bytes`` are 0
    where they aren't known; ``device`` is what it was made on, as people name it.

    Attributes:
        model_id: whose weights are damaged, where that is why.
        is_kept: the sound is made, and the engine process keeps it until it is told what to do.
        saved_in: the folder outside the project into which it was written instead.
        saved_takes: what was written there; their paths are relative to that folder.
    """

    kind: FailureKind
    message: str
    log_tail: str = ""
    would_fit: tuple[str, ...] = ()
    smaller: tuple[SmallerWork, ...] = ()
    needed_bytes: int = 0
    free_bytes: int = 0
    device: str = ""
    model_id: str = ""
    is_kept: bool = False
    saved_in: str = ""
    saved_takes: tuple[FinishedTake, ...] = ()

    def error(self) -> PrismDeskError:
        """Return the failure as the error class that stands for its kind."""
        if self.kind is FailureKind.OUT_OF_MEMORY:
            return OutOfMemoryError(
                self.message,
                self.would_fit,
                smaller=self.smaller,
                needed_bytes=self.needed_bytes,
                free_bytes=self.free_bytes,
                device=self.device,
            )
        if self.kind in (FailureKind.CRASHED, FailureKind.DRIVER_LOST):
            return CrashedError(self.message, self.log_tail)
        if self.kind is FailureKind.WEIGHTS_DAMAGED:
            return WeightsDamagedError(self.message, self.model_id)
        return _ERRORS[self.kind](self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedTake:
    """One take on disk, with what made it; ``path`` is relative to the project's folder.

    The WAV starts ``head_samples`` before the region and ends ``tail_samples`` after it.
    ``request_key`` hashes everything this one sound was made from, ``inputs`` what the engine
    heard and saw, one by one (see ``jobs.request_key``); ``batch_seeds`` as in ``Sound``.
    ``settings_used`` are settings other than those of the job, e.g. of a sampling that was ended.
    """

    take_id: str
    path: str
    content_key: str
    seed: int
    channels: int
    length_samples: int
    seam_samples: int
    head_samples: int
    tail_samples: int
    engine: str
    engine_version: str
    request_key: str
    created_utc: str
    notes: tuple[str, ...] = ()
    weights: tuple[tuple[str, str], ...] = ()
    licence: str = ""
    allows_commercial_use: bool = True
    proposed_gain_db: float | None = None
    settings_used: Settings = ()
    made_on: MadeOn | None = None
    batch_seeds: tuple[int, ...] = ()
    inputs: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessOptions:
    """What a new engine process is told on its command line.

    ``engine_source`` is ``module:function``; the function makes an engine of an id.
    """

    parent_pid: int
    log_path: str
    engine_source: str

    def encoded(self) -> str:
        """Return the one argument that carries it."""
        return json.dumps([self.parent_pid, self.log_path, self.engine_source])

    @classmethod
    def decode(cls, argument: str) -> ProcessOptions:
        """Read the argument that ``encoded`` made."""
        return cls(*json.loads(argument))


# To the engine process.


@dataclass(frozen=True, slots=True, kw_only=True)
class Workplace:
    """How this machine's user wants engines to work; never part of what is stored of a job.

    Attributes:
        cache_folder: the project's cache; empty where nothing is to be kept.
        feature_cache_bytes: how much of what engines worked out of picture and text is kept.
        machine: on what engines compute.
    """

    cache_folder: str = ""
    feature_cache_bytes: int = DEFAULT_MOST_BYTES
    machine: MachineOptions = field(default_factory=MachineOptions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Do this job now; sent only while no other is running."""

    spec: JobSpec
    project_folder: str
    workplace: Workplace = field(default_factory=Workplace)
    kind: Literal["run"] = "run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancel:
    """The job is no longer wanted; stop within a step."""

    job_id: str
    kind: Literal["cancel"] = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class HearSoFar:
    """Make the sound so far heard, at ``at_step`` or, with 0, at the next one; then go on."""

    job_id: str
    at_step: int = 0
    kind: Literal["hear so far"] = "hear so far"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enough:
    """Sample no further: what the next step points at is the take."""

    job_id: str
    kind: Literal["enough"] = "enough"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskStatus:
    """Tell how you are; answered at once, also while a job runs.

    ``device`` is the one chosen for engines, asked about where nothing was loaded yet.
    """

    device: str = "auto"
    kind: Literal["ask status"] = "ask status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unload:
    """Release the loaded engine's memory once nothing runs."""

    kind: Literal["unload"] = "unload"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """Load an engine's networks for a variant, so that the next job need not wait for them.

    It ends early, with what is loaded by then, when a job comes or at ``StopWarmUp``.
    """

    engine: str
    variant: str
    workplace: Workplace = field(default_factory=Workplace)
    kind: Literal["warm up"] = "warm up"


@dataclass(frozen=True, slots=True, kw_only=True)
class StopWarmUp:
    """Load no further; what is loaded stays until ``Unload``."""

    kind: Literal["stop warm up"] = "stop warm up"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteKept:
    """Write what a job made and you keep, now: into the project, or into ``folder`` if given."""

    job_id: str
    folder: str = ""
    kind: Literal["write kept"] = "write kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class DropKept:
    """Nobody wants any more what a job made and you keep."""

    job_id: str
    kind: Literal["drop kept"] = "drop kept"


ToProcess = Annotated[
    Run
    | Cancel
    | HearSoFar
    | Enough
    | AskStatus
    | Unload
    | WarmUp
    | StopWarmUp
    | WriteKept
    | DropKept,
    Field(discriminator="kind"),
]


# From the engine process.


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The process is up and waits for work."""

    pid: int
    kind: Literal["ready"] = "ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """How far the running job is."""

    job_id: str
    progress: Progress
    kind: Literal["progress"] = "progress"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardSoFar:
    """The sound so far lies beside the job; it goes with the job, or when there is a newer one.

    Attributes:
        job_id: the job.
        path: of the WAV, relative to the project's folder; empty if there is nothing to hear.
        step: after which it was taken.
        steps: in all.
        channels: of the WAV.
        length_samples: of the WAV: the region and nothing else.
        seam_samples: as of a take.
        reason: one sentence on why there is nothing to hear.
    """

    job_id: str
    path: str = ""
    step: int = 0
    steps: int = 0
    channels: int = 0
    length_samples: int = 0
    seam_samples: int = 0
    reason: str = ""
    kind: Literal["heard so far"] = "heard so far"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """All takes are on disk."""

    job_id: str
    takes: tuple[FinishedTake, ...]
    kind: Literal["finished"] = "finished"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedElsewhere:
    """What was kept of a job is in another folder now; the takes' paths are relative to it."""

    job_id: str
    folder: str
    takes: tuple[FinishedTake, ...]
    kind: Literal["saved elsewhere"] = "saved elsewhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The job failed; nothing of it is left in the takes' folder."""

    job_id: str
    failure: JobFailure
    kind: Literal["failed"] = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped:
    """The job stopped because it was cancelled; nothing of it is left."""

    job_id: str
    kind: Literal["stopped"] = "stopped"


class WarmUpState(StrEnum):
    """How far loading ahead of a job is, or how it ended."""

    LOADING = "loading"
    LOADED = "loaded"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUpNews:
    """How far a warm-up is; the last of one says how it ended, ``message`` why it failed."""

    engine: str
    variant: str
    state: WarmUpState
    fraction: float = 0.0
    message: str = ""
    model_id: str = ""
    kind: Literal["warm up news"] = "warm up news"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessStatus:
    """How the engine process is: what it has loaded, its resident memory, the device's memory.

    ``device`` is what computes, as people name it, ``device_detail`` its driver; both and the
    bytes stay empty where nobody tells them. ``loaded_bytes`` are those of loaded networks.
    """

    pid: int
    memory_bytes: int
    has_torch: bool
    loaded_engine: str | None
    running_job_id: str | None
    loaded_variant: str = ""
    loaded_bytes: int = 0
    device: str = ""
    device_detail: str = ""
    device_used_bytes: int = 0
    device_total_bytes: int = 0
    kind: Literal["status"] = "status"


FromProcess = Annotated[
    Ready
    | JobProgress
    | HeardSoFar
    | Finished
    | SavedElsewhere
    | Failed
    | Stopped
    | WarmUpNews
    | ProcessStatus,
    Field(discriminator="kind"),
]


class UnreadableMessage(ValueError):  # noqa: N818  (an event on the pipe, named as such)
    """A line on the pipe is none of the messages."""


def encode_to_process(message: ToProcess) -> bytes:
    """Return the message as one line."""
    return _form_to_process().dump_json(message) + b"\n"


def encode_from_process(message: FromProcess) -> bytes:
    """Return the message as one line."""
    return _form_from_process().dump_json(message) + b"\n"


def decode_to_process(line: bytes) -> ToProcess:
    """Read one line.

    Raises:
        UnreadableMessage: it is none of the messages.
    """
    try:
        return _form_to_process().validate_json(line)
    except ValidationError as error:
        raise UnreadableMessage(str(error)) from error


def decode_from_process(line: bytes) -> FromProcess:
    """Read one line.

    Raises:
        UnreadableMessage: it is none of the messages.
    """
    try:
        return _form_from_process().validate_json(line)
    except ValidationError as error:
        raise UnreadableMessage(str(error)) from error


# Made when it is first of use: pydantic takes longer for it than Python for the module.
@cache
def _form_to_process() -> TypeAdapter[ToProcess]:
    return TypeAdapter(ToProcess)


@cache
def _form_from_process() -> TypeAdapter[FromProcess]:
    return TypeAdapter(FromProcess)
