from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.errors import MediaError
from prismdesk.media.onnx_weights import read_onnx_weights

if TYPE_CHECKING:
    from pathlib import Path


def field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def varint(value: int) -> bytes:
    out = bytearray()
    while True:
        value, low = value >> 7, value & 0x7F
        out.append(low | (0x80 if value else 0))
        if not value:
            return bytes(out)


def tensor(name: str, values: np.ndarray, *, kind: int = 1) -> bytes:
    dims = b"".join(varint(1 << 3) + varint(size) for size in values.shape)
    kind_field = varint(2 << 3) + varint(kind)
    return dims + kind_field + field(8, name.encode()) + field(9, values.astype("<f4").tobytes())


def model(*tensors: bytes) -> bytes:
    graph = field(1, b"a node, passed over") + b"".join(field(5, one) for one in tensors)
    return varint(1 << 3) + varint(8) + field(7, graph)


def test_weights_are_read_by_name_and_shape(tmp_path: Path) -> None:
    weight, bias = np.arange(600.0).reshape(2, 300), np.array([1.5])
    path = tmp_path / "a.onnx"
    path.write_bytes(model(tensor("weight", weight), tensor("bias", bias)))
    read = read_onnx_weights(path)
    assert list(read) == ["weight", "bias"]
    assert np.array_equal(read["weight"], weight.astype(np.float32))


def test_tensors_of_other_types_and_lengths_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.onnx"
    short = tensor("short", np.zeros(3))[:-4]
    path.write_bytes(model(tensor("whole numbers", np.zeros(3), kind=7)))
    assert read_onnx_weights(path) == {}
    path.write_bytes(model(short))
    with pytest.raises(MediaError, match="damaged"):
        read_onnx_weights(path)


@pytest.mark.parametrize("data", [b"\xff" * 40, b"\x3a\x7f\x00", b"\x3a", b"<html>not here</html>"])
def test_what_is_no_model_costs_one_sentence(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "a.onnx"
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"a\.onnx is damaged"):
        read_onnx_weights(path)


def test_cut_off_anywhere_it_never_fails_otherwise(tmp_path: Path) -> None:
    whole, path = model(tensor("weight", np.zeros((2, 8)))), tmp_path / "a.onnx"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        try:
            assert "weight" not in read_onnx_weights(path)
        except MediaError:
            continue
