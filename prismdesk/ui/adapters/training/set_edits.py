"""A training set under edit: each change is written at once, and can be taken back.

Sounds are never written over, so a step back is a matter of the set's file alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.adapters.training_set import TrainingSet, TrainingSetError, read_set, write_set

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_MOST_STEPS = 200


@dataclass(frozen=True, slots=True)
class _Step:
    label: str
    before: TrainingSet
    after: TrainingSet


class SetEdits:
    """The set of one folder with what was done to it since it was opened.

    Args:
        folder: of the set.

    Raises:
        TrainingSetError: it can't be read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = read_set(folder)
        self._done: list[_Step] = []
        self._undone: list[_Step] = []

    @property
    def undo_label(self) -> str:
        """What would be taken back; "" for nothing."""
        return self._done[-1].label if self._done else ""

    @property
    def redo_label(self) -> str:
        """What would be done again; "" for nothing."""
        return self._undone[-1].label if self._undone else ""

    def apply(self, label: str, change: Callable[[TrainingSet], TrainingSet]) -> bool:
        """Change the set and write it; return whether anything is another now.

        Raises:
            TrainingSetError: it can't be, or the disk refused; the set stays as it was.
        """
        after = change(self.now)
        if after == self.now:
            return False
        write_set(self.folder, after)
        self._note(label, after)
        return True

    def take_up(self, label: str) -> bool:
        """Read what others wrote, as one step; return whether anything is another now.

        Raises:
            TrainingSetError: it can't be read.
        """
        after = read_set(self.folder)
        if after == self.now:
            return False
        self._note(label, after)
        return True

    def undo(self) -> None:
        """Take the last change back.

        Raises:
            TrainingSetError: the disk refused.
        """
        if self._done:
            write_set(self.folder, self._done[-1].before)
            step = self._done.pop()
            self._undone.append(step)
            self.now = step.before

    def redo(self) -> None:
        """Do again what was taken back last.

        Raises:
            TrainingSetError: the disk refused.
        """
        if self._undone:
            write_set(self.folder, self._undone[-1].after)
            step = self._undone.pop()
            self._done.append(step)
            self.now = step.after

    def _note(self, label: str, after: TrainingSet) -> None:
        self._done.append(_Step(label, self.now, after))
        del self._done[:-_MOST_STEPS]
        self._undone.clear()
        self.now = after


def opened(folder: Path) -> SetEdits | None:
    """Return a set to be edited; None where there is none that can be read."""
    try:
        return SetEdits(folder)
    except TrainingSetError:
        return None
