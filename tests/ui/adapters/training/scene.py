"""A training side over a folder of runs, with a desk whose work only counts steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Signal

from prismdesk.adapters.training_set import TrainingPair, TrainingSet, write_set
from prismdesk.engines.training.course import (
    CheckpointRecord,
    ExampleRecord,
    HeldOutRecord,
    StepRecord,
)
from prismdesk.engines.training.example_files import example_path, reference_example_path
from prismdesk.engines.training.options import TrainingOptions, to_mapping
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.jobs.training.desk import TrainingDesk
from prismdesk.media.wav import WavWriter
from prismdesk.session.preferences import PreferencesFile
from prismdesk.session.training_runs import runs_root, sets_root
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.adapters.training.bridge import TrainingBridge
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.messages import Message, Messages
from prismdesk.ui.theme import DARK
from tests.media_files import noise

if TYPE_CHECKING:
    from pathlib import Path

FAKE_WORK = "tests.jobs.training.fake_work:create"
STEPS = 2000


class NotedHearing(QObject):
    """Plays nothing; ``path`` is what would be heard."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.path: Path | None = None

    def toggle(self, path: Path) -> None:
        """Note it."""
        self.path = None if path == self.path else path
        self.changed.emit()


class Scene:
    """What a test of the training side works on.

    Attributes:
        told: every message.
    """

    def __init__(self, folder: Path) -> None:
        self.told: list[Message] = []
        self.messages = Messages()
        self.messages.posted.connect(self.told.append)
        self.hearing = NotedHearing()
        self.training = TrainingBridge(lambda: TrainingDesk(folder / "logs", work_source=FAKE_WORK))
        self.desktop = Desktop(
            theme=DARK,
            messages=self.messages,
            background=Background(self.messages),
            actions=Actions(DARK),
            preferences=PreferencesFile(folder / "preferences.json"),
            training=self.training,
        )

    def close(self) -> None:
        """End what goes on."""
        self.training.close()
        self.desktop.background.close()


def a_set(name: str = "Steps", *, count: int = 3) -> Path:
    """Write a set of short clips; return its folder."""
    folder = sets_root() / name.lower()
    pairs = []
    for number in range(count):
        sound = folder / "sounds" / f"{number}.wav"
        sound.parent.mkdir(parents=True, exist_ok=True)
        write_sound(sound, seed=number)
        pairs.append(
            TrainingPair(
                key=f"clip-{number}",
                name=f"clip {number}",
                sound=f"sounds/{number}.wav",
                length_seconds=0.25,
                prompt=f"steps {number}",
                split="hold out" if number == count - 1 else "train",
                licence="CC0",
            )
        )
    write_set(folder, TrainingSet(name=name, pairs=tuple(pairs)))
    return folder


def a_run(
    name: str = "Planks", *, base: str = "selva-small_16k", set_folder: Path | None = None
) -> RunFolder:
    """Write a run that waits; return its folder."""
    made = set_folder or a_set()
    folder = RunFolder(runs_root() / name.replace(" ", "-"))
    folder.make(
        {
            "name": name,
            "base": base,
            "family": "selva",
            "set": str(made),
            "created_utc": "2026-05-04T09:12:00Z",
            "options": to_mapping(TrainingOptions(steps=STEPS, example_count=2)),
        }
    )
    (folder.path / "set.toml").write_bytes((made / "set.toml").read_bytes())
    folder.update_state(steps=STEPS)
    return folder


def train_a_little(folder: RunFolder, steps: int = 100, *, every: int = 50) -> None:
    """Write down what a run of so many steps does."""
    for step in range(steps + 1):
        if step:
            folder.append(a_step(step))
        if step % every == 0:
            checkpoint(folder, step)
    folder.update_state(status="paused", step=steps)


def a_step(step: int) -> StepRecord:
    """Return the record of a step; its loss falls from 1."""
    loss = 1.0 - step / STEPS
    return StepRecord(
        step=step,
        loss=loss,
        smoothed=loss + 0.01,
        lr=1e-4,
        lr_up=1e-4,
        gradient_norm=0.5,
        seconds=0.5,
        memory_bytes=2_000_000_000,
    )


def checkpoint(folder: RunFolder, step: int) -> None:
    """Write a checkpoint with two examples; the base's at step 0."""
    folder.append(HeldOutRecord(step=step, loss=0.9 - step / STEPS, base_loss=0.9))
    for number in (2, 0):
        pair = f"clip-{number}"
        path = example_path(folder.examples, pair, step)
        write_sound(path, seed=step + number)
        write_sound(reference_example_path(folder.examples, pair), seed=9)
        metrics = {"set_distance_db": 5.0 - step / 100 + number, "onset_error_ms": 20.0}
        relative = path.relative_to(folder.path).as_posix()
        folder.append(ExampleRecord(step=step, pair=pair, path=relative, metrics=metrics))
    if step:
        with folder.writing_checkpoint(step) as partial:
            (partial / "adapter.safetensors").write_bytes((2).to_bytes(8, "little") + b"{}")
        name = folder.checkpoint_name(step)
        folder.append(CheckpointRecord(step=step, folder=name, loss=0.9 - step / STEPS))


def write_sound(path: Path, *, seed: int) -> None:
    """Write a quarter of a second of noise."""
    with WavWriter(path, rate_hz=16_000, channels=1) as wav:
        wav.write(noise(1, 4_000, seed=seed).astype(np.float32))
