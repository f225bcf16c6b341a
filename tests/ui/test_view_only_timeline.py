from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from prismdesk.ui.playhead import Playhead
from prismdesk.ui.theme import DARK, HEADER_WIDTH_PX
from prismdesk.ui.view_only_timeline import Timeline
from tests.ui.scenes import a_view, a_view_without_sounds

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from prismdesk.ui.project_view import ProjectView


def a_timeline(qtbot: QtBot, view: ProjectView | None = None) -> tuple[Timeline, Playhead]:
    view = view or a_view()
    playhead = Playhead(view)
    timeline = Timeline(view, playhead, DARK)
    qtbot.addWidget(timeline)
    timeline.resize(1200, 220)
    timeline.show()
    return timeline, playhead


def turn_wheel(timeline: Timeline, x: int, delta: QPoint, keys: Qt.KeyboardModifier) -> None:
    at = QPointF(x, 120)
    wheel = QWheelEvent(
        at,
        timeline.mapToGlobal(at),
        QPoint(),
        delta,
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(timeline, wheel)


NO_KEYS = Qt.KeyboardModifier.NoModifier


def pixels_of(image: QImage, colour: str, x: int) -> int:
    return sum(image.pixelColor(x, y) == QColor(colour) for y in range(image.height()))


def test_click_moves_the_playhead_to_the_sample_under_it(qtbot: QtBot) -> None:
    timeline, playhead = a_timeline(qtbot)

    QTest.mouseClick(
        timeline, Qt.MouseButton.LeftButton, NO_KEYS, QPoint(HEADER_WIDTH_PX + 300, 120)
    )

    assert playhead.position_samples == timeline.scale.samples_at(300)


def test_drag_takes_the_playhead_along_and_stops_at_the_edge(qtbot: QtBot) -> None:
    timeline, playhead = a_timeline(qtbot)

    QTest.mousePress(
        timeline, Qt.MouseButton.LeftButton, NO_KEYS, QPoint(HEADER_WIDTH_PX + 300, 120)
    )
    QTest.mouseMove(timeline, QPoint(10, 120))

    assert playhead.position_samples == 0


def test_click_on_a_header_leaves_the_playhead(qtbot: QtBot) -> None:
    timeline, playhead = a_timeline(qtbot)
    playhead.move_to(48_000)

    QTest.mouseClick(timeline, Qt.MouseButton.LeftButton, NO_KEYS, QPoint(50, 120))

    assert playhead.position_samples == 48_000


def test_click_on_the_overview_goes_there(qtbot: QtBot) -> None:
    timeline, playhead = a_timeline(qtbot)
    timeline.zoom(60)

    QTest.mouseClick(
        timeline,
        Qt.MouseButton.LeftButton,
        NO_KEYS,
        QPoint(HEADER_WIDTH_PX + timeline.scale.width_px // 2, 8),
    )

    assert playhead.position_samples == pytest.approx(240_000, abs=1_000)
    assert 0 <= timeline.scale.x_of(playhead.position_samples) < timeline.scale.width_px


def test_wheel_zooms_about_the_pointer(qtbot: QtBot) -> None:
    timeline, _ = a_timeline(qtbot)
    before = timeline.scale
    anchor = before.samples_at(500)

    for _ in range(6):
        turn_wheel(timeline, HEADER_WIDTH_PX + 500, QPoint(0, 120), NO_KEYS)

    assert timeline.scale.samples_per_px < before.samples_per_px
    assert timeline.scale.x_of(anchor) == pytest.approx(500, abs=6)


def test_half_turns_of_the_wheel_add_up(qtbot: QtBot) -> None:
    timeline, _ = a_timeline(qtbot)
    before = timeline.scale.level

    turn_wheel(timeline, 600, QPoint(0, 30), NO_KEYS)
    assert timeline.scale.level == before
    turn_wheel(timeline, 600, QPoint(0, 30), NO_KEYS)

    assert timeline.scale.level == before - 1


def test_shift_and_wheel_scroll(qtbot: QtBot) -> None:
    timeline, _ = a_timeline(qtbot)
    timeline.zoom(40)
    level, first = timeline.scale.level, timeline.scale.first_px

    turn_wheel(timeline, 600, QPoint(0, -120), Qt.KeyboardModifier.ShiftModifier)

    assert timeline.scale.level == level
    assert timeline.scale.first_px == first + 120


def test_whole_film_stays_whole_when_the_window_grows(qtbot: QtBot) -> None:
    timeline, _ = a_timeline(qtbot)

    timeline.resize(1_700, 220)

    assert timeline.scale == timeline.scale.fitting()
    assert timeline.scale.width_px == 1_700 - HEADER_WIDTH_PX


def test_region_has_its_tasks_colour_and_recorded_sound_is_grey(qtbot: QtBot) -> None:
    timeline, _ = a_timeline(qtbot)
    image = timeline.grab().toImage()
    x_of = timeline.scale.x_of

    assert pixels_of(image, DARK.recorded_rms, HEADER_WIDTH_PX + x_of(60_000)) > 20
    mended = HEADER_WIDTH_PX + x_of(120_000)
    assert pixels_of(image, DARK.tasks[1][1].wave, mended) > 20
    assert pixels_of(image, DARK.recorded_rms, mended) == 0
    longer = HEADER_WIDTH_PX + x_of(470_000)
    assert pixels_of(image, DARK.tasks[2][1].header, longer) > 5


def test_playhead_is_drawn_where_it_stands(qtbot: QtBot) -> None:
    timeline, playhead = a_timeline(qtbot)
    playhead.move_to(400_000)

    image = timeline.grab().toImage()

    x = HEADER_WIDTH_PX + timeline.scale.x_of(400_000)
    assert pixels_of(image, DARK.playhead, x) > 150


def test_missing_sound_is_said_not_drawn(qtbot: QtBot) -> None:
    timeline, _ = a_timeline(qtbot, a_view_without_sounds())

    image = timeline.grab().toImage()

    x = HEADER_WIDTH_PX + timeline.scale.x_of(60_000)
    assert pixels_of(image, DARK.recorded_rms, x) == 0


def test_repainting_uses_the_tiles_that_are_there(qtbot: QtBot) -> None:
    timeline, playhead = a_timeline(qtbot)
    timeline.grab()
    tiles = len(timeline._lanes.tiles)
    for samples in range(0, 40_000, 4_000):
        playhead.move_to(samples)
        timeline.grab()

    assert 0 < tiles < 20
    assert len(timeline._lanes.tiles) == tiles


def test_painting_leaves_none_alone(qtbot: QtBot) -> None:
    timeline, playhead = a_timeline(qtbot)
    timeline.grab()
    before = sys.getrefcount(None)
    for index in range(300):
        playhead.move_to(index * 100)
        timeline.update()
        timeline.grab()
        QApplication.processEvents()

    assert sys.getrefcount(None) > before - 100
