"""Work of the training process that takes no time, and keeps what the real one would keep."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.training.course import CheckpointRecord, HeldOutRecord
from prismdesk.engines.training.evaluation_results import (
    ComparedAdapter,
    ComparedSound,
    EvaluationResults,
    write_results,
)
from prismdesk.engines.training.tasks import WorkReport
from prismdesk.errors import InputError
from prismdesk.media.wav import WavWriter
from prismdesk.progress import raise_if_cancelled
from tests.adapters.preset_files import write_preset
from tests.jobs.training.fake_work import FakeWork

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.engines.training.tasks import AdapterTold, EndOfRun, WorkSurroundings

SOURCE = "tests.cli.quick_work:create"
STEPS, SAVE_EVERY = 6, 3


class QuickWork(FakeWork):
    """Trains six steps; one called "endless" goes on until it isn't wanted, "bad" ones fail."""

    def train(self, folder: RunFolder, model_id: str, around: WorkSurroundings) -> EndOfRun:
        """Step on from where it was, with a checkpoint every three steps."""
        name = str(folder.description()["name"])
        step = folder.state().step
        while step < STEPS or "endless" in name:
            wish = around.wanted()
            if wish in ("pause", "stop"):
                return "paused" if wish == "pause" else "stopped"
            step += 1
            folder.update_state(step=step)
            around.report(WorkReport(words="Training", step=step, steps=STEPS))
            if "bad" in name:
                raise InputError(f"The run {name} is refused.")
            if step % SAVE_EVERY == 0 and step <= STEPS:
                self._keep(folder, step, model_id)
            time.sleep(0.005)
        return "finished"

    def _keep(self, folder: RunFolder, step: int, model_id: str) -> None:
        place = folder.checkpoint_name(step)
        loss = 1 / step
        path = folder.checkpoints / place / "adapter.safetensors"
        write_preset(path, seed=step, family="selva", base_model=model_id)
        folder.append(HeldOutRecord(step=step, loss=loss, base_loss=1.0))
        folder.append(CheckpointRecord(step=step, folder=place, loss=loss))

    def compare(
        self,
        model_id: str,
        adapters: Sequence[AdapterTold],
        index: Path,
        out: Path,
        steps: int,
        seed: int,
        around: WorkSurroundings,
    ) -> None:
        """Write a sound for each adapter; at strength 2 it fails, of 100 steps it never ends."""
        assert (index / "index.json").is_file()
        sounds = []
        for number, one in enumerate(adapters):
            if one.strength == 2.0:
                raise InputError(f"{one.name} is refused.")
            while steps == 100:
                raise_if_cancelled(around.is_unwanted)
                time.sleep(0.005)
            with WavWriter(out / f"{number}.wav", rate_hz=8000, channels=1) as wav:
                wav.write(np.full((1, 800), 0.1, np.float32))
            sounds.append(
                ComparedSound(
                    adapter=one.name, pair="step", path=f"{number}.wav", gain_db=0.0, metrics={}
                )
            )
        results = EvaluationResults(
            model=model_id,
            steps=steps,
            seed=seed,
            rate_hz=8000,
            adapters=tuple(ComparedAdapter(id=one.name, metrics={}) for one in adapters),
            prompts={"step": "a step"},
            sounds=tuple(sounds),
        )
        write_results(out, results)


def create() -> QuickWork:
    """Make it."""
    return QuickWork()
