"""Small runs of the methods beside low-rank adapters, on small checkpoints."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.examples import examples_with
from prismdesk.engines.training.methods import method_at_work
from prismdesk.engines.training.options import default_options, from_mapping
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.engines.training.subjects import base_of, family_of, training_checkpoint
from prismdesk.engines.training.trainer import Trainer
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.places import files_of
from tests.engines.training.pairs import APair, encoded
from tests.engines.training.tiny import Hands

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.training.methods import MethodAtWork

_PAIRS = (
    APair(key="knocks", seconds=2.0),
    APair(key="rain", prompt="rain", seconds=3.0, seed=2),
    APair(key="steps", prompt="steps", seconds=2.0, seed=3, split="hold out"),
)
_QUICK = {
    "steps": 4, "save_every": 2, "batch": 1, "warm_up": 0, "example_count": 0, "example_steps": 2
}  # fmt: skip


class MethodRun:
    """One run of a method; every ``trainer`` loads its networks anew.

    Args:
        folder: of the run.
        model_id: of the base.
        given: options, the method among them.
        shared: where a run was encoded already.
    """

    def __init__(self, folder: Path, model_id: str, shared: Path, **given: Any) -> None:
        if not (shared / "encoded").exists():
            encoded(shared, model_id, _PAIRS)
        self.model = model_of(model_id)
        self.files = files_of(self.model)
        listed = shared / "encoded" / "index.json"
        self.options = from_mapping(
            {**_QUICK, **given}, start=default_options(family_of(self.model), str(given["method"]))
        )
        self.checkpoint = training_checkpoint(
            self.model, self.files, torch.device("cpu"), self.options
        )
        self.folder = RunFolder(folder)
        self.folder.make({"base": model_id})
        (self.folder.encoded / listed.name).write_bytes(listed.read_bytes())
        self.pairs = EncodedSet(self.folder.encoded)

    def method(self) -> MethodAtWork:
        """Load what the method needs."""
        base = base_of(self.model, self.files)
        return method_at_work(self.checkpoint, self.options, base, self.pairs, self.folder)

    def trainer(self, hands: Hands | None = None) -> Trainer:
        """Return a trainer that goes on where the folder's run is."""
        method = self.method()
        examples = examples_with(
            method.sampler, method.decoder, self.pairs, self.folder, self.options
        )
        return Trainer(
            method.subject,
            self.pairs,
            self.options,
            self.folder,
            hands or Hands(),
            examples,
            afterwards=method.afterwards,
        )
