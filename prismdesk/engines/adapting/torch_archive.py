"""PyTorch's own files (zip archives): what they hold, without running anything of it."""

from __future__ import annotations

import zipfile
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.pickled_data import (
    PickledTensor,
    WantsCodeError,
    data_of_pickle,
)
from prismdesk.engines.adapting.stored_tensor import BYTES_OF, StoredFile, StoredTensor

if TYPE_CHECKING:
    from pathlib import Path

_LARGEST_PICKLE_BYTES = 32_000_000
_MOST_ENTRIES = 100_000
_CONTENT = "/data.pkl"


def is_archive(head: bytes) -> bool:
    """Whether a file begins as a zip archive does."""
    return head.startswith(b"PK\x03\x04")


def is_older_pickle(head: bytes) -> bool:
    """Whether a file begins as those do that PyTorch wrote before it wrote archives."""
    return head.startswith((b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"))


def read_archive(path: Path) -> StoredFile:
    """Return what an archive of PyTorch holds; its tensors are read when asked for.

    The tensors are those under ``state_dict`` where there is one, else all at the top.

    Raises:
        AdapterFileError: it is damaged, wants to run code, or holds no tensors by name.
    """
    try:
        return _read(path)
    except WantsCodeError as error:
        raise AdapterFileError(
            f"{path.name} wants to run code when it is opened ({error}), so it wasn't opened; get "
            "the adapter as .safetensors."
        ) from None
    except (
        ValueError, TypeError, KeyError, AttributeError, IndexError, EOFError, RecursionError,
        OverflowError, NotImplementedError, RuntimeError, zipfile.BadZipFile, UnicodeError,
    ) as error:  # fmt: skip
        raise AdapterFileError(f"{path.name} is damaged or was cut short; get it again.") from error
    except OSError as error:
        raise AdapterFileError(f"{path} can't be read ({error.strerror or error}).") from error


def _read(path: Path) -> StoredFile:
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
        names = {entry.filename for entry in entries}
        contents = [entry for entry in entries if entry.filename.endswith(_CONTENT)]
        if len(entries) > _MOST_ENTRIES or len(names) != len(entries) or len(contents) != 1:
            raise ValueError("no archive of PyTorch")
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise ValueError("packed again by another program")
        if contents[0].file_size > _LARGEST_PICKLE_BYTES:
            raise ValueError("too large a description")
        folder = contents[0].filename.removesuffix(_CONTENT)
        order = f"{folder}/byteorder"
        if order in names and archive.read(order).strip() != b"little":
            raise ValueError("numbers of another byte order")
        data = data_of_pickle(archive.read(contents[0]))
        sizes = {entry.filename: entry.file_size for entry in entries}
    if not isinstance(data, dict):
        raise AdapterFileError(f"{path.name} holds no tensors by name; choose an adapter.")
    inner = data.get("state_dict")
    state, meta = (inner, data.get("meta")) if isinstance(inner, dict) else (data, None)
    tensors = {
        name: _stored(path, folder, tensor, sizes)
        for name, tensor in state.items()
        if isinstance(name, str) and isinstance(tensor, PickledTensor)
    }
    if not tensors:
        raise AdapterFileError(f"{path.name} holds no tensors by name; choose an adapter.")
    return StoredFile(tensors=tensors, meta=_plain(meta))


def _plain(meta: object) -> dict[str, Any]:
    """Return what of a description is plain: texts, numbers, and lists of texts."""
    if not isinstance(meta, dict):
        return {}
    found: dict[str, Any] = {}
    for key, value in meta.items():
        is_texts = isinstance(value, list) and all(isinstance(one, str) for one in value)
        if isinstance(key, str) and (isinstance(value, str | int | float) or is_texts):
            found[key] = value
    return found


def _stored(path: Path, folder: str, tensor: PickledTensor, sizes: dict[str, int]) -> StoredTensor:
    entry = f"{folder}/data/{tensor.storage}"
    number_bytes = BYTES_OF[tensor.dtype]
    last = tensor.offset + sum(
        (size - 1) * step for size, step in zip(tensor.shape, tensor.stride, strict=True)
    )
    is_empty = 0 in tensor.shape
    if not is_empty and (last + 1) * number_bytes > sizes[entry]:
        raise ValueError("a tensor reaches past its storage")
    if prod(tensor.shape) * number_bytes > sizes[entry]:
        raise ValueError("a tensor repeats its storage")
    return StoredTensor(tensor.dtype, tensor.shape, partial(_bytes_of, path, entry, tensor))


def _bytes_of(path: Path, entry: str, tensor: PickledTensor) -> bytes:
    try:
        with zipfile.ZipFile(path) as archive:
            data = archive.read(entry)
    except (zipfile.BadZipFile, KeyError, RuntimeError, EOFError) as error:
        raise ValueError("the archive is damaged") from error
    number_bytes = BYTES_OF[tensor.dtype]
    numbers = np.frombuffer(data, np.dtype(f"<u{number_bytes}"))[tensor.offset :]
    steps = tuple(step * number_bytes for step in tensor.stride)
    return np.lib.stride_tricks.as_strided(numbers, tensor.shape, steps).tobytes()
