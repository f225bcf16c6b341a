"""Poses of training: a run in the middle, written as a training process writes it, and dialogs."""

from __future__ import annotations

import math
import os
import tempfile
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, cast

import numpy as np

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
from prismdesk.jobs.training.desk import Piece
from prismdesk.jobs.training.messages import Told, TrainTask
from prismdesk.media.wav import WavWriter
from prismdesk.session.run_notes import set_note
from prismdesk.session.run_presets import use_checkpoint
from prismdesk.session.training_runs import overview, runs_root, sets_root
from tests.adapters.preset_files import write_preset

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.jobs.training.desk import TrainingDesk
    from prismdesk.media.audio import AudioBlock
    from prismdesk.ui.adapters.training.bridge import TrainingBridge
    from prismdesk.ui.workspace import Workspace

    Until = Callable[[Callable[[], bool]], None]

_RATE_HZ = 44_100
_SECONDS = 8.0
_CLIPS = ("slow steps", "run", "drag")
_PROMPTS = (
    "slow leather steps on wet planks",
    "steps away on planks, water below",
    "board gives way, long creak",
    "steps and a cough on planks",
    "slow steps, one slip on wet wood",
    "steps towards us on planks",
)
_HELD_OUT = {0: 0.936, 500: 0.741, 1000: 0.672, 1500: 0.648}
_DISTANCE_DB = {0: 4.71, 500: 4.02, 1000: 3.31, 1500: 2.84}
_ONSETS_MS = {0: 24.0, 500: 19.0, 1000: 15.0, 1500: 12.0}
_BASE = "selva-medium_44k"
_OPTIONS = TrainingOptions(
    steps=4000, rank=32, alpha=32.0, batch=8, timestep_mode="logit_normal", precision="bf16",
    example_count=3,
)  # fmt: skip


