"""The names and shapes of the tensors in a weight file, read without loading any of them.

A pickle is a program; here it is only looked at, operation by operation, and nothing of it runs.
"""

from __future__ import annotations

import json
import pickletools
import zipfile
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_LARGEST_HEADER_BYTES = 100_000_000
_STRINGS = frozenset({"BINUNICODE", "SHORT_BINUNICODE", "UNICODE", "BINUNICODE8"})
_NUMBERS = frozenset({"BININT", "BININT1", "BININT2", "LONG1", "INT", "LONG"})
_TUPLES = frozenset({"TUPLE", "TUPLE1", "TUPLE2", "TUPLE3", "EMPTY_TUPLE"})


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """What a file says of one of its tensors."""

    shape: tuple[int, ...]


def stored_tensors(path: Path) -> dict[str, StoredTensor]:
    """Return the tensors of a safetensors file or of one that PyTorch wrote, by name.

    Raises:
        InputError: it is neither, or damaged; one sentence.
    """
    try:
        with path.open("rb") as file:
            head = file.read(9)
            if head.startswith(b"PK\x03\x04"):
                return _in_archive(path)
            if head[8:] == b"{":
                return _in_safetensors(file, int.from_bytes(head[:8], "little"))
            if head.startswith(b"\x80"):
                file.seek(0)
                return _in_pickles(file)
    except OSError as error:
        raise InputError(f"{path} can't be read ({error.strerror}).") from error
    except (
        ValueError, KeyError, TypeError, AttributeError, IndexError, EOFError, RecursionError,
        zipfile.BadZipFile, NotImplementedError, RuntimeError,
    ) as error:  # fmt: skip
        raise InputError(f"{path} is damaged or was cut short; get it again.") from error
    raise InputError(f"{path} is no weight file; choose one that PyTorch or safetensors wrote.")


def _in_safetensors(file: IO[bytes], header_bytes: int) -> dict[str, StoredTensor]:
    if header_bytes > _LARGEST_HEADER_BYTES:
        raise ValueError("too large a header")
    file.seek(8)
    stated = json.loads(file.read(header_bytes))
    return {
        name: StoredTensor(tuple(int(size) for size in one["shape"]))
        for name, one in stated.items()
        if name != "__metadata__"
    }


def _in_archive(path: Path) -> dict[str, StoredTensor]:
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith("data.pkl")]
        if not names or archive.getinfo(names[0]).file_size > _LARGEST_HEADER_BYTES:
            raise ValueError("no checkpoint")
        with archive.open(names[0]) as content:
            return dict(_tensors(content))


def _in_pickles(file: IO[bytes]) -> dict[str, StoredTensor]:
    """Look through the first pickles of a file of the older kind: numbers, then the tensors."""
    for _ in range(5):
        found = dict(_tensors(file))
        if found:
            return found
    return {}


def _tensors(file: IO[bytes]) -> Iterator[tuple[str, StoredTensor]]:
    """Yield each tensor's name and shape.

    A name is written before the two marks that open a tensor's arguments; behind its storage (a
    persistent id) come its offset and, as a tuple of numbers, its shape.
    """
    last_string = name = ""
    numbers: list[int] | None = None
    has_offset = False
    for opcode, argument, _ in pickletools.genops(file):
        if opcode.name == "MARK" and numbers is None:
            name = last_string or name
            last_string = ""
        elif opcode.name in _STRINGS:
            last_string = str(argument)
        elif opcode.name == "BINPERSID":
            numbers, has_offset = [], False
        elif numbers is not None and isinstance(argument, int) and opcode.name in _NUMBERS:
            if has_offset:
                numbers.append(argument)
            has_offset = True
        elif numbers is not None and opcode.name in _TUPLES:
            yield name, StoredTensor(tuple(numbers))
            numbers, last_string = None, ""
