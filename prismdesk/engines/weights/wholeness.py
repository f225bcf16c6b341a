"""Whether a weight file of which no checksum is known can be one at all, without opening it.

It finds files cut short, files of another kind and pickles that want to run code. Names, shapes
and values are looked at when the file is loaded.
"""

from __future__ import annotations

import json
import pickletools
import zipfile
from typing import IO, TYPE_CHECKING

from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from pathlib import Path

_WEIGHT_SUFFIXES = (".pth", ".pt", ".ckpt", ".bin", ".safetensors")
_BLOCK_BYTES = 4 << 20
_LARGEST_HEADER_BYTES = 100_000_000
_HARMLESS = ("torch", "collections")
_CUT_SHORT = "is damaged or was cut short; fetch it again"
_TEXT_OPCODES = ("SHORT_BINUNICODE", "BINUNICODE", "UNICODE")


def fault_of(path: Path, cancelled: IsCancelled = never_cancelled) -> str:
    """Return what is wrong with a weight file, as the rest of a sentence; empty if nothing is.

    JSON has to be JSON; other files that don't end like weight files are not looked at.

    Raises:
        OSError: it can't be read.
        Cancelled: as told.
    """
    if path.suffix.lower() == ".json":
        return _fault_of_json(path)
    if path.suffix.lower() not in _WEIGHT_SUFFIXES:
        return ""
    with path.open("rb") as file:
        head = file.read(9)
        if not head:
            return "is empty; fetch it again"
        if head.startswith(b"PK\x03\x04"):
            return _fault_of_archive(path, cancelled)
        if head.startswith(b"\x80"):
            file.seek(0)
            return _fault_of_pickle(file)
        if head[8:] == b"{":
            return _fault_of_safetensors(file, path.stat().st_size)
    return "is no weight file; fetch it again"


def _fault_of_json(path: Path) -> str:
    with path.open("rb") as file:
        content = file.read(_LARGEST_HEADER_BYTES + 1)
    if len(content) > _LARGEST_HEADER_BYTES:
        return "is far larger than such a file; choose the model's own"
    try:
        json.loads(content)
    except (ValueError, RecursionError):
        return "is no JSON; fetch it again"
    return ""


def _fault_of_archive(path: Path, cancelled: IsCancelled) -> str:
    """Read every entry once: the archive holds their checksums."""
    try:
        with zipfile.ZipFile(path) as archive:
            pickles = [name for name in archive.namelist() if name.endswith("data.pkl")]
            if not pickles:
                return "is a zip archive, but no checkpoint; choose another file"
            for entry in archive.infolist():
                with archive.open(entry) as content:
                    while content.read(_BLOCK_BYTES):
                        raise_if_cancelled(cancelled)
            with archive.open(pickles[0]) as content:
                return _fault_of_pickle(content)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError):
        return _CUT_SHORT


def _fault_of_pickle(file: IO[bytes]) -> str:
    """Look at the names that the first pickle asks for; nothing of it runs."""
    texts: list[str] = []
    try:
        for opcode, argument, _ in pickletools.genops(file):
            if opcode.name in _TEXT_OPCODES:
                texts = [*texts[-1:], str(argument)]
            wanted = ""
            if opcode.name in ("GLOBAL", "INST"):
                wanted = str(argument)
            elif opcode.name == "STACK_GLOBAL":
                wanted = " ".join(texts)
            if wanted and wanted.partition(" ")[0].partition(".")[0] not in _HARMLESS:
                name = wanted.rpartition(" ")[2][:40]
                return f"wants to run code when it is opened ({name}); get it from its publisher"
    except (ValueError, EOFError, UnicodeDecodeError, IndexError):
        return _CUT_SHORT
    return ""


def _fault_of_safetensors(file: IO[bytes], size_bytes: int) -> str:
    file.seek(0)
    header_bytes = int.from_bytes(file.read(8), "little")
    if header_bytes > min(size_bytes, _LARGEST_HEADER_BYTES):
        return _CUT_SHORT
    try:
        stated = json.loads(file.read(header_bytes))
        ends = (one["data_offsets"][1] for name, one in stated.items() if name != "__metadata__")
        whole_bytes = 8 + header_bytes + max(ends, default=0)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return _CUT_SHORT
    return "" if size_bytes == whole_bytes else _CUT_SHORT
