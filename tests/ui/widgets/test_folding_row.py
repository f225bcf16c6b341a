"""Two groups of controls fold where they have no room side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.folding_row import FoldingRow

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


def test_the_second_group_goes_below_the_first_and_back(qtbot: QtBot) -> None:
    first, second = QPushButton("Checkpoints of the run"), QPushButton("Clip 1, slow steps")
    folding = FoldingRow(row(first, None), row(second))
    page = QWidget()
    page.setLayout(column(folding, None))
    qtbot.addWidget(page)
    page.resize(800, 200)
    page.show()
    wide = first.minimumSizeHint().width() + second.minimumSizeHint().width()
    assert not folding.is_folded()
    assert folding.minimumSizeHint().width() < wide
    page.resize(wide - 10, 200)
    qtbot.waitUntil(lambda: second.y() >= first.geometry().bottom())
    assert folding.is_folded()
    second.setText("1")
    qtbot.waitUntil(lambda: second.x() > first.geometry().right())
    assert not folding.is_folded()
