"""The project's table of prompts: edited in place, to and from CSV, applied to regions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHeaderView,
    QLineEdit,
    QTableView,
)

from prismdesk.errors import PrismDeskError
from prismdesk.project.edits.prompts import (
    apply_named_prompt,
    put_named_prompt,
    put_named_prompts,
    remove_named_prompt,
)
from prismdesk.project.model import NamedPrompt, RegionStatus
from prismdesk.session.prompts import free_name, prompt_of_region, read_table, write_table
from prismdesk.ui.icons import IconName
from prismdesk.ui.labels import label
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.prompts.table_model import Column, PromptTableModel
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, set_kind
from prismdesk.ui.widgets.buttons import main_button, plain_button, quiet_button
from prismdesk.ui.widgets.fields import ChoiceField

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from prismdesk.project.model import Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection

_FILES = "Tables (*.csv *.tsv *.txt);;All files (*)"
_SIZE_PX = (860, 460)
_OF_WINDOW = 0.9
_SELECTED, _MARKED, _OPEN = "selected", "marked", "open"
_FACT = (
    "Named prompts of this project. An engine is optional: a line without one "
    "leaves a region's engine and settings as they are."
)


class PromptTableDialog(QDialog):
    """Shows the table beside the window; the regions can be chosen meanwhile.

    Args:
        document: the project.
        selection: the region, or the marked time whose regions are meant.
        desktop: colours and messages.
        parent: the window.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        desktop: Desktop,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._desktop = desktop
        self.setWindowTitle("Prompt table")
        self.setModal(False)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.model = PromptTableModel(document)
        self.model.setParent(self)
        self.search = QLineEdit()
        self.view = self._make_view()
        self.said = label(_FACT, kind="faint", size_px=11, wraps=True)
        theme = desktop.theme
        self.keep = plain_button("From region", theme, icon_name=IconName.PLUS)
        self.new = quiet_button("New line", theme)
        self.remove = quiet_button("Remove", theme, icon_name=IconName.TRASH)
        self.read = quiet_button("Import…", theme)
        self.write = quiet_button("Export…", theme)
        self.targets = ChoiceField("For which regions")
        self.apply = main_button("Apply", theme, icon_name=IconName.CHECK)
        self._lay_out()
        self._tie()
        self.refresh()

    @property
    def line(self) -> NamedPrompt | None:
        """The line of the row."""
        return self.model.line_at(self.view.currentIndex().row())

    def regions(self) -> tuple[Region, ...]:
        """Return the regions that a line would be applied to."""
        return self._regions_of(str(self.targets.value))

    def refresh(self) -> None:
        """Say what can be done with the row and the selection."""
        self._fill_targets()
        line, count = self.line, len(self.regions())
        self.apply.setEnabled(line is not None and count > 0)
        self.apply.setToolTip("" if line is not None else "Choose a line first.")
        self.remove.setEnabled(line is not None)
        self.write.setEnabled(bool(self._document.project.prompts))
        self.write.setToolTip("" if self.write.isEnabled() else "The table is empty.")
        self.keep.setEnabled(self._region() is not None)
        self.keep.setToolTip(
            "Keep what the selected region asks for."
            if self._region() is not None
            else "Select a region first."
        )

    def keep_region(self) -> None:
        """Put what the selected region asks for into the table, under a name of its own."""
        region = self._region()
        if region is not None:
            name = free_name(self._document.project, region.prompt or region.name)
            self._put(prompt_of_region(region, name))

    def add_line(self) -> None:
        """Put an empty line into the table, its name to be typed."""
        self._put(NamedPrompt(name=free_name(self._document.project, "")))

    def remove_line(self) -> None:
        """Take the line of the row out of the table."""
        line = self.line
        if line is not None:
            place = self.view.currentIndex().row()
            self._document.apply(
                f"Remove prompt {line.name}", lambda p: remove_named_prompt(p, line.name)
            )
            self._go_to_row(min(place, self.model.rowCount() - 1))

    def apply_line(self) -> None:
        """Have the regions ask for what the line of the row says, as one step."""
        line, regions = self.line, self.regions()
        if line is None or not regions:
            return
        ids = [region.id for region in regions]
        if self._document.apply(
            f"Use prompt {line.name}", lambda p: apply_named_prompt(p, ids, line.name)
        ):
            names = regions[0].name if len(regions) == 1 else f"{len(regions)} regions"
            self._say(f"“{line.name}” is what {names} now ask{'s' * (len(regions) == 1)} for.")

    def read_file(self, path: Path) -> None:
        """Put the lines of a CSV file into the table, as one step."""
        try:
            lines = read_table(path)
        except PrismDeskError as error:
            self._say(str(error), is_error=True)
            return
        if self._document.apply(f"Import {path.name}", lambda p: put_named_prompts(p, lines)):
            self._say(f"{_counted(len(lines))} from {path.name}.")

    def write_file(self, path: Path) -> None:
        """Write the table as a CSV file."""
        prompts = self._document.project.prompts
        try:
            write_table(path, prompts)
        except PrismDeskError as error:
            self._say(str(error), is_error=True)
            return
        self._desktop.messages.tell(
            f"{_counted(len(prompts))} in {path.name}.", kind=MessageKind.GOOD
        )

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self.model)
        view.setAccessibleName("Prompt table")
        view.setFont(ui_font(12))
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setTabKeyNavigation(False)
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(scaled_px(28))
        header = view.horizontalHeader()
        header.setFont(ui_font(11))
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.PROMPT, QHeaderView.ResizeMode.Stretch)
        for one, width_px in (
            (Column.NAME, 130),
            (Column.AVOID, 120),
            (Column.ENGINE, 72),
            (Column.VARIANT, 120),
            (Column.SETTINGS, 120),
        ):
            header.resizeSection(one, scaled_px(width_px))
        return view

    def _lay_out(self) -> None:
        self.search.setFont(ui_font(12))
        self.search.setPlaceholderText("Search the table")
        self.search.setAccessibleName("Search the table")
        layout = column(spacing_px=scaled_px(10))
        layout.addWidget(self.search)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.said)
        buttons = row(self.keep, self.new, self.remove, self.read, self.write, None)
        layout.addLayout(buttons)
        foot = row(None, self.targets, self.apply)
        layout.addLayout(foot)
        margin = scaled_px(16)
        layout.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(layout)
        size, window = QSize(scaled_px(_SIZE_PX[0]), scaled_px(_SIZE_PX[1])), self.parentWidget()
        self.resize(size if window is None else size.boundedTo(window.size() * _OF_WINDOW))
        self.view.setFocus()

    def _tie(self) -> None:
        self.search.textChanged.connect(self._search)
        self.keep.clicked.connect(self.keep_region)
        self.new.clicked.connect(self.add_line)
        self.remove.clicked.connect(self.remove_line)
        self.read.clicked.connect(self._ask_file_in)
        self.write.clicked.connect(self._ask_file_out)
        self.apply.clicked.connect(self.apply_line)
        self.targets.activated.connect(self._refresh_after)
        self.model.refused.connect(self._refuse)
        self.model.modelReset.connect(self.refresh)
        self.model.dataChanged.connect(self._refresh_after)
        self.view.selectionModel().currentChanged.connect(self._refresh_after)
        self._selection.changed.connect(self.refresh)
        self._document.changed.connect(self._refresh_after)

    def _refresh_after(self, *_: object) -> None:
        self.refresh()

    def _search(self, text: str) -> None:
        self.model.refresh(text)
        self._go_to_row(0)

    def _fill_targets(self) -> None:
        before = self.targets.value
        open_count = len(self._regions_of(_OPEN))
        marked_count = len(self._regions_of(_MARKED))
        region = self._region()
        words = [
            (_SELECTED, f"to {region.name}" if region else "to the selected region"),
            (_MARKED, f"to {_regions(marked_count)} in the marked time"),
            (_OPEN, f"to {_regions(open_count)} that are open"),
        ]
        self.targets.clear()
        for value, shown in words:
            self.targets.addItem(shown, value)
        self.targets.set_value(before or _SELECTED)

    def _regions_of(self, target: str) -> tuple[Region, ...]:
        regions, span = self._document.project.regions, self._selection.span
        if target == _OPEN:
            return tuple(one for one in regions if one.status is RegionStatus.OPEN)
        if target == _MARKED:
            return tuple(one for one in regions if span and one.range.overlaps(span))
        region = self._region()
        return () if region is None else (region,)

    def _region(self) -> Region | None:
        wanted = self._selection.region_id
        return next((one for one in self._document.project.regions if one.id == wanted), None)

    def _put(self, line: NamedPrompt) -> None:
        self.search.clear()
        if self._document.apply(f"Keep prompt {line.name}", lambda p: put_named_prompt(p, line)):
            self._go_to_row(self.model.row_of(line.name))
            self.view.edit(self.view.currentIndex())

    def _go_to_row(self, place: int) -> None:
        if place >= 0:
            self.view.setCurrentIndex(self.model.index(place, Column.NAME))
        self.refresh()

    def _ask_file_in(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Import prompts", "", _FILES)
        if name:
            self.read_file(Path(name))

    def _ask_file_out(self) -> None:
        first = f"{self._document.project.name} prompts.csv"
        name, _ = QFileDialog.getSaveFileName(self, "Export prompts", first, "Tables (*.csv)")
        if name:
            self.write_file(Path(name))

    def _refuse(self, words: str) -> None:
        self._say(words, is_error=True)

    def _say(self, words: str, *, is_error: bool = False) -> None:
        self.said.setText(words)
        set_kind(self.said, "error" if is_error else "dim")


def _counted(count: int) -> str:
    return f"{count} prompt{'s' * (count != 1)}"


def _regions(count: int) -> str:
    return f"{count} region{'s' * (count != 1)}"
