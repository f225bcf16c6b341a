"""Names and shapes in weight files, against what torch itself reads."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.weights.tensor_names import stored_tensors
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path


def test_every_small_checkpoint_is_read_as_torch_reads_it(small_checkpoints: Path) -> None:
    seen = 0
    for path in sorted(small_checkpoints.glob("selva-*/*.pth")):
        stored = {name: one.shape for name, one in stored_tensors(path).items()}
        loaded = torch.load(path, weights_only=True)
        assert stored == {name: tuple(tensor.shape) for name, tensor in loaded.items()}
        seen += 1
    assert seen >= 4


@pytest.mark.parametrize("is_zip", [True, False])
def test_both_of_torchs_layouts_are_read(tmp_path: Path, is_zip: bool) -> None:
    tensors = {"a": torch.zeros(2, 3, 4, 5, 6), "b": torch.zeros(()), "c": torch.zeros(7)}
    path = tmp_path / "file.pt"
    torch.save(tensors, path, _use_new_zipfile_serialization=is_zip)
    stored = {name: one.shape for name, one in stored_tensors(path).items()}
    assert stored == {"a": (2, 3, 4, 5, 6), "b": (), "c": (7,)}


def test_nothing_of_a_pickle_runs(tmp_path: Path) -> None:
    mark = tmp_path / "ran"

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[object, ...]]:
            return (open, (str(mark), "w"))

    path = tmp_path / "evil.pt"
    path.write_bytes(pickle.dumps({"a": Evil()}))
    with pytest.raises(InputError):
        stored_tensors(path)
    assert not mark.exists()


@pytest.mark.parametrize("content", [b"", b"hello world, no weights", b"\x00" * 100])
def test_other_files_are_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"no weight file|damaged"):
        stored_tensors(path)
