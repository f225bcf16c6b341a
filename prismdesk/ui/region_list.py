"""The regions of a project as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from prismdesk.ui.marks import STATUS_WORDS, TASK_WORDS, draw_status, draw_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.model import Region
    from prismdesk.ui.project_view import ProjectView
    from prismdesk.ui.theme import Theme

_HEADINGS = ("Region", "From", "To", "Length", "Task", "Status", "Takes")
_ICON_PX = 14
Index = QModelIndex | QPersistentModelIndex


class RegionTable(QAbstractTableModel):
    """One row per region, in the order of their starts; for looking, not for editing."""

    def __init__(self, view: ProjectView, theme: Theme) -> None:
        super().__init__()
        self._view = view
        self._theme = theme
        self._regions = sorted(view.project.regions, key=lambda region: region.range)

    def region_at(self, row: int) -> Region:
        """Return the region of a row."""
        return self._regions[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  (Qt's form)
        """Return the number of regions."""
        return 0 if parent.isValid() else len(self._regions)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  (Qt's form)
        """Return the number of columns."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(  # noqa: N802  (Qt's name)
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Return a column's heading."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Return the words or the icon of a cell."""
        region = self._regions[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._words(region)[index.column()]
        if role == Qt.ItemDataRole.DecorationRole:
            return self._icon(region, _HEADINGS[index.column()])
        return None

    def _words(self, region: Region) -> tuple[str, ...]:
        view = self._view
        return (
            region.name,
            view.timecode(region.range.start_samples),
            view.timecode(region.range.end_samples),
            _length(region, view.project.rate_hz),
            TASK_WORDS[region.task],
            STATUS_WORDS[region.status],
            str(len(region.takes)),
        )

    def _icon(self, region: Region, heading: str) -> QIcon | None:
        colour = self._theme.task(region.task).wave
        if heading == "Task":
            return _drawn(lambda painter, box: draw_task(painter, region.task, box, colour))
        if heading == "Status":
            return _drawn(
                lambda painter, box: draw_status(painter, region.status, box, self._theme.dim)
            )
        return None


def _length(region: Region, rate_hz: int) -> str:
    """Return a length in the unit that says most: samples, milliseconds or seconds."""
    samples = region.range.length_samples
    if samples * 1000 < rate_hz:
        return f"{samples} sample" if samples == 1 else f"{samples} samples"
    seconds = samples / rate_hz
    return f"{seconds * 1000:.0f} ms" if seconds < 0.1 else f"{seconds:.2f} s"


def _drawn(draw: Callable[[QPainter, QRectF], None]) -> QIcon:
    pixmap = QPixmap(_ICON_PX, _ICON_PX)
    pixmap.fill(QColor(0, 0, 0, 0))
    painter = QPainter(pixmap)
    draw(painter, QRectF(1, 1, _ICON_PX - 2, _ICON_PX - 2))
    painter.end()
    return QIcon(pixmap)
