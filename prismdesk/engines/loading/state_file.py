"""The tensors of a weight file, read without ever running code from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.other_files import HEAD_BYTES, recognise_other
from prismdesk.engines.loading.safetensors_file import is_safetensors_file, read_safetensors_file
from prismdesk.engines.loading.torch_file import is_torch_file, read_torch_file
from prismdesk.engines.weights.recognition import recognise

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

__all__ = ["CheckpointError", "read_state", "recognise"]


def read_state(path: Path, *, names: Callable[[str], bool] | None = None) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file or a PyTorch checkpoint, on the CPU.

    What a file is, is told by what is in it, not by its name. Tensors stay mapped to the file
    (those of PyTorch's older format excepted): nothing is read before it is used. Dictionaries
    around them (``generator``, ``state_dict``, ``model``) are taken off.

    Args:
        path: the file.
        names: picks by published name what is wanted; everything if None.

    Raises:
        CheckpointError: the file isn't there, or nothing that can be read safely, or holds none
            of the names wanted.
    """
    try:
        state, there = _read(path, names)
    except OSError as error:
        raise CheckpointError(f"{path} can't be read ({error.strerror or error}).") from error
    if not state:
        found = recognise(there)
        seems = f"it seems to be {found}" if found else "choose another file"
        raise CheckpointError(f"{path} holds none of the tensors wanted; {seems}.")
    return state


def _read(path: Path, names: Callable[[str], bool] | None) -> tuple[dict[str, Tensor], list[str]]:
    if not path.exists():
        raise CheckpointError(f"The weight file {path} isn't there; fetch it again.")
    if not path.is_file():
        raise CheckpointError(f"{path} is a folder; choose the weight file itself.")
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if is_safetensors_file(head):
        return read_safetensors_file(path, names)
    if is_torch_file(head):
        state = read_torch_file(path, head)
        return {n: one for n, one in state.items() if names is None or names(n)}, list(state)
    other = recognise_other(head)
    if other is None:
        raise CheckpointError(f"{path} is no weight file, or a damaged one; fetch it again.")
    raise CheckpointError(f"{path} is {other.what}, no weight file; {other.advice}.")
