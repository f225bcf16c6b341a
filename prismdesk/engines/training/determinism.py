"""The same bits every time on a graphics card too, where its routines can."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORKSPACE = "CUBLAS_WORKSPACE_CONFIG"
_TWO_FIXED_BUFFERS = ":4096:8"


@contextmanager
def repeatable(device: torch.device) -> Iterator[None]:
    """Choose routines that add up in a fixed order; those that can't only warn.

    The processor's do so anyway, with the same number of threads.
    """
    if device.type != "cuda":
        yield
        return
    # Read when the first matrix product asks for its workspace.
    os.environ.setdefault(_WORKSPACE, _TWO_FIXED_BUFFERS)
    was_on = torch.are_deterministic_algorithms_enabled()
    was_warning = torch.is_deterministic_algorithms_warn_only_enabled()
    torch.use_deterministic_algorithms(mode=True, warn_only=True)
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(mode=was_on, warn_only=was_warning)
