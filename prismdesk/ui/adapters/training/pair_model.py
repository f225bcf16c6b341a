"""The rows of a training set: sound, picture, words, what it is used for, and what is doubted."""

from __future__ import annotations

from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from prismdesk.ui.adapters.training.cells import CellRole, Index
from prismdesk.ui.adapters.training.frame_images import Stretch
from prismdesk.ui.icons import IconName
from prismdesk.ui.widgets.headed_table import HeadedTableModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtCore import QObject

    from prismdesk.adapters.training_set import Split, TrainingPair, TrainingSet
    from prismdesk.session.training_checks_doubt import Doubt
    from prismdesk.ui.theme import Theme

SPLITS: tuple[Split, ...] = ("train", "hold out", "left out")


class PairColumn(IntEnum):
    """The columns, left first."""

    NUMBER = 0
    SOUND = 1
    PICTURE = 2
    PROMPT = 3
    LENGTH = 4
    MASK = 5
    USE = 6
    CHECK = 7


_HEADINGS = ("", "Sound", "Picture", "Prompt", "Length", "Mask", "Use for", "Check")
STRETCH_ROLE = int(CellRole.LINK) + 1


class PairModel(HeadedTableModel):
    """Rows of one set.

    ``prompt_typed`` follows with a key and words, ``split_chosen`` with a key and a use.

    Args:
        theme: the colours.
        parent: owns it.
    """

    prompt_typed = Signal(str, str)
    split_chosen = Signal(str, str)

    def __init__(self, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(_HEADINGS, parent)
        self._theme = theme
        self._folder = Path()
        self._set: TrainingSet | None = None
        self._doubts: Mapping[str, tuple[Doubt, ...]] | None = None
        self.rows: tuple[TrainingPair, ...] = ()

    def show_set(self, folder: Path, training_set: TrainingSet | None) -> None:
        """Show a set as it is now."""
        rows = training_set.pairs if training_set is not None else ()
        keys = [pair.key for pair in rows]
        is_same = folder == self._folder and keys == [pair.key for pair in self.rows]
        if is_same:
            self._set, self.rows = training_set, rows
            self._refresh()
            return
        self.beginResetModel()
        self._folder, self._set, self.rows = folder, training_set, rows
        self.endResetModel()

    def show_doubts(self, doubts: Mapping[str, tuple[Doubt, ...]] | None) -> None:
        """Show what is doubted; None while that isn't known."""
        self._doubts = doubts
        self._refresh()

    def doubts_of(self, row: int) -> tuple[Doubt, ...]:
        """Return what is doubted about a row."""
        return () if self._doubts is None else self._doubts.get(self.rows[row].key, ())

    def sound_of(self, row: int) -> Path:
        """Return the sound file of a row."""
        return self._folder / self.rows[row].sound

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  (Qt's form)
        """Return how many pairs there are."""
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done: words and use can be edited."""
        flags = super().flags(index)
        if index.column() in (PairColumn.PROMPT, PairColumn.USE):
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell says and how it looks."""
        pair, column = self.rows[index.row()], PairColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(index.row(), pair, column)
        if role == Qt.ItemDataRole.EditRole:
            return pair.split if column == PairColumn.USE else pair.prompt
        if role == Qt.ItemDataRole.ForegroundRole:
            return self._colour(pair, column)
        if role == CellRole.SOUND and column == PairColumn.SOUND:
            return self.sound_of(index.row())
        if role == STRETCH_ROLE and column == PairColumn.PICTURE and pair.film:
            return Stretch(pair.film, pair.film_start, pair.length_seconds)
        if column == PairColumn.CHECK:
            return self._check(index.row(), role)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(pair, column)
        return None

    def setData(  # noqa: N802  (Qt's name)
        self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Tell what was typed or chosen; who has the set writes it."""
        if role != Qt.ItemDataRole.EditRole:
            return False
        key = self.rows[index.row()].key
        is_use = index.column() == PairColumn.USE
        (self.split_chosen if is_use else self.prompt_typed).emit(key, str(value))
        return True

    def _words(self, row: int, pair: TrainingPair, column: PairColumn) -> str:
        if column == PairColumn.NUMBER:
            return str(row + 1)
        if column == PairColumn.PROMPT:
            return pair.prompt or (self._set.prompt if self._set is not None else "")
        if column == PairColumn.LENGTH:
            return f"{pair.length_seconds:.1f} s"
        if column == PairColumn.MASK:
            return pair.mask_name or ("drawn" if pair.masks else "none")
        if column == PairColumn.USE:
            return pair.split
        if column == PairColumn.CHECK:
            doubts = self.doubts_of(row)
            if doubts:
                more = f", {len(doubts) - 1} more" if len(doubts) > 1 else ""
                return _short(doubts[0]) + more
            return "Checking" if self._doubts is None else "Fine"
        return ""

    def _colour(self, pair: TrainingPair, column: PairColumn) -> QColor | None:
        theme = self._theme
        if column == PairColumn.NUMBER or (column == PairColumn.MASK and not pair.masks):
            return QColor(theme.faint)
        if pair.split == "left out" or (column == PairColumn.PROMPT and not pair.prompt):
            return QColor(theme.dim)
        return None

    def _check(self, row: int, role: int) -> object:
        doubts = self.doubts_of(row)
        if role == CellRole.ICON:
            if self._doubts is None:
                return IconName.CLOCK, self._theme.faint
            mark = (IconName.WARNING, self._theme.warning)
            return mark if doubts else (IconName.CHECK_CIRCLE, self._theme.good)
        if role == CellRole.LINK:
            return doubts[0].remedies[0][1] if doubts and doubts[0].remedies else ""
        if role == Qt.ItemDataRole.ToolTipRole:
            return "\n".join(one.sentence for one in doubts) or None
        if role == Qt.ItemDataRole.AccessibleTextRole and doubts:
            return " ".join(one.sentence for one in doubts)
        return None

    def _spoken(self, pair: TrainingPair, column: PairColumn) -> str | None:
        if column == PairColumn.SOUND:
            return f"Play {pair.name or pair.key}, Space"
        if column == PairColumn.PICTURE:
            return Path(pair.film).name if pair.film else "No picture"
        return None

    def _refresh(self) -> None:
        if self.rows:
            last = self.index(len(self.rows) - 1, len(_HEADINGS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)


def _short(doubt: Doubt) -> str:
    """Return a doubt in a word or two; the tool tip says it in full."""
    words = doubt.kind.capitalize()
    return words if doubt.at_seconds is None else f"{words} at {doubt.at_seconds:.1f} s"
