from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from prismdesk.project.model import NamedPrompt
from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui.inspector.prompt_history import PromptHistory
from prismdesk.ui.theme import DARK

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

TABLE = (NamedPrompt(name="Pier", prompt="water under planks"),)
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class Opened:
    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.file = PreferencesFile(folder / "preferences.json")
        for words in ("rain on a roof", "slow steps", "rain, far"):
            self.file.remember_prompt(words)
        self.below = QWidget()
        qtbot.addWidget(self.below)
        self.below.show()
        self.popup = PromptHistory(self.file, TABLE, DARK, self.below)
        self.popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        self.told: list[str] = []
        self.popup.chosen.connect(self.told.append)
        self.popup.named.connect(lambda name: self.told.append(f"named {name}"))
        self.popup.show_below(self.below)

    @property
    def words(self) -> list[str]:
        return [entry.words for entry in self.popup.entries]

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier | None = None) -> None:
        QTest.keyClick(self.popup.search, key, keys or Qt.KeyboardModifier.NoModifier)


@pytest.fixture
def opened(tmp_path: Path, qtbot: QtBot) -> Opened:
    return Opened(tmp_path, qtbot)


def test_a_prompt_is_found_and_used_by_keys_alone(opened: Opened) -> None:
    assert opened.words == ["water under planks", "rain, far", "slow steps", "rain on a roof"]
    QTest.keyClicks(opened.popup.search, "rain")
    assert opened.words == ["rain, far", "rain on a roof"]
    opened.press(Qt.Key.Key_Down)
    opened.press(Qt.Key.Key_Return)
    assert opened.told == ["rain on a roof"]
    assert not opened.popup.isVisible()


def test_a_line_of_the_table_goes_by_its_name(opened: Opened) -> None:
    QTest.keyClicks(opened.popup.search, "pier")
    opened.press(Qt.Key.Key_Return)
    assert opened.told == ["named Pier"]


def test_a_star_brings_a_prompt_to_the_top_and_the_row_goes_with_it(opened: Opened) -> None:
    for _ in range(2):
        opened.press(Qt.Key.Key_Down)
    opened.press(Qt.Key.Key_D, CONTROL)
    assert opened.words[0] == "slow steps"
    assert opened.popup.entry is not None
    assert opened.popup.entry.is_starred
    opened.press(Qt.Key.Key_D, CONTROL)
    assert opened.file.now.starred_prompts == ()


def test_a_prompt_is_forgotten_and_one_of_the_table_is_not(opened: Opened) -> None:
    opened.press(Qt.Key.Key_Delete, SHIFT)
    assert len(opened.words) == 4
    opened.press(Qt.Key.Key_Down)
    opened.press(Qt.Key.Key_Delete, SHIFT)
    assert opened.words == ["water under planks", "slow steps", "rain on a roof"]


def test_where_nothing_fits_enter_does_nothing_and_escape_closes(opened: Opened) -> None:
    QTest.keyClicks(opened.popup.search, "hail")
    assert opened.popup.empty.text() == "Nothing fits."
    opened.press(Qt.Key.Key_Down)
    opened.press(Qt.Key.Key_Return)
    assert opened.told == []
    opened.press(Qt.Key.Key_Escape)
    assert not opened.popup.isVisible()


def test_the_mouse_chooses_too(opened: Opened) -> None:
    item = opened.popup.list.item(2)
    place = opened.popup.list.visualItemRect(item).center()
    QTest.mouseClick(opened.popup.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.told == ["slow steps"]
