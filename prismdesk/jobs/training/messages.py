"""What the training process and the program tell each other: frozen values, one JSON line each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from prismdesk.engines.contract import DeviceMemory  # noqa: TC001  (pydantic reads it)
from prismdesk.engines.training.tasks import Wish  # noqa: TC001  (pydantic reads it)
from prismdesk.jobs.messages import (
    JobFailure,
    UnreadableMessage,
    Workplace,
)


@dataclass(frozen=True, slots=True)
class ProcessOptions:
    """What a new training process is told on its command line.

    ``work_source`` is ``module:function``; the function makes a ``TrainingWork``.
    """

    parent_pid: int
    log_path: str
    work_source: str

    def encoded(self) -> str:
        """Return the one argument that carries it."""
        return json.dumps([self.parent_pid, self.log_path, self.work_source])

    @classmethod
    def decode(cls, argument: str) -> ProcessOptions:
        """Read the argument that ``encoded`` made."""
        return cls(*json.loads(argument))


# What there is to do. Paths are absolute.


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainTask:
    """Encode what isn't yet, and train a run from its beginning or its newest checkpoint."""

    run_folder: str
    kind: Literal["train"] = "train"


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodeTask:
    """Encode the pairs of a set for a model."""

    set_folder: str
    model_id: str
    kind: Literal["encode"] = "encode"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertTask:
    """Write an adapter file of another form as one of the library's; alpha where it has none."""

    source: str
    target: str
    alpha: float | None = None
    model_id: str = ""
    title: str = ""
    kind: Literal["convert"] = "convert"


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeTask:
    """Write a checkpoint of one's own with adapters merged; each is (name, path, strength)."""

    model_id: str
    adapters: tuple[tuple[str, str, float], ...]
    folder: str
    name: str
    kind: Literal["merge"] = "merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class CompareTask:
    """Make the held-out clips of a set with each adapter; a path of "" is the base alone."""

    model_id: str
    adapters: tuple[tuple[str, str, float], ...]
    set_folder: str
    out: str
    steps: int = 25
    seed: int = 42
    kind: Literal["compare"] = "compare"


Task = Annotated[
    TrainTask | EncodeTask | ConvertTask | MergeTask | CompareTask, Field(discriminator="kind")
]


# To the process.


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """Do this; the process ends when it is done."""

    task: Task
    workplace: Workplace = field(default_factory=Workplace)
    kind: Literal["begin"] = "begin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """From now on this is wanted."""

    wish: Wish
    kind: Literal["want"] = "want"


ToTraining = Annotated[Begin | Want, Field(discriminator="kind")]


# From the process.


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How far it is; as ``WorkReport``."""

    words: str
    fraction: float = 0.0
    step: int = 0
    steps: int = 0
    seconds_left: float | None = None
    memory: DeviceMemory | None = None
    gives_way: bool = False
    kind: Literal["told"] = "told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The work is done, or was ended as wanted."""

    reason: Literal["finished", "paused", "stopped", "skipped", "cancelled"]
    kind: Literal["ended"] = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The work failed; what it had written whole stays."""

    failure: JobFailure
    kind: Literal["failed"] = "failed"


FromTraining = Annotated[Told | Ended | Failed, Field(discriminator="kind")]


def encode_to_training(message: ToTraining) -> bytes:
    """Return the message as one line."""
    return _form_to_training().dump_json(message) + b"\n"


def encode_from_training(message: FromTraining) -> bytes:
    """Return the message as one line."""
    return _form_from_training().dump_json(message) + b"\n"


def decode_to_training(line: bytes) -> ToTraining:
    """Read one line.

    Raises:
        UnreadableMessage: it is none of the messages.
    """
    try:
        return _form_to_training().validate_json(line)
    except ValidationError as error:
        raise UnreadableMessage(str(error)) from error


def decode_from_training(line: bytes) -> FromTraining:
    """Read one line.

    Raises:
        UnreadableMessage: it is none of the messages.
    """
    try:
        return _form_from_training().validate_json(line)
    except ValidationError as error:
        raise UnreadableMessage(str(error)) from error


# Made when it is first of use: pydantic takes longer for it than Python for the module.
@cache
def _form_to_training() -> TypeAdapter[ToTraining]:
    return TypeAdapter(ToTraining)


@cache
def _form_from_training() -> TypeAdapter[FromTraining]:
    return TypeAdapter(FromTraining)
