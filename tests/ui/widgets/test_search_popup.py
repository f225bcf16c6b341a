from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from prismdesk.ui.widgets.labels import caption
from prismdesk.ui.widgets.search_popup import SearchPopup

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


class Names(SearchPopup):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            parent,
            placeholder="Name",
            search_name="Look for names",
            list_name="Names",
            empty=caption(""),
            hint="Enter takes it",
            size_px=(200, 200),
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.beside = parent
        self.taken: list[str] = []
        self.refresh()

    def refresh(self) -> None:
        self.list.clear()
        self.list.addItems([name for name in ("rain", "wind") if self.search.text() in name])
        self.list.setCurrentRow(0)

    def choose(self) -> None:
        item = self.list.currentItem()
        self.taken.append(item.text() if item else "")


@pytest.fixture
def names(qtbot: QtBot) -> Names:
    beside = QWidget()
    qtbot.addWidget(beside)
    beside.show()
    popup = Names(beside)
    popup.show_below(beside)
    return popup


def test_keys_of_the_line_move_in_the_list_as_far_as_it_goes(names: Names) -> None:
    for key in (Qt.Key.Key_PageDown, Qt.Key.Key_Return, Qt.Key.Key_Up, Qt.Key.Key_Return):
        QTest.keyClick(names.search, key)

    assert names.taken == ["wind", "rain"]


def test_what_is_typed_narrows_the_list_and_escape_closes(names: Names) -> None:
    QTest.keyClicks(names.search, "w")
    QTest.keyClick(names.search, Qt.Key.Key_Return)
    QTest.keyClick(names.search, Qt.Key.Key_Escape)

    assert names.taken == ["wind"]
    assert not names.isVisible()
