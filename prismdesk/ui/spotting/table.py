"""The regions of the project as a table that can be edited, sorted and filtered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QModelIndex,
    QRectF,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from prismdesk.project.edits import (
    rename_region,
    set_region_note,
    set_region_owner,
    set_region_prompt,
    set_region_status,
)
from prismdesk.project.lookup import track_of
from prismdesk.project.model import RegionStatus
from prismdesk.ui.marks import STATUS_WORDS, TASK_WORDS, draw_status, draw_task
from prismdesk.ui.widgets.headed_table import HeadedTableModel, Index

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Project, Region
    from prismdesk.ui.document import Document
    from prismdesk.ui.theme import Theme

SETTABLE_STATUS = (RegionStatus.OPEN, RegionStatus.REVIEW, RegionStatus.DONE)
_ICON_PX = 14
_DISPLAY = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole)
_SORT_ROLE = Qt.ItemDataRole.UserRole


class Column(IntEnum):
    """The columns, from the left."""

    NAME = 0
    FROM = 1
    TO = 2
    LENGTH = 3
    TASK = 4
    STATUS = 5
    TRACK = 6
    TAKES = 7
    OWNER = 8
    PROMPT = 9
    NOTE = 10


HEADINGS = (
    "Region",
    "In",
    "Out",
    "Length",
    "Task",
    "Status",
    "Track",
    "Takes",
    "Owner",
    "Prompt",
    "Note",
)


@dataclass(frozen=True, slots=True)
class _Editing:
    label: str
    edit: Callable[[Project, Region, str], Project]


_EDITING = {
    Column.NAME: _Editing(
        "Rename region", lambda p, region, text: rename_region(p, region.id, text)
    ),
    Column.STATUS: _Editing(
        "Set status", lambda p, region, text: set_region_status(p, region.id, RegionStatus(text))
    ),
    Column.OWNER: _Editing(
        "Set owner", lambda p, region, text: set_region_owner(p, region.id, text)
    ),
    Column.PROMPT: _Editing(
        "Set prompt", lambda p, region, text: set_region_prompt(p, region.id, text)
    ),
    Column.NOTE: _Editing("Set note", lambda p, region, text: set_region_note(p, region.id, text)),
}


class SpottingTable(HeadedTableModel):
    """One row per region, in the order of their starts; a cell's edit is a step of the history.

    Args:
        document: the project.
        theme: the colours of the task's icons.
        status_of: how a region stands, the job queue's word included.
    """

    def __init__(
        self,
        document: Document,
        theme: Theme,
        status_of: Callable[[Region], RegionStatus] = lambda region: region.status,
    ) -> None:
        super().__init__(HEADINGS, document)
        self._document = document
        self._theme = theme
        self._status_of = status_of
        self._regions: list[Region] = []
        self._statuses: list[RegionStatus] = []
        self._read()

    def refresh(self) -> None:
        """Show the project as it stands; rows stay selected where the regions are the same."""
        before, statuses = self._regions, self._statuses
        new = self._sorted_regions()
        if [region.id for region in new] != [region.id for region in before]:
            self.beginResetModel()
            self._read()
            self.endResetModel()
            return
        self._read()
        for row, region in enumerate(new):
            if region is not before[row] or self._statuses[row] is not statuses[row]:
                self._tell_changed(row, row)

    def refresh_words(self) -> None:
        """Show every row anew: what they say depends on more than their regions."""
        self.refresh()
        if self._regions:
            self._tell_changed(0, len(self._regions) - 1)

    def region_at(self, row: int) -> Region:
        """Return the region of a row."""
        return self._regions[row]

    def row_of(self, region_id: str | None) -> int | None:
        """Return the row of a region, or None."""
        ids = [region.id for region in self._regions]
        return next((row for row, known in enumerate(ids) if known == region_id), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  (Qt's form)
        """Return the number of regions."""
        return 0 if parent.isValid() else len(self._regions)

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Say which cells can be edited."""
        flags = super().flags(index)
        if index.isValid() and index.column() in _EDITING:
            flags |= Qt.ItemFlag.ItemIsEditable
        return flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words, the icon, the tooltip or the sort key of a cell."""
        region, column = self._regions[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.EditRole and column is Column.STATUS:
            return region.status.value
        if role in _DISPLAY:
            return self._words(region, column)
        if role == Qt.ItemDataRole.ToolTipRole and column in (Column.PROMPT, Column.NOTE):
            return self._words(region, column)
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(region, column)
        if role == _SORT_ROLE:
            return self._sort_key(region, column)
        return None

    def setData(  # noqa: N802  (Qt's name)
        self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        """Edit a cell as one step of the history."""
        editing = _EDITING.get(Column(index.column()))
        if role != Qt.ItemDataRole.EditRole or editing is None:
            return False
        region, text = self._regions[index.row()], str(value).strip()
        if str(self.data(index, role)) == text:
            return True
        return self._document.apply(
            f"{editing.label}: {region.name}",
            lambda project: editing.edit(project, region, text),
        )

    def _read(self) -> None:
        self._regions = self._sorted_regions()
        self._statuses = [self._status_of(region) for region in self._regions]

    def _sorted_regions(self) -> list[Region]:
        return sorted(self._document.project.regions, key=lambda region: region.range)

    def _tell_changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(HEADINGS) - 1))

    def _words(self, region: Region, column: Column) -> str:
        match column:
            case Column.FROM:
                return self._document.times.timecode(region.range.start_samples)
            case Column.TO:
                return self._document.times.timecode(region.range.end_samples)
            case Column.LENGTH:
                return self._document.times.length_words(region.range.length_samples)
            case Column.TASK:
                return TASK_WORDS[region.task]
            case Column.STATUS:
                return STATUS_WORDS[self._status_of(region)]
            case Column.TRACK:
                return track_of(self._document.project, region.track_id).name
            case Column.TAKES:
                return str(len(region.takes))
        return {
            Column.NAME: region.name,
            Column.OWNER: region.owner,
            Column.PROMPT: region.prompt,
            Column.NOTE: region.note,
        }[column]

    def _sort_key(self, region: Region, column: Column) -> object:
        # Positions may pass what fits into Qt's int, which a float holds exactly.
        match column:
            case Column.FROM:
                return float(region.range.start_samples)
            case Column.TO:
                return float(region.range.end_samples)
            case Column.LENGTH:
                return float(region.range.length_samples)
            case Column.TAKES:
                return float(len(region.takes))
            case Column.STATUS:
                return float(list(RegionStatus).index(self._status_of(region)))
        return self._words(region, column).lower()

    def _icon(self, region: Region, column: Column) -> QIcon | None:
        if column is Column.TASK:
            colour = self._theme.task(region.task).wave
            return _drawn(lambda painter, box: draw_task(painter, region.task, box, colour))
        if column is Column.STATUS:
            status = self._status_of(region)
            return _drawn(lambda painter, box: draw_status(painter, status, box, self._theme.dim))
        return None


class SpottingFilter(QSortFilterProxyModel):
    """Sorts by any column, and shows the rows that hold all words typed and have the status."""

    def __init__(self, table: SpottingTable) -> None:
        super().__init__(table)
        self._words: tuple[str, ...] = ()
        self._status: RegionStatus | None = None
        self.setSourceModel(table)
        self.setSortRole(_SORT_ROLE)
        self.table = table

    def show_words(self, text: str) -> None:
        """Keep rows that hold all of these words somewhere."""
        self.beginFilterChange()
        self._words = tuple(text.lower().split())
        self.endFilterChange()

    def show_status(self, status: RegionStatus | None) -> None:
        """Keep rows of one status; None keeps all."""
        self.beginFilterChange()
        self._status = status
        self.endFilterChange()

    def filterAcceptsRow(  # noqa: N802  (Qt's name)
        self, source_row: int, source_parent: Index
    ) -> bool:
        """Say whether a row is shown."""
        region = self.table.region_at(source_row)
        if self._status is not None and region.status is not self._status:
            return False
        if not self._words:
            return True
        cells = (self.table.index(source_row, column) for column in Column)
        text = " ".join(str(self.table.data(cell)) for cell in cells).lower()
        return all(word in text for word in self._words)

    def region_at(self, row: int) -> Region:
        """Return the region of a row as it is shown."""
        return self.table.region_at(self.mapToSource(self.index(row, 0)).row())


def _drawn(draw: Callable[[QPainter, QRectF], None]) -> QIcon:
    pixmap = QPixmap(_ICON_PX, _ICON_PX)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    draw(painter, QRectF(1, 1, _ICON_PX - 2, _ICON_PX - 2))
    painter.end()
    return QIcon(pixmap)
