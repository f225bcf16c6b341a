from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from prismdesk.ui.inspector.prompt_edit import PromptEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

CONTROL, SHIFT, KEYPAD = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.KeypadModifier,
)
ENTER = Qt.Key.Key_Return


class Box:
    def __init__(self) -> None:
        self.edit = PromptEdit(2)
        self.told: list[str] = []
        self.edit.submitted.connect(lambda: self.told.append("submitted"))
        self.edit.escaped.connect(lambda: self.told.append("escaped"))
        self.edit.show()
        self.edit.setFocus()

    @property
    def text(self) -> str:
        return self.edit.toPlainText()


@pytest.fixture
def box(qtbot: QtBot) -> Iterator[Box]:
    box = Box()
    qtbot.addWidget(box.edit)
    yield box
    box.edit.close()


@pytest.mark.parametrize(
    ("key", "keys"),
    [
        (ENTER, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Enter, KEYPAD),
        (ENTER, CONTROL),
    ],
)
def test_enter_has_it_made_and_types_nothing(
    box: Box, key: Qt.Key, keys: Qt.KeyboardModifier
) -> None:
    QTest.keyClicks(box.edit, "rain")
    QTest.keyClick(box.edit, key, keys)
    assert (box.told, box.text) == (["submitted"], "rain")


def test_shift_and_enter_begin_a_line(box: Box) -> None:
    QTest.keyClicks(box.edit, "rain")
    QTest.keyClick(box.edit, ENTER, SHIFT)
    QTest.keyClicks(box.edit, "far")
    assert (box.told, box.text) == ([], "rain\nfar")


def test_a_held_enter_makes_nothing_more(box: Box) -> None:
    held = QKeyEvent(
        QEvent.Type.KeyPress, ENTER, Qt.KeyboardModifier.NoModifier, "\r", autorep=True
    )
    QApplication.sendEvent(box.edit, held)
    assert (box.told, box.text) == ([], "")


def test_escape_leaves(box: Box) -> None:
    QTest.keyClick(box.edit, Qt.Key.Key_Escape)
    assert box.told == ["escaped"]
    assert not box.edit.hasFocus()


def test_while_a_character_is_put_together_enter_belongs_to_the_input_method(box: Box) -> None:
    QApplication.sendEvent(box.edit, QInputMethodEvent("あ", []))
    QTest.keyClick(box.edit, ENTER)
    QTest.keyClick(box.edit, Qt.Key.Key_Escape)
    assert box.told == []
    done = QInputMethodEvent("", [])
    done.setCommitString("雨")
    QApplication.sendEvent(box.edit, done)
    assert "雨" in box.text
    QTest.keyClick(box.edit, ENTER)
    assert box.told == ["submitted"]


@pytest.mark.parametrize("keys", [CONTROL, Qt.KeyboardModifier.NoModifier])
def test_its_enter_is_kept_from_actions(box: Box, keys: Qt.KeyboardModifier) -> None:
    event = QKeyEvent(QEvent.Type.ShortcutOverride, ENTER, keys)
    event.ignore()
    QApplication.sendEvent(box.edit, event)
    assert event.isAccepted()
    other = QKeyEvent(QEvent.Type.ShortcutOverride, ENTER, CONTROL | SHIFT)
    other.ignore()
    QApplication.sendEvent(box.edit, other)
    assert not other.isAccepted()
