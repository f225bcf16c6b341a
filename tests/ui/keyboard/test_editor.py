from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui.actions.keymap import Keymap
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.actions.table import ACTIONS
from prismdesk.ui.keyboard.editor import KeyboardEditor
from prismdesk.ui.keyboard.key_page import KeyPage
from prismdesk.ui.theme import DARK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.errors import WorkError

Key = Qt.Key
Modifier = Qt.KeyboardModifier
pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


class Scene:
    def __init__(self, qtbot: QtBot, path: Path) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.actions = Actions(DARK, parent=self.window)
        self.actions.fill_menu_bar(self.window.menuBar())
        self.preferences = PreferencesFile(path)
        self.told: list[WorkError] = []
        self.editor = KeyboardEditor(
            self.actions, self.preferences, DARK, tell=lambda error: self.told.append(error)
        )
        self.window.setCentralWidget(self.editor)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Modifier.NoModifier) -> None:
        self.editor.capture.setFocus()
        QTest.keyClick(self.editor.capture, key, modifiers)

    def click(self, name: str) -> None:
        button = getattr(self.editor, name)
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def keys(self, action_id: str) -> tuple[str, ...]:
        return self.actions.keymap.keys_of(action_id)

    def visible(self) -> list[str]:
        rows = self.editor.rows
        return [spec.id for number, spec in enumerate(ACTIONS) if not rows.isRowHidden(number)]


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> Iterator[Scene]:
    made = Scene(qtbot, tmp_path / "preferences.json")
    yield made
    made.window.close()


def test_free_key_is_set_in_force_and_kept(scene: Scene) -> None:
    scene.editor.show_action("edit.split")
    scene.press(Key.Key_K, Modifier.ControlModifier)
    assert scene.editor.note.text() == "Ctrl+K is free."

    scene.click("assign")

    assert scene.keys("edit.split") == ("Ctrl+K",)
    shortcuts = [one.toString() for one in scene.actions.action("edit.split").shortcuts()]
    assert shortcuts == ["Ctrl+K"]
    kept = PreferencesFile(scene.preferences.path).load()
    assert kept.key_overrides == {"edit.split": ("Ctrl+K",)}


def test_taken_key_names_its_action_and_is_given_over(scene: Scene) -> None:
    scene.editor.show_action("edit.split")
    scene.press(Key.Key_Q)
    assert "Trim start to playhead" in scene.editor.note.text()
    assert scene.editor.assign.text() == "Take it from Trim start to playhead"

    scene.click("assign")

    assert scene.keys("edit.split") == ("Q",)
    assert scene.keys("edit.trim_start") == ()
    assert scene.actions.keymap.conflicts() == {}


def test_pressed_key_is_not_done_while_it_is_captured(scene: Scene) -> None:
    done: list[int] = []
    scene.actions.bind("edit.split", lambda: done.append(1))

    scene.press(Key.Key_S)
    scene.press(Key.Key_Return, Modifier.ControlModifier)

    assert done == []
    assert scene.editor.capture.text() == "Ctrl+Enter"


def test_shift_alone_is_no_key_and_tab_leads_on(scene: Scene) -> None:
    scene.editor.show_action("edit.split")
    scene.press(Key.Key_Shift)
    assert scene.editor.capture.text() == ""
    scene.press(Key.Key_K, Modifier.ControlModifier)

    QTest.keyClick(scene.editor.capture, Key.Key_Tab)

    assert scene.window.focusWidget() is scene.editor.assign
    QTest.keyClick(scene.editor.assign, Key.Key_Space)
    assert scene.keys("edit.split") == ("Ctrl+K",)


def test_key_is_added_to_those_there(scene: Scene) -> None:
    scene.editor.show_action("edit.split")
    scene.press(Key.Key_K, Modifier.ControlModifier)

    scene.click("add")

    assert scene.keys("edit.split") == ("S", "Ctrl+B", "Ctrl+K")


def test_one_action_is_reset_and_then_all(scene: Scene) -> None:
    for action_id in ("edit.split", "edit.undo"):
        scene.editor.show_action(action_id)
        scene.click("clear")
    assert scene.keys("edit.split") == scene.keys("edit.undo") == ()

    scene.editor.show_action("edit.split")
    scene.click("reset")
    assert scene.keys("edit.split") == ("S", "Ctrl+B")
    assert scene.keys("edit.undo") == ()
    scene.click("reset_all")

    assert scene.actions.keymap == Keymap()
    assert not scene.editor.reset_all.isEnabled()


def test_preset_is_chosen(scene: Scene) -> None:
    QTest.mouseClick(scene.editor.preset.button("daw"), Qt.MouseButton.LeftButton)

    assert scene.keys("transport.loop")[0] == "L"
    assert PreferencesFile(scene.preferences.path).load().keymap == "daw"


def test_search_finds_by_name_and_by_key(scene: Scene) -> None:
    scene.editor.search.setFocus()
    QTest.keyClicks(scene.editor.search, "crossf")
    assert scene.visible() == ["edit.crossfade"]

    scene.editor.search.clear()
    QTest.keyClicks(scene.editor.search, "Ctrl+G")
    assert scene.visible() == ["transport.go_to"]


def test_keys_that_two_actions_have_are_marked(scene: Scene) -> None:
    scene.actions.set_keymap(Keymap("nle", {"edit.split": ("Q",)}))
    editor = KeyboardEditor(scene.actions, scene.preferences, DARK, tell=scene.told.append)
    scene.window.setCentralWidget(editor)

    assert "Q is used twice" in editor.shown_keys("edit.split")


def test_keys_that_cannot_be_kept_are_in_force_and_told_of(scene: Scene) -> None:
    scene.preferences.path.mkdir()
    scene.editor.show_action("edit.split")

    scene.click("clear")

    assert scene.keys("edit.split") == ()
    assert len(scene.told) == 1


def test_help_page_follows_the_keys_and_prints(qtbot: QtBot, scene: Scene, tmp_path: Path) -> None:
    page = KeyPage(scene.actions, DARK, change=lambda: None)
    qtbot.addWidget(page)
    scene.actions.set_keymap(Keymap().with_keys("edit.split", ("Ctrl+K",)))
    assert "Ctrl+K" in page.page.toPlainText()
    page.search.setText("crossfade")
    assert "Undo" not in page.page.toPlainText()

    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "keys.pdf"))
    page.print_to(printer)

    assert (tmp_path / "keys.pdf").read_bytes().startswith(b"%PDF")
