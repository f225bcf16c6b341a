"""Loading small checkpoints of every family before there is a request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from prismdesk.engines.audiox.engine import AudioxEngine
from prismdesk.engines.errors import OutOfMemoryError, WeightsDamagedError
from prismdesk.engines.request import MachineOptions
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.weights.catalogue import custom_models
from prismdesk.engines.weights.choices import Choices, FetchedFile, choices_path
from prismdesk.errors import Cancelled
from prismdesk.progress import never_cancelled
from tests.checkpoints.audiox_models import KINDS, AudioxModel, Kind
from tests.checkpoints.audiox_writing import write_audiox_checkpoint
from tests.checkpoints.small_models import SmallModel
from tests.checkpoints.writing import write_checkpoint

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.engines.contract import Progress

Family = Literal["selva", "mmaudio"]
CPU = MachineOptions(device="cpu")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setenv("PRISMDESK_MODELS", str(folder))
    return folder


def small_model(folder: Path, family: Family) -> str:
    write_checkpoint(folder / "small", SmallModel(family=family, rate="16k"))
    return custom_models()[0][0].id


@pytest.mark.parametrize("family", ["selva", "mmaudio"])
def test_every_network_of_a_usual_run_is_loaded(own_folder: Path, family: Family) -> None:
    engine = SelvaEngine()
    told: list[Progress] = []
    variant = small_model(own_folder, family)
    engine.warm_up(variant, CPU, told.append, never_cancelled)
    fractions = [progress.fraction for progress in told]
    assert engine.loaded_count == 7
    assert engine.holding.variant == variant
    assert engine.holding.loaded_bytes > 1000
    assert engine.holding.memory is not None
    assert engine.holding.memory.device == "processor"
    assert fractions == sorted(fractions)
    engine.release()
    assert engine.holding.loaded_bytes == 0


@pytest.mark.parametrize("kind", KINDS)
def test_audiox_is_loaded_with_all_its_parts(own_folder: Path, kind: Kind) -> None:
    write_audiox_checkpoint(own_folder / "small", AudioxModel(kind=kind))
    engine = AudioxEngine()
    variant = custom_models()[0][0].id
    engine.warm_up(variant, CPU, lambda _: None, never_cancelled)
    assert engine.loaded_count >= 4
    assert engine.holding.variant == variant


def test_a_cancel_leaves_what_is_loaded(own_folder: Path) -> None:
    engine = SelvaEngine()
    variant = small_model(own_folder, "selva")
    with pytest.raises(Cancelled):
        engine.warm_up(variant, CPU, lambda _: None, lambda: engine.loaded_count > 0)
    assert 0 < engine.loaded_count < 7
    engine.warm_up(variant, CPU, lambda _: None, never_cancelled)
    assert engine.loaded_count == 7


def test_without_memory_for_all_nothing_is_kept_ready(own_folder: Path) -> None:
    engine = SelvaEngine(free_memory=lambda device: 1_000_000)
    with pytest.raises(OutOfMemoryError, match="one network at a time"):
        engine.warm_up(small_model(own_folder, "selva"), CPU, lambda _: None, never_cancelled)
    assert engine.loaded_count == 0


def test_a_file_that_changed_since_it_was_noted_is_not_loaded(own_folder: Path) -> None:
    variant = small_model(own_folder, "selva")
    generator = next((own_folder / "small").glob("generator*"))
    entry = FetchedFile(path=str(generator), sha256="0" * 64, revision="", date="")
    choices_path().parent.mkdir(parents=True, exist_ok=True)
    choices_path().write_text(Choices(fetched=(entry,)).model_dump_json())
    engine = SelvaEngine()
    with pytest.raises(WeightsDamagedError, match=generator.name) as told:
        engine.warm_up(variant, CPU, lambda _: None, never_cancelled)
    assert told.value.model_id == variant
    assert engine.loaded_count == 0


def test_progress_is_told_while_files_are_read(own_folder: Path) -> None:
    told: list[Progress] = []
    SelvaEngine().warm_up(small_model(own_folder, "selva"), CPU, told.append, never_cancelled)
    assert told
