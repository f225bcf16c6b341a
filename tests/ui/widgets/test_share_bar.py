"""The bar of work under way is painted with the rest of the window, never on its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QVBoxLayout, QWidget

from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent
    from pytestqt.qtbot import QtBot


pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class _Neighbour(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.paintings = 0

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        self.paintings += 1


def test_another_value_paints_nothing_at_once(qtbot: QtBot) -> None:
    window, bar, neighbour = QWidget(), ShareBar("How far it is"), _Neighbour()
    layout = QVBoxLayout(window)
    layout.addWidget(bar)
    layout.addWidget(neighbour, 1)
    qtbot.addWidget(window)
    window.resize(300, 200)
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: neighbour.paintings > 0)
    before = neighbour.paintings
    neighbour.update()
    bar.setValue(600)
    assert bar.value() == 600
    assert neighbour.paintings == before
    qtbot.waitUntil(lambda: neighbour.paintings > before)
