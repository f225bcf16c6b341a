from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLineEdit,
    QListWidget,
    QMainWindow,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from prismdesk.ui.actions.keymap import Keymap
from prismdesk.ui.actions.registry import NOTHING_OPEN, Actions
from prismdesk.ui.actions.table import ACTIONS, menu_titles
from prismdesk.ui.theme import DARK
from prismdesk.ui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

Key = Qt.Key
Modifier = Qt.KeyboardModifier
PLAIN = Modifier.NoModifier

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


class Scene:
    """A window with every kind of control, and all actions counted."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.actions = Actions(DARK, parent=self.window)
        self.done: list[str] = []
        for spec in ACTIONS:
            self.actions.bind(spec.id, partial(self.done.append, spec.id))
        self.actions.fill_menu_bar(self.window.menuBar())
        self.canvas = QWidget()
        self.canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.line, self.prompt, self.number = QLineEdit(), QPlainTextEdit(), QSpinBox()
        self.button, self.rows = QPushButton("Press"), QListWidget()
        self.rows.addItems(["one", "split", "three"])
        page = QWidget()
        column = QVBoxLayout(page)
        for widget in (self.canvas, self.line, self.prompt, self.number, self.button):
            column.addWidget(widget)
        self.window.setCentralWidget(page)
        dock = QDockWidget("Spotting")
        dock.setWidget(self.rows)
        self.window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
        self.dock = dock
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()

    def press(
        self, widget: QWidget, key: Qt.Key, modifiers: Qt.KeyboardModifier = PLAIN
    ) -> list[str]:
        widget.setFocus()
        self.done.clear()
        QTest.keyClick(widget, key, modifiers)
        return list(self.done)


@pytest.fixture
def scene(qtbot: QtBot) -> Iterator[Scene]:
    made = Scene(qtbot)
    yield made
    made.window.close()


def test_letters_type_in_text_fields(scene: Scene) -> None:
    scene.line.setFocus()
    QTest.keyClicks(scene.line, "sandy jkl, [io] = ?")
    scene.prompt.setFocus()
    QTest.keyClicks(scene.prompt, "Slow steps/*")

    assert scene.line.text() == "sandy jkl, [io] = ?"
    assert scene.prompt.toPlainText() == "Slow steps/*"
    assert scene.done == []


@pytest.mark.parametrize(
    ("key", "modifiers"),
    [
        (Key.Key_Left, Modifier.NoModifier),
        (Key.Key_Home, Modifier.ShiftModifier),
        (Key.Key_Backspace, Modifier.NoModifier),
        (Key.Key_Delete, Modifier.ShiftModifier),
        (Key.Key_Up, Modifier.NoModifier),
        (Key.Key_A, Modifier.ControlModifier),
        (Key.Key_Z, Modifier.ControlModifier),
        (Key.Key_V, Modifier.ControlModifier),
        (Key.Key_Delete, Modifier.ControlModifier),
        (Key.Key_Return, Modifier.ShiftModifier),
    ],
)
def test_text_fields_keep_the_keys_that_edit_text(
    scene: Scene, key: Qt.Key, modifiers: Qt.KeyboardModifier
) -> None:
    for field in (scene.line, scene.prompt, scene.number):
        assert scene.press(field, key, modifiers) == []


def test_text_to_read_keeps_the_keys_that_copy_it(scene: Scene) -> None:
    scene.prompt.setReadOnly(True)

    assert scene.press(scene.prompt, Key.Key_C, Modifier.ControlModifier) == []
    assert scene.press(scene.prompt, Key.Key_S) == ["edit.split"]


def test_commands_are_heard_in_text_fields(scene: Scene) -> None:
    for field in (scene.line, scene.prompt, scene.number):
        made = scene.press(field, Key.Key_Return, Modifier.ControlModifier)
        assert made == ["region.generate"]
        assert scene.press(field, Key.Key_F1) == ["help.guide"]


@pytest.mark.parametrize("keymap", [Keymap("nle"), Keymap("daw")], ids=["nle", "daw"])
def test_every_key_does_its_action_and_no_other(scene: Scene, keymap: Keymap) -> None:
    scene.actions.set_keymap(keymap)
    for spec in ACTIONS:
        for key in keymap.keys_of(spec.id):
            pressed = QKeySequence(key)[0]  # type: ignore[index]  # the stubs leave it out
            done = scene.press(scene.canvas, pressed.key(), pressed.keyboardModifiers())
            assert done == [spec.id], key


def test_keys_are_heard_in_docks_floating_too(scene: Scene, qtbot: QtBot) -> None:
    assert scene.press(scene.rows, Key.Key_S) == ["edit.split"]

    scene.dock.setFloating(True)
    scene.dock.activateWindow()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is scene.dock)

    assert scene.press(scene.rows, Key.Key_S) == ["edit.split"]


def test_arrows_move_within_a_list(scene: Scene) -> None:
    scene.rows.setCurrentRow(0)

    assert scene.press(scene.rows, Key.Key_Down) == []
    assert scene.rows.currentRow() == 1


def test_space_presses_the_button_that_the_keyboard_reached(scene: Scene, qtbot: QtBot) -> None:
    scene.number.setFocus()
    QTest.keyClick(scene.number, Key.Key_Tab)
    assert QApplication.focusWidget() is scene.button

    with qtbot.waitSignal(scene.button.clicked):
        QTest.keyClick(scene.button, Key.Key_Space)
    assert scene.done == []


def test_arrows_choose_among_segments(scene: Scene, qtbot: QtBot) -> None:
    segments = SegmentedControl("Task", [("g", "Generate", None), ("i", "Inpaint", None)], DARK)
    segments.set_value("g")
    scene.dock.setWidget(segments)
    segments.show()

    assert scene.press(segments.button("g"), Key.Key_Right) == []
    assert segments.value == "i"


def test_space_plays_after_a_click_on_a_button(scene: Scene) -> None:
    QTest.mousePress(scene.button, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(scene.button, Qt.MouseButton.LeftButton)
    scene.done.clear()

    QTest.keyClick(scene.button, Key.Key_Space)

    assert scene.done == ["transport.play"]


def test_keys_are_heard_while_the_menus_are_hidden(scene: Scene) -> None:
    scene.window.menuBar().hide()

    assert scene.press(scene.canvas, Key.Key_Space) == ["transport.play"]


def test_disabled_action_says_why_not(scene: Scene, qtbot: QtBot) -> None:
    scene.actions.bind(
        "edit.split", lambda: scene.done.append("x"), enabled=lambda: "No clip is here."
    )
    action = scene.actions.action("edit.split")

    assert not action.isEnabled()
    assert action.statusTip() == "No clip is here."
    assert action.toolTip() == "Split (S)\nNo clip is here."
    assert scene.press(scene.canvas, Key.Key_S) == []
    with qtbot.waitSignal(scene.actions.refused) as told:
        scene.actions.trigger("edit.split")
    assert told.args == ["No clip is here."]


def test_a_reason_is_told_as_a_sentence(scene: Scene, qtbot: QtBot) -> None:
    scene.actions.bind("edit.split", lambda: None, enabled=lambda: "Select a region first")

    with qtbot.waitSignal(scene.actions.refused) as told:
        scene.actions.trigger("edit.split")
    assert told.args == ["Select a region first."]
    with qtbot.waitSignal(scene.actions.refused) as told:
        scene.press(scene.canvas, Key.Key_S)
    assert told.args == ["Select a region first."]


def test_key_of_a_disabled_action_says_why_not(scene: Scene, qtbot: QtBot) -> None:
    scene.actions.bind("edit.split", lambda: None, enabled=lambda: "No clip is here.")

    with qtbot.waitSignal(scene.actions.refused) as told:
        scene.press(scene.canvas, Key.Key_S)
    assert told.args == ["No clip is here."]
    with qtbot.assertNotEmitted(scene.actions.refused):
        scene.press(scene.line, Key.Key_S)


def test_key_does_what_became_possible_without_a_word(scene: Scene) -> None:
    can: list[int] = []
    scene.actions.bind("edit.split", lambda: scene.done.append("split"), enabled=lambda: bool(can))
    can.append(1)

    assert scene.press(scene.canvas, Key.Key_S) == ["split"]


def test_action_that_nobody_does_says_so(scene: Scene) -> None:
    scene.actions.unbind("edit.split", "view.models")

    assert scene.actions.why_not("edit.split") == NOTHING_OPEN
    why_no_models = scene.actions.why_not("view.models")
    assert why_no_models.endswith("models are shown beside it.")
    assert not scene.actions.action("edit.split").isEnabled()


def test_closed_project_leaves_what_the_window_does(scene: Scene) -> None:
    scene.actions.unbind_project()

    can = {spec.id for spec in ACTIONS if not scene.actions.why_not(spec.id)}
    assert {"file.open", "file.quit", "help.keys", "view.theme_light", "view.text_larger"} <= can
    assert not {"edit.split", "view.fit", "transport.play", "jobs.cancel", "takes.next"} & can


def test_what_is_on_is_what_the_binding_says(scene: Scene) -> None:
    on: list[bool] = [False]
    scene.actions.bind("edit.snap", lambda: on.append(not on[-1]), checked=lambda: on[-1])
    action = scene.actions.action("edit.snap")

    scene.press(scene.canvas, Key.Key_N)
    assert action.isChecked()
    assert action.toolTip().startswith("Snap – on (N)")
    scene.press(scene.canvas, Key.Key_N)
    assert not action.isChecked()
    assert not action.isIconVisibleInMenu()


def test_action_stays_as_it_was_if_its_doing_changes_nothing(scene: Scene) -> None:
    scene.actions.bind("edit.snap", lambda: None, checked=lambda: False)

    scene.press(scene.canvas, Key.Key_N)

    assert not scene.actions.action("edit.snap").isChecked()


def test_enabled_is_asked_again_after_each_action(scene: Scene, qtbot: QtBot) -> None:
    undone: list[int] = []
    scene.actions.bind(
        "edit.redo", lambda: None, enabled=lambda: bool(undone) or "Nothing was undone."
    )
    assert not scene.actions.action("edit.redo").isEnabled()
    scene.actions.bind("edit.undo", lambda: undone.append(1))

    scene.actions.trigger("edit.undo")

    qtbot.waitUntil(scene.actions.action("edit.redo").isEnabled)


def test_menus_hold_every_action_of_the_table(scene: Scene) -> None:
    shown = {
        action.objectName()
        for spec in ACTIONS
        for action in scene.actions.menu(spec.menu).actions()
        if action.objectName()
    }
    assert shown == {spec.id for spec in ACTIONS}
    titles = [action.text().replace("&", "") for action in scene.window.menuBar().actions()]
    assert titles == list(menu_titles())
