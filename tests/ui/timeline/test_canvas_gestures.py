"""Journeys by mouse over the real canvas: what is dragged, given up, and edited while playing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from prismdesk.project.consistency import check_consistent
from prismdesk.project.ids import ClipId, LaneId, RegionId
from prismdesk.project.lookup import clip_of, marker_of, region_of
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.timeline.gestures.hands import Hands
from prismdesk.ui.timeline.gestures.router import GestureRouter
from prismdesk.ui.timeline.measures import INSET_PX
from tests.builders import (
    a_clip,
    a_lane,
    a_marker,
    a_project,
    a_region,
    a_track,
)
from tests.ui.timeline.canvas_scene import CanvasScene, a_canvas_scene

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Clip, Project
    from prismdesk.ui.timeline.hit import Hit

ONE, TWO = ClipId("clip-1"), ClipId("clip-2")
UPPER, LOWER = LaneId("lane-1"), LaneId("lane-2")
LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
ALT = Qt.KeyboardModifier.AltModifier


pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


def two_clips() -> Project:
    """Clip 1 from 1 to 3 s, clip 2 from 4 to 6 s; a free lane; a region, a marker."""
    tracks = (
        a_track(
            "track-1",
            a_lane(
                "lane-1",
                a_clip("clip-1", 48_000, 96_000, fade_in=9_600),
                a_clip("clip-2", 192_000, 96_000),
            ),
        ),
        a_track("track-2", a_lane("lane-2")),
    )
    region = a_region("region-1", 336_000, 384_000, name="Hole")
    return a_project(
        tracks=tracks, regions=(region,), markers=(a_marker("marker-1", 432_000, name="bell"),)
    )


@dataclass
class Mouse:
    """A mouse over the canvas that says where it is in samples and rows."""

    scene: CanvasScene
    menus: list[Hit] = field(default_factory=list)

    def at(self, samples: int, lane: LaneId = UPPER, y_px: int = 6) -> QPoint:
        """Return the pixel of a sample, ``y_px`` below the upper edge of a lane's clips."""
        canvas = self.scene.canvas
        row = canvas.layout_now.row_of_lane(lane)
        assert row is not None
        return QPoint(canvas.view.x_of(samples), row.top_px + INSET_PX + y_px)

    def ruler(self, samples: int) -> QPoint:
        """Return a pixel of the ruler."""
        canvas = self.scene.canvas
        return QPoint(canvas.view.x_of(samples), canvas.view.ruler_rect.bottom() - 3)

    def press(self, place: QPoint) -> None:
        """Put the button down."""
        QTest.mousePress(self.scene.canvas, LEFT, NO_KEYS, place)

    def move(self, *places: QPoint) -> None:
        """Go on with the button down."""
        for place in places:
            QTest.mouseMove(self.scene.canvas, place)

    def release(self, place: QPoint) -> None:
        """Let the button up."""
        QTest.mouseRelease(self.scene.canvas, LEFT, NO_KEYS, place)

    def hear(
        self,
        kind: QEvent.Type,
        place: QPoint,
        buttons: Qt.MouseButton,
        keys: Qt.KeyboardModifier = NO_KEYS,
    ) -> None:
        """Send what QTest can't: a move with keys, or without the button that was down."""
        canvas, local = self.scene.canvas, QPointF(place)
        none = Qt.MouseButton.NoButton
        event = QMouseEvent(kind, local, canvas.mapToGlobal(local), none, buttons, keys)
        QApplication.sendEvent(canvas, event)

    def drag(self, first: QPoint, *places: QPoint) -> None:
        """Press, go from place to place, let go at the last."""
        self.press(first)
        self.move(*places)
        self.release(places[-1])


@pytest.fixture
def mouse(qtbot: QtBot, tmp_path: Path) -> Mouse:
    scene = a_canvas_scene(qtbot, tmp_path, two_clips(), size=(1216, 400))
    made = Mouse(scene)
    hands = Hands(
        document=scene.document,
        selection=scene.selection,
        transport=scene.transport,
        surface=scene.canvas,
    )
    scene.canvas.router = GestureRouter(
        hands, open_menu=lambda hit, _: made.menus.append(hit), open_takes=lambda: None
    )
    scene.canvas.activateWindow()
    scene.canvas.setFocus()
    qtbot.waitUntil(scene.canvas.hasFocus)
    return made


