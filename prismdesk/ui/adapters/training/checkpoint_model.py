"""The rows of a run's checkpoints: what was recorded, the base, and what was learned by then."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from prismdesk.errors import PrismDeskError
from prismdesk.session.run_notes import set_note
from prismdesk.ui.adapters.training.cells import CellRole, Index
from prismdesk.ui.adapters.training.run_look import BASE_STEP
from prismdesk.ui.adapters.training.words import count_words, figure_words
from prismdesk.ui.fonts import ui_font
from prismdesk.ui.widgets.headed_table import HeadedTableModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from prismdesk.ui.adapters.training.run_look import RunLook
    from prismdesk.ui.theme import Theme

REFERENCE_NOTE = "what it should be"


class CheckpointColumn(IntEnum):
    """The columns, left first."""

    SOUND = 0
    HELD_OUT = 1
    DISTANCE = 2
    ONSETS = 3
    LISTEN = 4
    NOTE = 5
    USE = 6


_HEADINGS = ("Sound", "Held-out loss", "Distance to set", "Onset error", "Listen", "Note", "")
_FIGURES = (CheckpointColumn.HELD_OUT, CheckpointColumn.DISTANCE, CheckpointColumn.ONSETS)


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """One row.

    Attributes:
        step: of the checkpoint, 0 for the base, None for what was recorded.
        is_usable: whether there are files to make a preset of.
        preset: the preset it was made, "" if it wasn't.
    """

    step: int | None
    is_usable: bool = False
    preset: str = ""


class CheckpointModel(HeadedTableModel):
    """Rows of one run for one clip; ``noted`` follows when a note was written down.

    Args:
        theme: the colours.
        refused: called with an error, where a note can't be kept.
    """

    noted = Signal()

    def __init__(self, theme: Theme, refused: Callable[[PrismDeskError], object]) -> None:
        super().__init__(_HEADINGS)
        self._theme = theme
        self._refused = refused
        self._look: RunLook | None = None
        self._pair = ""
        self.rows: tuple[CheckpointRow, ...] = ()

    def show_run(self, look: RunLook | None, pair: str) -> None:
        """Show a run's rows with the examples of one clip."""
        rows = _rows_of(look, pair)
        if rows == self.rows:
            self._look, self._pair = look, pair
            if rows:
                last = self.index(len(rows) - 1, len(_HEADINGS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            return
        self.beginResetModel()
        self._look, self._pair, self.rows = look, pair, rows
        self.endResetModel()

    def sound_of(self, row: int) -> Path | None:
        """Return the sound file of a row."""
        look, step = self._look, self.rows[row].step
        if look is None or not self._pair:
            return None
        if step is None:
            return look.reference_path(self._pair)
        return look.example_path(self._pair, step)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  (Qt's form)
        """Return how many rows there are."""
        return 0 if parent.isValid() else len(self.rows)

    def headerData(  # noqa: N802  (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a heading; those of figures stand at the right."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _FIGURES:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return super().headerData(section, orientation, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done: notes of checkpoints can be typed."""
        flags = super().flags(index)
        if index.column() == CheckpointColumn.NOTE and self.rows[index.row()].step is not None:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell says and how it looks."""
        row, column = self.rows[index.row()], CheckpointColumn(index.column())
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return self._words(row, column, is_edited=role == Qt.ItemDataRole.EditRole)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _FIGURES:
            return Qt.AlignmentFlag.AlignRight
        if role == Qt.ItemDataRole.FontRole and row.preset:
            return ui_font(12, bold=column == CheckpointColumn.SOUND)
        if role == Qt.ItemDataRole.ForegroundRole and column == CheckpointColumn.NOTE:
            return QColor(self._theme.dim)
        if role == CellRole.SOUND and column == CheckpointColumn.LISTEN:
            return self.sound_of(index.row())
        if role == CellRole.COLOUR:
            recorded = self._theme.recorded_rms
            return recorded if row.step is None else self._theme.tasks[0][1].wave
        if column == CheckpointColumn.USE:
            return self._button(row, role)
        return None

    def setData(  # noqa: N802  (Qt's name)
        self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Keep a note beside the run."""
        step, look = self.rows[index.row()].step, self._look
        if role != Qt.ItemDataRole.EditRole or step is None or look is None:
            return False
        try:
            set_note(look.run.folder, step, str(value))
        except PrismDeskError as error:
            self._refused(error)
            return False
        self.noted.emit()
        return True

    def _words(self, row: CheckpointRow, column: CheckpointColumn, *, is_edited: bool) -> str:
        look, step = self._look, row.step
        assert look is not None
        if column == CheckpointColumn.SOUND:
            return step_name(step)
        if column == CheckpointColumn.NOTE:
            return REFERENCE_NOTE if step is None else look.said.get(step, "")
        if column not in _FIGURES:
            return ""
        if step is None:
            return "–"
        if column == CheckpointColumn.HELD_OUT:
            return figure_words(look.held_out_loss(step))
        if column == CheckpointColumn.DISTANCE:
            value = look.metric("set_distance_db", step, self._pair)
            return "–" if value is None else f"{value:.2f} dB"
        value = look.metric("onset_error_ms", step, self._pair)
        return "–" if value is None else f"{value:.0f} ms"

    def _spoken(self, row: CheckpointRow, column: CheckpointColumn) -> str | None:
        if column == CheckpointColumn.LISTEN:
            return f"Play {step_name(row.step)}, Space"
        if column == CheckpointColumn.USE:
            return str(self._button(row, CellRole.BUTTON) or "")
        return None

    def _button(self, row: CheckpointRow, role: int) -> object:
        if role == CellRole.BUTTON:
            return "In use" if row.preset else "Use this one" if row.is_usable else ""
        if role == CellRole.IS_ON:
            return bool(row.preset)
        if role == Qt.ItemDataRole.ToolTipRole and row.preset:
            return f"It is the preset {row.preset}."
        return None


def step_name(step: int | None) -> str:
    """Return what a row is called."""
    if step is None:
        return "Reference clip"
    return "Base, step 0" if step == BASE_STEP else f"Step {count_words(step)}"


def _rows_of(look: RunLook | None, pair: str) -> tuple[CheckpointRow, ...]:
    if look is None:
        return ()
    steps = [
        CheckpointRow(step, is_usable=step in look.usable, preset=look.used.get(step, ""))
        for step in look.steps_shown
    ]
    has_reference = bool(pair) and look.reference_path(pair) is not None
    return (CheckpointRow(None), *steps) if has_reference else tuple(steps)
