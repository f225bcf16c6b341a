"""The header of a safetensors file, believed in nothing that the file's length doesn't bear out."""

from __future__ import annotations

import json
from functools import partial
from math import prod
from typing import TYPE_CHECKING, Any

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.adapting.stored_tensor import BYTES_OF, StoredFile, StoredTensor

if TYPE_CHECKING:
    from pathlib import Path

LARGEST_HEADER_BYTES = 32_000_000
"""An adapter's header, cover picture included, is far smaller."""

_LENGTH_BYTES = 8
_MOST_TENSORS = 100_000
_MOST_AXES = 8


class _HeaderError(ValueError):
    """What is wrong with a header, as the part of a sentence that follows the file's name."""


def is_safetensors(head: bytes) -> bool:
    """Whether a file begins with the length of a header and then a header."""
    return len(head) > _LENGTH_BYTES and head[_LENGTH_BYTES : _LENGTH_BYTES + 1] == b"{"


def read_header(path: Path) -> StoredFile:
    """Return what a safetensors file holds; its tensors are read when asked for.

    Raises:
        AdapterFileError: the header is damaged, too large, or speaks of what isn't there.
    """
    try:
        return _read(path)
    except _HeaderError as error:
        raise AdapterFileError(f"{path.name} {error}; get it again.") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        raise AdapterFileError(
            f"{path.name} is damaged (its header can't be read); get it again."
        ) from None
    except OSError as error:
        raise AdapterFileError(f"{path} can't be read ({error.strerror or error}).") from error


def _read(path: Path) -> StoredFile:
    file_bytes = path.stat().st_size
    with path.open("rb") as file:
        header_bytes = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if header_bytes > file_bytes - _LENGTH_BYTES:
            raise _HeaderError("is damaged or was cut short (its header reaches past its end)")
        if header_bytes > LARGEST_HEADER_BYTES:
            raise _HeaderError("is damaged (its header is larger than an adapter's can be)")
        stated = json.loads(file.read(header_bytes), object_pairs_hook=_without_doubles)
    if not isinstance(stated, dict):
        raise TypeError
    metadata = stated.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise _HeaderError("is damaged (its description isn't made of texts)")
    if len(stated) > _MOST_TENSORS:
        raise _HeaderError(f"is no adapter (it names {len(stated)} tensors)")
    begin = _LENGTH_BYTES + header_bytes
    _check_places(stated, file_bytes - begin)
    tensors = {name: _tensor(path, name, one, begin) for name, one in stated.items()}
    return StoredFile(tensors=tensors, metadata=metadata)


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _HeaderError("is damaged (its header gives a name twice)")
    return found


def _check_places(stated: dict[str, Any], data_bytes: int) -> None:
    """Refuse tensors that overlap, leave holes, or reach past the end."""
    place = 0
    for first, last in sorted((_whole(a), _whole(b)) for a, b in map(_offsets, stated.values())):
        if first != place or last < first:
            raise _HeaderError("is damaged (its tensors overlap or leave gaps)")
        place = last
    if place > data_bytes:
        raise _HeaderError(f"was cut short: {data_bytes} of {place} bytes of tensors are there")
    if place < data_bytes:
        raise _HeaderError(f"is damaged ({data_bytes - place} bytes in it belong to no tensor)")


def _offsets(one: dict[str, Any]) -> tuple[Any, Any]:
    first, last = one["data_offsets"]
    return first, last


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _HeaderError("is damaged (a size in its header is no whole number)")
    return value


def _tensor(path: Path, name: str, one: dict[str, Any], begin: int) -> StoredTensor:
    dtype, sizes = one["dtype"], one["shape"]
    if dtype not in BYTES_OF:
        raise _HeaderError(
            f"holds numbers of the type {str(dtype)[:20]!r}, which adapters aren't kept in"
        )
    if not isinstance(sizes, list) or len(sizes) > _MOST_AXES:
        raise TypeError
    shape = tuple(_whole(size) for size in sizes)
    first, last = one["data_offsets"]
    if prod(shape) * BYTES_OF[dtype] != last - first:
        raise _HeaderError(f"is damaged ({name[:100]} has another size than its header says)")
    return StoredTensor(dtype, shape, partial(_bytes_at, path, begin + first, last - first))


def _bytes_at(path: Path, first: int, count: int) -> bytes:
    with path.open("rb") as file:
        file.seek(first)
        data = file.read(count)
    if len(data) != count:
        raise ValueError("the file became shorter")
    return data
