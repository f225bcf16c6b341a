"""Which files below a folder can be presets: found without opening any of them."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_DEPTH = 12
MAX_FILES = 50_000
SUFFIXES = (".safetensors", ".pt", ".pth", ".ckpt")
PEFT_CONFIG = "adapter_config.json"
PEFT_WEIGHTS = "adapter_model.safetensors"
"""What a folder that PEFT wrote holds."""

_WORKPLACES = ("run.toml", "set.toml")
"""What folders hold whose tensors are work in progress: a training's run, a set of sounds."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a preset.

    Attributes:
        path: of a file, or of a folder that PEFT wrote.
        root: the folder it was found in, at any depth.
        stamp: says whether it was changed since: size and time of its files.
        beside: names of all that lies in the same folder; None where nobody looked.
    """

    path: Path
    root: Path
    stamp: str
    beside: frozenset[str] | None = field(default=None, compare=False, repr=False)

    @property
    def key(self) -> str:
        """Names it as it is now."""
        return f"{self.path}|{self.stamp}"


def candidates(
    roots: Iterable[Path],
    cancelled: IsCancelled = never_cancelled,
    *,
    most_files: int = MAX_FILES,
) -> tuple[Candidate, ...]:
    """Return what may be a preset below some folders, each once, in the order of their paths.

    Links are followed only inside their own root, and each folder is looked into once. Hidden
    files, runs of a training, and sets of training sounds are left out; so is what lies deeper
    than ``MAX_DEPTH``, and what comes after the first ``most_files``.

    Raises:
        Cancelled: as told.
    """
    found: dict[Path, Candidate] = {}
    seen: set[tuple[int, int]] = set()
    for root in roots:
        below = _Walk(root, root.resolve(), seen, cancelled).below(root, MAX_DEPTH, frozenset())
        for candidate in below:
            found.setdefault(candidate.path.resolve(), candidate)
            if len(found) >= most_files:
                break
    return tuple(sorted(found.values(), key=lambda one: str(one.path).casefold()))


def candidate_at(path: Path, root: Path, beside: frozenset[str] | None = None) -> Candidate | None:
    """Return one file or folder as a candidate; None if it can't be a preset, or is gone."""
    stamp = _stamp_of_folder(path) if path.is_dir() else _stamp_of_file(path)
    return None if stamp is None else Candidate(path, root, stamp, beside)


@dataclass(frozen=True, slots=True)
class _Walk:
    """A way through the folders below a root; ``seen`` are those it has been in."""

    root: Path
    resolved_root: Path
    seen: set[tuple[int, int]]
    cancelled: IsCancelled

    def below(self, folder: Path, depth: int, around: frozenset[str]) -> Iterator[Candidate]:
        """Yield what may be a preset in a folder; ``around`` are names beside the folder itself."""
        raise_if_cancelled(self.cancelled)
        entries = _entries(folder, self.seen)
        names = frozenset(entry.name for entry in entries)
        if names.intersection(_WORKPLACES):
            return
        if PEFT_CONFIG in names and folder != self.root:
            yield from self._candidate(folder, around)
            return
        for entry in entries:
            path = Path(entry.path)
            if entry.name.startswith(".") or not _stays_inside(entry, self.resolved_root):
                continue
            if _is_folder(entry):
                if depth > 0:
                    yield from self.below(path, depth - 1, names)
            elif path.suffix.lower() in SUFFIXES:
                yield from self._candidate(path, names)

    def _candidate(self, path: Path, beside: frozenset[str]) -> Iterator[Candidate]:
        candidate = candidate_at(path, self.root, beside)
        if candidate is not None:
            yield candidate


def _entries(folder: Path, seen: set[tuple[int, int]]) -> list[os.DirEntry[str]]:
    """Return what a folder holds, by name; nothing where it was looked into or can't be."""
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen and status.st_ino:
            return []
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _stays_inside(entry: os.DirEntry[str], resolved_root: Path) -> bool:
    if not entry.is_symlink():
        return True
    try:
        return Path(entry.path).resolve(strict=True).is_relative_to(resolved_root)
    except (OSError, RuntimeError):
        return False


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _stamp_of_file(path: Path) -> str | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return f"{status.st_size}|{status.st_mtime_ns}" if path.is_file() else None


def _stamp_of_folder(folder: Path) -> str | None:
    """Stamp the files of a PEFT folder; what lies beside them is no matter."""
    names = (PEFT_CONFIG, PEFT_WEIGHTS, "adapter_model.bin")
    stamps = [_stamp_of_file(folder / name) for name in names]
    return None if stamps[0] is None else "|".join(one or "-" for one in stamps)
