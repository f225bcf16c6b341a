"""The spotting list: every region of the film in one table, found by words and by status."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QStackedLayout,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from prismdesk.project.model import RegionStatus
from prismdesk.ui.marks import STATUS_WORDS
from prismdesk.ui.spotting.status_cell import StatusCell
from prismdesk.ui.spotting.table import SETTABLE_STATUS, Column, SpottingFilter, SpottingTable
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.turns import WhenSeen

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QPoint

    from prismdesk.project.changes import Changes
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.transport import Transport

_ROW_MENU = (
    "region.queue",
    "region.make_all",
    "region.null_test",
    "region.status_next",
    "region.split_at_cuts",
    "region.remove",
)
_HIDDEN_AT_FIRST = (Column.LENGTH, Column.TRACK, Column.TAKES, Column.OWNER, Column.NOTE)


class SpottingPanel(QWidget):
    """Shows the regions; a row selects its region and takes the playhead there.

    Double click or F2 edits a cell; the heading's menu says which columns are shown.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        desktop: Desktop,
        status_of: Callable[[Region], RegionStatus] = lambda region: region.status,
    ) -> None:
        super().__init__()
        self._document = document
        self._selection = selection
        self._transport = transport
        self._desktop = desktop
        self._table = SpottingTable(document, desktop.theme, status_of)
        self.rows = SpottingFilter(self._table)
        self.view = self._make_view()
        self.words = QLineEdit()
        self.status = QComboBox()
        self._count = QLabel()
        self._empty = _EmptyList(desktop)
        self._lay_out()
        self._seen = WhenSeen(self, self.refresh, desktop.turns)
        self._words_seen = WhenSeen(self, self._table.refresh_words, desktop.turns)
        document.changed.connect(self._follow_document)
        selection.changed.connect(self._seen.want)
        self.refresh()

    def refresh(self) -> None:
        """Show the regions as they stand."""
        self._table.refresh()
        self._say_count()
        self._show_selected()

    def refresh_when_seen(self) -> None:
        """Show the regions as they stand, as soon as that is of use."""
        self._seen.want()

    def chosen_regions(self) -> tuple[RegionId, ...]:
        """Return the regions of the selected rows, in the order in which they are listed."""
        self._seen.settle()
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return tuple(self.rows.region_at(row).id for row in rows)

    def _follow_document(self, changed: Changes) -> None:
        if changed.project_fields or not (changed.tracks.is_empty() and changed.media.is_empty()):
            self._words_seen.want()
        if not (changed.regions.is_empty() and changed.takes.is_empty()):
            self._seen.want()

    def _make_view(self) -> QTableView:
        view = QTableView()
        view.setModel(self.rows)
        view.setAccessibleName("Spotting list")
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        view.setShowGrid(False)
        view.setWordWrap(False)
        view.setFont(ui_font(12))
        # Before sorting is switched on, which sorts by it.
        view.horizontalHeader().setSortIndicator(Column.FROM, Qt.SortOrder.AscendingOrder)
        view.setSortingEnabled(True)
        view.setItemDelegateForColumn(Column.STATUS, StatusCell(view))
        view.verticalHeader().hide()
        view.verticalHeader().setDefaultSectionSize(scaled_px(28))
        header = view.horizontalHeader()
        header.setFont(ui_font(11))
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setStretchLastSection(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._choose_columns)
        metrics = view.fontMetrics()
        for column, sample in (
            (Column.NAME, "Footsteps on wet planks"),
            (Column.FROM, "00:00:00:00 "),
            (Column.TO, "00:00:00:00 "),
            (Column.LENGTH, "00 min 00 s 00 fr"),
            (Column.TASK, "Continue ____"),
            (Column.STATUS, "Making ____"),
            (Column.PROMPT, "slow steps"),
        ):
            view.setColumnWidth(column, metrics.horizontalAdvance(sample) + scaled_px(20))
        for column in _HIDDEN_AT_FIRST:
            view.setColumnHidden(column, True)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_row_menu)
        view.selectionModel().currentRowChanged.connect(self._go_to)
        return view

    def _lay_out(self) -> None:
        self.words.setPlaceholderText("Filter by name, prompt, owner, note")
        self.words.setAccessibleName("Filter the spotting list")
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self._filter)
        self.status.setAccessibleName("Show regions with this status")
        self.status.addItem("All", None)
        for status in SETTABLE_STATUS:
            self.status.addItem(STATUS_WORDS[status], status.value)
        self.status.currentIndexChanged.connect(self._filter)
        self._count.setFont(ui_font(11))
        self._count.setStyleSheet(f"color: {self._desktop.theme.faint};")
        tools = QHBoxLayout()
        tools.setContentsMargins(14, 8, 14, 8)
        tools.setSpacing(8)
        tools.addWidget(self.words, 1)
        tools.addWidget(self.status)
        tools.addWidget(self._count)
        tools.addWidget(self._list_button())
        body = QWidget()
        self._pages = QStackedLayout(body)
        self._pages.setContentsMargins(0, 0, 0, 0)
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(tools)
        column.addWidget(body, 1)

    def _list_button(self) -> QPushButton:
        button = QPushButton("List")
        button.setToolTip(
            "Find gaps, mend or make all, make regions from shots or markers, CSV in and out"
        )
        menu = QMenu(button)
        actions = self._desktop.actions
        for action_id in (
            "region.find_gaps",
            "region.mend_all",
            "region.make_all",
            "",
            "region.from_shots",
            "region.from_markers",
            "",
            "region.import_csv",
            "region.export_csv",
        ):
            if action_id:
                menu.addAction(actions.action(action_id))
            else:
                menu.addSeparator()
        button.setMenu(menu)
        return button

    def _filter(self) -> None:
        self.rows.show_words(self.words.text())
        chosen = self.status.currentData()
        self.rows.show_status(RegionStatus(chosen) if chosen else None)
        self._say_count()

    def _say_count(self) -> None:
        shown, there = self.rows.rowCount(), self._table.rowCount()
        self._count.setText(f"{shown} of {there}" if shown != there else f"{there}")
        self._count.setAccessibleName(f"{shown} of {there} regions shown")
        self._pages.setCurrentWidget(self.view if there else self._empty)

    def _go_to(self, current: QModelIndex, _: QModelIndex) -> None:
        if not current.isValid() or not self.view.hasFocus():
            return
        region = self.rows.region_at(current.row())
        if region.id != self._selection.region_id:
            self._selection.select_region(region.id)
            self._transport.move_to(region.range.start_samples)

    def _show_selected(self) -> None:
        row = self._table.row_of(self._selection.region_id)
        model = self.view.selectionModel()
        if row is None:
            model.clear()
            return
        index = self.rows.mapFromSource(self._table.index(row, max(0, self._current_column())))
        if index.isValid() and index.row() != self.view.currentIndex().row():
            flag = QItemSelectionModel.SelectionFlag
            model.setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
            self.view.scrollTo(index)

    def _current_column(self) -> int:
        return self.view.currentIndex().column()

    def _choose_columns(self, at: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for column in list(Column)[1:]:
            action = QAction(str(self._table.headerData(column, Qt.Orientation.Horizontal)), menu)
            action.setCheckable(True)
            action.setChecked(not self.view.isColumnHidden(column))
            action.toggled.connect(
                lambda is_shown, column=column: self.view.setColumnHidden(column, not is_shown)
            )
            menu.addAction(action)
        menu.popup(self.view.horizontalHeader().mapToGlobal(at))

    def _show_row_menu(self, at: QPoint) -> None:
        if not self.view.indexAt(at).isValid():
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action_id in _ROW_MENU:
            menu.addAction(self._desktop.actions.action(action_id))
        menu.popup(self.view.viewport().mapToGlobal(at))


class _EmptyList(QWidget):
    """Says that there are no regions, and the shortest way to some."""

    def __init__(self, desktop: Desktop) -> None:
        super().__init__()
        words = QLabel("No regions.")
        words.setFont(ui_font(12))
        words.setStyleSheet(f"color: {desktop.theme.dim};")
        hint = QLabel("Regions that you make, and gaps that a scan finds, are listed here.")
        hint.setFont(ui_font(11))
        hint.setWordWrap(True)
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        hint.setStyleSheet(f"color: {desktop.theme.faint};")
        find = QPushButton("Find gaps")
        find.clicked.connect(lambda: desktop.actions.trigger("region.find_gaps"))
        column = QVBoxLayout(self)
        column.addStretch()
        column.addWidget(words, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(hint)
        column.addWidget(find, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
