from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from prismdesk.playback.meters import ChannelMeters, MeterReading
from prismdesk.project.edits import set_track_gain
from prismdesk.project.ids import RegionId, TakeId, TrackId
from prismdesk.project.lookup import region_of, take_of, track_of
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.gain_words import gain_words
from prismdesk.ui.timeline.measures import LaneHeight
from prismdesk.ui.times import RulerUnit
from tests.ui.timeline.canvas_scene import CanvasScene, a_canvas_scene

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Track
    from prismdesk.ui.timeline.take_header import TakeHeader
    from prismdesk.ui.timeline.track_header import TrackHeader

LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
FIRST = TrackId("track-1")


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> CanvasScene:
    return a_canvas_scene(qtbot, tmp_path)


@pytest.fixture
def header(scene: CanvasScene) -> TrackHeader:
    found = scene.canvas.headers.track_header(FIRST)
    assert found is not None
    return found


def track(scene: CanvasScene) -> Track:
    return track_of(scene.document.project, FIRST)


def steps(scene: CanvasScene) -> int:
    """Return how many steps can be undone, and undo them."""
    count = 0
    while scene.document.undo():
        count += 1
        if scene.document.label_of_undo is None:
            break
    return count


def test_header_stands_beside_its_lanes(scene: CanvasScene, header: TrackHeader) -> None:
    row = next(row for row in scene.canvas.layout_now.rows if row.track_id == FIRST)
    both = scene.canvas.headers.track_header(TrackId("track-2"))

    assert header.mapTo(scene.canvas, QPoint(0, 0)).y() == row.top_px
    assert header.height() == row.height_px
    assert both is not None
    assert both.height() == 2 * row.height_px


def test_double_click_on_the_name_lets_it_be_typed(scene: CanvasScene, header: TrackHeader) -> None:
    QTest.mouseDClick(header.name, LEFT)
    QTest.keyClicks(header.name, "Dialogue")
    QTest.keyClick(header.name, Qt.Key.Key_Return)

    assert track(scene).name == "Dialogue"
    assert header.name.isReadOnly()


def test_escape_and_an_empty_name_leave_the_old_one(
    scene: CanvasScene, header: TrackHeader
) -> None:
    for last in (Qt.Key.Key_Escape, Qt.Key.Key_Return):
        QTest.keyClick(header.name, Qt.Key.Key_F2)
        QTest.keyClick(header.name, Qt.Key.Key_Delete)
        QTest.keyClick(header.name, last)
        assert track(scene).name == "Production"
        assert header.name.text() == "Production"


def test_mute_and_solo_by_keyboard_and_undo(scene: CanvasScene, header: TrackHeader) -> None:
    QTest.keyClick(header.mute, Qt.Key.Key_Space)
    QTest.keyClick(header.solo, Qt.Key.Key_Space)
    assert track(scene).is_muted
    assert track(scene).is_soloed

    scene.document.undo()

    assert not track(scene).is_soloed
    assert not header.solo.isChecked()
    assert header.mute.toolTip() == "Mute: on"


def test_bus_is_chosen_from_a_menu(scene: CanvasScene, header: TrackHeader) -> None:
    actions = {action.text(): action for action in header.bus_menu().actions()}
    assert [text for text, action in actions.items() if action.isChecked()] == ["FX  Effects"]

    next(action for text, action in actions.items() if text.startswith("MX")).trigger()

    assert track(scene).bus_id == "bus-mx"
    assert header.bus.text() == "MX"


def test_drag_of_the_gain_is_one_step(scene: CanvasScene, header: TrackHeader) -> None:
    header.gain.setSliderDown(True)
    for tenths in (-10, -40, -65):
        header.gain.setValue(tenths)
    assert scene.document.in_gesture
    assert track(scene).gain_db == -6.5
    header.gain.setSliderDown(False)

    assert header.figure.text() == "−6.5 dB"
    assert steps(scene) == 1
    assert track(scene).gain_db == 0.0


