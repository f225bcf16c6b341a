"""Files that were changed at random: refused in a sentence, or read as numbers; never worse."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.read import read_adapter
from prismdesk.errors import PrismDeskError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAYER = "fused_blocks.0.attn.qkv"
STATE = {
    f"{LAYER}.lora_A.weight": torch.ones(2, 3),
    f"{LAYER}.lora_B.weight": torch.ones(4, 2),
    f"{LAYER}.alpha": torch.tensor(2.0),
}
FUZZED = settings(
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def _torch_bytes() -> bytes:
    buffer = io.BytesIO()
    state = {f"{LAYER}.lora_A": torch.ones(2, 3), f"{LAYER}.lora_B": torch.ones(4, 2)}
    torch.save({"state_dict": state, "meta": {"alpha": 2.0}}, buffer)
    return buffer.getvalue()


SAFETENSORS, TORCH = save(STATE, {"modelspec.title": "a"}), _torch_bytes()


def _check_sentence(message: str) -> None:
    assert message.endswith(".")


def _survives(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    try:
        adapter = read_adapter(path, alpha=1.0).adapter
    except PrismDeskError as error:
        _check_sentence(str(error))
    else:
        for layer in adapter.layers.values():
            assert layer.down.isfinite().all()
            assert layer.up.isfinite().all()
            assert 0 < layer.scale < float("inf")


@pytest.mark.parametrize("whole", [SAFETENSORS, TORCH], ids=["safetensors", "torch"])
@FUZZED
@given(data=st.data())
def test_bytes_changed_or_cut(tmp_path: Path, whole: bytes, data: st.DataObject) -> None:
    changed = bytearray(whole)
    places = st.integers(0, len(whole) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=6)):
        changed[place] = value
    end = data.draw(st.one_of(st.just(len(whole)), places))
    _survives(tmp_path / "a.bin", bytes(changed[:end]))


_SIZES = st.one_of(
    st.integers(-3, 60), st.integers(0, 2**70), st.floats(), st.none(), st.text(max_size=3)
)
_TENSORS = st.fixed_dictionaries(
    {
        "dtype": st.sampled_from(["F32", "BF16", "F16", "I64", "F8_E4M3", "", "f32"]),
        "shape": st.lists(_SIZES, max_size=4),
        "data_offsets": st.lists(_SIZES, max_size=3),
    }
)


@FUZZED
@given(
    header=st.dictionaries(
        st.sampled_from([*STATE, "__metadata__", "x", ""]),
        st.one_of(_TENSORS, _SIZES, st.dictionaries(st.text(max_size=3), _SIZES, max_size=2)),
        max_size=4,
    ),
    data=st.binary(max_size=64),
)
def test_headers_that_say_anything(tmp_path: Path, header: dict[str, Any], data: bytes) -> None:
    text = json.dumps(header).encode()
    _survives(tmp_path / "a.safetensors", len(text).to_bytes(8, "little") + text + data)


class _Calls:
    """Pickles as a call of a function."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


def _told(*_: object) -> None:
    raise AssertionError("the file's code was run")


@pytest.mark.parametrize(
    "function", [_told, eval, exec, getattr, __import__, open, pickle.loads, torch.load]
)
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_no_function_is_ever_called(
    tmp_path: Path, function: Callable[..., object], protocol: int
) -> None:
    path = tmp_path / "a.pt"
    torch.save({"state_dict": {"a": _Calls(function, "1")}}, path, pickle_protocol=protocol)
    with pytest.raises(AdapterFileError, match="wants to run code"):
        read_adapter(path)


@FUZZED
@given(content=st.binary(max_size=80))
def test_pickles_of_anything(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.pt"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02" + content)
    _survives(path, path.read_bytes())
