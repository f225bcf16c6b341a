from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.training.examples import examples_of
from prismdesk.engines.training.trainer import Trainer
from tests.engines.selva.asking import SELVA
from tests.engines.training.runs import ASmallRun, NobodyWatches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="package")
def trained_selva(
    tmp_path_factory: pytest.TempPathFactory, small_checkpoints: Path
) -> Iterator[ASmallRun]:
    """A run of SelVA with listening examples, at its end; not to be changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PRISMDESK_MODELS", str(small_checkpoints))
        run = ASmallRun(tmp_path_factory.mktemp("trained"), SELVA, dropout=0.2, start="standard")
        examples = examples_of(run.subject, run.checkpoint, run.pairs, run.folder, run.options)
        torch.manual_seed(5)
        Trainer(run.subject, run.pairs, run.options, run.folder, NobodyWatches(), examples).run()
        yield run
