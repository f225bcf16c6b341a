"""Adapters in whole runs of both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from prismdesk.engines.adapting.write import AdapterDescription, write_tensors
from prismdesk.engines.audiox.engine import AudioxEngine
from prismdesk.engines.errors import AdapterRefusedError
from prismdesk.engines.hosting import residency
from prismdesk.engines.selva.engine import SelvaEngine
from prismdesk.engines.weights.identity import sha256_of
from tests.engines.adapting.adapters import an_adapter_file, checkpoint_of, on_run
from tests.engines.audiox.asking import BASE, MMDIT, asked
from tests.engines.selva.asking import SELVA, a_request, ignore

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from prismdesk.engines.contract import Result
    from prismdesk.engines.request import Request

pytestmark = pytest.mark.usefixtures("small_models")

VARIANTS = (SELVA, BASE, MMDIT)
Engine = SelvaEngine | AudioxEngine


def _engine(variant: str) -> Engine:
    return SelvaEngine() if variant == SELVA else AudioxEngine()


def _request(variant: str, **fields: Any) -> Request:
    return a_request(**fields) if variant == SELVA else asked(variant=variant, **fields)


def _result(request: Request, engine: Engine) -> Result:
    return engine.run(request, ignore, lambda: False)


def _sound(request: Request, engine: Engine) -> npt.NDArray[np.float32]:
    return _result(request, engine).sounds[0].audio


@pytest.mark.parametrize("variant", VARIANTS)
def test_adapters_are_switched_without_loading_and_every_bit_comes_back(
    tmp_path: Path, variant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loads: list[str] = []
    sizes = residency._size_bytes

    def counted(loaded: object) -> int:
        loads.append(type(loaded).__name__)
        return sizes(loaded)

    monkeypatch.setattr(residency, "_size_bytes", counted)
    planks = an_adapter_file(tmp_path / "planks.safetensors", variant)
    rain = an_adapter_file(tmp_path / "rain.safetensors", variant, seed=2)
    engine = _engine(variant)
    plain = _sound(_request(variant), engine)
    loaded = len(loads)
    one = _sound(_request(variant, adapters=(on_run(planks, 1.0),)), engine)
    both = (on_run(planks, 1.0), on_run(rain, -0.5, name="rain"))
    stacked = _sound(_request(variant, adapters=both), engine)
    swapped = _sound(_request(variant, adapters=both[::-1]), engine)
    again = _sound(_request(variant, adapters=(on_run(planks, 1.0),)), engine)
    without = _sound(_request(variant), engine)
    assert len(loads) == loaded
    np.testing.assert_array_equal(without, plain)
    np.testing.assert_array_equal(again, one)
    np.testing.assert_array_equal(swapped, stacked)
    assert not np.array_equal(one, plain)
    assert not np.array_equal(one, stacked)
    # What an engine made with before leaves no trace: a new one makes the same.
    np.testing.assert_array_equal(
        _sound(_request(variant, adapters=both), _engine(variant)), stacked
    )


@pytest.mark.parametrize("variant", [SELVA, BASE])
def test_adapters_of_one_engine_do_not_reach_another(tmp_path: Path, variant: str) -> None:
    planks = an_adapter_file(tmp_path / "planks.safetensors", variant)
    plain = _sound(_request(variant), _engine(variant))
    changed = _engine(variant)
    _sound(_request(variant, adapters=(on_run(planks),)), changed)
    np.testing.assert_array_equal(_sound(_request(variant), _engine(variant)), plain)


def test_the_record_names_adapters_with_their_content(tmp_path: Path) -> None:
    path = an_adapter_file(tmp_path / "planks.safetensors", SELVA)
    adapter = on_run(path, 0.5)
    result = _result(_request(SELVA, adapters=(adapter,)), SelvaEngine())
    assert result.weights[-1] == ("adapter planks", adapter.sha256)


@pytest.mark.parametrize(
    ("about", "strength", "told"),
    [
        ({"base_sha256": "ab" * 32}, 1.0, "has other weights"),
        ({"base_model": "selva-large_44k"}, 1.0, "trained on selva-large_44k"),
        ({}, 2.5, "strength 2.5"),
        ({}, float("nan"), "strength nan"),
    ],
)
def test_what_does_not_belong_is_refused(
    tmp_path: Path, about: dict[str, Any], strength: float, told: str
) -> None:
    path = an_adapter_file(tmp_path / "planks.safetensors", SELVA, **about)
    with pytest.raises(AdapterRefusedError, match=told):
        _result(_request(SELVA, adapters=(on_run(path, strength),)), SelvaEngine())


def test_the_base_itself_is_accepted_by_its_checksum(tmp_path: Path) -> None:
    checkpoint = checkpoint_of(SELVA)
    base = sha256_of(checkpoint.files["generator"])
    path = an_adapter_file(tmp_path / "a.safetensors", SELVA, base_sha256=base, base_model="mine")
    assert _result(_request(SELVA, adapters=(on_run(path),)), SelvaEngine()).sounds


def test_an_adapter_of_the_other_family_is_refused(tmp_path: Path) -> None:
    path = an_adapter_file(tmp_path / "planks.safetensors", BASE)
    with pytest.raises(AdapterRefusedError, match="made for AudioX"):
        _result(_request(SELVA, adapters=(on_run(path),)), SelvaEngine())


def test_an_adapter_of_another_network_of_the_family_is_refused_before_anything_is_loaded(
    tmp_path: Path,
) -> None:
    path = an_adapter_file(tmp_path / "planks.safetensors", MMDIT)
    engine = AudioxEngine()
    with pytest.raises(AdapterRefusedError, match="another network"):
        _result(_request(BASE, adapters=(on_run(path),)), engine)
    assert engine.loaded_count == 0


def test_what_no_engine_applies_is_refused_and_not_left_out(tmp_path: Path) -> None:
    path = tmp_path / "vocoder.safetensors"
    tensors = {"conv_pre.bias": torch.zeros(3)}
    write_tensors(path, tensors, description=AdapterDescription(), kind="vocoder")
    with pytest.raises(AdapterRefusedError, match="holds vocoder"):
        _result(_request(BASE, adapters=(on_run(path),)), AudioxEngine())


def test_a_file_without_alpha_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bare.pt"
    layer = "joint_blocks.0.latent_block.attn.qkv"
    torch.save({f"{layer}.lora_A": torch.ones(1, 9), f"{layer}.lora_B": torch.ones(27, 1)}, path)
    with pytest.raises(AdapterRefusedError, match="alpha"):
        _result(_request(SELVA, adapters=(on_run(path),)), SelvaEngine())


def test_a_file_that_changed_is_refused(tmp_path: Path) -> None:
    path = an_adapter_file(tmp_path / "planks.safetensors", SELVA)
    adapter = on_run(path)
    an_adapter_file(path, SELVA, seed=9)
    with pytest.raises(AdapterRefusedError, match="choose the preset again"):
        _result(_request(SELVA, adapters=(adapter,)), SelvaEngine())
