"""The tensors of a weight file, read without ever running code from it."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING, Any

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from prismdesk.engines.contract import EngineError
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_WRAPPERS = ("generator", "state_dict", "model")
_ZIP = b"PK\x03\x04"


class CheckpointError(EngineError, InputError):
    """A weight file can't be used; the message says what it is and what to do."""


def read_state(path: Path, *, names: Callable[[str], bool] | None = None) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file or a PyTorch checkpoint, on the CPU.

    The tensors stay mapped to the file: nothing is read before it is used.

    Args:
        path: the file.
        names: picks by published name what is wanted; everything if None.

    Raises:
        CheckpointError: the file isn't there or is no checkpoint that can be read safely.
    """
    try:
        if not path.is_file():
            raise CheckpointError(f"The weight file {path} isn't there; fetch it again.")
        with path.open("rb") as file:
            head = file.read(16)
        state = _of_torch(path, head) if _is_torch(head) else _of_safetensors(path, names)
    except OSError as error:
        raise CheckpointError(f"{path} can't be read ({error.strerror or error}).") from error
    return {name: tensor for name, tensor in state.items() if names is None or names(name)}


def _is_torch(head: bytes) -> bool:
    return head.startswith((_ZIP, b"\x80"))


def _of_safetensors(path: Path, names: Callable[[str], bool] | None) -> dict[str, Tensor]:
    try:
        with safe_open(path, "pt") as file:
            wanted = [name for name in file.keys() if names is None or names(name)]  # noqa: SIM118
            return {name: file.get_tensor(name) for name in wanted}
    except SafetensorError as error:
        raise CheckpointError(
            f"{path} is no weight file, or a damaged one ({error}); fetch it again."
        ) from error


def _of_torch(path: Path, head: bytes) -> dict[str, Tensor]:
    try:
        content = torch.load(
            path, map_location="cpu", weights_only=True, mmap=head.startswith(_ZIP)
        )
    except pickle.UnpicklingError as error:
        raise CheckpointError(
            f"{path} holds more than tensors, so it isn't loaded; get the file from its publisher."
        ) from error
    except (RuntimeError, EOFError, ValueError) as error:
        raise CheckpointError(f"{path} is damaged; fetch it again.") from error
    return _tensors_of(path, content)


def _tensors_of(path: Path, content: Any) -> dict[str, Tensor]:
    for wrapper in _WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
    if not isinstance(content, dict):
        raise CheckpointError(f"{path} holds no named tensors; get the file from its publisher.")
    return {
        str(name): tensor.detach() for name, tensor in content.items() if isinstance(tensor, Tensor)
    }
