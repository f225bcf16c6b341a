"""Safetensors files: a header that says where each tensor lies, then the tensors."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from safetensors import SafetensorError, safe_open

from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.memory_faults import is_out_of_memory

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from torch import Tensor

_LENGTH_BYTES = 8
_LARGEST_HEADER_BYTES = 100_000_000  # the format's own limit


def is_safetensors_file(head: bytes) -> bool:
    """Whether a file begins with the length of a header and then a header."""
    length = int.from_bytes(head[:_LENGTH_BYTES], "little")
    is_object = head[_LENGTH_BYTES : _LENGTH_BYTES + 1] == b"{"
    return is_object and length >= 2


def read_safetensors_file(
    path: Path, names: Callable[[str], bool] | None
) -> tuple[dict[str, Tensor], list[str]]:
    """Return the tensors wanted, mapped to the file, and the names of all there are.

    Raises:
        CheckpointError: it is damaged.
    """
    try:
        with safe_open(path, "pt") as file:
            there = list(file.keys())
            wanted = [name for name in there if names is None or names(name)]
            return {name: file.get_tensor(name) for name in wanted}, there
    except SafetensorError as error:
        raise CheckpointError(f"{path} {_fault(path)}; fetch it again.") from error
    except (TypeError, ValueError, RuntimeError, AttributeError) as error:
        if is_out_of_memory(error):
            raise MemoryError(str(error)) from error
        raise CheckpointError(
            f"{path} holds tensors of a type that isn't known ({error}); "
            "get the publisher's weight file."
        ) from error


def read_own_file(path: Path) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Return the tensors and the metadata of a file that this program wrote, such as a run's.

    Raises:
        OSError: it isn't there or can't be read.
        CheckpointError: it is damaged.
    """
    try:
        with safe_open(path, "pt") as file:
            return {
                name: file.get_tensor(name) for name in list(file.keys())
            }, file.metadata() or {}
    except (SafetensorError, TypeError, ValueError, RuntimeError, AttributeError) as error:
        raise CheckpointError(f"{path} is damaged ({error}).") from error


def _fault(path: Path) -> str:
    size_bytes = path.stat().st_size
    with path.open("rb") as file:
        header_bytes = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if header_bytes > _LARGEST_HEADER_BYTES:
            return "is damaged (its header has an impossible length)"
        header = file.read(header_bytes)
    try:
        stated = json.loads(header)
        end = max(one["data_offsets"][1] for name, one in stated.items() if name[:2] != "__")
        whole_bytes = _LENGTH_BYTES + header_bytes + int(end)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return "is damaged or was cut short (its header can't be read)"
    if size_bytes < whole_bytes:
        return f"was cut short: {size_bytes} of {whole_bytes} bytes are there"
    return "is damaged (its header doesn't describe what is in it)"
