"""The course of a training run: what it appends to ``course.jsonl``, and how that is read.

One JSON object a line, each with its "kind". A run that goes on from a checkpoint appends
"resumed" with the step; what a broken run wrote of later steps doesn't count any more.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRecord:
    """One step, or the mean of several since the record before.

    Attributes:
        step: steps done, from 1.
        loss: mean of the steps since the record before.
        smoothed: running mean of the loss.
        lr: learning rate of A (or of all there is).
        lr_up: learning rate of B.
        gradient_norm: before it was clipped.
        seconds: that a step took.
        memory_bytes: most that was used on the graphics card so far; of the process without one.
    """

    kind: ClassVar[str] = "step"
    step: int
    loss: float
    smoothed: float
    lr: float
    lr_up: float
    gradient_norm: float
    seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldOutRecord:
    """The loss on held-out pairs, always with the same noise and times.

    Attributes:
        step: steps done; at 0 it is the base's.
        loss: with what is learned so far.
        base_loss: of the base alone.
    """

    kind: ClassVar[str] = "held_out"
    step: int
    loss: float
    base_loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckpointRecord:
    """A checkpoint that was written.

    Attributes:
        step: steps done.
        folder: its name under ``checkpoints``.
        loss: the held-out loss there, else the smoothed loss.
    """

    kind: ClassVar[str] = "checkpoint"
    step: int
    folder: str
    loss: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleRecord:
    """A listening example.

    Attributes:
        step: steps done; at 0 it is the base's.
        pair: key of the pair whose picture and words it was made of.
        path: of the WAV, relative to the run's folder.
        metrics: measured figures by name.
        gain_db: what levelled it.
    """

    kind: ClassVar[str] = "example"
    step: int
    pair: str
    path: str
    metrics: dict[str, float] = field(default_factory=dict)
    gain_db: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRecord:
    """A sentence for whoever watches."""

    kind: ClassVar[str] = "note"
    step: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumedRecord:
    """The run goes on from a checkpoint; records of later steps before this one don't count."""

    kind: ClassVar[str] = "resumed"
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRecord:
    """The run ended: "finished", "stopped", "paused", "skipped" or "failed"."""

    kind: ClassVar[str] = "end"
    step: int
    reason: str


Record = (
    StepRecord
    | HeldOutRecord
    | CheckpointRecord
    | ExampleRecord
    | NoteRecord
    | ResumedRecord
    | EndRecord
)

_KINDS: dict[str, type[Any]] = {
    one.kind: one
    for one in (
        StepRecord,
        HeldOutRecord,
        CheckpointRecord,
        ExampleRecord,
        NoteRecord,
        ResumedRecord,
        EndRecord,
    )
}


@dataclass(slots=True)
class Course:
    """What happened so far, each kind in order of steps."""

    steps: list[StepRecord] = field(default_factory=list)
    held_out: list[HeldOutRecord] = field(default_factory=list)
    checkpoints: list[CheckpointRecord] = field(default_factory=list)
    examples: list[ExampleRecord] = field(default_factory=list)
    notes: list[NoteRecord] = field(default_factory=list)
    end: EndRecord | None = None

    def add(self, record: Record) -> None:
        """Take one more record."""
        match record:
            case StepRecord():
                self.steps.append(record)
            case HeldOutRecord():
                self.held_out.append(record)
            case CheckpointRecord():
                self.checkpoints.append(record)
            case ExampleRecord():
                self.examples.append(record)
            case NoteRecord():
                self.notes.append(record)
            case ResumedRecord():
                self._go_back_to(record.step)
            case EndRecord():
                self.end = record
                return
        self.end = None

    def _go_back_to(self, step: int) -> None:
        self.steps = [one for one in self.steps if one.step <= step]
        self.held_out = [one for one in self.held_out if one.step <= step]
        self.checkpoints = [one for one in self.checkpoints if one.step <= step]
        self.examples = [one for one in self.examples if one.step <= step]
        self.notes = [one for one in self.notes if one.step <= step]

    def best_checkpoint(self) -> CheckpointRecord | None:
        """Return the checkpoint of the smallest held-out loss, the earliest of equal ones."""
        return min(self.checkpoints, key=lambda one: one.loss, default=None)


class CourseReader:
    """Reads a course that is still being written: each time only what is new.

    A last line that isn't whole yet is left for the next time; damaged lines are passed over.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._course = Course()

    def read(self) -> Course:
        """Return everything so far; the same object each time unless the file was begun anew."""
        try:
            with self._path.open("rb") as file:
                if file.seek(0, 2) < self._offset:
                    self._offset, self._course = 0, Course()
                file.seek(self._offset)
                fresh = file.read()
        except FileNotFoundError:
            return self._course
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            record = record_of(line)
            if record is not None:
                self._course.add(record)
        return self._course


def read_course(path: Path) -> Course:
    """Return what a run wrote down so far; nothing if there is no file yet."""
    return CourseReader(path).read()


def append_record(path: Path, record: Record) -> None:
    """Write one record down at the end of a course.

    A half line that a killed run left behind is ended first, so that only it is lost.

    Raises:
        OSError: the disk gave up.
    """
    line = json.dumps({"kind": record.kind, **asdict(record)}, allow_nan=False)
    with path.open("ab+") as file:
        if file.seek(0, 2):
            file.seek(-1, 2)
            if file.read(1) != b"\n":
                line = "\n" + line
        file.write(line.encode() + b"\n")


def record_of(line: bytes) -> Record | None:
    """Return the record in a line; None if it is damaged or of a kind that isn't known."""
    try:
        values = json.loads(line)
        kind = _KINDS[values.pop("kind")]
        return _made(kind, values)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return None


def _made(kind: type[Any], values: Mapping[str, Any]) -> Record:
    known = {one.name for one in fields(kind)}
    record: Record = kind(**{name: value for name, value in values.items() if name in known})
    for one in fields(kind):
        _check(getattr(record, one.name), str(one.type))
    return record


def _check(value: object, kind: str) -> None:
    """Refuse what a field of a kind, as its annotation names it, can't hold."""
    if kind == "str":
        if not isinstance(value, str):
            raise TypeError("no text")
    elif kind.startswith("dict"):
        if not isinstance(value, dict):
            raise TypeError("no figures")
        for figure in value.values():
            _check(figure, "float")
    elif not isinstance(value, int if kind == "int" else int | float) or not math.isfinite(value):
        raise TypeError("no number")
