"""A cell of the spotting list in which a status is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from prismdesk.ui.marks import STATUS_WORDS
from prismdesk.ui.spotting.table import SETTABLE_STATUS

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

Index = QModelIndex | QPersistentModelIndex


class StatusCell(QStyledItemDelegate):
    """Offers the three statuses that a person sets; queued and making come from the queue."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def createEditor(  # noqa: N802  (Qt's name)
        self, parent: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> QWidget:
        """Return the choice."""
        box = QComboBox(parent)
        box.setAccessibleName("Status")
        for status in SETTABLE_STATUS:
            box.addItem(STATUS_WORDS[status], status.value)
        box.activated.connect(lambda: self._take(box))
        return box

    def setEditorData(self, editor: QWidget, index: Index) -> None:  # noqa: N802  (Qt's name)
        """Show the status there is."""
        if isinstance(editor, QComboBox):
            found = editor.findData(index.data(Qt.ItemDataRole.EditRole))
            editor.setCurrentIndex(max(0, found))

    def setModelData(  # noqa: N802  (Qt's name)
        self, editor: QWidget, model: QAbstractItemModel, index: Index
    ) -> None:
        """Set the status that was chosen."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentData())

    def _take(self, box: QComboBox) -> None:
        self.commitData.emit(box)
        self.closeEditor.emit(box)
