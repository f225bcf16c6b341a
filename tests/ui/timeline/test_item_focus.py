"""The keyboard goes from thing to thing on the timeline, selects them and opens their menus."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from prismdesk.project.edits import move_region, remove_region
from prismdesk.project.ids import RegionId
from prismdesk.project.model import RegionStatus
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.timeline.hit import Hit, HitKind
from prismdesk.ui.timeline.item_focus import ItemFocus
from prismdesk.ui.timeline.job_look import JobLook
from tests.ui.timeline.canvas_scene import CanvasScene, a_canvas_scene

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.ui.timeline.pointer import Pointer

_Key = Qt.Key
_ALT = Qt.KeyboardModifier.AltModifier


@dataclass
class FocusScene:
    """A canvas between two buttons, and the menus that were asked for."""

    base: CanvasScene
    focus: ItemFocus
    window: QWidget
    menus: list[tuple[Hit, Pointer]] = field(default_factory=list)

    def press(
        self, key: Qt.Key, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier
    ) -> None:
        """Press a key where the focus is."""
        target = QApplication.focusWidget()
        assert target is not None
        QTest.keyClick(target, key, held)

    def at(self) -> str | None:
        """Id of the item that the keyboard is at."""
        return None if self.focus.item is None else self.focus.item.id


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> FocusScene:
    base = a_canvas_scene(qtbot, tmp_path)
    window = QWidget()
    before, after = QPushButton("before", window), QPushButton("after", window)
    base.canvas.setParent(window)
    base.canvas.setGeometry(0, 30, 1200, 480)
    base.canvas.show()
    after.move(0, 520)
    QWidget.setTabOrder(before, base.canvas)
    QWidget.setTabOrder(base.canvas, after)
    menus: list[tuple[Hit, Pointer]] = []
    focus = ItemFocus(
        base.canvas,
        base.document,
        base.selection,
        base.transport,
        lambda hit, pointer: menus.append((hit, pointer)),
    )

    def let_go(_: object) -> None:
        base.canvas.setParent(None)

    qtbot.addWidget(window, before_close_func=let_go)
    window.resize(1200, 560)
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    base.canvas.setFocus()
    return FocusScene(base, focus, window, menus)


def test_first_step_goes_to_what_is_nearest_to_the_playhead(scene: FocusScene) -> None:
    scene.base.transport.move_to(330_000)
    scene.press(_Key.Key_Right, _ALT)
    assert scene.at() == "clip-1"  # its lane's first thing that the playhead is on
    scene.press(_Key.Key_Right, _ALT)
    assert scene.at() == "region-1"


def test_arrows_with_alt_go_along_and_between_rows(scene: FocusScene) -> None:
    scene.press(_Key.Key_Right, _ALT)
    scene.press(_Key.Key_Right, _ALT)
    scene.press(_Key.Key_Right, _ALT)
    assert scene.at() == "region-2"
    scene.press(_Key.Key_Right, _ALT)
    assert scene.at() == "region-2"  # the last of its row
    scene.press(_Key.Key_Down, _ALT)
    assert scene.at() == "region-4"  # the nearest one below
    scene.press(_Key.Key_Left, _ALT)
    assert scene.at() == "clip-2"
    scene.press(_Key.Key_Up, _ALT)
    scene.press(_Key.Key_Up, _ALT)
    assert scene.at() == "marker-1"


def test_plain_arrows_are_left_to_the_playhead(scene: FocusScene) -> None:
    scene.press(_Key.Key_Right, _ALT)
    scene.press(_Key.Key_Right)
    assert scene.at() == "clip-1"


def test_tab_goes_through_a_row_and_out_at_its_end(scene: FocusScene) -> None:
    visited = []
    for _ in range(3):
        scene.press(_Key.Key_Tab)
        visited.append(scene.at())
    assert visited == ["clip-1", "region-1", "region-2"]
    scene.press(_Key.Key_Tab)
    assert not scene.base.canvas.hasFocus()


def test_escape_goes_back_to_the_timeline_from_where_tab_leaves(scene: FocusScene) -> None:
    scene.press(_Key.Key_Tab)
    scene.press(_Key.Key_Escape)
    assert scene.at() is None
    assert not scene.focus.ring.isVisible()
    assert scene.base.canvas.hasFocus()
    scene.press(_Key.Key_Tab)
    assert not scene.base.canvas.hasFocus()


def test_return_selects_what_the_keyboard_is_at(scene: FocusScene) -> None:
    scene.press(_Key.Key_Tab)
    scene.press(_Key.Key_Return)
    assert scene.base.selection.clip_ids == {"clip-1"}
    scene.press(_Key.Key_Tab)
    assert scene.base.selection.clip_ids == {"clip-1"}  # going on selects nothing by itself
    scene.press(_Key.Key_Return)
    assert scene.base.selection.region_id == "region-1"


def test_return_on_a_marker_brings_the_playhead(scene: FocusScene) -> None:
    scene.press(_Key.Key_Tab)
    scene.press(_Key.Key_Up, _ALT)
    scene.press(_Key.Key_Return)
    assert scene.base.selection.marker_id == "marker-1"
    assert scene.base.transport.position_samples == 110_000


def test_return_on_a_take_selects_its_region(scene: FocusScene) -> None:
    scene.base.canvas.open_takes(RegionId("region-1"))
    scene.press(_Key.Key_Tab)
    scene.press(_Key.Key_Down, _ALT)
    assert scene.at() == "take-1"
    scene.press(_Key.Key_Return)
    assert scene.base.selection.region_id == "region-1"


def test_menu_key_selects_and_opens_the_menu_of_what_it_is_at(scene: FocusScene) -> None:
    scene.press(_Key.Key_Tab)
    scene.press(_Key.Key_Tab)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(5, 5), QPoint(5, 5))
    QApplication.sendEvent(scene.base.canvas, event)
    ((hit, pointer),) = scene.menus
    assert (hit.kind, hit.region_id) == (HitKind.REGION_HEADER, "region-1")
    assert scene.base.selection.region_id == "region-1"
    assert scene.focus.item is not None
    assert scene.focus.rect_of(scene.focus.item).contains(pointer.x_px, pointer.y_px)


def test_ring_lies_around_the_item_and_goes_with_the_focus(scene: FocusScene) -> None:
    scene.press(_Key.Key_Tab)
    scene.press(_Key.Key_Tab)
    assert scene.focus.item is not None
    assert scene.focus.ring.isVisible()
    assert scene.focus.ring.geometry().contains(scene.focus.rect_of(scene.focus.item))
    scene.window.findChildren(QPushButton)[0].setFocus()
    assert not scene.focus.ring.isVisible()


def test_ring_follows_an_edit_and_goes_with_what_is_removed(scene: FocusScene) -> None:
    scene.press(_Key.Key_Tab)
    scene.press(_Key.Key_Tab)
    before = scene.focus.ring.geometry()
    region_id = RegionId("region-1")
    scene.base.document.apply("Move", lambda p: move_region(p, region_id, 240_000))
    assert scene.at() == "region-1"
    assert scene.focus.ring.x() > before.x()
    scene.base.document.apply("Remove", lambda p: remove_region(p, region_id))
    assert scene.at() is None
    assert not scene.focus.ring.isVisible()


def test_what_lies_out_of_sight_is_scrolled_to(scene: FocusScene) -> None:
    canvas = scene.base.canvas
    canvas.resize(1200, 200)
    canvas.zoom_to(SampleRange(0, 20_000))
    scene.press(_Key.Key_Tab)
    scene.press(_Key.Key_Down, _ALT)
    scene.press(_Key.Key_Right, _ALT)
    assert scene.at() == "region-4"
    assert scene.focus.item is not None
    assert 0 <= canvas.scale.x_of(scene.focus.item.span.start_samples) < canvas.scale.width_px
    scene.press(_Key.Key_Down, _ALT)
    assert canvas.rect().contains(scene.focus.rect_of(scene.focus.item).center().x(), 0)
    place = scene.focus.rect_of(scene.focus.item)
    assert place.bottom() < canvas.height()


def test_click_takes_the_keyboard_off_the_item(scene: FocusScene) -> None:
    scene.press(_Key.Key_Tab)
    QTest.mouseClick(scene.base.canvas, Qt.MouseButton.LeftButton, pos=QPoint(600, 100))
    assert scene.at() is None


def test_items_tell_of_jobs_as_they_go_on(scene: FocusScene) -> None:
    for words in ("Queued", "Step 2 of 25"):
        look = JobLook(status=RegionStatus.MAKING, words=words)
        scene.base.canvas.set_job(RegionId("region-4"), look)
        (found,) = [
            item.value for row in scene.focus.rows for item in row.items if item.id == "region-4"
        ]
        assert found.endswith(words)
