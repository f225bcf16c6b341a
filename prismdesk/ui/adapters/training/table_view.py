"""Tables of a run and its set: as high as their rows, by pointer and by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QSizePolicy, QTableView

from prismdesk.ui.fonts import scaled_px, ui_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QAbstractItemModel
    from PySide6.QtGui import QKeyEvent, QResizeEvent

_HEAD_PX = 24
_MOST_ROWS = 12
_LEAST_STRETCH_PX = 96


class TrainingTable(QTableView):
    """Shows rows of one height; beyond a dozen it scrolls by itself.

    ``pressed_space``, ``pressed_enter``, ``pressed_delete`` follow with the row.

    Args:
        name: for screen readers.
        model: the rows.
        row_px: height of a row at 100 % text.
    """

    pressed_space = Signal(int)
    pressed_enter = Signal(int)
    pressed_delete = Signal(int)

    def __init__(self, name: str, model: QAbstractItemModel, *, row_px: int = 28) -> None:
        super().__init__()
        self._row_px = row_px
        self._missable: tuple[int, ...] = ()
        self._left_out: dict[int, int] = {}
        self.setModel(model)
        self.setAccessibleName(name)
        self.setFont(ui_font(12))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setFrameShape(QTableView.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(scaled_px(row_px))
        header = self.horizontalHeader()
        header.setFont(ui_font(11))
        header.setHighlightSections(False)
        header.setFixedHeight(scaled_px(_HEAD_PX))
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.horizontalScrollBar().rangeChanged.connect(lambda *_: self.updateGeometry())
        model.modelReset.connect(self.updateGeometry)
        model.rowsInserted.connect(self.updateGeometry)
        model.rowsRemoved.connect(self.updateGeometry)

    def set_widths(
        self, widths_px: dict[int, int], *, stretch: int, missable: Sequence[int] = ()
    ) -> None:
        """Give columns their widths at 100 % text; one takes what is left.

        Args:
            widths_px: of all others.
            stretch: the one.
            missable: columns that are left out where there is no room, the first one first.
        """
        self._missable = tuple(missable)
        header = self.horizontalHeader()
        for column, width_px in widths_px.items():
            header.resizeSection(column, scaled_px(width_px))
        header.setMinimumSectionSize(scaled_px(24))
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Leave out columns where there is no room for all."""
        super().resizeEvent(event)
        self._leave_out()

    def _leave_out(self) -> None:
        header, stretch = self.horizontalHeader(), QHeaderView.ResizeMode.Stretch
        wanted = sum(
            scaled_px(_LEAST_STRETCH_PX)
            if header.sectionResizeMode(column) is stretch
            else self._left_out.get(column) or header.sectionSize(column)
            for column in range(header.count())
        )
        for column in self._missable:
            is_needless = wanted > self.viewport().width()
            if is_needless:
                wanted -= self._left_out.setdefault(column, header.sectionSize(column))
            else:
                self._left_out.pop(column, None)
            self.setColumnHidden(column, is_needless)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the height of the rows that there are, of a dozen at most."""
        rows = min(_MOST_ROWS, self.model().rowCount(QModelIndex()))
        height = scaled_px(_HEAD_PX) + rows * scaled_px(self._row_px) + 2
        if self.horizontalScrollBar().maximum() > 0:
            height += self.horizontalScrollBar().sizeHint().height()
        return QSize(scaled_px(320), height)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return the same height: the panel scrolls."""
        return QSize(scaled_px(200), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell of the keys that do something with a row."""
        signal = {
            Qt.Key.Key_Space: self.pressed_space,
            Qt.Key.Key_Return: self.pressed_enter,
            Qt.Key.Key_Enter: self.pressed_enter,
            Qt.Key.Key_Delete: self.pressed_delete,
        }.get(Qt.Key(event.key()))
        is_plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier(0)
        if signal is not None and is_plain and self.currentIndex().isValid():
            signal.emit(self.currentIndex().row())
            return
        super().keyPressEvent(event)

    def selected_rows(self) -> list[int]:
        """Return the selected rows, top first."""
        return sorted(index.row() for index in self.selectionModel().selectedRows())
