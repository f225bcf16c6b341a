from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui.inspector.avoid_chips import AvoidChips
from prismdesk.ui.theme import DARK

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


class Shown:
    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.preferences = PreferencesFile(folder / "preferences.json")
        self.field = AvoidChips(self.preferences, DARK)
        qtbot.addWidget(self.field)
        self.typed: list[str] = []
        self.field.typed.connect(self.typed.append)
        self.field.show_words("speech, music")
        self.field.resize(420, 60)
        self.field.show()
        self.field.activateWindow()
        qtbot.waitUntil(self.field.isActiveWindow)

    @property
    def words(self) -> list[str]:
        return [chip.word for chip in self.field.chips]


@pytest.fixture
def shown(tmp_path: Path, qtbot: QtBot) -> Shown:
    return Shown(tmp_path, qtbot)


def test_a_cross_takes_its_chip_away(shown: Shown) -> None:
    QTest.mouseClick(shown.field.chips[0].cross, Qt.MouseButton.LeftButton)
    assert (shown.typed, shown.words) == (["music"], ["music"])
    QTest.mouseClick(shown.field.chips[0].cross, Qt.MouseButton.LeftButton)
    assert (shown.typed, shown.words) == (["music", ""], [])


@pytest.mark.parametrize("key", [Qt.Key.Key_Delete, Qt.Key.Key_Backspace])
def test_delete_on_a_cross_takes_the_chip_not_the_region(shown: Shown, key: Qt.Key) -> None:
    cross = shown.field.chips[1].cross
    cross.setFocus(Qt.FocusReason.TabFocusReason)
    override = QKeyEvent(QEvent.Type.ShortcutOverride, key, Qt.KeyboardModifier.NoModifier)
    override.ignore()
    QApplication.sendEvent(cross, override)
    assert override.isAccepted()
    QTest.keyClick(cross, key)
    assert shown.words == ["speech"]


def test_words_are_added_apart_by_commas(shown: Shown) -> None:
    shown.field.add.click()
    assert shown.field.line.hasFocus()
    QTest.keyClicks(shown.field.line, "hum, Speech,wind rumble")
    QTest.keyClick(shown.field.line, Qt.Key.Key_Return)
    assert shown.words == ["speech", "music", "hum", "wind rumble"]
    assert shown.typed == ["speech, music, hum, wind rumble"]
    assert shown.field.line.isHidden()
    assert shown.field.add.hasFocus()


def test_escape_adds_nothing(shown: Shown) -> None:
    shown.field.add.click()
    QTest.keyClicks(shown.field.line, "hum")
    QTest.keyClick(shown.field.line, Qt.Key.Key_Escape)
    assert (shown.typed, shown.words) == ([], ["speech", "music"])


def test_a_double_click_edits_all_as_text(shown: Shown) -> None:
    QTest.mouseDClick(shown.field.chips[0], Qt.MouseButton.LeftButton)
    assert shown.field.line.text() == "speech, music"
    shown.field.line.setText("birds; cars")
    QTest.keyClick(shown.field.line, Qt.Key.Key_Return)
    assert (shown.typed, shown.words) == (["birds, cars"], ["birds", "cars"])


def test_leaving_the_line_takes_what_was_typed(shown: Shown) -> None:
    shown.field.add.click()
    QTest.keyClicks(shown.field.line, "hum")
    shown.field.chips[0].cross.setFocus()
    assert shown.words == ["speech", "music", "hum"]


def test_what_was_avoided_before_is_proposed(shown: Shown) -> None:
    shown.preferences.remember_prompt("hiss, crowd", negative=True)
    shown.field.add.click()
    completer = shown.field.line.completer()
    assert completer is not None
    completer.setCompletionPrefix("h")
    assert completer.currentCompletion() == "hiss"


def test_many_chips_go_on_in_the_next_line(shown: Shown) -> None:
    shown.field.show_words(", ".join(f"a rather long word {n}" for n in range(8)))
    flow = shown.field.chips[0].parentWidget()
    assert flow is not None
    layout = flow.layout()
    assert layout is not None
    assert layout.heightForWidth(300) > 2 * layout.heightForWidth(3000)
