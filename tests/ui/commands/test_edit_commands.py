from __future__ import annotations

from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QLineEdit

from prismdesk.project.edits import RippleMode
from prismdesk.project.ids import ClipId, LaneId, MarkerId, RegionId
from prismdesk.project.lookup import clip_of, marker_of, region_of
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.commands.edit_commands import EditCommands
from tests.builders import a_clip, a_lane, a_media, a_picture, a_project, a_track
from tests.ui.commands.command_scene import (
    CommandScene,
    a_command_scene,
    two_lanes_of_clips,
    undone_and_redone,
)

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Project

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

ONE, TWO, THREE = ClipId("clip-1"), ClipId("clip-2"), ClipId("clip-3")
UPPER, LOWER = LaneId("lane-1"), LaneId("lane-2")
CUT = 408_000


def _bound(scene: CommandScene) -> EditCommands:
    commands = EditCommands(
        scene.document,
        scene.selection,
        scene.transport,
        scene.desktop,
        scene.switches,
        lambda: (CUT,),
        scene.window,
    )
    commands.bind_actions()
    return commands


@pytest.fixture
def project() -> Project:
    return two_lanes_of_clips()


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, project: Project) -> CommandScene:
    return a_command_scene(qtbot, tmp_path, project)


@pytest.fixture(autouse=True)
def commands(scene: CommandScene) -> EditCommands:
    return _bound(scene)


@pytest.mark.parametrize(
    ("key", "upper", "lower"),
    [
        ("S", [(48, 120), (120, 144), (144, 240)], [(96, 120), (120, 240)]),
        ("Q", [(120, 144), (144, 240)], [(120, 240)]),
        ("W", [(48, 120), (144, 240)], [(96, 120)]),
    ],
)
def test_keys_edit_what_lies_under_the_playhead(
    scene: CommandScene, key: str, upper: list[tuple[int, int]], lower: list[tuple[int, int]]
) -> None:
    before = scene.document.project
    scene.transport.move_to(120_000)
    scene.key(key)
    assert scene.ranges() == [(a * 1000, b * 1000) for a, b in upper]
    assert scene.ranges(1) == [(a * 1000, b * 1000) for a, b in lower]
    undone_and_redone(scene, before)


