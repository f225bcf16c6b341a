from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from prismdesk.engines.loading.memory_faults import is_out_of_memory
from prismdesk.engines.loading.state_file import read_state

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("error", "is_so"),
    [
        (torch.OutOfMemoryError("CUDA out of memory"), True),
        (MemoryError(), True),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"), True),
        (RuntimeError("MPS backend out of memory"), True),
        (RuntimeError("shape mismatch"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_lack_of_memory_is_told_from_other_errors(error: Exception, is_so: bool) -> None:
    assert is_out_of_memory(error) is is_so


def test_a_file_that_finds_no_memory_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.pth"
    torch.save({"weight": torch.ones(2)}, path)

    def no_memory(*_: object, **__: object) -> None:
        raise RuntimeError("unable to mmap 512 bytes from file: Cannot allocate memory (12)")

    monkeypatch.setattr(torch, "load", no_memory)

    with pytest.raises(MemoryError):
        read_state(path)
