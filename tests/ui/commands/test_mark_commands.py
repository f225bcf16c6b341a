from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.project.edits import split_region
from prismdesk.project.ids import ClipId, LaneId, RegionId
from prismdesk.project.lookup import region_of
from prismdesk.project.model import Task
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.commands.mark_commands import MarkCommands
from tests.builders import TEN_SECONDS
from tests.ui.commands.command_scene import CommandScene, a_command_scene, undone_and_redone

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.ui.timeline.line_popup import LinePopup

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

UPPER, LOWER = LaneId("lane-1"), LaneId("lane-2")
CUT = 264_000


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> CommandScene:
    return a_command_scene(qtbot, tmp_path)


@pytest.fixture(autouse=True)
def commands(scene: CommandScene) -> MarkCommands:
    made = MarkCommands(
        scene.document,
        scene.selection,
        scene.transport,
        scene.desktop,
        lambda: (CUT,),
        scene.window,
    )
    made.bind_actions()
    actions, document = scene.desktop.actions, scene.document
    actions.bind("edit.undo", document.undo)
    actions.bind("edit.redo", document.redo)
    return made


def _made(scene: CommandScene) -> RegionId:
    assert scene.selection.region_id is not None
    return scene.selection.region_id


def test_marks_are_set_at_the_playhead_and_cleared(scene: CommandScene) -> None:
    scene.transport.move_to(48_000)
    scene.key("I")
    assert scene.selection.span == SampleRange(48_000, TEN_SECONDS)
    scene.transport.move_to(96_000)
    scene.key("O")
    assert scene.selection.span == SampleRange(48_000, 96_000)
    scene.transport.move_to(144_000)
    scene.key("I")
    assert scene.selection.span == SampleRange(144_000, TEN_SECONDS)
    assert scene.document.label_of_undo is None


def test_marks_are_cleared(scene: CommandScene) -> None:
    scene.selection.set_span(SampleRange(0, 48_000))
    scene.key("Alt+X")
    assert scene.selection.span is None


def test_marks_are_set_while_playing_without_stopping(scene: CommandScene) -> None:
    scene.transport.play()
    scene.player.now.position_samples = 24_000
    scene.transport._poll()
    scene.key("I")
    scene.player.now.position_samples = 72_000
    scene.transport._poll()
    scene.key("O")
    assert scene.selection.span == SampleRange(24_000, 72_000)
    assert scene.transport.is_playing


def test_an_out_mark_at_the_very_start_is_told(scene: CommandScene) -> None:
    scene.key("O")
    assert scene.selection.span is None
    assert "start" in scene.told[-1].title


def test_markers_are_dropped_while_playing(scene: CommandScene) -> None:
    before = scene.document.project
    scene.transport.play()
    for position in (24_000, 72_000):
        scene.player.now.position_samples = position
        scene.transport._poll()
        scene.key("M")
    markers = scene.document.project.markers[1:]
    assert [(m.name, m.position_samples) for m in markers] == [
        ("Marker 1", 24_000),
        ("Marker 2", 72_000),
    ]
    assert scene.transport.is_playing
    scene.key("Ctrl+Z")
    scene.key("Ctrl+Z")
    assert scene.document.project == before


def test_a_second_press_names_the_marker(scene: CommandScene, commands: MarkCommands) -> None:
    scene.transport.move_to(24_000)
    scene.key("M")
    before = scene.document.project
    assert scene.selection.marker_id == before.markers[-1].id
    scene.key("M")
    popup = _popup(commands)
    assert popup.line.text() == "Marker 1"
    popup.line.setText("door slams")
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    assert scene.document.project.markers[-1].name == "door slams"
    assert len(scene.document.project.markers) == 2
    undone_and_redone(scene, before)


@pytest.mark.parametrize(
    ("typed", "position"),
    [("01:00:02:00", 96_000), ("+12", 72_000), ("-12", 24_000), ("1000300", 144_000)],
)
def test_go_to_takes_timecode_and_steps(
    scene: CommandScene, commands: MarkCommands, typed: str, position: int
) -> None:
    scene.transport.move_to(48_000)
    scene.key("Ctrl+G")
    popup = _popup(commands)
    assert popup.line.text() == "01:00:01:00"
    popup.line.setText(typed)
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    assert scene.transport.position_samples == position
    assert not popup.isVisible()


