from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from prismdesk.engines.adapting.streamed_file import write_streamed
from prismdesk.errors import Cancelled
from prismdesk.progress import never_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

TENSORS = {
    "weight": torch.arange(24.0).reshape(4, 6),
    "turned": torch.arange(24.0).reshape(4, 6).T,
    "every second": torch.arange(10.0)[::2],
    "half": torch.arange(5).to(torch.bfloat16),
    "count": torch.tensor(7),
    "flags": torch.tensor([True, False, True]),
    "nothing": torch.zeros(0, 3),
}


def as_it_is(_: str, tensor: Tensor) -> Tensor:
    return tensor


def silent(_: float) -> None:
    pass


def write(path: Path) -> None:
    write_streamed(path, TENSORS, as_it_is, {"title": "Planks"}, silent, never_cancelled)


def test_what_is_written_is_read_by_the_format_s_own_library(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    write(path)
    read = load_file(path)
    assert read.keys() == TENSORS.keys()
    for name, tensor in TENSORS.items():
        assert read[name].dtype == tensor.dtype
        assert torch.equal(read[name], tensor)
    with safe_open(path, "pt") as file:
        assert file.metadata() == {"title": "Planks"}


def test_every_tensor_is_changed_on_its_way(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"

    def doubled(name: str, tensor: Tensor) -> Tensor:
        return tensor * 2 if name == "weight" else tensor

    write_streamed(path, TENSORS, doubled, {}, silent, never_cancelled)
    read = load_file(path)
    assert torch.equal(read["weight"], TENSORS["weight"] * 2)
    assert torch.equal(read["turned"], TENSORS["turned"])


def test_numbers_begin_where_processors_read_quickest(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    write(path)
    header_bytes = int.from_bytes(path.read_bytes()[:8], "little")
    assert (8 + header_bytes) % 64 == 0


def test_the_share_that_is_written_is_told(tmp_path: Path) -> None:
    told: list[float] = []
    write_streamed(tmp_path / "a", TENSORS, as_it_is, {}, told.append, never_cancelled)
    assert told == sorted(told)
    assert len(told) == len(TENSORS)
    assert told[-1] == 1.0


def test_one_that_is_cancelled_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    path.write_bytes(b"old")
    asked: list[bool] = []

    def in_the_middle() -> bool:
        asked.append(True)
        return len(asked) > 3

    with pytest.raises(Cancelled):
        write_streamed(path, TENSORS, as_it_is, {}, silent, in_the_middle)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_fault_in_the_middle_leaves_nothing(tmp_path: Path) -> None:
    def at_fault(name: str, tensor: Tensor) -> Tensor:
        if name == "turned":
            raise OSError("the file it came from is gone")
        return tensor

    with pytest.raises(OSError, match="is gone"):
        write_streamed(tmp_path / "a", TENSORS, at_fault, {}, silent, never_cancelled)
    assert not list(tmp_path.iterdir())
