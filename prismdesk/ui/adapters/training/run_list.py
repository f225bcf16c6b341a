"""All runs with their figures, read off the window's thread; several can be compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QColor

from prismdesk.session.run_summary import summary_of
from prismdesk.session.training_runs import all_runs
from prismdesk.ui.adapters.training.words import (
    base_name,
    count_words,
    figure_words,
    seconds_words,
    state_words,
)
from prismdesk.ui.fonts import ui_font
from prismdesk.ui.widgets.headed_table import HeadedTableModel, Index

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.session.run_summary import RunSummary
    from prismdesk.session.training_runs import RunOverview
    from prismdesk.ui.adapters.training.bridge import TrainingBridge
    from prismdesk.ui.theme import Theme


class RunColumn(IntEnum):
    """The columns, left first."""

    RUN = 0
    STATE = 1
    STEP = 2
    HELD_OUT = 3
    LOWEST = 4
    BASE_LOSS = 5
    TIME = 6
    MODEL = 7


_HEADINGS = (
    "Run", "State", "Steps", "Held-out loss", "Lowest loss", "Base", "Time", "Trained on",
)  # fmt: skip
_FIGURES = range(RunColumn.STEP, RunColumn.MODEL)


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run and its figures."""

    run: RunOverview
    summary: RunSummary

    @property
    def path(self) -> Path:
        """Its folder, which names it."""
        return self.run.folder.path


def listed_runs() -> tuple[ListedRun, ...]:
    """Return every run that can be read, the newest first."""
    return tuple(ListedRun(run, summary_of(run)) for run in all_runs())


def overlay_colours(theme: Theme) -> tuple[str, ...]:
    """Return colours for curves of other runs, told apart in every theme."""
    tasks = [colours.wave for _, colours in theme.tasks]
    return (tasks[1], tasks[0], theme.good, theme.error, tasks[2], theme.warning)


class RunListModel(HeadedTableModel):
    """One row for each run; ticked ones are compared. ``ticked`` follows when that changes."""

    ticked = Signal()

    def __init__(self, theme: Theme, training: TrainingBridge) -> None:
        super().__init__(_HEADINGS)
        self._theme = theme
        self._training = training
        self._compared: list[Path] = []
        self.current: Path | None = None
        self.rows: tuple[ListedRun, ...] = ()

    @property
    def compared(self) -> tuple[Path, ...]:
        """The folders of runs that are ticked, in the order of ticking."""
        return tuple(self._compared)

    def colour_of(self, path: Path) -> str | None:
        """Return a ticked run's colour."""
        if path not in self._compared:
            return None
        colours = overlay_colours(self._theme)
        return colours[self._compared.index(path) % len(colours)]

    def show_runs(self, rows: Sequence[ListedRun], current: Path | None) -> None:
        """Show other runs, or the same ones with new figures."""
        is_same = [one.path for one in rows] == [one.path for one in self.rows]
        self.current = current
        there = {one.path for one in rows}
        self._compared = [path for path in self._compared if path in there]
        if is_same:
            self.rows = tuple(rows)
            self.refresh()
            return
        self.beginResetModel()
        self.rows = tuple(rows)
        self.endResetModel()

    def refresh(self) -> None:
        """Show states anew."""
        if self.rows:
            last = self.index(len(self.rows) - 1, len(_HEADINGS) - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def tick(self, path: Path, *, is_on: bool) -> None:
        """Compare a run, or don't."""
        if is_on == (path in self._compared):
            return
        if is_on:
            self._compared.append(path)
        else:
            self._compared.remove(path)
        self.refresh()
        self.ticked.emit()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  (Qt's form)
        """Return how many runs there are."""
        return 0 if parent.isValid() else len(self.rows)

    def headerData(  # noqa: N802  (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a heading; those of figures stand at the right."""
        if role == Qt.ItemDataRole.TextAlignmentRole and section in _FIGURES:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return super().headerData(section, orientation, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done: runs can be ticked."""
        flags = super().flags(index)
        if index.column() == RunColumn.RUN:
            flags |= Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return what a cell says and how it looks."""
        one, column = self.rows[index.row()], RunColumn(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(one, column)
        if role == Qt.ItemDataRole.CheckStateRole and column == RunColumn.RUN:
            is_on = one.path in self._compared
            return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ForegroundRole:
            colour = self.colour_of(one.path) if column == RunColumn.RUN else None
            return QColor(colour) if colour is not None else None
        if role == Qt.ItemDataRole.FontRole:
            return ui_font(12, bold=one.path == self.current and column == RunColumn.RUN)
        if role == Qt.ItemDataRole.TextAlignmentRole and column in _FIGURES:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.ToolTipRole:
            return one.run.state.sentence or one.run.note or None
        return None

    def setData(  # noqa: N802  (Qt's name)
        self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Tick a run."""
        if role != Qt.ItemDataRole.CheckStateRole:
            return False
        is_on = value in (Qt.CheckState.Checked, Qt.CheckState.Checked.value)
        self.tick(self.rows[index.row()].path, is_on=is_on)
        return True

    def _words(self, one: ListedRun, column: RunColumn) -> str:
        run, summary = one.run, one.summary
        if column == RunColumn.RUN:
            return run.name
        if column == RunColumn.STATE:
            return state_words(run, self._training.of_run(one.path))
        if column == RunColumn.STEP:
            return f"{count_words(summary.step)} / {count_words(run.options.steps)}"
        if column == RunColumn.HELD_OUT:
            return figure_words(summary.held_out_loss)
        if column == RunColumn.LOWEST:
            return figure_words(summary.lowest_loss)
        if column == RunColumn.BASE_LOSS:
            return figure_words(summary.base_loss)
        if column == RunColumn.TIME:
            return seconds_words(summary.seconds) if summary.seconds else "–"
        return base_name(run.model_id)