def test_arrow_keys_and_wheel_change_the_gain_by_half_a_decibel(
    scene: CanvasScene, header: TrackHeader
) -> None:
    QTest.keyClick(header.gain, Qt.Key.Key_Right)
    assert track(scene).gain_db == 0.5
    at = QPointF(header.gain.rect().center())
    wheel = QWheelEvent(
        at,
        header.gain.mapToGlobal(at),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        NO_KEYS,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(header.gain, wheel)

    assert track(scene).gain_db == -0.5


def test_double_click_on_the_gain_sets_0_db(scene: CanvasScene, header: TrackHeader) -> None:
    scene.document.apply("Gain", lambda p: set_track_gain(p, FIRST, -12.0))
    assert header.gain.value() == -120

    QTest.mouseDClick(header.gain, LEFT)

    assert track(scene).gain_db == 0.0


def test_gain_past_the_slider_is_shown_and_kept(scene: CanvasScene, header: TrackHeader) -> None:
    scene.document.apply("Gain", lambda p: set_track_gain(p, FIRST, -90.0))

    assert header.gain.value() == header.gain.minimum()
    assert header.figure.text() == "−90.0 dB"
    assert track(scene).gain_db == -90.0


def test_lower_edge_is_dragged_to_another_height(scene: CanvasScene, header: TrackHeader) -> None:
    edge = QPoint(60, header.height() - 2)
    QTest.mousePress(header, LEFT, NO_KEYS, edge)
    QTest.mouseMove(header, edge + QPoint(0, 30))
    QTest.mouseRelease(header, LEFT, NO_KEYS, edge + QPoint(0, 30))

    assert scene.canvas.lane_height_of(FIRST) == LaneHeight.NORMAL + 30
    assert header.height() == LaneHeight.NORMAL + 30


def test_menu_offers_heights_and_spectrogram(scene: CanvasScene, header: TrackHeader) -> None:
    actions = {action.text(): action for action in header.menu().actions()}

    actions["Mini lanes"].trigger()
    actions["Spectrogram"].trigger()

    assert scene.canvas.lane_height_of(FIRST) == LaneHeight.MINI
    assert FIRST in scene.canvas.view.spectrograms
    assert header.spectrogram.isChecked()


def test_mini_header_keeps_name_and_meter(scene: CanvasScene, header: TrackHeader) -> None:
    scene.canvas.set_lane_height(FIRST, LaneHeight.MINI)

    assert header.name.isVisible()
    assert header.meter.isVisible()
    assert not header.gain.isVisible()


def test_meter_shows_what_is_heard(scene: CanvasScene, header: TrackHeader) -> None:
    silent = ChannelMeters((-100.0, -100.0), (-100.0, -100.0), (False, False))
    loud = ChannelMeters((-20.0, -20.0), (-20.0, -20.0), (False, False))
    reading = MeterReading(
        mix=silent,
        tracks=((FIRST, loud),),
        momentary_lufs=-20.0,
        short_term_lufs=-20.0,
        integrated_lufs=-20.0,
        range_lu=0.0,
        true_peak_dbtp=-20.0,
        correlation=None,
    )

    scene.canvas.show_levels(reading)

    image = header.meter.grab().toImage()
    lower = image.pixelColor(2, image.height() - 4)
    assert lower == QColor(DARK.good)
    assert image.pixelColor(2, 4) == QColor(DARK.field)


def test_every_control_has_a_name_and_is_reached_by_tab(
    scene: CanvasScene, header: TrackHeader
) -> None:
    controls: list[QWidget] = [header.name, header.bus, header.mute, header.solo, header.gain]
    for control in controls:
        assert control.accessibleName()
        assert control.focusPolicy() & Qt.FocusPolicy.TabFocus
    assert header.accessibleName() == "Track 1, Production"
    assert scene.canvas.headers.unit.accessibleName()


def test_tab_goes_down_the_rows_and_into_open_takes(scene: CanvasScene) -> None:
    scene.canvas.open_takes(RegionId("region-1"))
    headers = scene.canvas.headers
    first, second = headers.track_header(FIRST), headers.track_header(TrackId("track-2"))
    take = headers.take_header(TakeId("take-1"))
    assert first is not None
    assert second is not None
    assert take is not None

    order: list[QWidget] = [headers.unit]
    while order[-1] is not second:
        following = order[-1].nextInFocusChain()
        assert following is not None
        order.append(following)
    reached = [w for w in order if w.focusPolicy() & Qt.FocusPolicy.TabFocus]

    places = [reached.index(w) for w in (first, first.name, first.gain, take.choice, take.star)]
    assert places == sorted(places)


def test_ruler_unit_is_chosen_from_a_menu(scene: CanvasScene) -> None:
    actions = {action.text(): action for action in scene.canvas.headers.unit_menu().actions()}
    assert actions["Timecode"].isChecked()

    actions["Samples"].trigger()

    assert scene.canvas.view.ruler_unit is RulerUnit.SAMPLES
    assert scene.canvas.headers.unit.text().startswith("Samples")


def a_take_header(scene: CanvasScene, take_id: str) -> TakeHeader:
    scene.canvas.open_takes(RegionId("region-1"))
    found = scene.canvas.headers.take_header(TakeId(take_id))
    assert found is not None
    return found


def test_take_is_chosen_in_its_row(scene: CanvasScene) -> None:
    other = a_take_header(scene, "take-2")
    assert not other.choice.isChecked()

    QTest.keyClick(other.choice, Qt.Key.Key_Space)

    comp = region_of(scene.document.project, RegionId("region-1")).comp
    assert [segment.take_id for segment in comp] == ["take-2"]
    assert other.choice.isChecked()
    assert not a_take_header(scene, "take-1").choice.isChecked()


def test_chosen_take_stays_chosen_when_it_is_clicked_again(scene: CanvasScene) -> None:
    header = a_take_header(scene, "take-1")

    QTest.keyClick(header.choice, Qt.Key.Key_Space)

    assert header.choice.isChecked()
    assert region_of(scene.document.project, RegionId("region-1")).comp


def test_star_is_given_and_taken(scene: CanvasScene) -> None:
    header = a_take_header(scene, "take-2")

    header.star.click()
    assert take_of(scene.document.project, TakeId("take-2")).rating > 0
    assert header.star.accessibleName() == "Star of Take 2: on"
    header.star.click()

    assert take_of(scene.document.project, TakeId("take-2")).rating == 0


def test_play_of_a_take_is_wanted_of_whoever_plays(qtbot: QtBot, scene: CanvasScene) -> None:
    header = a_take_header(scene, "take-2")

    with qtbot.waitSignal(scene.canvas.headers.take_play_wanted) as wanted:
        header.play.click()

    assert wanted.args == ["take-2"]


@pytest.mark.parametrize(
    ("gain_db", "words"),
    [(0.0, "0.0 dB"), (-0.04, "0.0 dB"), (0.4, "+0.4 dB"), (-3.0, "−3.0 dB")],
)
def test_gains_are_written_with_their_sign(gain_db: float, words: str) -> None:
    assert gain_words(gain_db) == words