def _clip(mouse: Mouse, clip_id: ClipId = ONE) -> Clip:
    return clip_of(mouse.scene.document.project, clip_id)


def _undone_and_redone(mouse: Mouse, before: Project) -> None:
    document = mouse.scene.document
    after = document.project
    assert after != before
    check_consistent(after)
    document.undo()
    assert document.project == before
    assert document.label_of_undo is None
    document.redo()
    assert document.project == after


def test_a_clip_is_dragged_and_snaps_to_the_next(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    mouse.drag(mouse.at(96_000), mouse.at(120_000), mouse.at(143_000))
    assert _clip(mouse).range == SampleRange(96_000, 192_000)
    assert mouse.scene.selection.clip_ids == {ONE}
    _undone_and_redone(mouse, before)


def test_a_clip_is_dragged_to_another_lane(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    mouse.drag(mouse.at(96_000), mouse.at(100_000), mouse.at(96_000, LOWER))
    lower = mouse.scene.document.project.tracks[1].lanes[0]
    assert [clip.id for clip in lower.clips] == [ONE]
    assert lower.clips[0].start_samples == 48_000
    _undone_and_redone(mouse, before)


def test_an_edge_is_trimmed(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    edge = mouse.at(144_000, y_px=40) - QPoint(2, 0)
    mouse.drag(edge, mouse.at(120_000, y_px=40), mouse.at(96_000, y_px=40))
    assert _clip(mouse).range == SampleRange(48_000, 96_000)
    _undone_and_redone(mouse, before)


def test_a_fade_is_dragged(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    y_px = mouse.scene.canvas.layout_now.measures.clip_header_px + 6
    places = [mouse.at(samples, y_px=y_px) for samples in (57_600, 72_000, 96_000)]
    mouse.drag(*places)
    assert _clip(mouse).fade_in.length_samples == 48_000
    assert _clip(mouse).range == SampleRange(48_000, 144_000)
    _undone_and_redone(mouse, before)


def test_a_region_and_a_marker_are_dragged(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    mouse.drag(mouse.at(360_000), mouse.at(370_000), mouse.at(408_000))
    region = region_of(mouse.scene.document.project, RegionId("region-1"))
    assert region.range == SampleRange(384_000, 432_000)
    _undone_and_redone(mouse, before)
    middle = mouse.scene.document.project
    flag = mouse.ruler(432_000) + QPoint(3, 0)
    mouse.drag(flag, mouse.ruler(440_000), mouse.ruler(456_000))
    assert marker_of(mouse.scene.document.project, middle.markers[0].id).position_samples == 456_000
    mouse.scene.document.undo()
    assert mouse.scene.document.project == middle


def test_time_is_marked_over_lanes_and_a_click_clears_it(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    mouse.drag(mouse.at(150_000, y_px=50), mouse.at(160_000, y_px=50), mouse.at(192_000, LOWER, 20))
    selection = mouse.scene.selection
    assert selection.span == SampleRange(150_000, 192_000)
    assert selection.lane_ids == {UPPER, LOWER}
    mouse.press(mouse.at(168_000, LOWER, 20))
    mouse.release(mouse.at(168_000, LOWER, 20))
    assert mouse.scene.selection.span is None
    assert mouse.scene.transport.position_samples == 168_000
    assert mouse.scene.document.project == before


@pytest.mark.parametrize("snaps", [True, False])
def test_alt_suspends_snapping(mouse: Mouse, snaps: bool) -> None:
    keys = NO_KEYS if snaps else ALT
    mouse.press(mouse.at(96_000))
    mouse.hear(QEvent.Type.MouseMove, mouse.at(142_500), LEFT, keys)
    mouse.release(mouse.at(142_500))
    assert (_clip(mouse).end_samples == 192_000) is snaps


def test_escape_during_a_drag_restores_exactly(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    mouse.press(mouse.at(96_000))
    mouse.move(mouse.at(110_000), mouse.at(130_000))
    assert mouse.scene.document.project != before
    QTest.keyClick(mouse.scene.canvas, Qt.Key.Key_Escape)
    assert mouse.scene.document.project == before
    assert not mouse.scene.document.in_gesture
    mouse.move(mouse.at(140_000))
    mouse.release(mouse.at(140_000))
    assert mouse.scene.document.project == before
    assert mouse.scene.document.label_of_undo is None
    mouse.drag(mouse.at(96_000), mouse.at(110_000), mouse.at(143_000))
    _undone_and_redone(mouse, before)


def test_losing_the_focus_gives_up_the_drag(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    mouse.press(mouse.at(96_000))
    mouse.move(mouse.at(110_000), mouse.at(130_000))
    mouse.scene.canvas.clearFocus()
    assert mouse.scene.document.project == before
    assert not mouse.scene.document.in_gesture
    mouse.release(mouse.at(130_000))
    assert mouse.scene.document.label_of_undo is None


def test_hiding_the_timeline_gives_up_the_drag(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    mouse.press(mouse.at(96_000))
    mouse.move(mouse.at(110_000), mouse.at(130_000))
    mouse.scene.canvas.hide()
    assert mouse.scene.document.project == before
    assert not mouse.scene.document.in_gesture


def test_a_button_that_came_up_elsewhere_gives_up_the_drag(mouse: Mouse) -> None:
    before = mouse.scene.document.project
    mouse.press(mouse.at(96_000))
    mouse.move(mouse.at(130_000))
    assert mouse.scene.document.project != before
    mouse.hear(QEvent.Type.MouseMove, mouse.at(131_000), Qt.MouseButton.NoButton)
    assert mouse.scene.document.project == before
    assert not mouse.scene.document.in_gesture


def test_the_right_button_opens_a_menu_and_the_next_drag_works(mouse: Mouse) -> None:
    """The menu takes the release away, so the canvas never hears of it."""
    before = mouse.scene.document.project
    QTest.mousePress(mouse.scene.canvas, RIGHT, NO_KEYS, mouse.at(96_000))
    assert [hit.clip_id for hit in mouse.menus] == [ONE]
    assert mouse.scene.selection.clip_ids == {ONE}
    mouse.hear(QEvent.Type.MouseMove, mouse.at(100_000), Qt.MouseButton.NoButton)
    assert mouse.scene.canvas.cursor().shape() is Qt.CursorShape.OpenHandCursor
    mouse.drag(mouse.at(96_000), mouse.at(120_000), mouse.at(143_000))
    _undone_and_redone(mouse, before)


def test_editing_goes_on_while_playing(mouse: Mouse) -> None:
    """Playback runs through the drag; the film stays under the pointer, then follows again."""
    scene, canvas = mouse.scene, mouse.scene.canvas
    before = scene.document.project
    canvas.zoom_to(SampleRange(0, 240_000))
    _play_at(mouse, 30_000)
    mouse.press(mouse.at(96_000))
    mouse.move(mouse.at(120_000))
    shown = canvas.scale
    _play_at(mouse, 300_000)
    assert canvas.scale == shown
    mouse.move(mouse.at(143_000))
    mouse.release(mouse.at(143_000))
    assert _clip(mouse).range == SampleRange(96_000, 192_000)
    assert scene.transport.is_playing
    _play_at(mouse, 300_500)
    assert canvas.scale != shown
    assert ("stop",) not in scene.player.calls
    _undone_and_redone(mouse, before)


def test_a_ruler_drag_moves_the_playhead_and_escape_brings_it_back(mouse: Mouse) -> None:
    mouse.scene.transport.move_to(48_000)
    mouse.press(mouse.ruler(96_000))
    mouse.move(mouse.ruler(240_000))
    assert mouse.scene.transport.position_samples == 240_000
    QTest.keyClick(mouse.scene.canvas, Qt.Key.Key_Escape)
    assert mouse.scene.transport.position_samples == 48_000
    mouse.release(mouse.ruler(240_000))
    assert mouse.scene.document.label_of_undo is None


def _play_at(mouse: Mouse, samples: int) -> None:
    if not mouse.scene.transport.is_playing:
        mouse.scene.transport.play()
    mouse.scene.player.now.position_samples = samples
    mouse.scene.transport._poll()
