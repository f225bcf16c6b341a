"""The weights that an ONNX file holds, read without a library for ONNX.

An ONNX file is a protocol buffer (each field a key of number and wire type, then its value); the
weights are the ``initializer`` entries of its graph: name, shape, element type and raw bytes.
Nothing of the file is run.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.media.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_MOST_BYTES = 64_000_000
_GRAPH, _INITIALIZER = 7, 5
_DIMS, _TYPE, _NAME, _RAW = 1, 2, 8, 9
_FLOAT32 = 1
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5
_LONGEST_VARINT = 10

_Value = int | memoryview


def read_onnx_weights(path: Path) -> dict[str, npt.NDArray[np.float32]]:
    """Return the float32 weights of a model by their names.

    Raises:
        MediaError: the file can't be read, or is no ONNX file.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise MediaError(f"{path.name} is too large for a model of this kind.")
        data = memoryview(path.read_bytes())
    except OSError as error:
        raise MediaError(f"{path.name} can't be read: {error.strerror}.") from error
    try:
        return dict(_weights(data))
    except (IndexError, ValueError) as error:
        raise MediaError(f"{path.name} is damaged: it holds no weights in ONNX form.") from error


def _weights(data: memoryview) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    for number, graph in _fields(data):
        if number != _GRAPH or isinstance(graph, int):
            continue
        for inner, tensor in _fields(graph):
            if inner == _INITIALIZER and not isinstance(tensor, int):
                yield from _tensor(tensor)


def _tensor(data: memoryview) -> Iterator[tuple[str, npt.NDArray[np.float32]]]:
    shape: list[int] = []
    name, kind, raw = "", 0, memoryview(b"")
    for number, value in _fields(data):
        if number == _DIMS:
            shape.extend([value] if isinstance(value, int) else _packed(value))
        elif number == _TYPE and isinstance(value, int):
            kind = value
        elif number == _NAME and not isinstance(value, int):
            name = bytes(value).decode()
        elif number == _RAW and not isinstance(value, int):
            raw = value
    if kind == _FLOAT32 and len(raw) == 4 * math.prod(shape):
        yield name, np.frombuffer(raw, "<f4").reshape(shape)


def _packed(data: memoryview) -> Iterator[int]:
    place = 0
    while place < len(data):
        value, place = _varint(data, place)
        yield value


def _fields(data: memoryview) -> Iterator[tuple[int, _Value]]:
    """Yield number and value of each field; ValueError if one ends past its message."""
    place = 0
    while place < len(data):
        key, place = _varint(data, place)
        wire = key & 7
        if wire == _VARINT:
            value, place = _varint(data, place)
            yield key >> 3, value
            continue
        if wire == _BYTES:
            length, place = _varint(data, place)
        elif wire in (_FOUR_BYTES, _EIGHT_BYTES):
            length = 4 if wire == _FOUR_BYTES else 8
        else:
            raise ValueError(f"wire type {wire}")
        if place + length > len(data):
            raise ValueError("a field ends past its message")
        yield key >> 3, data[place : place + length]
        place += length


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    value = 0
    for count in range(_LONGEST_VARINT):
        byte = data[place + count]
        value |= (byte & 0x7F) << (7 * count)
        if byte < 0x80:
            return value, place + count + 1
    raise ValueError("a number is too long")
