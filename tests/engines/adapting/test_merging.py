from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.merging import MergedTerms, merge_into_checkpoint
from prismdesk.engines.adapting.read import read_adapter
from prismdesk.engines.audiox.engine import AudioxEngine
from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.loading.state_file import read_state
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.weights.choices import own_folder
from prismdesk.engines.weights.recognition import recognise
from prismdesk.errors import Cancelled
from prismdesk.session.own_checkpoints import examine
from tests.engines.adapting.adapters import (
    ENDS,
    an_adapter,
    an_adapter_file,
    checkpoint_of,
    layers_of,
    on_run,
    parameters_of,
)
from tests.engines.audiox.asking import BASE, MMDIT, asked
from tests.engines.selva.asking import SELVA, a_request, ignore

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("small_models")

TERMS = MergedTerms(name="Old planks")


@pytest.mark.parametrize("variant", [SELVA, BASE, MMDIT])
def test_a_merged_model_is_recognised_and_sounds_as_base_and_adapter(
    tmp_path: Path, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkpoint = checkpoint_of(variant)
    file = an_adapter_file(tmp_path / "planks.safetensors", variant)
    folder = tmp_path / "models" / "old-planks"
    path = merge_into_checkpoint(
        checkpoint.model,
        checkpoint.files,
        [(read_adapter(file).adapter, 0.7)],
        folder,
        terms=TERMS,
    )
    assert recognise(read_state(path)) is not None
    found = examine([folder], lambda _: None, lambda: False).described
    assert found is not None
    assert found.name == "Old planks"

    engine = SelvaEngine() if variant == SELVA else AudioxEngine()
    asking = a_request if variant == SELVA else asked
    with_adapter = engine.run(
        asking(variant=variant, adapters=(on_run(file, 0.7),)), ignore, lambda: False
    )
    monkeypatch.setenv("PRISMDESK_MODELS", str(folder.parent))
    assert own_folder() == folder.parent
    merged = engine.run(asking(variant=found.id), ignore, lambda: False)
    # Sums are rounded by where weights lie in memory, so not every bit is the same.
    np.testing.assert_allclose(
        merged.sounds[0].audio, with_adapter.sounds[0].audio, rtol=0, atol=1e-5
    )


def test_nothing_but_the_layers_changes_and_types_stay(tmp_path: Path) -> None:
    checkpoint = checkpoint_of(SELVA)
    before = read_state(checkpoint.files["generator"])
    parameters = parameters_of(SELVA)
    layers = layers_of(parameters, ENDS[SELVA][:1])
    adapter = an_adapter(parameters, layers)
    path = merge_into_checkpoint(
        checkpoint.model, checkpoint.files, [(adapter, 1.0)], tmp_path / "m", terms=TERMS
    )
    after = read_state(path)
    assert after.keys() == before.keys()
    for layer in layers:
        weight = before[f"{layer}.weight"]
        assert torch.equal(
            after[f"{layer}.weight"], weight + adapter.layers[layer].difference(weight)
        )
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed == {f"{layer}.weight" for layer in layers}
    assert all(after[name].dtype == before[name].dtype for name in before)


def test_a_foreign_adapter_and_a_cancel_leave_nothing(tmp_path: Path) -> None:
    checkpoint = checkpoint_of(SELVA)
    foreign = read_adapter(an_adapter_file(tmp_path / "a.safetensors", BASE)).adapter
    folder = tmp_path / "m"
    with pytest.raises(AdapterRefusedError, match="another network"):
        merge_into_checkpoint(
            checkpoint.model, checkpoint.files, [(foreign, 1.0)], folder, terms=TERMS
        )
    with pytest.raises(Cancelled):
        merge_into_checkpoint(
            checkpoint.model, checkpoint.files, [], folder, terms=TERMS, cancelled=lambda: True
        )
    assert not folder.exists()
    folder.mkdir()
    with pytest.raises(AdapterFileError, match="there already"):
        merge_into_checkpoint(checkpoint.model, checkpoint.files, [], folder, terms=TERMS)
