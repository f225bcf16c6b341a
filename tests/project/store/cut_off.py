"""Every state in which a kill could leave a folder: copies of it before each step of writing.

``every_cut`` runs some work while ``os`` functions that change the disk are wrapped: before and
after each, and in the middle of each write to the journal, the folder is copied. What a kill at
that moment leaves behind is exactly such a copy.
"""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any
from unittest import mock

from prismdesk.project.store.journal import Journal, line_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prismdesk.project.store.json_patch import Json

_STEPS = ("replace", "link", "fsync", "unlink", "rename", "mkdir", "rmdir")


class Cuts:
    """Copies of a folder at each moment, with what the work had acknowledged by then."""

    def __init__(self, folder: Path, copies: Path, acknowledged: Callable[[], Any]) -> None:
        self.folder = folder
        self.taken: list[tuple[Path, str, Any]] = []
        self._copies = copies
        self._acknowledged = acknowledged

    def take(self, moment: str) -> None:
        """Copy the folder as a kill at this moment would leave it."""
        copy = self._copies / f"{len(self.taken):04}"
        if self.folder.exists():
            shutil.copytree(self.folder, copy, symlinks=True)
        self.taken.append((copy, moment, self._acknowledged()))


def every_cut(
    work: Callable[[], None], folder: Path, copies: Path, acknowledged: Callable[[], Any]
) -> list[tuple[Path, str, Any]]:
    """Run the work; return (copy of the folder, moment, acknowledged by then) for every cut."""
    cuts = Cuts(folder, copies, acknowledged)
    is_copying: list[bool] = []

    def wrapped(name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        def step(*args: Any, **kwargs: Any) -> Any:
            if is_copying:
                return original(*args, **kwargs)
            is_copying.append(True)
            cuts.take(f"before {name}")
            is_copying.clear()
            try:
                return original(*args, **kwargs)
            finally:
                is_copying.append(True)
                cuts.take(f"after {name}")
                is_copying.clear()

        return step

    original_append = Journal.append

    def torn_append(journal: Journal, line: dict[str, Json]) -> None:
        data = line_bytes(line)
        for length in (1, len(data) // 2, len(data) - 1):
            end = journal.path.stat().st_size
            with journal.path.open("ab") as file:
                file.write(data[:length])
            is_copying.append(True)
            cuts.take(f"{length} of {len(data)} bytes of a line")
            is_copying.clear()
            os.truncate(journal.path, end)
        original_append(journal, line)

    with ExitStack() as patches:
        for name in _STEPS:
            patches.enter_context(mock.patch.object(os, name, wrapped(name, getattr(os, name))))
        patches.enter_context(mock.patch.object(Journal, "append", torn_append))
        work()
    return cuts.taken


def moments(cuts: list[tuple[Path, str, Any]]) -> Iterator[str]:
    """Yield the moments, for a test that must know that it saw what it means to see."""
    for _, moment, _ in cuts:
        yield moment
