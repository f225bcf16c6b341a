"""The folder of one training run: what lies where, written so that nothing half done counts.

::

    run.toml                 what is trained, how and on what; [options] holds the options
    state.json               how far it is
    course.jsonl             losses, checkpoints, examples (see ``course``)
    encoded/                 the encoded pairs, or only the index of pairs kept elsewhere
    checkpoints/step-000500/ adapter.safetensors, and what is needed to go on from there
    examples/                listening examples
    log.txt                  for those who look for a fault
    skip                     flag: end this run now and keep what there is
"""

from __future__ import annotations

import json
import math
import os
import shutil
import tomllib
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from prismdesk.engines.training.course import Course, append_record, read_course
from prismdesk.engines.training.options import TrainingOptions, default_options, from_mapping
from prismdesk.engines.training.toml_text import toml_text
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from prismdesk.engines.training.course import Record

Status = Literal["waiting", "encoding", "training", "paused", "stopped", "finished", "failed"]

ADAPTER_FILE = "adapter.safetensors"
REWEIGHTED_FILE = "reweighted.safetensors"
REWEIGHTED_FACTS = "reweighted.json"
TRAINER_TENSORS = "trainer.safetensors"
TRAINER_FACTS = "trainer.json"
_PARTIAL = ".partial"
_STEP_PREFIX = "step-"


