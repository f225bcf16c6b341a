"""Small training runs on encoded pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.training.encoded_set import EncodedSet
from prismdesk.engines.training.options import default_options, from_mapping
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.engines.training.subjects import (
    base_of,
    family_of,
    low_rank_subject,
    training_checkpoint,
)
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.places import files_of
from tests.engines.training.pairs import APair, encoded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.training.audiox_subject import AudioxSubject
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.selva_subject import SelvaSubject
    from prismdesk.engines.training.tasks import PairLoader, Wish, WorkReport

TWO_PAIRS = (
    APair(key="knocks", seconds=2.0),
    APair(key="rain", prompt="rain", seconds=8.0, seed=2, split="hold out"),
)


class NobodyWatches:
    """Lets a run go on to its end."""

    def wanted(self) -> Wish:
        """Go on."""
        return "go"

    def report(self, report: WorkReport) -> None:
        """Drop it."""


class ASmallRun:
    """What a trainer needs of one run on two short pairs.

    Args:
        folder: where everything lies.
        model_id: of the base.
        pairs: to encode.
        given: options other than the usual ones.
    """

    def __init__(
        self, folder: Path, model_id: str, pairs: Sequence[PairLoader] = TWO_PAIRS, **given: Any
    ) -> None:
        encoded(folder, model_id, pairs)
        self.folder = RunFolder(folder)
        self.pairs = EncodedSet(self.folder.encoded)
        model = model_of(model_id)
        files = files_of(model)
        small: dict[str, Any] = {"steps": 4, "save_every": 2, "rank": 2, "lr": 1e-3, "batch": 1}
        self.options: TrainingOptions = from_mapping(
            {**small, "example_count": 2, "example_steps": 2, "warm_up": 0, **given},
            start=default_options(family_of(model), "lora"),
        )
        self.checkpoint: Checkpoint = training_checkpoint(
            model, files, torch.device("cpu"), self.options
        )
        self.subject: SelvaSubject | AudioxSubject = low_rank_subject(
            self.checkpoint, self.options, base_of(model, files)
        )
        self.folder.make({"base": model_id})
