from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Qt

from prismdesk.ui.widgets.headed_table import HeadedTableModel, Index

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication


class TwoRows(HeadedTableModel):
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802  (Qt's form)
        return 0 if parent.isValid() else 2

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return None


def test_columns_are_headed_and_rows_are_not(qapp: QApplication) -> None:
    model = TwoRows(("Name", "Prompt"))
    assert model.columnCount() == 2
    assert model.columnCount(model.index(0, 0)) == 0
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Prompt"
    assert model.headerData(1, Qt.Orientation.Vertical) is None