def test_keys_edit_only_selected_clips(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([THREE])
    scene.transport.move_to(120_000)
    scene.key("S")
    assert scene.ranges() == [(48_000, 144_000), (144_000, 240_000)]
    assert scene.ranges(1) == [(96_000, 120_000), (120_000, 240_000)]
    undone_and_redone(scene, before)


def test_split_cuts_at_both_edges_of_the_marked_time(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.set_span(SampleRange(96_000, 120_000), [UPPER])
    scene.key("S")
    assert scene.ranges() == [
        (48_000, 96_000),
        (96_000, 120_000),
        (120_000, 144_000),
        (144_000, 240_000),
    ]
    assert scene.ranges(1) == [(96_000, 240_000)]
    undone_and_redone(scene, before)


def test_a_trim_that_would_leave_nothing_is_told(scene: CommandScene) -> None:
    scene.selection.select_clips([ONE])
    scene.transport.move_to(300_000)
    scene.key("Q")
    assert scene.ranges() == [(48_000, 144_000), (144_000, 240_000)]
    assert "No clip's start" in scene.told[-1].title


def test_a_trim_outwards_stops_at_the_neighbour(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([TWO])
    scene.transport.move_to(96_000)
    scene.key("Q")
    assert scene.document.project == before
    scene.transport.move_to(264_000)
    scene.key("W")
    assert scene.ranges() == [(48_000, 144_000), (144_000, 264_000)]
    undone_and_redone(scene, before)


def test_a_rippling_trim_pulls_up_what_follows(scene: CommandScene) -> None:
    before = scene.document.project
    scene.switches.ripple = RippleMode.TRACK
    scene.selection.select_clips([ONE])
    scene.transport.move_to(96_000)
    scene.key("W")
    assert scene.ranges() == [(48_000, 96_000), (96_000, 192_000)]
    assert scene.ranges(1) == [(96_000, 240_000)]
    undone_and_redone(scene, before)


def test_several_clips_are_not_trimmed_with_ripple_on_all_tracks(scene: CommandScene) -> None:
    before = scene.document.project
    scene.switches.ripple = RippleMode.ALL
    scene.transport.move_to(120_000)
    scene.key("Q")
    assert scene.document.project == before
    assert "one clip at a time" in scene.told[-1].title


def test_fades_reach_the_playhead(scene: CommandScene) -> None:
    before = scene.document.project
    scene.transport.move_to(60_000)
    scene.key("D")
    assert clip_of(scene.document.project, ONE).fade_in.length_samples == 12_000
    undone_and_redone(scene, before)
    middle = scene.document.project
    scene.transport.move_to(228_000)
    scene.key("G")
    faded = [clip_of(scene.document.project, clip_id).fade_out for clip_id in (TWO, THREE)]
    assert [fade.length_samples for fade in faded] == [12_000, 12_000]
    undone_and_redone(scene, middle)


def test_crossfade_joins_the_clips_that_touch(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([ONE, TWO])
    scene.key("F")
    first, second = scene.clips()
    assert first.end_samples - second.start_samples == 4_800
    assert first.fade_out.length_samples == second.fade_in.length_samples == 4_800
    undone_and_redone(scene, before)


def test_crossfade_without_neighbour_says_so(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([THREE])
    scene.key("F")
    assert scene.document.project == before
    assert "touch" in scene.told[-1].title


def test_mute_goes_to_and_fro(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([ONE, TWO])
    scene.key("Alt+M")
    assert all(clip.is_muted for clip in scene.clips())
    undone_and_redone(scene, before)
    scene.key("Alt+M")
    assert scene.document.project == before


@pytest.mark.parametrize(
    ("key", "by_samples"),
    [(".", 2000), (",", -2000), ("Shift+.", 10_000), ("Shift+,", -10_000), ("Alt+.", 48)],
)
def test_nudges_move_selected_clips(scene: CommandScene, key: str, by_samples: int) -> None:
    before = scene.document.project
    scene.selection.select_clips([ONE, TWO])
    scene.key(key)
    assert scene.ranges() == [
        (48_000 + by_samples, 144_000 + by_samples),
        (144_000 + by_samples, 240_000 + by_samples),
    ]
    undone_and_redone(scene, before)


def test_a_crossfade_is_nudged_as_a_whole(scene: CommandScene) -> None:
    """By more than it is long: clip by clip it would part, or meet."""
    scene.selection.select_clips([ONE, TWO])
    scene.key("F")
    before = scene.document.project
    lengths = [clip.fade_in.length_samples for clip in scene.clips()]
    for key in ("Shift+.", "Shift+,"):
        scene.key(key)
        assert scene.told == []
        assert [clip.fade_in.length_samples for clip in scene.clips()] == lengths
    assert scene.document.project == before


def _broadcast_project() -> Project:
    picture = a_picture(rate=Fraction(30_000, 1001), is_drop_frame=True)
    tracks = (a_track("track-1", a_lane("lane-1", a_clip("clip-1", 0, 48_000))),)
    return a_project(tracks=tracks, media=(a_media(picture=picture),))


@pytest.mark.parametrize("project", [_broadcast_project()])
def test_a_clip_on_a_frame_stays_on_frames(scene: CommandScene) -> None:
    """Frames of 29.97 fps are 1601.6 samples long at 48 kHz."""
    scene.selection.select_clips([ONE])
    times = scene.document.times
    starts = []
    for _ in range(7):
        scene.key(".")
        starts.append(scene.clips()[0].start_samples)
    assert starts == [times.frame_start(frame) for frame in range(1, 8)]
    for _ in range(7):
        scene.key(",")
    assert scene.clips()[0].start_samples == 0


def test_nudge_before_the_film_is_refused_in_words(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([ONE])
    scene.key("Shift+,")
    for _ in range(5):
        scene.key("Shift+,")
    assert scene.told
    while scene.document.label_of_undo:
        scene.key("Ctrl+Z")
    assert scene.document.project == before


def test_a_refusal_names_the_clips(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([ONE])
    scene.key(".")
    assert scene.document.project == before
    assert "Steps" in scene.told[-1].title
    assert "Rope" in scene.told[-1].title


def test_nudges_move_a_region_a_marker_the_marks_the_playhead(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_region(RegionId("region-1"))
    scene.key(".")
    region = region_of(scene.document.project, RegionId("region-1"))
    assert region.range == SampleRange(290_000, 338_000)
    undone_and_redone(scene, before)
    middle = scene.document.project
    scene.selection.select_marker(MarkerId("marker-1"))
    scene.key(",")
    marker = marker_of(scene.document.project, MarkerId("marker-1"))
    assert marker.position_samples == 430_000
    undone_and_redone(scene, middle)
    scene.selection.clear()
    scene.selection.set_span(SampleRange(4_000, 8_000))
    scene.key("Shift+,")
    assert scene.selection.span == SampleRange(0, 4_000)
    scene.selection.clear()
    scene.transport.move_to(48_000)
    scene.key("Shift+.")
    assert scene.transport.position_samples == 58_000
    scene.key("Alt+,")
    assert scene.transport.position_samples == 57_952


def test_copied_clips_are_pasted_over_what_was_there(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([ONE])
    scene.key("Ctrl+C")
    assert scene.document.project == before
    scene.selection.clear()
    scene.selection.set_span(None, [LOWER])
    scene.transport.move_to(192_000)
    scene.key("Ctrl+V")
    assert scene.ranges(1) == [(96_000, 192_000), (192_000, 288_000)]
    assert scene.clips(1)[1].name == "Steps"
    assert scene.selection.clip_ids == {scene.clips(1)[1].id}
    assert scene.transport.position_samples == 288_000
    undone_and_redone(scene, before)


def test_cut_time_leaves_a_hole_and_is_pasted_once_more(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.set_span(SampleRange(96_000, 120_000), [UPPER])
    scene.key("Ctrl+X")
    assert scene.ranges() == [(48_000, 96_000), (120_000, 144_000), (144_000, 240_000)]
    undone_and_redone(scene, before)
    scene.transport.move_to(360_000)
    scene.key("Ctrl+V")
    assert scene.ranges()[-1] == (360_000, 384_000)


def test_a_region_is_not_cut_in_place_of_what_was_copied_before(scene: CommandScene) -> None:
    scene.selection.select_clips([ONE])
    scene.key("Ctrl+C")
    before = scene.document.project
    scene.selection.select_region(RegionId("region-1"))
    assert scene.why_not("edit.cut")
    scene.key("Ctrl+X")
    assert scene.document.project == before


def test_delete_takes_away_what_is_picked(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([ONE])
    scene.key("Del")
    assert [clip.id for clip in scene.clips()] == [TWO]
    assert scene.selection.clip_ids == frozenset()
    undone_and_redone(scene, before)
    selects = (
        partial(scene.selection.select_region, RegionId("region-1")),
        partial(scene.selection.select_marker, MarkerId("marker-1")),
        partial(scene.selection.set_span, SampleRange(150_000, 160_000), [UPPER]),
    )
    for select in selects:
        middle = scene.document.project
        select()
        scene.key("Backspace")
        undone_and_redone(scene, middle)
    project = scene.document.project
    assert (project.regions, project.markers) == ((), ())


def test_ripple_delete_closes_the_track_of_the_clip(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_clips([ONE])
    scene.key("Shift+Del")
    assert scene.ranges() == [(48_000, 144_000)]
    assert scene.ranges(1) == [(96_000, 240_000)]
    undone_and_redone(scene, before)


def _four_clips_in_a_row() -> Project:
    clips = [a_clip(f"clip-{n}", n * 48_000, 48_000) for n in range(1, 5)]
    return a_project(tracks=(a_track("track-1", a_lane("lane-1", *clips)),))


@pytest.mark.parametrize("project", [_four_clips_in_a_row()])
def test_ripple_delete_leaves_clips_between_the_selected(
    scene: CommandScene, project: Project
) -> None:
    scene.selection.select_clips([ONE, THREE])
    scene.key("Shift+Del")
    assert [clip.id for clip in scene.clips()] == ["clip-2", "clip-4"]
    assert scene.ranges() == [(48_000, 96_000), (96_000, 144_000)]
    undone_and_redone(scene, project)


def test_ripple_delete_of_marked_time_closes_the_marked_tracks(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.set_span(SampleRange(144_000, 192_000))
    scene.key("Shift+Del")
    assert scene.ranges() == [(48_000, 144_000), (144_000, 192_000)]
    assert scene.ranges(1) == [(96_000, 144_000), (144_000, 192_000)]
    assert marker_of(scene.document.project, MarkerId("marker-1")).position_samples == 432_000
    assert scene.selection.span is None
    undone_and_redone(scene, before)


def test_with_ripple_all_everything_moves_up(scene: CommandScene) -> None:
    before = scene.document.project
    scene.key("Alt+P")
    scene.key("Alt+P")
    assert scene.switches.ripple is RippleMode.ALL
    assert scene.desktop.actions.action("edit.ripple_mode").text() == "Ripple all"
    scene.selection.set_span(SampleRange(144_000, 192_000), [UPPER])
    scene.key("Shift+Del")
    assert marker_of(scene.document.project, MarkerId("marker-1")).position_samples == 384_000
    undone_and_redone(scene, before)


def test_deleting_all_clips_with_ripple_all_is_one_step(scene: CommandScene) -> None:
    before = scene.document.project
    scene.switches.ripple = RippleMode.ALL
    scene.key("Ctrl+A")
    assert scene.selection.clip_ids == {ONE, TWO, THREE}
    scene.key("Del")
    assert scene.clips() == scene.clips(1) == ()
    undone_and_redone(scene, before)


def test_silence_is_asked_for_and_inserted(scene: CommandScene, commands: EditCommands) -> None:
    before = scene.document.project
    scene.transport.move_to(144_000)
    scene.key("Ctrl+Alt+I")
    dialog = commands.silence_dialog
    assert dialog is not None
    dialog.setDoubleValue(0.5)
    dialog.accept()
    assert scene.ranges() == [(48_000, 144_000), (168_000, 264_000)]
    scene.window.activateWindow()
    undone_and_redone(scene, before)


def test_snap_is_remembered(scene: CommandScene) -> None:
    scene.key("N")
    assert not scene.switches.snaps
    assert not scene.desktop.preferences.now.snap
    assert not scene.desktop.actions.action("edit.snap").isChecked()


def test_up_and_down_go_from_edit_to_edit(scene: CommandScene) -> None:
    places = []
    for _ in range(9):
        scene.key("Down")
        places.append(scene.transport.position_samples)
    assert places == [48_000, 96_000, 144_000, 240_000, 288_000, 336_000, CUT, 432_000, 479_999]
    scene.key("Up")
    scene.key("Up")
    assert scene.transport.position_samples == CUT


def test_the_menu_names_what_is_undone(scene: CommandScene) -> None:
    undo = scene.desktop.actions.action("edit.undo")
    assert (undo.text(), undo.isEnabled()) == ("Undo", False)
    scene.selection.select_clips([ONE])
    scene.key("Del")
    assert (undo.text(), undo.isEnabled()) == ("Undo Delete Steps", True)
    scene.key("Ctrl+Z")
    assert scene.desktop.actions.action("edit.redo").text() == "Redo Delete Steps"


def test_nothing_is_undone_during_a_drag(scene: CommandScene) -> None:
    scene.selection.select_clips([ONE])
    scene.key(".")
    scene.document.begin_gesture("Move")
    before = scene.document.project
    scene.key("Ctrl+Z")
    assert scene.document.project == before
    scene.document.cancel_gesture()


def test_keys_type_in_text_fields(scene: CommandScene) -> None:
    before = scene.document.project
    field = QLineEdit()
    scene.window.setCentralWidget(field)
    field.show()
    field.setFocus()
    scene.transport.move_to(120_000)
    for key in ("S", "Q", "Del"):
        scene.key(key)
    assert scene.document.project == before


def test_commands_say_why_they_cannot(scene: CommandScene) -> None:
    scene.transport.move_to(400_000)
    for key in ("S", "Q", "W", "D", "G", "F", "Alt+M"):
        scene.told.clear()
        scene.key(key)
        assert len(scene.told) == 1, key
    assert "Copy something" in scene.why_not("edit.paste")
    assert "mark a time" in scene.why_not("edit.delete")
    assert scene.why_not("edit.undo") == "Nothing to undo"
