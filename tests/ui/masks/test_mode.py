from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from prismdesk.engines import catalogue
from prismdesk.media.still_picture import read_grey
from prismdesk.project.edits import set_region_masks
from prismdesk.session.masks import import_mask
from prismdesk.ui.masks.editing import MaskTool
from tests.builders import a_box, a_keyed_shape, a_shape
from tests.stills import write_grey
from tests.ui.making_scene import FAKE
from tests.ui.masks.mask_scene import END, LEFT, NO_KEYS, START, MaskScene
from tests.ui.masks.test_layer import box_of, has

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


# The mode and why it can't be


def test_the_mode_needs_a_region(scene: MaskScene) -> None:
    assert scene.is_on()
    scene.scene.selection.select_region(None)
    assert not scene.is_on()
    assert scene.why_not("region.mask") == "Select a region first"
    assert scene.why_not("region.mask_brush") == "Select a region first"


def test_an_engine_without_masks_says_why(
    scene: MaskScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.do("region.mask")
    monkeypatch.setitem(catalogue._OFFERS, FAKE.id, lambda: FAKE)
    assert scene.why_not("region.mask") == "Fake model doesn't look at the picture"


def test_a_tool_switches_the_mode_on(scene: MaskScene) -> None:
    scene.do("region.mask")
    assert not scene.mode.tools.isVisible()
    scene.do("region.mask_rectangle")
    assert scene.is_on()
    assert scene.mode.tools.isVisible()
    assert scene.editing.tool is MaskTool.RECTANGLE


def test_the_playhead_comes_to_the_region(scene: MaskScene) -> None:
    scene.do("region.mask")
    scene.transport.move_to(0)
    scene.do("region.mask")
    assert scene.transport.position_samples == START


def test_undo_takes_a_mask_away_under_the_hand(scene: MaskScene) -> None:
    scene.drag((0.2, 0.2), (0.5, 0.5))
    scene.scene.document.undo()
    assert len(scene.masks) == 0
    assert scene.has_chosen(None)
    scene.scene.document.redo()
    assert scene.has_chosen(0)


# Edge, sign, invert, clear


def test_feather_and_sign_are_the_chosen_masks_and_the_next_ones(scene: MaskScene) -> None:
    scene.drag((0.1, 0.1), (0.3, 0.3))
    tools = scene.mode.tools
    tools.feather.setValue(12)
    tools.takes_away.click()
    scene.drag((0.6, 0.6), (0.9, 0.9))
    assert [(mask.feather, mask.takes_away) for mask in scene.masks] == [(0.12, True)] * 2
    assert scene.steps == ["Draw ellipse", "Feather mask", "Take away from mask", "Draw ellipse"]


def test_the_brush_is_as_wide_as_it_is_set(scene: MaskScene) -> None:
    scene.do("region.mask_brush")
    scene.mode.tools.brush.setValue(25)
    scene.click(0.5, 0.5)
    assert scene.masks[0].key_frames[0].strokes[0].brush == 0.25


def test_inverting_turns_drawn_masks_and_stills_around(
    scene: MaskScene, tmp_path: Path, qtbot: QtBot
) -> None:
    assert scene.why_not("region.mask_invert") == "The region has no mask"
    has(scene, a_shape("a"))
    scene.do("region.mask_invert")
    assert scene.takes_away() == [True]
    document, folder = scene.scene.document, scene.scene.document.session.folder
    still = write_grey(tmp_path / "a.png", np.full((2, 2), 55, np.uint8))
    given = import_mask(folder, still)
    document.apply("Still", lambda p: set_region_masks(p, scene.region.id, (given,)))
    scene.do("region.mask_invert")
    qtbot.waitUntil(lambda: scene.region.masks != (given,))
    assert scene.takes_away() == [False]
    assert np.allclose(read_grey(folder / scene.region.masks[0]), 200 / 255)


def test_clearing_is_one_step(scene: MaskScene) -> None:
    has(scene, a_shape("a"), a_shape("b"))
    scene.do("region.mask_clear")
    assert scene.masks == ()
    assert scene.steps == ["Draw", "Clear mask"]


# Key frames


def test_two_key_frames_make_a_movement(scene: MaskScene) -> None:
    scene.drag((0.1, 0.4), (0.3, 0.6))
    scene.do("region.mask_key_frame")
    scene.transport.move_to(START + 48_000)
    scene.drag((0.2, 0.5), (0.5, 0.5), (0.8, 0.5))
    assert scene.editing.key_times == (0, 48_000)
    assert box_of(scene.masks[0], 24_000).x == pytest.approx(0.5, abs=0.004)


def test_the_diamond_takes_a_key_frame_away_again(scene: MaskScene) -> None:
    has(scene, a_keyed_shape("a", keys={0: a_box(), 500: a_box(0.6)}))
    assert scene.why_not("region.mask_key_frame") == ""
    assert scene.scene.desktop.actions.action("region.mask_key_frame").isChecked()
    scene.do("region.mask_key_frame")
    assert scene.editing.key_times == (500,)
    assert scene.steps == ["Draw", "Remove key frame"]


def test_the_playhead_goes_from_key_frame_to_key_frame(scene: MaskScene) -> None:
    has(scene, a_keyed_shape("a", keys={100: a_box(), 500: a_box(), 900: a_box()}))
    places = []
    for action in ("next", "next", "next", "previous"):
        scene.do(f"region.mask_{action}_key")
        places.append(scene.transport.position_samples - START)
    assert places == [100, 500, 900, 500]


def test_no_key_frame_is_set_outside_the_region(scene: MaskScene) -> None:
    has(scene, a_shape("a"))
    scene.transport.move_to(END + 5)
    assert scene.why_not("region.mask_key_frame") == "The playhead is outside the region"
    assert scene.mode.tools.hint.text() == "The playhead is outside the region"


# The strip


def on_strip(scene: MaskScene, offset: int) -> QPoint:
    strip = scene.mode.tools.strip
    return QPoint(round(strip.x_of(offset)), strip.height() // 2)


def test_a_click_on_the_strip_goes_to_the_key_frame_or_the_time(scene: MaskScene) -> None:
    strip = scene.mode.tools.strip
    has(scene, a_keyed_shape("a", keys={40_000: a_box()}))
    QTest.mouseClick(strip, LEFT, NO_KEYS, on_strip(scene, 40_000) + QPoint(3, 0))
    assert scene.transport.position_samples == START + 40_000
    QTest.mouseClick(strip, LEFT, NO_KEYS, on_strip(scene, 70_000))
    assert scene.transport.position_samples - START == pytest.approx(70_000, abs=300)


def test_a_key_frame_is_dragged_to_another_time_in_one_step(scene: MaskScene) -> None:
    strip = scene.mode.tools.strip
    has(scene, a_keyed_shape("a", keys={10_000: a_box(0.2), 40_000: a_box(0.8)}))
    QTest.mousePress(strip, LEFT, NO_KEYS, on_strip(scene, 40_000))
    for offset in (45_000, 60_000, 80_000):
        move_on_strip(scene, on_strip(scene, offset))
    QTest.mouseRelease(strip, LEFT, NO_KEYS, on_strip(scene, 80_000))
    assert scene.steps == ["Draw", "Move key frame"]
    first, last = scene.editing.key_times
    assert first == 10_000
    assert last == pytest.approx(80_000, abs=300)
    assert box_of(scene.masks[0], last).x == 0.8


def move_on_strip(scene: MaskScene, point: QPoint) -> None:
    strip = scene.mode.tools.strip
    where = QPointF(point), QPointF(strip.mapToGlobal(point))
    none = Qt.MouseButton.NoButton
    QApplication.sendEvent(strip, QMouseEvent(QEvent.Type.MouseMove, *where, none, LEFT, NO_KEYS))


def test_the_strip_tells_its_key_frames(scene: MaskScene) -> None:
    strip = scene.mode.tools.strip
    has(scene, a_keyed_shape("a", keys={24_000: a_box(), 48_000: a_box()}))
    assert strip.accessibleDescription() == "At 0.50 s, 1.00 s"


# While playing


def test_masks_follow_the_playhead_while_it_plays(scene: MaskScene) -> None:
    keys = {0: a_box(0.2, 0.5, 0.2, 0.5), END - START - 1: a_box(0.8, 0.5, 0.2, 0.5)}
    has(scene, a_keyed_shape("a", keys=keys))
    scene.editing.choose(None)
    scene.transport.is_playing = True
    bright = []
    for position in (START, (START + END) // 2, END - 1):
        scene.transport.move_to(position)
        shown = scene.viewer.surface.grab().toImage()
        levels = [shown.pixelColor(scene.point(x, 0.5)).value() for x in (0.2, 0.5, 0.8)]
        bright.append(levels.index(max(levels)))
    assert bright == [0, 1, 2]


# On a whole screen


def test_masks_lie_over_the_picture_on_a_whole_screen_too(scene: MaskScene, qtbot: QtBot) -> None:
    scene.drag((0.2, 0.2), (0.5, 0.5))
    scene.viewer.toggle_full_screen()
    layer = scene.mode.whole_layer
    assert layer is not None
    assert layer.isVisible()
    surface = scene.viewer.full_screen_surface
    assert surface is not None
    assert layer.size() == surface.size()
    middle = layer.map.point_of((0.35, 0.35)).toPoint()
    QTest.mouseClick(layer, LEFT, NO_KEYS, middle)
    assert scene.has_chosen(0)
    scene.do("region.mask")
    assert not layer.isVisible()
    scene.do("region.mask")
    assert layer.isVisible()
    scene.viewer.toggle_full_screen()
    assert scene.mode.whole_layer is None
    scene.do("region.mask")
    assert not scene.layer.isVisible()


def test_without_the_mode_the_whole_screen_shows_the_picture_alone(scene: MaskScene) -> None:
    scene.do("region.mask")
    scene.viewer.toggle_full_screen()
    assert scene.mode.whole_layer is not None
    assert not scene.mode.whole_layer.isVisible()
    scene.viewer.toggle_full_screen()
