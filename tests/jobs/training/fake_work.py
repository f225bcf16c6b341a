"""Work for tests of the training process: what it does is said by the model's id."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from prismdesk.engines.training.encoded_index import EncodedEntry, EncodedIndex, write_index
from prismdesk.engines.training.tasks import WorkReport
from prismdesk.errors import InputError
from prismdesk.progress import never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.engines.training.run_files import RunFolder
    from prismdesk.engines.training.tasks import EndOfRun, PairLoader, WorkSurroundings

STEPS = 2000
STEP_SECONDS = 0.005


class FakeWork:
    """Counts steps, obeys wishes, and fails or dies where the model's id says so."""

    def encode(
        self,
        model_id: str,
        pairs: Sequence[PairLoader],
        shared: Path,
        index: Path,
        around: WorkSurroundings,
    ) -> None:
        """Write a file of each pair's facts."""
        entries = []
        for number, pair in enumerate(pairs):
            raise_if_cancelled(around.is_unwanted)
            if model_id == "refuses":
                raise InputError(f"The pair {pair.key} is refused.")
            loaded = pair.load(never_cancelled)
            file = shared / f"{pair.key}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            seen = 0 if loaded.picture is None else len(loaded.picture.frame_times_seconds)
            file.write_text(f"{loaded.sound.shape} {loaded.rate_hz} {seen} {loaded.prompt}")
            entries.append(
                EncodedEntry(key=pair.key, pair=pair.key, file=str(file), split=pair.split)
            )
            around.report(WorkReport(words="Encoding", fraction=number / len(pairs)))
        write_index(index, EncodedIndex(family="selva", base_sha256="", entries=tuple(entries)))

    def train(self, folder: RunFolder, model_id: str, around: WorkSurroundings) -> EndOfRun:
        """Step on from where it was, and write down where it is."""
        step = folder.state().step
        while step < STEPS:
            wish = around.wanted()
            if wish in ("pause", "stop") and model_id != "deaf":
                folder.update_state(step=step)
                return "paused" if wish == "pause" else "stopped"
            gives_way = wish == "give way"
            step += not gives_way
            around.report(WorkReport(words="Training", step=step, steps=STEPS, gives_way=gives_way))
            if model_id == "dies" and step == 5:
                os._exit(3)
            if model_id == "quick" and step == 20:
                return "finished"
            time.sleep(STEP_SECONDS)
        return "finished"

    def convert(self, *_: Any) -> None:
        """Fail as a library would."""
        raise RuntimeError("shapes (3, 4) and (5, 6) don't match\nand a long trace")

    def merge(self, *_: Any) -> None:
        """Do nothing."""

    def compare(self, *_: Any) -> None:
        """Run out of memory."""
        raise MemoryError


def create() -> FakeWork:
    """Make it."""
    return FakeWork()
