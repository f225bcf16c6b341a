"""Tensors as they lie in a file: described, and read as bytes when wanted."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BYTES_OF: dict[str, int] = {
    "F64": 8, "F32": 4, "F16": 2, "BF16": 2,
    "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1,
}  # fmt: skip
"""Bytes of each type of number that is understood, by its name in the safetensors format."""

FLOATS = frozenset({"F64", "F32", "F16", "BF16"})
_EXPONENTS = {"F64": 0x7FF0000000000000, "F32": 0x7F800000, "F16": 0x7C00, "BF16": 0x7F80}


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One tensor of a file.

    Attributes:
        dtype: a key of ``BYTES_OF``.
        shape: its sizes.
        read: returns its bytes, little-endian, the last axis nearest; raises ``OSError`` or
            ``ValueError`` where they aren't there (any more).
    """

    dtype: str
    shape: tuple[int, ...]
    read: Callable[[], bytes] = field(repr=False)

    @property
    def size_bytes(self) -> int:
        """How many bytes ``read`` returns."""
        return prod(self.shape) * BYTES_OF[self.dtype]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """All that a file holds.

    Attributes:
        tensors: by the file's own names.
        metadata: of the header; texts only.
        meta: what a PyTorch file says beside its tensors; plain values only.
    """

    tensors: Mapping[str, StoredTensor]
    metadata: Mapping[str, str] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=dict)


def is_finite(data: bytes, dtype: str) -> bool:
    """Whether all numbers are numbers: neither infinite nor none at all."""
    exponent = _EXPONENTS.get(dtype)
    if exponent is None:
        return True
    bits = np.frombuffer(data, np.dtype(f"<u{BYTES_OF[dtype]}"))
    mask = bits.dtype.type(exponent)
    return not bool(((bits & mask) == mask).any())


def scalar_of(data: bytes, dtype: str) -> float:
    """Return the one number that bytes are."""
    if dtype == "BF16":
        return float(np.frombuffer(b"\0\0" + data, "<f4")[0])
    kind = {"F": "f", "I": "i", "U": "u", "B": "u"}[dtype[0]]
    return float(np.frombuffer(data, np.dtype(f"<{kind}{BYTES_OF[dtype]}"))[0])
