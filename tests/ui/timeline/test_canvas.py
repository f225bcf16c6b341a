from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from prismdesk.project.edits import (
    choose_take,
    mute_clip,
    remove_region,
    rename_track,
    set_clip_gain,
)
from prismdesk.project.ids import ClipId, LaneId, MarkerId, RegionId, TakeId, TrackId
from prismdesk.project.lookup import clip_of, region_of
from prismdesk.project.model import RegionStatus
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.fonts import set_text_scale
from prismdesk.ui.theme import CONTRAST, DARK, LIGHT, Theme
from prismdesk.ui.timeline.follow import Follow
from prismdesk.ui.timeline.job_look import JobLook
from prismdesk.ui.timeline.measures import LaneHeight
from prismdesk.ui.timeline.pointer import Hover, Pointer
from prismdesk.ui.timeline.region_header import header_places
from prismdesk.ui.times import RulerUnit
from tests.builders import a_clip, a_lane, a_project, a_track
from tests.ui.timeline.canvas_scene import CanvasScene, a_canvas_scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Project

LEFT = Qt.MouseButton.LeftButton
NO_KEYS = Qt.KeyboardModifier.NoModifier
FIRST, LAST = RegionId("region-1"), RegionId("region-3")


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> CanvasScene:
    return a_canvas_scene(qtbot, tmp_path)


@pytest.fixture
def usual_text_scale() -> Iterator[None]:
    yield
    set_text_scale(100)


def settled(qtbot: QtBot, scene: CanvasScene) -> QImage:
    """Return the canvas with all its tiles."""

    def is_settled() -> bool:
        scene.canvas.grab()
        return scene.canvas.is_settled

    qtbot.waitUntil(is_settled, timeout=10_000)
    return scene.canvas.grab().toImage()


def x_of(scene: CanvasScene, samples: int) -> int:
    return scene.canvas.layout_now.header_px + scene.canvas.scale.x_of(samples)


def middle_of(scene: CanvasScene, lane_id: str) -> int:
    row = scene.canvas.layout_now.row_of_lane(LaneId(lane_id))
    assert row is not None
    return row.top_px + row.height_px // 2


def count_in_column(
    image: QImage, colour: str, x: int, top: int = 0, bottom: int | None = None
) -> int:
    rows = range(top, bottom or image.height())
    return sum(image.pixelColor(x, y) == QColor(colour) for y in rows)


def count_in_lane(scene: CanvasScene, image: QImage, colour: str, x: int, lane_id: str) -> int:
    row = scene.canvas.layout_now.row_of_lane(LaneId(lane_id))
    assert row is not None
    return count_in_column(image, colour, x, row.top_px, row.bottom_px)


