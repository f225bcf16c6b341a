from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest

from prismdesk.ui.icons import IconName
from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import DARK
from prismdesk.ui.widgets.buttons import action_button, icon_button, main_button

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


def test_key_cap_goes_first_where_room_is_short(qtbot: QtBot) -> None:
    button = main_button("Inpaint 2 takes", DARK, key="Ctrl+Shift+Enter")
    qtbot.addWidget(button)

    button.resize(button.sizeHint())
    assert button.shows_key()
    wide = button.grab().toImage()
    button.resize(button.minimumSizeHint())
    assert not button.shows_key()
    assert button.grab().toImage().width() < wide.width()


def test_key_cap_is_read_out(qtbot: QtBot) -> None:
    button = main_button("Generate", DARK, key="Ctrl+Enter")
    qtbot.addWidget(button)
    assert button.accessibleDescription() == "Key: Ctrl+Enter"

    button.set_key("")

    assert button.accessibleDescription() == ""


def test_icon_button_has_a_name_and_does_its_work(qtbot: QtBot, qapp: QApplication) -> None:
    apply_look(qapp, DARK)
    done: list[int] = []
    button = icon_button(IconName.CLOSE, DARK, "Dismiss", lambda: done.append(1))
    qtbot.addWidget(button)
    button.show()

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert done == [1]
    assert button.accessibleName() == button.toolTip() == "Dismiss"
    assert min(button.sizeHint().width(), button.sizeHint().height()) >= 24


def test_action_button_shows_the_actions_state(qtbot: QtBot) -> None:
    action = QAction("Export…")
    button = action_button(action)
    qtbot.addWidget(button)

    action.setEnabled(False)

    assert not button.isEnabled()
    assert button.accessibleName() == "Export"
