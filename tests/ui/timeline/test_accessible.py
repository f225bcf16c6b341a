"""Screen readers find every thing on the timeline, with name, role, value and focus."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtTest import QTest
from shiboken6 import delete

from prismdesk.project.edits import remove_marker, rename_region
from prismdesk.project.ids import MarkerId, RegionId
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.accessible import CanvasInterface
from prismdesk.ui.timeline.canvas import TimelineCanvas
from prismdesk.ui.timeline.item_focus import ItemFocus
from tests.ui.timeline.canvas_scene import CanvasScene, a_canvas_scene, a_desktop

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtGui import QAccessibleInterface
    from pytestqt.qtbot import QtBot

_Text = QAccessible.Text


def _focus_in(scene: CanvasScene) -> ItemFocus:
    return ItemFocus(
        scene.canvas, scene.document, scene.selection, scene.transport, lambda *_: None
    )


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> CanvasScene:
    made = a_canvas_scene(qtbot, tmp_path)
    made.canvas.activateWindow()
    qtbot.waitActive(made.canvas)
    made.canvas.setFocus()
    return made


def _interface(scene: CanvasScene) -> CanvasInterface:
    found = QAccessible.queryAccessibleInterface(scene.canvas)
    assert isinstance(found, CanvasInterface)
    return found


def _items(scene: CanvasScene) -> dict[str, QAccessibleInterface]:
    whole = _interface(scene)
    children = [whole.child(index) for index in range(whole.childCount())]
    return {
        child.text(_Text.Name): child
        for child in children
        if child.role() == QAccessible.Role.ListItem
    }


def test_every_thing_has_a_name_a_role_and_a_value(scene: CanvasScene) -> None:
    _focus_in(scene)
    items = _items(scene)
    assert {"first step", "SR_r2_prod.wav", "Wind hit, pier", "Dropout", "Harbour air"} <= set(
        items
    )
    region = items["Wind hit, pier"]
    assert region.text(_Text.Value).startswith("from 01:00:02:00, 1 s 12 fr long, Inpaint")
    assert region.text(_Text.Description).startswith("region on Production, from")
    assert items["first step"].text(_Text.Value) == "at 01:00:02:07"


def test_canvas_names_itself_and_keeps_its_widgets(scene: CanvasScene) -> None:
    _focus_in(scene)
    whole = _interface(scene)
    assert whole.text(_Text.Name) == "Timeline"
    assert whole.role() == QAccessible.Role.List
    roles = [whole.child(index).role() for index in range(whole.childCount())]
    assert roles[0] != QAccessible.Role.ListItem
    assert whole.indexOfChild(whole.child(0)) == 0


def test_child_knows_its_place_and_its_parent(scene: CanvasScene) -> None:
    _focus_in(scene)
    whole = _interface(scene)
    last = whole.child(whole.childCount() - 1)
    assert whole.indexOfChild(last) == whole.childCount() - 1
    assert last.parent() is whole
    assert whole.child(whole.childCount() - 1) is last
    assert whole.child(whole.childCount()) is None


def test_item_is_found_where_it_is_drawn(scene: CanvasScene) -> None:
    _focus_in(scene)
    region = _items(scene)["Dropout"]
    middle = region.rect().center()
    assert _interface(scene).childAt(middle.x(), middle.y()) is region


def test_takes_are_items_while_they_are_open(scene: CanvasScene) -> None:
    _focus_in(scene)
    assert "Take 1" not in _items(scene)
    scene.canvas.open_takes(RegionId("region-1"))
    assert "chosen" in _items(scene)["Take 1"].text(_Text.Value)


def test_item_follows_edits_and_is_invalid_once_it_is_gone(scene: CanvasScene) -> None:
    _focus_in(scene)
    items = _items(scene)
    scene.document.apply("Rename", lambda p: rename_region(p, RegionId("region-1"), "Gust"))
    assert items["Wind hit, pier"].text(_Text.Name) == "Gust"
    scene.document.apply("Remove", lambda p: remove_marker(p, MarkerId("marker-1")))
    assert not items["first step"].isValid()
    assert items["first step"].text(_Text.Name) == ""


def test_focus_is_told_and_shown(scene: CanvasScene, monkeypatch: pytest.MonkeyPatch) -> None:
    focus = _focus_in(scene)
    told: list[str] = []

    def note(event: QAccessibleEvent) -> None:
        if event.type() == QAccessible.Event.Focus:
            told.append(event.accessibleInterface().text(_Text.Name))

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", note)
    QTest.keyClick(scene.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert focus.item is not None
    assert told == [focus.item.name]
    child = _interface(scene).focusChild()
    assert child.text(_Text.Name) == focus.item.name
    assert child.state().focused
    QTest.keyClick(scene.canvas, Qt.Key.Key_Return)
    assert child.state().selected


def test_item_may_be_asked_for_sides_that_it_has_not(scene: CanvasScene) -> None:
    _focus_in(scene)
    item = _items(scene)["Dropout"]
    assert item.actionInterface() is None
    assert item.valueInterface() is None
    assert item.textInterface() is None


def test_interfaces_outlive_their_canvas_without_harm(scene: CanvasScene, tmp_path: Path) -> None:
    desktop = a_desktop(tmp_path, DARK, scene.messages)
    other = TimelineCanvas(scene.document, scene.selection, scene.transport, desktop)
    ItemFocus(other, scene.document, scene.selection, scene.transport, lambda *_: None)
    whole = QAccessible.queryAccessibleInterface(other)
    items = [whole.child(index) for index in range(whole.childCount())]
    other.close_threads()
    desktop.background.close()
    delete(other)
    gc.collect()
    assert not items[-1].isValid()
    assert items[-1].text(_Text.Name) == ""
