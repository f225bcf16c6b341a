"""A run as the window shows it, read off the window's thread: only what is new since last time."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.adapters.training_set import TrainingSetError, read_set
from prismdesk.engines.training.course import CourseReader
from prismdesk.engines.training.example_files import reference_example_path
from prismdesk.errors import InputError, PrismDeskError
from prismdesk.session.run_notes import notes_of
from prismdesk.session.run_presets import preset_of_checkpoint
from prismdesk.session.training_runs import overview

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    import numpy.typing as npt

    from prismdesk.engines.training.course import (
        Course,
        ExampleRecord,
        HeldOutRecord,
        NoteRecord,
        StepRecord,
    )
    from prismdesk.engines.training.run_files import CheckpointFiles, RunFolder
    from prismdesk.session.training_runs import RunOverview

    Floats = npt.NDArray[np.float64]

BASE_STEP = 0
_FIELDS = ("step", "loss", "smoothed", "lr", "gradient_norm")


@dataclass(frozen=True, slots=True)
class Curves:
    """What was written down at each step, float64 (records).

    Attributes:
        step, loss, smoothed, lr, gradient_norm: as in a ``StepRecord``.
    """

    step: Floats
    loss: Floats
    smoothed: Floats
    lr: Floats
    gradient_norm: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLook:
    """A run at one moment.

    Attributes:
        run: with its state.
        curves: of every step.
        held_out: losses, the base's first.
        examples: by pair and step.
        notes: sentences of the run itself.
        usable: steps of checkpoints that are on the disk.
        used: names of presets by step.
        said: the user's notes by step.
        clip_names: of the pairs that examples were made of, by key, in their order.
        step_seconds: that a step takes, None before the first.
        memory_bytes: most that was used, 0 before the first.
    """

    run: RunOverview
    curves: Curves
    held_out: tuple[HeldOutRecord, ...]
    examples: Mapping[str, Mapping[int, ExampleRecord]]
    notes: tuple[NoteRecord, ...]
    usable: tuple[int, ...]
    used: Mapping[int, str]
    said: Mapping[int, str]
    clip_names: Mapping[str, str]
    step_seconds: float | None
    memory_bytes: int

    def held_out_loss(self, step: int) -> float | None:
        """Return the held-out loss at a step."""
        if step == BASE_STEP and self.held_out:
            return self.held_out[0].base_loss
        return next((one.loss for one in self.held_out if one.step == step), None)

    def metric(self, key: str, step: int, pair: str | None = None) -> float | None:
        """Return a measure of the examples of a step: of a pair's, or the mean of all."""
        records = [
            by_step[step]
            for name, by_step in self.examples.items()
            if step in by_step and pair in (None, name)
        ]
        values = [one.metrics[key] for one in records if key in one.metrics]
        return sum(values) / len(values) if values else None

    def example_path(self, pair: str, step: int) -> Path | None:
        """Return the sound file of an example; None where there is none inside the run."""
        record = self.examples.get(pair, {}).get(step)
        return None if record is None else _inside(self.run.folder, record.path)

    def reference_path(self, pair: str) -> Path | None:
        """Return the sound file of what was recorded for a pair."""
        path = reference_example_path(self.run.folder.examples, pair)
        return path if path.is_file() else None

    @property
    def steps_shown(self) -> tuple[int, ...]:
        """The base and every step that there is a checkpoint or an example of, in order."""
        of_examples = {step for by_step in self.examples.values() for step in by_step}
        return tuple(sorted({BASE_STEP, *of_examples, *self.usable}))

    @property
    def best_step(self) -> int | None:
        """The usable step of the smallest held-out loss."""
        losses = {step: self.held_out_loss(step) for step in self.usable}
        known = {step: loss for step, loss in losses.items() if loss is not None}
        return min(known, key=lambda step: known[step], default=None)


class RunReader:
    """Reads one run again and again; to be asked by one thread at a time.

    Args:
        folder: of the run.
    """

    def __init__(self, folder: RunFolder) -> None:
        self._folder = folder
        self._course = CourseReader(folder.course_jsonl)
        self._grown = _GrowingCurves()
        self._used: dict[int, str] = {}
        self._used_of: tuple[int, ...] | None = None
        self._clip_names: dict[str, str] | None = None

    def forget_presets(self) -> None:
        """Look anew which checkpoints are presets: the library has changed."""
        self._used_of = None

    def read(self, *, with_presets: bool = True) -> RunLook:
        """Return the run as it is now.

        Args:
            with_presets: whether to look which checkpoints are presets of the library.

        Raises:
            InputError: it can't be read any more.
        """
        run = overview(self._folder)
        course = self._course.read()
        files = self._folder.checkpoint_files()
        if with_presets:
            self._look_for_presets(files)
        examples = _examples(course)
        last = course.steps[-1] if course.steps else None
        return RunLook(
            run=run,
            curves=self._grown.of(course.steps),
            held_out=tuple(course.held_out),
            examples=examples,
            notes=tuple(course.notes),
            usable=tuple(one.step for one in files),
            used=self._used,
            said=notes_of(self._folder),
            clip_names={pair: self._clip_name(pair) for pair in examples},
            step_seconds=last.seconds if last else None,
            memory_bytes=last.memory_bytes if last else 0,
        )

    def _look_for_presets(self, files: Sequence[CheckpointFiles]) -> None:
        steps = tuple(one.step for one in files)
        if steps == self._used_of:
            return
        self._used = {}
        for one in files:
            # One that is damaged is no preset; using it says what is wrong with it.
            with suppress(InputError):
                preset = preset_of_checkpoint(one)
                if preset is not None:
                    self._used[one.step] = preset.name
        self._used_of = steps

    def _clip_name(self, pair: str) -> str:
        if self._clip_names is None:
            try:
                pairs = read_set(self._folder.path).pairs
            except TrainingSetError:
                pairs = ()
            self._clip_names = {one.key: one.name or one.key for one in pairs}
        return self._clip_names.get(pair, pair)


class _GrowingCurves:
    """Turns records into arrays, each record once."""

    def __init__(self) -> None:
        self._steps: Sequence[StepRecord] = ()
        self._rows: list[tuple[float, ...]] = []
        self._made: Curves | None = None

    def of(self, steps: Sequence[StepRecord]) -> Curves:
        # A run that goes on from an earlier step has another list.
        if steps is not self._steps or len(steps) < len(self._rows):
            self._steps, self._rows, self._made = steps, [], None
        if self._made is None or len(steps) > len(self._rows):
            for one in steps[len(self._rows) :]:
                self._rows.append(tuple(float(getattr(one, name)) for name in _FIELDS))
            table = np.array(self._rows, np.float64).reshape(-1, len(_FIELDS))
            self._made = Curves(*np.ascontiguousarray(table.T))
        return self._made


def runs_read(folders: Sequence[RunFolder]) -> tuple[RunLook, ...]:
    """Return several runs as they are now; those that can't be read are left out."""
    looks = []
    for folder in folders:
        try:
            looks.append(RunReader(folder).read(with_presets=False))
        except PrismDeskError:
            continue
    return tuple(looks)


def _examples(course: Course) -> dict[str, dict[int, ExampleRecord]]:
    found: dict[str, dict[int, ExampleRecord]] = {}
    for one in course.examples:
        found.setdefault(one.pair, {})[one.step] = one
    return found


def _inside(folder: RunFolder, relative: str) -> Path | None:
    path = folder.path / relative
    if not path.resolve().is_relative_to(folder.path.resolve()):
        return None
    return path if path.is_file() else None
