"""A safetensors file written tensor by tensor, so that memory stays constant."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from typing import TYPE_CHECKING

import torch

from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from torch import Tensor

    from prismdesk.progress import FractionDone, IsCancelled

_DTYPES = {
    torch.float64: "F64", torch.float32: "F32", torch.float16: "F16", torch.bfloat16: "BF16",
    torch.int64: "I64", torch.int32: "I32", torch.int16: "I16", torch.int8: "I8",
    torch.uint8: "U8", torch.bool: "BOOL",
}  # fmt: skip
_ALIGNED_BYTES = 64
_LENGTH_BYTES = 8


def write_streamed(
    path: Path,
    tensors: Mapping[str, Tensor],
    changed: Callable[[str, Tensor], Tensor],
    metadata: Mapping[str, str],
    progress: FractionDone,
    cancelled: IsCancelled,
) -> None:
    """Write tensors in one step; where something goes wrong, what was there stays.

    Args:
        path: the file.
        tensors: by name; those mapped to a file are read one at a time.
        changed: returns what is written of one, of its shape and type.
        metadata: of the header.
        progress: told the share of bytes that are written.
        cancelled: asked before every tensor.

    Raises:
        OSError: the disk refused.
        Cancelled: as told.
    """
    names = sorted(tensors, key=lambda name: _order(name, tensors[name]))
    header, whole_bytes = _header(names, tensors, metadata)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    done_bytes = 0
    try:
        with partial.open("wb") as file:
            file.write(header)
            for name in names:
                raise_if_cancelled(cancelled)
                tensor = changed(name, tensors[name]).contiguous()
                flat = tensor.flatten().view(torch.uint8) if tensor.numel() else tensor
                file.write(flat.numpy().tobytes())
                done_bytes += tensors[name].nbytes
                progress(done_bytes / max(1, whole_bytes))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def _order(name: str, tensor: Tensor) -> tuple[bool, int, str]:
    """Put those first that leave the next one where processors read quickest."""
    return tensor.nbytes % _ALIGNED_BYTES != 0, -tensor.itemsize, name


def _header(
    names: list[str], tensors: Mapping[str, Tensor], metadata: Mapping[str, str]
) -> tuple[bytes, int]:
    stated: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    place = 0
    for name in names:
        tensor = tensors[name]
        stated[name] = {
            "dtype": _DTYPES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [place, place + tensor.nbytes],
        }
        place += tensor.nbytes
    text = json.dumps(stated).encode()
    text += b" " * (-(_LENGTH_BYTES + len(text)) % _ALIGNED_BYTES)
    return len(text).to_bytes(_LENGTH_BYTES, "little") + text, place
