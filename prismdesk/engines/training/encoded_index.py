"""Which encoded pairs a run trains on, and which it holds out: ``encoded/index.json``.

The pairs themselves may lie beside the index or in a place that several runs share.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from prismdesk.engines.training.run_files import write_whole
from prismdesk.errors import InputError

Split = Literal["train", "hold out"]
SPLITS: tuple[Split, ...] = ("train", "hold out")

INDEX_FILE = "index.json"
_FORMAT = 1


class EncodedSetError(InputError):
    """Encoded pairs can't be used; the message says which, why, and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedEntry:
    """One encoded pair.

    Attributes:
        key: unique in the set; says what was encoded, and how.
        pair: its id in the training set.
        file: of the tensors, relative to the index's folder or absolute.
        split: whether it is trained on.
        prompt: its words.
    """

    key: str
    pair: str
    file: str
    split: Split
    prompt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncodedIndex:
    """All pairs of a run.

    Attributes:
        family: "selva" or "audiox".
        base_sha256: of the weights that the pairs were encoded for.
        entries: in the order of the training set.
    """

    family: str
    base_sha256: str
    entries: tuple[EncodedEntry, ...]


def write_index(folder: Path, index: EncodedIndex) -> None:
    """Write the index into a folder.

    Raises:
        OSError: the disk gave up; what was there before stays.
    """
    folder.mkdir(parents=True, exist_ok=True)
    values = {"format": _FORMAT, **asdict(index)}
    write_whole(folder / INDEX_FILE, json.dumps(values, indent=1).encode())


def read_index(folder: Path) -> EncodedIndex:
    """Return the index in a folder.

    Raises:
        EncodedSetError: it isn't there or can't be read.
    """
    path = folder / INDEX_FILE
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        entries = tuple(EncodedEntry(**entry) for entry in values["entries"])
        index = EncodedIndex(
            family=str(values["family"]), base_sha256=str(values["base_sha256"]), entries=entries
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise EncodedSetError(
            f"The list of encoded pairs {path} can't be read; encode the set again."
        ) from error
    if values.get("format") != _FORMAT or any(one.split not in SPLITS for one in entries):
        raise EncodedSetError(f"{path} is of another version; encode the set again.")
    return index


def path_of(folder: Path, entry: EncodedEntry) -> Path:
    """Return where the tensors of a pair lie."""
    return folder / Path(entry.file)