@pytest.mark.parametrize("typed", ["nowhere", "01:00:20:00", "-99", ""])
def test_go_to_says_what_is_wrong_and_asks_again(
    scene: CommandScene, commands: MarkCommands, typed: str
) -> None:
    scene.transport.move_to(48_000)
    scene.key("Ctrl+G")
    popup = _popup(commands)
    hint = popup.words.text()
    popup.line.setText(typed)
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    assert popup.isVisible()
    assert popup.words.text() != hint
    assert popup.line.accessibleDescription() == popup.words.text()
    assert scene.transport.position_samples == 48_000
    QTest.keyClick(popup.line, Qt.Key.Key_Escape)
    assert not popup.isVisible()
    assert scene.transport.position_samples == 48_000


def test_a_region_is_made_of_the_marked_time(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.set_span(SampleRange(60_000, 70_000), [UPPER])
    scene.key("Shift+M")
    region = region_of(scene.document.project, _made(scene))
    assert (region.range, region.lane_ids) == (SampleRange(60_000, 70_000), (UPPER,))
    assert (region.task, region.name) == (Task.INPAINT, "Fill 2")
    assert scene.told == []
    undone_and_redone(scene, before)


def test_a_region_is_made_of_selected_clips(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([ClipId("clip-3")])
    scene.key("Shift+M")
    region = region_of(scene.document.project, _made(scene))
    assert (region.range, region.lane_ids) == (SampleRange(96_000, 240_000), (LOWER,))
    undone_and_redone(scene, before)


def test_time_over_two_tracks_becomes_a_region_on_each(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.set_span(SampleRange(240_000, 250_000), [UPPER, LOWER])
    scene.key("Shift+M")
    made = scene.document.project.regions[1:]
    assert [(region.track_id, region.name) for region in made] == [
        ("track-1", "Extension 1"),
        ("track-2", "Extension 2"),
    ]
    assert scene.selection.region_id == made[0].id
    undone_and_redone(scene, before)


def test_a_region_across_a_cut_offers_to_be_split(scene: CommandScene) -> None:
    def split() -> None:
        chosen = _made(scene)
        scene.document.apply("Split", lambda p: split_region(p, chosen, CUT))

    scene.desktop.actions.bind("region.split_at_cuts", split)
    scene.selection.set_span(SampleRange(250_000, 270_000), [UPPER])
    scene.key("Shift+M")
    message = scene.told[-1]
    assert scene.document.times.timecode(CUT) in message.title
    assert message.buttons[0][0] == "Split there"
    scene.selection.clear()
    message.buttons[0][1]()
    assert [region.range for region in scene.document.project.regions[1:]] == [
        SampleRange(250_000, CUT),
        SampleRange(CUT, 270_000),
    ]


def test_splitting_a_region_that_is_gone_does_nothing(scene: CommandScene) -> None:
    scene.selection.set_span(SampleRange(250_000, 270_000), [UPPER])
    scene.key("Shift+M")
    scene.key("Ctrl+Z")
    before = scene.document.project
    scene.told[-1].buttons[0][1]()
    assert scene.document.project == before


def test_without_time_or_clips_no_region_is_made(scene: CommandScene) -> None:
    assert "Mark a time" in scene.why_not("region.make")
    assert "No time" in scene.why_not("transport.clear_marks")


def _popup(commands: MarkCommands) -> LinePopup:
    assert commands.popup is not None
    assert commands.popup.isVisible()
    return commands.popup


def test_a_marker_is_selected_unless_a_region_is_worked_on(scene: CommandScene) -> None:
    scene.transport.move_to(48_000)
    scene.key("M")
    assert scene.selection.marker_id is not None
    region = scene.document.project.regions[0]
    scene.selection.select_region(region.id)
    scene.transport.move_to(96_000)
    scene.key("M")
    assert scene.selection.region_id == region.id
    assert len(scene.document.project.markers) == 3
