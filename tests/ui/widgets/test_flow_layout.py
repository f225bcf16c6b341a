from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from prismdesk.ui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def boxes(qtbot: QtBot, count: int) -> tuple[QWidget, list[QLabel]]:
    page = QWidget()
    flow = FlowLayout(spacing_px=5)
    page.setLayout(flow)
    labels = []
    for number in range(count):
        label = QLabel(str(number))
        label.setFixedSize(40, 20)
        flow.addWidget(label)
        labels.append(label)
    qtbot.addWidget(page)
    return page, labels


def test_what_has_no_room_begins_the_next_line(qtbot: QtBot) -> None:
    page, labels = boxes(qtbot, 5)
    page.resize(130, 200)
    page.show()
    places = [(label.x(), label.y()) for label in labels]
    assert places == [(0, 0), (45, 0), (90, 0), (0, 25), (45, 25)]
    flow = page.layout()
    assert flow is not None
    assert flow.heightForWidth(130) == 45
    assert flow.heightForWidth(1000) == 20
    assert flow.heightForWidth(40) == 5 * 20 + 4 * 5


def test_what_is_hidden_takes_no_room(qtbot: QtBot) -> None:
    page, labels = boxes(qtbot, 3)
    labels[0].hide()
    page.resize(130, 100)
    page.show()
    assert (labels[1].x(), labels[2].x()) == (0, 45)
    flow = page.layout()
    assert flow is not None
    assert flow.sizeHint().width() == 85


def test_what_is_taken_out_is_gone(qtbot: QtBot) -> None:
    page, labels = boxes(qtbot, 2)
    flow = page.layout()
    assert flow is not None
    flow.removeWidget(labels[0])
    assert flow.count() == 1
    assert flow.itemAt(1) is None
