from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from prismdesk.project.ids import ClipId, LaneId, MarkerId, RegionId, TakeId
from prismdesk.project.lookup import clip_of, marker_of, region_of, take_of
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.hit import Hit, HitKind
from prismdesk.ui.timeline.item_menus import ItemMenus
from tests.ui.timeline.canvas_scene import CanvasScene, a_canvas_scene, a_desktop

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QMenu
    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Project
    from prismdesk.ui.actions.registry import Actions

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

CLIP = Hit(kind=HitKind.CLIP_HEADER, lane_id=LaneId("lane-2"), clip_id=ClipId("clip-2"))
REGION = Hit(kind=HitKind.REGION_HEADER, lane_id=LaneId("lane-1"), region_id=RegionId("region-1"))
TAKE = Hit(kind=HitKind.TAKE, region_id=RegionId("region-1"), take_id=TakeId("take-2"))
MARKER = Hit(kind=HitKind.MARKER, marker_id=MarkerId("marker-1"))
LANE = Hit(kind=HitKind.LANE, lane_id=LaneId("lane-4"))
RULER, PICTURE = Hit(kind=HitKind.RULER), Hit(kind=HitKind.PICTURE)
ALL = (CLIP, REGION, TAKE, MARKER, LANE, RULER, PICTURE)


@dataclass
class MenuScene:
    """Menus over a canvas, and the actions they are made of."""

    canvas: CanvasScene
    menus: ItemMenus
    actions: Actions
    heard: list[TakeId] = field(default_factory=list)

    def open(self, hit: Hit) -> QMenu:
        """Open the menu of what was hit."""
        canvas = self.canvas.canvas
        self.menus.open_menu(hit, canvas.pointer_at(QPoint(600, 200)))
        assert self.menus.menu is not None
        return self.menus.menu

    @property
    def project(self) -> Project:
        return self.canvas.document.project


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> MenuScene:
    canvas = a_canvas_scene(qtbot, tmp_path)
    desktop = a_desktop(tmp_path, DARK, canvas.messages)
    heard: list[TakeId] = []
    menus = ItemMenus(canvas.canvas, desktop, heard.append)
    qtbot.addWidget(canvas.canvas, before_close_func=lambda _: desktop.background.close())
    return MenuScene(canvas, menus, desktop.actions, heard)


@pytest.mark.parametrize("hit", ALL, ids=lambda hit: str(hit.kind))
def test_each_thing_has_a_menu_of_actions_that_does_not_block(scene: MenuScene, hit: Hit) -> None:
    menu = scene.open(hit)
    assert menu.isVisible()
    named = [action for action in menu.actions() if action.objectName()]
    assert len(named) >= 4
    assert all(scene.actions.action(action.objectName()) is action for action in named)
    separators = [action.isSeparator() for action in menu.actions()]
    assert not separators[0]
    assert not separators[-1]
    menu.close()


def test_nothing_has_no_menu(scene: MenuScene) -> None:
    canvas = scene.canvas.canvas
    scene.menus.open_menu(Hit(kind=HitKind.NOTHING), canvas.pointer_at(QPoint(600, 470)))
    assert scene.menus.menu is None


def test_an_action_of_the_menu_is_done(scene: MenuScene) -> None:
    done: list[str] = []
    scene.actions.bind("edit.split", lambda: done.append("split"))
    menu = scene.open(CLIP)
    menu.setActiveAction(scene.actions.action("edit.split"))
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert done == ["split"]


def test_a_menu_tells_what_can_be_done_now(scene: MenuScene) -> None:
    can = [False]
    scene.actions.bind("edit.paste", lambda: None, enabled=lambda: can[0])
    can[0] = True
    menu = scene.open(LANE)
    assert scene.actions.action("edit.paste").isEnabled()
    menu.close()


def test_the_lane_that_was_hit_is_meant(scene: MenuScene) -> None:
    selection = scene.canvas.selection
    selection.set_span(SampleRange(0, 1000), [LaneId("lane-1")])
    scene.open(LANE).close()
    assert selection.lane_ids == {"lane-4"}
    assert selection.span == SampleRange(0, 1000)


def test_a_lane_inside_the_marked_time_keeps_the_marks(scene: MenuScene) -> None:
    lanes = [LaneId("lane-1"), LaneId("lane-4")]
    scene.canvas.selection.set_span(SampleRange(0, 1000), lanes)
    scene.open(LANE).close()
    assert scene.canvas.selection.lane_ids == set(lanes)


def test_the_take_that_was_hit_is_heard(scene: MenuScene) -> None:
    scene.open(TAKE).close()
    assert scene.heard == ["take-2"]


def _name_of(project: Project, hit: Hit) -> str:
    if hit.take_id is not None:
        return take_of(project, hit.take_id).name
    if hit.marker_id is not None:
        return marker_of(project, hit.marker_id).name
    if hit.region_id is not None:
        return region_of(project, hit.region_id).name
    assert hit.clip_id is not None
    return clip_of(project, hit.clip_id).name


@pytest.mark.parametrize("hit", [CLIP, REGION, TAKE, MARKER], ids=lambda hit: str(hit.kind))
def test_things_are_renamed(scene: MenuScene, hit: Hit) -> None:
    before = scene.project
    menu = scene.open(hit)
    menu.actions()[-1].trigger()
    menu.close()
    popup = scene.menus.popup
    assert popup is not None
    assert popup.line.text() == _name_of(before, hit)
    popup.line.setText("Another name")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    assert _name_of(scene.project, hit) == "Another name"
    scene.canvas.document.undo()
    assert scene.project == before


def test_escape_renames_nothing(scene: MenuScene) -> None:
    before = scene.project
    menu = scene.open(MARKER)
    menu.actions()[-1].trigger()
    menu.close()
    popup = scene.menus.popup
    assert popup is not None
    popup.line.setText("Another name")
    QTest.keyClick(popup.line, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert scene.project == before


def test_a_popup_stays_on_the_screen(scene: MenuScene) -> None:
    menu = scene.open(MARKER)
    menu.actions()[-1].trigger()
    menu.close()
    popup = scene.menus.popup
    assert popup is not None
    popup.show_at(QPoint(100_000, 100_000))
    assert popup.screen().availableGeometry().contains(popup.geometry())