class _UnderWay:
    """Stands in for the desk that trains: one piece, as it would stand in the middle of its run."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run.path
        self._piece = Piece(
            id=1,
            label="Harbour planks v2",
            task=TrainTask(run_folder=str(run.path)),
            state="running",
            told=Told(words="Training", step=1840, steps=_OPTIONS.steps, seconds_left=2070.0),
        )

    def pieces(self) -> tuple[Piece, ...]:
        return (self._piece,)

    def give_way(self, _: bool) -> None:
        """Go on."""

    def of_run(self, folder: Path) -> Piece | None:
        return self._piece if folder == self._run else None


def show_nothing(bridge: TrainingBridge) -> None:
    """Have nothing trained any more."""
    desk: object = bridge._desk
    if isinstance(desk, _UnderWay):
        ended = replace(bridge.pieces()[0], state="ended", reason="paused")
        bridge._desk = None
        bridge.changed.emit(ended)


def show_run(
    workspace: Workspace,
    bridge: TrainingBridge,
    trigger: Callable[[str], None],
    until: Until,
) -> None:
    """Show a run in the middle over the whole window, one of its checkpoints a preset."""
    for variable in ("PRISMDESK_TRAINING", "PRISMDESK_PRESETS"):
        os.environ[variable] = tempfile.mkdtemp()
    project = workspace.document.project
    film = next(media for media in project.media if media.id == project.film_id)
    picture = film.picture
    seconds = picture.duration_samples / project.rate_hz if picture is not None else 0.0
    path = (workspace.document.session.folder / film.path).resolve()
    set_folder = write_set_of_steps(path, seconds)
    write_run(set_folder, "Harbour planks", steps_done=1200)
    run = write_run(set_folder)
    use_checkpoint(overview(run), 1500)
    trigger("view.adapters")
    trigger("view.fill_window")
    until(lambda: not workspace.adapters.visibleRegion().isEmpty())
    workspace.adapters.show_training()
    side = workspace.training
    side.runs.read_now()
    until(lambda: side.run is not None and side.watch.look is not None)
    until(lambda: side.dataset.model.index(0, 7).data() not in (None, "Checking"))
    workspace.adapters.share_room(library_percent=34)
    bridge._desk = cast("TrainingDesk", _UnderWay(run))
    bridge.changed.emit(bridge.pieces()[0])


def show_dialog(workspace: Workspace, trigger: Callable[[str], None], until: Until) -> None:
    """Show the dialog that begins a training."""
    os.environ["PRISMDESK_TRAINING"] = tempfile.mkdtemp()
    write_set_of_steps(None, 0.0)
    trigger("train.new")
    until(lambda: workspace.training_commands.dialog is not None)
    dialog = workspace.training_commands.dialog
    assert dialog is not None
    dialog.name.setText("Harbour planks")
    dialog.set.setCurrentIndex(dialog.set.count() - 1)


def write_set_of_steps(film: Path | None, picture_seconds: float) -> Path:
    """Write a set of six clips; return its folder."""
    folder = sets_root() / "harbour-planks"
    pairs = []
    for number, prompt in enumerate(_PROMPTS):
        sound = folder / "sounds" / f"steps-{number}.wav"
        sound.parent.mkdir(parents=True, exist_ok=True)
        _write(sound, _steps(number, 0.02))
        pairs.append(
            TrainingPair(
                key=f"steps-{number}",
                name=_CLIPS[number] if number < len(_CLIPS) else f"steps {number}",
                sound=f"sounds/{sound.name}",
                length_seconds=_SECONDS,
                prompt=prompt,
                film=str(film) if film is not None else "",
                film_start=Fraction(round(picture_seconds * number / len(_PROMPTS) * 24), 24),
                split="hold out" if number == 2 else "train",
                licence="own recording",
            )
        )
    made = TrainingSet(name="Harbour planks", trigger="harbour planks", pairs=tuple(pairs))
    write_set(folder, made)
    return folder


def write_run(
    set_folder: Path, name: str = "Harbour planks v2", *, steps_done: int = 1840
) -> RunFolder:
    """Write a run in the middle of its training; return its folder."""
    folder = RunFolder(runs_root() / name.replace(" ", "-"))
    folder.make(
        {
            "name": name, "base": _BASE, "family": "selva", "set": str(set_folder),
            "set_name": "Harbour planks", "note": "", "sweep": "",
            "created_utc": "2026-05-04T09:12:00Z", "options": to_mapping(_OPTIONS),
        }
    )  # fmt: skip
    (folder.path / "set.toml").write_bytes((set_folder / "set.toml").read_bytes())
    _write_course(folder, steps_done)
    for pair in range(len(_CLIPS)):
        _write(reference_example_path(folder.examples, f"steps-{pair}"), _steps(pair, 0.02))
    set_note(folder, 1000, "a little thin")
    set_note(folder, 1500, "best so far")
    folder.update_state(status="paused", step=steps_done, steps=_OPTIONS.steps)
    return folder


def _write_course(folder: RunFolder, steps_done: int) -> None:
    draws = np.random.default_rng(7)
    smoothed = 0.98
    for step in range(1, steps_done + 1):
        fallen = 0.585 + 0.4 * math.exp(-step / 520)
        loss = max(0.3, fallen + float(draws.normal(0, 0.035)))
        smoothed = 0.97 * smoothed + 0.03 * loss
        if step % 2 == 0:
            folder.append(
                StepRecord(
                    step=step,
                    loss=loss,
                    smoothed=smoothed,
                    lr=2.6e-4 * min(1.0, step / 100) * (0.5 + 0.5 * math.cos(step / 4000 * 1.3)),
                    lr_up=2.6e-4,
                    gradient_norm=0.55 + 0.7 * math.exp(-step / 400) + float(draws.normal(0, 0.04)),
                    seconds=0.96,
                    memory_bytes=9_700_000_000,
                )
            )
        _write_checkpoint(folder, step)
        if step == 1:
            _write_checkpoint(folder, 0)


def _write_checkpoint(folder: RunFolder, step: int) -> None:
    if step not in _HELD_OUT:
        return
    folder.append(HeldOutRecord(step=step, loss=_HELD_OUT[step], base_loss=_HELD_OUT[0]))
    for pair in range(len(_CLIPS)):
        path = example_path(folder.examples, f"steps-{pair}", step)
        _write(path, _steps(pair, 0.02 + 0.25 * math.exp(-step / 300)))
        metrics = {
            "set_distance_db": _DISTANCE_DB[step] + 0.2 * pair,
            "onset_error_ms": _ONSETS_MS[step] + pair,
            "centroid_hz": 2400.0 - step / 4,
        }
        folder.append(
            ExampleRecord(
                step=step,
                pair=f"steps-{pair}",
                path=path.relative_to(folder.path).as_posix(),
                metrics=metrics,
            )
        )
    if step:
        with folder.writing_checkpoint(step) as partial:
            write_preset(
                partial / "adapter.safetensors",
                seed=step + steps_of(folder),
                rank=_OPTIONS.rank,
                alpha=_OPTIONS.alpha,
                base_model=_BASE,
            )
        folder.append(
            CheckpointRecord(step=step, folder=folder.checkpoint_name(step), loss=_HELD_OUT[step])
        )


def steps_of(folder: RunFolder) -> int:
    """Return a number that is another for each run."""
    return len(folder.path.name)


def _steps(number: int, smear: float) -> AudioBlock:
    """Return steps as bursts of noise; ``smear`` seconds are what they ring."""
    draws = np.random.default_rng(number + 1)
    times = np.arange(round(_SECONDS * _RATE_HZ)) / _RATE_HZ
    sound = np.zeros_like(times)
    pace = (1.1, 0.55, 2.2)[number % 3]
    for at in np.arange(0.4, _SECONDS, pace):
        since = times - at
        burst = np.where(since > 0, np.exp(-since / (0.05 + smear)), 0.0)
        sound += burst * draws.normal(0, 0.3, times.size) * draws.uniform(0.4, 1.0)
    return np.asarray(sound[None, :] * 0.5, np.float32)


def _write(path: Path, sound: AudioBlock) -> None:
    with WavWriter(path, rate_hz=_RATE_HZ, channels=1) as wav:
        wav.write(sound)
