from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.ui.theme import DARK
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


@pytest.fixture
def control(qtbot: QtBot) -> SegmentedControl[str]:
    made = SegmentedControl(
        "Task", [("g", "Generate", None), ("i", "Inpaint", None), ("c", "Continue", None)], DARK
    )
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    return made


def test_click_chooses_one_and_only_one(qtbot: QtBot, control: SegmentedControl[str]) -> None:
    control.set_value("g")

    with qtbot.waitSignal(control.chosen) as told:
        QTest.mouseClick(control.button("c"), Qt.MouseButton.LeftButton)

    assert told.args == ["c"]
    assert control.value == "c"
    assert not control.button("g").isChecked()


def test_setting_the_value_is_silent(qtbot: QtBot, control: SegmentedControl[str]) -> None:
    with qtbot.assertNotEmitted(control.chosen):
        control.set_value("i")

    assert control.value == "i"


def test_arrows_choose_the_next_that_is_allowed(
    qtbot: QtBot, control: SegmentedControl[str]
) -> None:
    control.set_value("g")
    control.button("i").setEnabled(False)
    control.button("g").setFocus()

    with qtbot.waitSignal(control.chosen) as told:
        QTest.keyClick(control.button("g"), Qt.Key.Key_Right)

    assert told.args == ["c"]


def test_nothing_is_chosen_at_first(control: SegmentedControl[str]) -> None:
    assert control.value is None
    assert control.button("g").accessibleName() == "Task: Generate"
