"""The list of runs: choose one, lay curves over each other, remove what isn't needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Signal
from PySide6.QtWidgets import QMessageBox, QWidget

from prismdesk.errors import PrismDeskError
from prismdesk.session.training_runs import remove_run
from prismdesk.ui.adapters.training.run_list import RunColumn, RunListModel, listed_runs
from prismdesk.ui.adapters.training.table_view import TrainingTable
from prismdesk.ui.icons import IconName
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import quiet_button
from prismdesk.ui.widgets.folding_row import FoldingRow
from prismdesk.ui.widgets.labels import caption, section_label

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.jobs.training.desk import Piece
    from prismdesk.ui.adapters.training.run_list import ListedRun
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop

_WIDTHS_PX = {
    RunColumn.STATE: 110,
    RunColumn.STEP: 110,
    RunColumn.HELD_OUT: 96,
    RunColumn.LOWEST: 86,
    RunColumn.BASE_LOSS: 60,
    RunColumn.TIME: 70,
    RunColumn.MODEL: 130,
}


class RunSection(QWidget):
    """``chosen`` follows with a run's folder; ``compared`` when others are ticked.

    ``listed`` follows when the list was read.

    Args:
        desktop: look, long work, training.
    """

    chosen = Signal(object)
    compared = Signal()
    listed = Signal()
    sweep_wanted = Signal()

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        self._desktop = desktop
        self._reading: BackgroundTask[tuple[ListedRun, ...]] | None = None
        self.is_read = False
        self._current: Path | None = None
        self.model = RunListModel(desktop.theme, desktop.training)
        self.table = TrainingTable("Runs", self.model)
        self.table.set_widths(
            {int(one): px for one, px in _WIDTHS_PX.items()},
            stretch=RunColumn.RUN,
            missable=(
                RunColumn.BASE_LOSS,
                RunColumn.TIME,
                RunColumn.LOWEST,
                RunColumn.MODEL,
                RunColumn.HELD_OUT,
            ),
        )
        theme = desktop.theme
        self.show_one = quiet_button("Show", theme, icon_name=IconName.EYE)
        self.show_one.setToolTip("Show the selected run above. Key: Enter")
        self.sweep = quiet_button("Sweep…", theme, icon_name=IconName.LIST)
        self.sweep.setToolTip("Train the shown run again and again with other values of an option.")
        self.remove = quiet_button("Remove…", theme, icon_name=IconName.TRASH)
        layout = column(spacing_px=4)
        hint = caption("Ticked runs are drawn over the one that is shown")
        head = FoldingRow(
            row(section_label("Runs", of=self.table), hint, None),
            row(self.show_one, self.sweep, self.remove),
        )
        layout.addWidget(head)
        layout.addWidget(self.table)
        self.setLayout(layout)
        self._seen = WhenSeen(self, self._read, desktop.turns)
        self._tie()

    @property
    def rows(self) -> tuple[ListedRun, ...]:
        """The runs as they were read last, the newest first."""
        return self.model.rows

    def look_again(self) -> None:
        """Read the list anew, now or once it is seen."""
        self._seen.want()

    def read_now(self) -> None:
        """Read the list though it may not be seen."""
        self._read()

    def show_current(self, path: Path | None) -> None:
        """Mark the run that is shown."""
        self._current = path
        self.model.current = path
        self.model.refresh()
        self._offer()

    def _tie(self) -> None:
        self.table.pressed_enter.connect(self._choose)
        self.table.doubleClicked.connect(self._choose_index)
        self.table.pressed_space.connect(self._tick)
        self.table.pressed_delete.connect(self._ask_to_remove)
        self.table.selectionModel().selectionChanged.connect(self._offer)
        self.model.ticked.connect(self.compared)
        self.show_one.clicked.connect(self._choose_selected)
        self.sweep.clicked.connect(self.sweep_wanted)
        self.remove.clicked.connect(self._ask_to_remove)
        self._desktop.training.changed.connect(self._follow)
        self._offer()

    def _follow(self, piece: Piece) -> None:
        if piece.is_over or piece.state == "waiting" or not self._knows(piece):
            self.look_again()
        else:
            self.model.refresh()

    def _knows(self, piece: Piece) -> bool:
        folder = getattr(piece.task, "run_folder", "")
        return not folder or any(str(one.path) == folder for one in self.rows)

    def _read(self) -> None:
        if self._reading is not None:
            self._reading.forget()
        self._reading = self._desktop.background.run(
            "Reading the training runs",
            lambda *_: listed_runs(),
            done=self._show,
            quiet=True,
            owner=self,
        )

    def _show(self, rows: tuple[ListedRun, ...]) -> None:
        self._reading, self.is_read = None, True
        self.model.show_runs(rows, self._current)
        self._offer()
        self.listed.emit()

    def _selected(self) -> list[ListedRun]:
        return [self.rows[place] for place in self.table.selected_rows() if place < len(self.rows)]

    def _offer(self) -> None:
        selected = self._selected()
        self.show_one.setEnabled(len(selected) == 1)
        self.remove.setEnabled(bool(selected))
        for button in (self.show_one, self.remove):
            button.setAccessibleDescription("" if selected else "Select a run first.")
        self.remove.setToolTip("" if selected else "Select a run first.")
        self.sweep.setEnabled(self._current is not None)

    def _choose(self, place: int) -> None:
        self.chosen.emit(self.rows[place].path)

    def _choose_index(self, index: object) -> None:
        self._choose(self.table.currentIndex().row())

    def _choose_selected(self) -> None:
        for one in self._selected()[:1]:
            self.chosen.emit(one.path)

    def _tick(self, place: int) -> None:
        path = self.rows[place].path
        self.model.tick(path, is_on=path not in self.model.compared)

    def _ask_to_remove(self, _: object = None) -> None:
        selected = self._selected()
        if not selected:
            return
        names = ", ".join(one.run.name for one in selected[:3])
        more = f" and {len(selected) - 3} more" if len(selected) > 3 else ""
        box = QMessageBox(self)
        box.setWindowTitle("Remove training runs")
        box.setText(f"Remove {names}{more}?")
        box.setInformativeText(
            "Checkpoints, curves and sounds are deleted from the disk; presets made of them stay."
        )
        remove = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.addButton("Keep", QMessageBox.ButtonRole.RejectRole)
        box.exec()
        if box.clickedButton() is remove:
            self.remove_runs(selected)

    def remove_runs(self, runs: list[ListedRun]) -> None:
        """Delete runs; one that goes on is left, and that is told."""
        training, messages = self._desktop.training, self._desktop.messages
        going = [piece.task for piece in training.under_way()]
        paths = {getattr(task, "run_folder", "") for task in going}
        for one in runs:
            if str(one.path) in paths:
                messages.tell(f"{one.run.name} is being trained; stop it first.")
                continue
            try:
                remove_run(one.run.folder)
            except PrismDeskError as error:
                messages.error(error)
        self.table.selectionModel().select(
            self.model.index(0, 0), QItemSelectionModel.SelectionFlag.Clear
        )
        self._read()