class RunFolderError(InputError):
    """A run's folder can't be read; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunState:
    """How far a run is.

    Attributes:
        status: what it is doing, or how it ended.
        step: steps done.
        steps: steps wanted.
        sentence: what people should know: why it failed, what it waits for.
        seconds_left: expected, None if not known.
    """

    status: Status = "waiting"
    step: int = 0
    steps: int = 0
    sentence: str = ""
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True)
class CheckpointFiles:
    """One whole checkpoint."""

    step: int
    folder: Path

    @property
    def adapter(self) -> Path:
        """What was learned up to there."""
        return self.folder / ADAPTER_FILE

    @property
    def reweighted(self) -> Path:
        """The same with its singular values reweighted, where that was asked for."""
        return self.folder / REWEIGHTED_FILE

    @property
    def reweighted_facts(self) -> Path:
        """The held-out losses of both, written last."""
        return self.folder / REWEIGHTED_FACTS

    @property
    def better(self) -> Path:
        """The reweighted adapter if its held-out loss is the smaller one, else the trained one."""
        try:
            facts = json.loads(self.reweighted_facts.read_text(encoding="utf-8"))
            is_better = facts["is_better"] is True and self.reweighted.is_file()
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return self.adapter
        return self.reweighted if is_better else self.adapter

    @property
    def trainer_tensors(self) -> Path:
        """Numbers that training goes on from."""
        return self.folder / TRAINER_TENSORS

    @property
    def trainer_facts(self) -> Path:
        """What else it goes on from, written last of all."""
        return self.folder / TRAINER_FACTS

    @property
    def is_resumable(self) -> bool:
        """Whether training can go on from here; of older ones only the adapter is kept."""
        return self.trainer_tensors.is_file() and self.trainer_facts.is_file()


class RunFolder:
    """The files of one run.

    Args:
        path: the folder; ``make`` creates it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run_toml = path / "run.toml"
        self.state_json = path / "state.json"
        self.course_jsonl = path / "course.jsonl"
        self.encoded = path / "encoded"
        self.checkpoints = path / "checkpoints"
        self.examples = path / "examples"
        self.log = path / "log.txt"
        self.skip = path / "skip"

    def make(self, description: Mapping[str, Any]) -> None:
        """Create the folders and write ``run.toml``; "options" in it is a table.

        Raises:
            OSError: the disk gave up.
        """
        for folder in (self.encoded, self.checkpoints, self.examples):
            folder.mkdir(parents=True, exist_ok=True)
        write_whole(self.run_toml, toml_text(description).encode())

    def description(self) -> dict[str, Any]:
        """Return what ``run.toml`` says.

        Raises:
            RunFolderError: it isn't there or can't be read.
        """
        try:
            return tomllib.loads(self.run_toml.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RunFolderError(
                f"{self.path} is no training run: it holds no run.toml."
            ) from error
        except (OSError, ValueError, RecursionError) as error:
            raise RunFolderError(f"{self.run_toml} can't be read ({error}).") from error

    def options(self, family: str) -> TrainingOptions:
        """Return the options in ``run.toml``; what it leaves out is as usual in the family.

        Raises:
            RunFolderError: it can't be read.
            OptionError: an option isn't known or out of range.
        """
        given = self.description().get("options", {})
        if not isinstance(given, dict):
            raise RunFolderError(f"The options in {self.run_toml} aren't a table.")
        method = given.get("method", "lora")
        return from_mapping(given, start=default_options(family, str(method)))

    def state(self) -> RunState:
        """Return how far the run is; waiting if nothing was written yet or can be read."""
        try:
            values = json.loads(self.state_json.read_text(encoding="utf-8"))
            known = {name: values[name] for name in RunState.__slots__ if name in values}
            state = RunState(**known)
        except (OSError, ValueError, TypeError, RecursionError):
            return RunState()
        return state if _is_whole(state) else RunState()

    def write_state(self, state: RunState) -> None:
        """Write down how far the run is.

        Raises:
            OSError: the disk gave up; what was written before stays.
        """
        write_whole(self.state_json, json.dumps(asdict(state)).encode())

    def update_state(self, **changes: Any) -> RunState:
        """Write the state down with some things changed, and return it.

        Raises:
            OSError: the disk gave up; what was written before stays.
        """
        state = replace(self.state(), **changes)
        self.write_state(state)
        return state

    def course(self) -> Course:
        """Return everything that was written down; a window uses a ``CourseReader`` instead."""
        return read_course(self.course_jsonl)

    def append(self, record: Record) -> None:
        """Write one more record down.

        Raises:
            OSError: the disk gave up.
        """
        append_record(self.course_jsonl, record)

    def checkpoint_name(self, step: int) -> str:
        """Return what the folder of a checkpoint is called: ``step-000500``."""
        return f"{_STEP_PREFIX}{step:06d}"

    def checkpoint_files(self) -> list[CheckpointFiles]:
        """Return every whole checkpoint, the newest last."""
        found = []
        for folder in self.checkpoints.glob(f"{_STEP_PREFIX}*"):
            number = folder.name.removeprefix(_STEP_PREFIX)
            if number.isdecimal() and (folder / ADAPTER_FILE).is_file():
                found.append(CheckpointFiles(int(number), folder))
        return sorted(found, key=lambda one: one.step)

    def newest_resumable(self) -> CheckpointFiles | None:
        """Return the newest checkpoint that training can go on from."""
        return next((one for one in self.checkpoint_files()[::-1] if one.is_resumable), None)

    @contextmanager
    def writing_checkpoint(self, step: int) -> Iterator[Path]:
        """Give a folder to write a checkpoint into, and put it into its place when that is done.

        Raises:
            OSError: the disk gave up; no half checkpoint is left.
        """
        final = self.checkpoints / self.checkpoint_name(step)
        partial = final.with_name(final.name + _PARTIAL)
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        try:
            yield partial
            for file in partial.iterdir():
                _to_disk(file)
            if final.exists():
                shutil.rmtree(final)
            partial.replace(final)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def clear_partial(self) -> None:
        """Remove what a killed run left half written."""
        for partial in self.checkpoints.glob(f"*{_PARTIAL}"):
            shutil.rmtree(partial, ignore_errors=True)

    def request_skip(self) -> None:
        """Ask the run to end and keep what there is."""
        self.skip.touch()

    @property
    def is_skip_requested(self) -> bool:
        """Whether someone asked the run to end."""
        return self.skip.exists()


def _is_whole(state: RunState) -> bool:
    """Whether a state that was read holds what one can hold."""
    left = state.seconds_left
    return (
        state.status in get_args(Status)
        and isinstance(state.step, int)
        and isinstance(state.steps, int)
        and isinstance(state.sentence, str)
        and (left is None or (isinstance(left, int | float) and math.isfinite(left)))
    )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that either the old or the new content is there at any time.

    Raises:
        OSError: the disk gave up; the old content stays.
    """
    partial = path.with_name(f"{path.name}.{os.getpid()}{_PARTIAL}")
    try:
        partial.write_bytes(content)
        _to_disk(partial)
        partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    """See to it that a file's content outlives a power cut."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
