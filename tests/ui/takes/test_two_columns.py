from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel

from prismdesk.ui.takes.two_columns import TwoColumns

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_columns_stand_side_by_side_where_there_is_room_and_else_below(qtbot: QtBot) -> None:
    left, right = QLabel("left"), QLabel("right")
    columns = TwoColumns(left)
    qtbot.addWidget(columns)
    columns.set_right(right)
    columns.resize(900, 300)
    columns.show()
    qtbot.waitUntil(lambda: right.x() > left.x())
    assert right.y() == left.y()
    columns.resize(400, 300)
    qtbot.waitUntil(lambda: right.y() > left.y())
    assert right.x() == left.x()


def test_one_column_alone_has_no_line_beside_it(qtbot: QtBot) -> None:
    columns = TwoColumns(QLabel("left"))
    qtbot.addWidget(columns)
    columns.resize(900, 300)
    columns.show()
    assert not columns._seam.isVisible()