def turn_wheel(scene: CanvasScene, x: int, delta: QPoint, keys: Qt.KeyboardModifier) -> None:
    at = QPointF(x, 200)
    wheel = QWheelEvent(
        at,
        scene.canvas.mapToGlobal(at),
        QPoint(),
        delta,
        Qt.MouseButton.NoButton,
        keys,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(scene.canvas, wheel)


@pytest.mark.parametrize("theme", [DARK, LIGHT, CONTRAST], ids=lambda theme: theme.name)
def test_recorded_sound_is_grey_and_made_sound_has_its_tasks_colour(
    qtbot: QtBot, tmp_path: Path, theme: Theme
) -> None:
    scene = a_canvas_scene(qtbot, tmp_path, theme=theme)
    image = settled(qtbot, scene)

    recorded, made = x_of(scene, 60_000), x_of(scene, 140_000)
    assert count_in_lane(scene, image, theme.recorded_rms, recorded, "lane-1") > 10
    assert count_in_lane(scene, image, theme.tasks[1][1].wave, made, "lane-1") > 10
    if theme.recorded_rms != theme.text:
        assert count_in_lane(scene, image, theme.recorded_rms, made, "lane-1") == 0


def test_stereo_waves_lie_in_halves(qtbot: QtBot, scene: CanvasScene) -> None:
    image = settled(qtbot, scene)
    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None

    x, first = x_of(scene, 60_000), row.top_px + 19
    half = (row.bottom_px - 4 - first) // 2
    upper = count_in_column(image, DARK.recorded_rms, x, first, first + half)
    lower = count_in_column(image, DARK.recorded_rms, x, first + half, row.bottom_px)

    assert upper > 5
    assert abs(upper - lower) <= 2


def test_missing_sound_is_said_not_drawn(qtbot: QtBot, tmp_path: Path) -> None:
    scene = a_canvas_scene(qtbot, tmp_path, missing=frozenset({"media-1"}))
    image = settled(qtbot, scene)

    x = x_of(scene, 60_000)
    assert count_in_lane(scene, image, DARK.recorded_rms, x, "lane-1") == 0
    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None
    columns = range(x_of(scene, 0) + 4, x_of(scene, 90_000))
    outline = [image.pixelColor(x, row.bottom_px - 4) == QColor(DARK.error) for x in columns]
    assert any(outline)
    assert not all(outline)


def test_muted_clip_is_drawn_in_the_colour_of_what_is_off(qtbot: QtBot, scene: CanvasScene) -> None:
    image = settled(qtbot, scene)

    x = x_of(scene, 320_000)
    assert count_in_lane(scene, image, DARK.off, x, "lane-3") > 10
    assert count_in_lane(scene, image, DARK.recorded_rms, x, "lane-3") == 0


def test_louder_clip_has_a_higher_wave(qtbot: QtBot, scene: CanvasScene) -> None:
    x = x_of(scene, 60_000)
    before = count_in_lane(scene, settled(qtbot, scene), DARK.recorded_rms, x, "lane-1")

    scene.document.apply("Gain", lambda p: set_clip_gain(p, ClipId("clip-1"), 5.0))

    after = count_in_lane(scene, settled(qtbot, scene), DARK.recorded_rms, x, "lane-1")
    assert after > before * 1.4


def test_waves_can_be_zoomed_vertically(qtbot: QtBot, scene: CanvasScene) -> None:
    x = x_of(scene, 60_000)
    before = count_in_lane(scene, settled(qtbot, scene), DARK.recorded_rms, x, "lane-1")

    scene.canvas.zoom_waves(1)
    higher = count_in_lane(scene, settled(qtbot, scene), DARK.recorded_rms, x, "lane-1")
    scene.canvas.zoom_waves(0)
    usual = count_in_lane(scene, settled(qtbot, scene), DARK.recorded_rms, x, "lane-1")

    assert higher > before
    assert usual == before


def test_samples_are_dots_on_a_line_when_zoomed_in(qtbot: QtBot, scene: CanvasScene) -> None:
    scene.canvas.zoom_to(SampleRange(60_000, 60_060))
    image = settled(qtbot, scene)
    scale = scene.canvas.scale
    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None

    assert scale.px_per_sample >= 12
    top, bottom = row.top_px + 19, row.bottom_px - 4
    half = (bottom - top) / 2
    for sample in (60_020, 60_030, 60_041):
        x = x_of(scene, sample) + scale.px_per_sample // 2
        value = 0.5 * math.sin(sample * 2 * math.pi * 440 / 48_000)
        y = round(top + half / 2 - value * (half / 2 - 1))
        near = [image.pixelColor(x, y + dy) == QColor(DARK.recorded_rms) for dy in (-1, 0, 1)]
        assert any(near)


def test_selected_region_has_handles_and_open_one_a_dashed_outline(
    qtbot: QtBot, scene: CanvasScene
) -> None:
    scene.selection.select_region(FIRST)
    image = settled(qtbot, scene)

    handle = x_of(scene, 96_000) - 3
    assert count_in_lane(scene, image, DARK.accent, handle + 2, "lane-1") >= 12
    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None
    wave = QColor(DARK.tasks[1][1].wave)
    edge = [
        image.pixelColor(x, row.top_px + 3) == wave
        for x in range(x_of(scene, 305_000), x_of(scene, 335_000))
    ]
    assert any(edge)
    assert not all(edge)


def test_job_shows_its_progress_at_the_foot_of_its_region(qtbot: QtBot, scene: CanvasScene) -> None:
    look = JobLook(status=RegionStatus.MAKING, words="Step 5 of 10", fraction=0.5)
    scene.canvas.set_job(RegionId("region-4"), look)
    image = settled(qtbot, scene)

    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-2"))
    assert row is not None
    colour, y = QColor(DARK.tasks[0][1].wave), row.bottom_px - 6
    assert image.pixelColor(x_of(scene, 150_000), y) == colour
    assert image.pixelColor(x_of(scene, 260_000), y) != colour

    scene.canvas.set_job(RegionId("region-4"), None)
    image = settled(qtbot, scene)
    assert image.pixelColor(x_of(scene, 150_000), y) != colour


def test_draft_is_drawn_as_an_outline_with_broken_columns(qtbot: QtBot, scene: CanvasScene) -> None:
    before = settled(qtbot, scene)
    look = JobLook(status=RegionStatus.MAKING, words="Step 5", fraction=0.5, envelope=(0.9,) * 40)
    scene.canvas.set_job(RegionId("region-4"), look)
    qtbot.wait(250)
    image = settled(qtbot, scene)

    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-2"))
    assert row is not None
    area = range(x_of(scene, 200_000), x_of(scene, 240_000))
    y = row.top_px + 30
    changed = [image.pixelColor(x, y) != before.pixelColor(x, y) for x in area]
    assert sum(changed) > len(changed) // 2


def test_takes_open_as_rows_with_the_chosen_one_on_the_selections_ground(
    qtbot: QtBot, scene: CanvasScene
) -> None:
    scene.canvas.open_takes(FIRST)
    image = settled(qtbot, scene)

    rows = {row.take_id: row for row in scene.canvas.layout_now.rows if row.take_id}
    chosen, other = rows[TakeId("take-1")], rows[TakeId("take-2")]
    x, outside = x_of(scene, 130_000), x_of(scene, 300_000)
    wave = DARK.tasks[1][1].wave
    assert image.pixelColor(outside, chosen.top_px + 20) == QColor(DARK.selection)
    assert image.pixelColor(outside, other.top_px + 20) == QColor(DARK.lane)
    assert count_in_column(image, wave, x, chosen.top_px, chosen.bottom_px) > 5
    assert count_in_column(image, wave, x, other.top_px, other.bottom_px) == 0


def test_tools_lie_in_the_last_row_of_the_open_takes(qtbot: QtBot, scene: CanvasScene) -> None:
    tools = QLabel("A/B")
    scene.canvas.set_takes_tools(tools)
    assert not tools.isVisible()

    scene.canvas.open_takes(FIRST)
    scene.canvas.grab()

    row = scene.canvas.layout_now.rows[4]
    assert tools.isVisible()
    assert (tools.y(), tools.width()) == (row.top_px, scene.canvas.width())
    scene.canvas.open_takes(None)
    assert not tools.isVisible()


def test_takes_close_when_their_region_is_removed(qtbot: QtBot, scene: CanvasScene) -> None:
    scene.canvas.open_takes(FIRST)

    scene.document.apply("Remove", lambda p: remove_region(p, FIRST))

    assert scene.canvas.open_region_id is None
    assert all(row.take_id is None for row in scene.canvas.layout_now.rows)


def test_track_can_be_drawn_as_a_spectrum(qtbot: QtBot, scene: CanvasScene) -> None:
    scene.canvas.set_spectrogram(TrackId("track-1"), True)
    image = settled(qtbot, scene)

    x, row = x_of(scene, 60_000), scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None
    colours = {image.pixelColor(x, y).name() for y in range(row.top_px + 21, row.bottom_px - 5)}
    assert count_in_lane(scene, image, DARK.recorded_rms, x, "lane-1") == 0
    assert len(colours) > 4


def test_marked_time_is_drawn_over_its_lanes_alone(qtbot: QtBot, scene: CanvasScene) -> None:
    before = settled(qtbot, scene)
    scene.selection.set_span(SampleRange(345_000, 395_000), [LaneId("lane-1")])
    image = settled(qtbot, scene)

    x = x_of(scene, 370_000)
    first, other = middle_of(scene, "lane-1"), middle_of(scene, "lane-2")
    assert image.pixelColor(x, first + 5) != before.pixelColor(x, first + 5)
    assert image.pixelColor(x, other) == before.pixelColor(x, other)
    ruler = scene.canvas.layout_now.top_px - 26
    assert image.pixelColor(x, ruler) == QColor(DARK.selection)


def test_gesture_shows_snap_line_and_figure(qtbot: QtBot, scene: CanvasScene) -> None:
    before = settled(qtbot, scene)
    scene.canvas.show_snap(420_000)
    scene.canvas.show_figure("+3 fr", QPoint(600, 300))
    image = settled(qtbot, scene)

    assert count_in_column(image, DARK.accent, x_of(scene, 420_000)) > 200
    assert image.pixelColor(617, 280) == QColor(DARK.raised)

    scene.canvas.show_snap(None)
    scene.canvas.show_figure(None, QPoint())
    assert settled(qtbot, scene) == before


def test_empty_lane_says_what_can_be_done(qtbot: QtBot, scene: CanvasScene) -> None:
    image = settled(qtbot, scene)

    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-4"))
    assert row is not None
    dim = QColor(DARK.dim)
    words = [
        image.pixelColor(x, y) == dim
        for x in range(220, 460)
        for y in range(row.top_px + 10, row.bottom_px - 10)
    ]
    assert sum(words) > 5


def test_project_without_tracks_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    scene = a_canvas_scene(qtbot, tmp_path, a_project(tracks=()))
    image = settled(qtbot, scene)

    top = scene.canvas.layout_now.tracks_top_px
    words = [
        image.pixelColor(x, y) == QColor(DARK.dim)
        for x in range(220, 400)
        for y in range(top, top + 40)
    ]
    assert any(words)


# The playhead


def test_playhead_is_drawn_where_it_stands_and_gone_where_it_stood(
    qtbot: QtBot, scene: CanvasScene
) -> None:
    scene.transport.move_to(100_000)
    settled(qtbot, scene)
    scene.transport.move_to(440_000)
    image = settled(qtbot, scene)

    assert count_in_column(image, DARK.playhead, x_of(scene, 440_000)) > 300
    assert count_in_column(image, DARK.playhead, x_of(scene, 100_000)) < 30


def test_moving_playhead_repaints_narrow_strips_and_draws_nothing_anew(
    qtbot: QtBot, scene: CanvasScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(qtbot, scene)
    QApplication.processEvents()
    updated: list[int] = []
    monkeypatch.setattr(
        scene.canvas, "update", lambda *area: updated.append(area[0].width() if area else 9_999)
    )
    drawn: list[object] = []
    monkeypatch.setattr(scene.canvas._still, "_draw", lambda *_: drawn.append(1))

    scene.transport.move_to(200_000)
    scene.canvas.repaint()

    assert updated
    overview = scene.canvas.scale.width_px
    assert all(width <= 18 or width == overview for width in updated)
    assert drawn == []


def test_view_turns_the_page_when_the_playing_playhead_leaves(
    qtbot: QtBot, scene: CanvasScene
) -> None:
    scene.canvas.zoom_to(SampleRange(0, 48_000))
    scene.transport.play()
    for follow, is_seen in ((Follow.NONE, False), (Follow.PAGE, True), (Follow.SMOOTH, True)):
        scene.canvas.follow = follow
        scene.canvas.scroll_to(0)
        scene.player.now.position_samples = 300_000 + 7 * sum(map(ord, follow))
        scene.transport._poll()
        x = scene.canvas.scale.x_of(scene.transport.position_samples)
        assert (0 <= x < scene.canvas.scale.width_px) is is_seen
        if follow is Follow.SMOOTH:
            assert abs(x - scene.canvas.scale.width_px // 2) <= 1


# Zooming and scrolling


def test_control_and_wheel_zoom_about_the_pointer(scene: CanvasScene) -> None:
    before = scene.canvas.scale
    anchor = before.sample_under(500)

    for _ in range(6):
        turn_wheel(scene, 716, QPoint(0, 120), Qt.KeyboardModifier.ControlModifier)

    assert scene.canvas.scale.samples_per_px < before.samples_per_px
    assert scene.canvas.scale.x_of(anchor) == pytest.approx(500, abs=6)


def test_half_turns_of_the_wheel_add_up(scene: CanvasScene) -> None:
    before = scene.canvas.scale.level

    turn_wheel(scene, 700, QPoint(0, 30), Qt.KeyboardModifier.ControlModifier)
    assert scene.canvas.scale.level == before
    turn_wheel(scene, 700, QPoint(0, 30), Qt.KeyboardModifier.ControlModifier)

    assert scene.canvas.scale.level == before - 1


def test_shift_and_wheel_scroll_along_the_film(scene: CanvasScene) -> None:
    scene.canvas.zoom(40)
    before = scene.canvas.scale

    turn_wheel(scene, 700, QPoint(0, -120), Qt.KeyboardModifier.ShiftModifier)

    assert scene.canvas.scale.level == before.level
    assert scene.canvas.scale.first_px == before.first_px + 120


def test_wheel_scrolls_the_rows_under_the_picture(qtbot: QtBot, scene: CanvasScene) -> None:
    scene.canvas.resize(1200, 220)
    scene.canvas.grab()

    turn_wheel(scene, 700, QPoint(0, -120), NO_KEYS)

    layout = scene.canvas.layout_now
    assert layout.scrolled_px == 60
    assert layout.picture_row is not None
    assert layout.picture_row.top_px == layout.top_px
    turn_wheel(scene, 700, QPoint(0, 12_000), NO_KEYS)
    assert scene.canvas.layout_now.scrolled_px == 0


@pytest.mark.parametrize("by", [(40, 0), (-333, 0), (0, 30), (2_000, 10)])
def test_scrolled_picture_is_the_one_drawn_afresh(
    qtbot: QtBot, scene: CanvasScene, by: tuple[int, int]
) -> None:
    scene.canvas.resize(900, 260)
    scene.canvas.zoom_to(SampleRange(90_000, 200_000))
    settled(qtbot, scene)

    scene.canvas.scroll_to(scene.canvas.scale.first_px + by[0])
    scene.canvas.scroll_rows_to(by[1])
    moved = settled(qtbot, scene)
    scene.canvas._still.forget()
    fresh = settled(qtbot, scene)

    assert moved == fresh


def test_whole_film_stays_whole_when_the_window_grows(scene: CanvasScene) -> None:
    scene.canvas.resize(1_700, 480)

    assert scene.canvas.scale == scene.canvas.scale.fitting()
    assert scene.canvas.scale.width_px == 1_700 - scene.canvas.layout_now.header_px


def test_click_on_the_overview_goes_there(scene: CanvasScene) -> None:
    scene.canvas.zoom(30)
    width = scene.canvas.scale.width_px

    QTest.mouseClick(scene.canvas, LEFT, NO_KEYS, QPoint(216 + width // 2, 8))

    end = scene.canvas.scale.end_samples
    assert scene.transport.position_samples == pytest.approx(end // 2, abs=end // width + 1)
    x = scene.canvas.scale.x_of(scene.transport.position_samples)
    assert 0 <= x < scene.canvas.scale.width_px


def test_overview_tells_tasks_by_row(qtbot: QtBot, scene: CanvasScene) -> None:
    image = settled(qtbot, scene)
    canvas = scene.canvas
    end, width = canvas.scale.end_samples, canvas.scale.width_px

    def column(samples: int) -> list[int]:
        x = 216 + samples * width // end
        colours = [QColor(colours.wave) for _, colours in DARK.tasks]
        return [y for y in range(20) if image.pixelColor(x, y) in colours]

    inpaint, generate, longer = column(130_000), column(200_000), column(450_000)
    assert max(inpaint[:3]) < min(generate) <= max(generate) < min(longer)


# The pointer


class NotedRouter:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, Pointer | None]] = []

    def press(self, pointer: Pointer) -> None:
        self.calls.append(("press", pointer))

    def move(self, pointer: Pointer) -> None:
        self.calls.append(("move", pointer))

    def release(self, pointer: Pointer) -> None:
        self.calls.append(("release", pointer))

    def double_click(self, pointer: Pointer) -> None:
        self.calls.append(("double click", pointer))

    def cancel(self) -> None:
        self.calls.append(("cancel", None))

    def hover(self, pointer: Pointer) -> Hover:
        return Hover(Qt.CursorShape.SplitHCursor, "trim")


def test_router_is_told_what_the_pointer_does(scene: CanvasScene) -> None:
    router = NotedRouter()
    scene.canvas.router = router
    y = middle_of(scene, "lane-2")

    QTest.mousePress(scene.canvas, LEFT, NO_KEYS, QPoint(516, y))
    QTest.mouseMove(scene.canvas, QPoint(100, y))
    QTest.mouseRelease(scene.canvas, LEFT, NO_KEYS, QPoint(616, y))

    assert [name for name, _ in router.calls] == ["press", "move", "release"]
    pressed, moved = router.calls[0][1], router.calls[1][1]
    assert pressed is not None
    assert moved is not None
    assert pressed.samples == scene.canvas.scale.sample_under(300)
    assert pressed.row is not None
    assert pressed.row.lane_id == "lane-2"
    assert moved.samples < 0


def test_click_on_a_proof_asks_for_it_and_starts_no_gesture(
    qtbot: QtBot, scene: CanvasScene
) -> None:
    router = NotedRouter()
    scene.canvas.router = router
    scene.canvas.zoom_to(SampleRange(90_000, 180_000))
    scene.canvas.set_proof(FIRST, True)
    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None
    region = region_of(scene.document.project, FIRST)
    places = header_places(scene.canvas.view, row, region)
    assert places is not None
    assert places.proof is not None

    with qtbot.waitSignal(scene.canvas.proof_clicked) as clicked:
        QTest.mouseClick(scene.canvas, LEFT, NO_KEYS, places.proof.center())

    assert clicked.args == [FIRST]
    assert router.calls == []
    QTest.mouseClick(scene.canvas, LEFT, NO_KEYS, places.name.center())
    assert [name for name, _ in router.calls] == ["press", "release"]


@pytest.mark.parametrize("end", [99_000, 110_000, 140_000, 400_000])
def test_parts_of_a_regions_header_never_overlap(scene: CanvasScene, end: int) -> None:
    scene.canvas.set_proof(FIRST, True)
    scene.canvas.zoom_to(SampleRange(96_000, end))
    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None
    places = header_places(scene.canvas.view, row, region_of(scene.document.project, FIRST))
    assert places is not None

    parts = [places.icon, places.name, places.proof, places.status]
    shown = [part for part in parts if part is not None]
    assert all(not a.intersects(b) for i, a in enumerate(shown[1:], 1) for b in shown[i + 1 :])
    assert all(scene.canvas.view.lane_rect(row).contains(part) for part in shown)


def test_escape_cancels_a_gesture_once(scene: CanvasScene) -> None:
    router = NotedRouter()
    scene.canvas.router = router

    QTest.mousePress(scene.canvas, LEFT, NO_KEYS, QPoint(516, middle_of(scene, "lane-2")))
    QTest.keyClick(scene.canvas, Qt.Key.Key_Escape)
    QTest.mouseRelease(scene.canvas, LEFT, NO_KEYS, QPoint(516, middle_of(scene, "lane-2")))
    QTest.keyClick(scene.canvas, Qt.Key.Key_Escape)

    assert [name for name, _ in router.calls] == ["press", "cancel"]


def test_hover_shows_the_shape_and_the_figure(qtbot: QtBot, scene: CanvasScene) -> None:
    scene.canvas.router = NotedRouter()

    QTest.mouseMove(scene.canvas, QPoint(516, middle_of(scene, "lane-2")))

    assert scene.canvas.cursor().shape() is Qt.CursorShape.SplitHCursor


# What changes


def test_lane_heights_step_through_those_with_names(scene: CanvasScene) -> None:
    track = TrackId("track-1")

    scene.canvas.set_lane_height(track, 50)
    scene.canvas.step_lane_heights(1)
    assert scene.canvas.lane_height_of(track) == LaneHeight.NORMAL
    scene.canvas.step_lane_heights(-5)

    assert scene.canvas.lane_height_of(track) == LaneHeight.MINI


def test_ruler_counts_in_each_unit(qtbot: QtBot, scene: CanvasScene) -> None:
    pictures = []
    for unit in RulerUnit:
        scene.canvas.set_ruler_unit(unit)
        pictures.append(settled(qtbot, scene).copy(216, 20, 900, 14))

    assert all(a != b for i, a in enumerate(pictures) for b in pictures[:i])


def test_edit_and_its_undo_are_drawn(qtbot: QtBot, scene: CanvasScene) -> None:
    before = settled(qtbot, scene)

    scene.document.apply("Remove", lambda p: remove_region(p, FIRST))
    without = settled(qtbot, scene)
    scene.document.undo()

    assert without != before
    assert settled(qtbot, scene) == before


def test_selected_marker_stands_out(qtbot: QtBot, scene: CanvasScene) -> None:
    before = settled(qtbot, scene)

    scene.selection.select_marker(MarkerId("marker-1"))

    assert settled(qtbot, scene) != before


def test_text_at_200_percent_grows_header_and_rows(
    qtbot: QtBot, tmp_path: Path, usual_text_scale: None
) -> None:
    set_text_scale(200)
    scene = a_canvas_scene(qtbot, tmp_path)
    settled(qtbot, scene)

    layout = scene.canvas.layout_now
    assert layout.header_px == 300
    assert layout.rows[1].height_px == 2 * LaneHeight.NORMAL
    assert scene.canvas.scale.width_px == scene.canvas.width() - 300


def test_names_follow_the_visible_edge(qtbot: QtBot, tmp_path: Path) -> None:
    clip = a_clip("clip-1", 0, 480_000, name="A name")
    scene = a_canvas_scene(
        qtbot, tmp_path, a_project(tracks=(a_track("track-1", a_lane("lane-1", clip)),))
    )
    scene.canvas.zoom_to(SampleRange(100_000, 120_000))
    image = settled(qtbot, scene)

    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None
    text = [
        image.pixelColor(x, y) == QColor(DARK.text)
        for x in range(218, 270)
        for y in range(row.top_px + 4, row.top_px + 19)
    ]
    assert any(text)


def test_renamed_track_shows_its_name(scene: CanvasScene) -> None:
    scene.document.apply("Rename", lambda p: rename_track(p, TrackId("track-3"), "Score"))

    header = scene.canvas.headers.track_header(TrackId("track-3"))
    assert header is not None
    assert header.name.text() == "Score"


def test_edit_of_a_clip_draws_it_again_and_no_other_lane(
    qtbot: QtBot, scene: CanvasScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled(qtbot, scene)
    drawn: list[QRect] = []
    draw = scene.canvas._still._draw

    def note(painter: QPainter, dirty: QRect) -> None:
        drawn.append(dirty)
        draw(painter, dirty)

    monkeypatch.setattr(scene.canvas._still, "_draw", note)
    scene.document.apply("Gain", lambda p: set_clip_gain(p, ClipId("clip-1"), -2.0))
    scene.canvas.grab()

    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None
    lane = scene.canvas.view.lane_rect(row)
    clip = scene.canvas.view.box_of(clip_of(scene.document.project, ClipId("clip-1")).range, row)
    assert any(area.contains(clip & lane) for area in drawn)
    assert all(lane.contains(area) or area.bottom() < 48 for area in drawn)


@pytest.mark.parametrize(
    "edit",
    [
        lambda project: set_clip_gain(project, ClipId("clip-1"), -2.0),
        lambda project: mute_clip(project, ClipId("clip-2"), True),
        lambda project: choose_take(project, TakeId("take-2")),
    ],
)
def test_what_is_drawn_after_an_edit_is_what_would_be_drawn_anew(
    qtbot: QtBot, scene: CanvasScene, edit: Callable[[Project], Project]
) -> None:
    settled(qtbot, scene)
    scene.document.apply("Edit", edit)
    after = settled(qtbot, scene)

    scene.canvas._still.forget()
    assert settled(qtbot, scene) == after


def test_choice_of_another_take_is_drawn_in_the_takes_rows(
    qtbot: QtBot, scene: CanvasScene
) -> None:
    scene.canvas.open_takes(FIRST)
    settled(qtbot, scene)

    scene.document.apply("Choose", lambda p: choose_take(p, TakeId("take-2")))
    image = settled(qtbot, scene)

    rows = {row.take_id: row for row in scene.canvas.layout_now.rows if row.take_id}
    x = x_of(scene, 300_000)
    chosen, other = rows[TakeId("take-2")], rows[TakeId("take-1")]
    assert image.pixelColor(x, chosen.top_px + 20) == QColor(DARK.selection)
    assert image.pixelColor(x, other.top_px + 20) == QColor(DARK.lane)


def test_overview_follows_a_gesture_once_it_is_done(qtbot: QtBot, scene: CanvasScene) -> None:
    def overview() -> QImage:
        return settled(qtbot, scene).copy(216, 0, 900, 20)

    before = overview()
    scene.document.begin_gesture("Move")
    assert scene.document.preview(lambda p: mute_clip(p, ClipId("clip-1"), True)) == ""
    assert overview() == before

    scene.document.commit_gesture()

    assert overview() != before


def test_wave_lies_where_its_clip_was_moved_to(qtbot: QtBot, tmp_path: Path) -> None:
    clip = a_clip("clip-1", 240_000, 48_000, source_start=20)
    scene = a_canvas_scene(
        qtbot, tmp_path, a_project(tracks=(a_track("track-1", a_lane("lane-1", clip)),))
    )
    scene.canvas.zoom_to(SampleRange(240_010, 240_070))
    image = settled(qtbot, scene)
    row = scene.canvas.layout_now.row_of_lane(LaneId("lane-1"))
    assert row is not None

    top, bottom = row.top_px + 19, row.bottom_px - 4
    half, wide = (bottom - top) / 2, scene.canvas.scale.px_per_sample
    for sample in (240_020, 240_033, 240_047, 240_060):
        x = x_of(scene, sample) + wide // 2
        value = 0.5 * math.sin((sample - 240_000 + 20) * 2 * math.pi * 440 / 48_000)
        y = round(top + half / 2 - value * (half / 2 - 1))
        assert any(image.pixelColor(x, y + dy) == QColor(DARK.recorded_rms) for dy in (-1, 0, 1))
