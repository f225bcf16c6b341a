"""PyTorch's own files: tensors pickled, in a zip archive or (older) one after the other.

A pickle is a program. It is only ever given to the reader that knows tensors and their containers
and refuses everything else before anything of it runs.
"""

from __future__ import annotations

import pickle
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.memory_faults import is_out_of_memory

if TYPE_CHECKING:
    from pathlib import Path

_WRAPPERS = ("generator", "state_dict", "model")
_ZIP = b"PK\x03\x04"
_PICKLE = b"\x80"
_WEIGHT_SUFFIXES = (".pth", ".pt", ".ckpt", ".bin", ".safetensors")
_REFUSED_NAME = re.compile(r"GLOBAL ([\w.]+)")


def is_torch_file(head: bytes) -> bool:
    """Whether a file begins as PyTorch's do."""
    return head.startswith((_ZIP, _PICKLE))


def read_torch_file(path: Path, head: bytes) -> dict[str, Tensor]:
    """Return the tensors; those of a zip archive stay mapped to the file.

    Raises:
        CheckpointError: it is damaged, or more than tensors.
    """
    is_zip = head.startswith(_ZIP)
    if is_zip:
        _check_archive(path)
    # By this suffix alone the library would choose its other reader, unless it gets an open file.
    is_misnamed = path.suffix.lower() == ".safetensors"
    return _named_tensors(path, _load(path, is_mapped=is_zip and not is_misnamed))


def _load(path: Path, *, is_mapped: bool) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the reader finds odd, it refuses or reads well
            if is_mapped:
                return torch.load(path, map_location="cpu", weights_only=True, mmap=True)
            with path.open("rb") as file:
                return torch.load(file, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(_refusal(path, str(error))) from error
    except Exception as error:
        if is_out_of_memory(error):
            raise MemoryError(str(error)) from error
        raise CheckpointError(f"{path} is damaged or was cut short; fetch it again.") from error


def _refusal(path: Path, why: str) -> str:
    refused = _REFUSED_NAME.search(why)
    if refused is None:
        return f"{path} is damaged, or no checkpoint at all; fetch it again."
    return (
        f"{path} wants to run code when it is opened ({refused[1]}), so it wasn't opened; "
        "get the file from its publisher, best as .safetensors."
    )


def _check_archive(path: Path) -> None:
    """Refuse archives that hold no tensors where the reader looks for them."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, RecursionError) as error:
        raise CheckpointError(f"{path} is damaged or was cut short; fetch it again.") from error
    names = [entry.filename for entry in entries]
    if any(name.rpartition("/")[2] == "constants.pkl" for name in names):
        raise CheckpointError(
            f"{path} is a TorchScript program, no checkpoint; get the publisher's weight file."
        )
    if not any(name.rpartition("/")[2] == "data.pkl" for name in names):
        inside = [name for name in names if name.lower().endswith(_WEIGHT_SUFFIXES)]
        found = inside[0] if inside else (names or ["nothing"])[0]
        raise CheckpointError(
            f"{path} is a zip archive (it holds {found[:80]}), no checkpoint; "
            f"{'unpack it and use the weight file inside' if inside else 'choose another file'}."
        )
    if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
        raise CheckpointError(f"{path} was packed again by another program; fetch it again.")


def _named_tensors(path: Path, content: Any) -> dict[str, Tensor]:
    for wrapper in _WRAPPERS:
        if isinstance(content, dict) and isinstance(content.get(wrapper), dict):
            content = content[wrapper]
    if not isinstance(content, dict):
        content = {}
    tensors = {
        name: tensor.detach()
        for name, tensor in content.items()
        if isinstance(name, str) and isinstance(tensor, Tensor)
    }
    if not tensors:
        raise CheckpointError(f"{path} holds no tensors by name; get the publisher's weight file.")
    return tensors
