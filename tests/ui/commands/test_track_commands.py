from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.project.ids import ClipId, LaneId, RegionId
from prismdesk.project.model import ChannelLayout
from prismdesk.ui.commands.track_commands import TrackCommands
from tests.ui.commands.command_scene import CommandScene, a_command_scene, undone_and_redone

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> CommandScene:
    return a_command_scene(qtbot, tmp_path)


@pytest.fixture(autouse=True)
def commands(scene: CommandScene) -> TrackCommands:
    made = TrackCommands(scene.document, scene.selection, scene.desktop, scene.window)
    made.bind_actions()
    actions, document = scene.desktop.actions, scene.document
    actions.bind("edit.undo", document.undo)
    actions.bind("edit.redo", document.redo)
    return made


def _names(scene: CommandScene) -> list[str]:
    return [track.name for track in scene.document.project.tracks]


def test_a_track_is_added_below_the_selected_one(
    scene: CommandScene, commands: TrackCommands
) -> None:
    before = scene.document.project
    scene.selection.select_clips([ClipId("clip-1")])
    scene.key("Ctrl+Alt+T")
    dialog = commands.dialog
    assert dialog is not None
    dialog.name.setText("Gulls")
    dialog.channels.set_value(ChannelLayout.SURROUND_5_1)
    dialog.bus.set_value("bus-ambience")
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert _names(scene) == ["Production", "Gulls", "Foley"]
    track = scene.document.project.tracks[1]
    assert (track.layout, track.bus_id) == (ChannelLayout.SURROUND_5_1, "bus-ambience")
    assert len(track.lanes) == 1
    assert scene.selection.lane_ids == {track.lanes[0].id}
    scene.window.activateWindow()
    undone_and_redone(scene, before)


def test_adding_a_track_can_be_given_up(scene: CommandScene, commands: TrackCommands) -> None:
    before = scene.document.project
    scene.key("Ctrl+Alt+T")
    assert commands.dialog is not None
    QTest.keyClick(commands.dialog, Qt.Key.Key_Escape)
    assert scene.document.project == before


def test_a_track_is_renamed(scene: CommandScene, commands: TrackCommands) -> None:
    before = scene.document.project
    scene.selection.set_span(None, [LaneId("lane-2")])
    scene.key("F2")
    assert commands.popup is not None
    commands.popup.line.setText("Steps")
    QTest.keyClick(commands.popup.line, Qt.Key.Key_Return)
    assert _names(scene) == ["Production", "Steps"]
    undone_and_redone(scene, before)


def test_a_removed_track_can_be_had_back(scene: CommandScene) -> None:
    before = scene.document.project
    scene.selection.select_region(RegionId("region-1"))
    scene.desktop.actions.trigger("track.remove")
    assert _names(scene) == ["Foley"]
    assert "2 clips and 1 region" in scene.told[-1].body
    scene.told[-1].buttons[0][1]()
    assert scene.document.project == before


@pytest.mark.parametrize(
    ("keys", "action_id", "flag"),
    [
        ("Ctrl+Alt+M", "track.mute", "is_muted"),
        ("Ctrl+Alt+S", "track.solo", "is_soloed"),
    ],
)
def test_mute_and_solo_go_to_and_fro(
    scene: CommandScene, keys: str, action_id: str, flag: str
) -> None:
    before = scene.document.project
    scene.selection.select_clips([ClipId("clip-3")])
    action = scene.desktop.actions.action(action_id)
    scene.key(keys)
    assert [getattr(track, flag) for track in scene.document.project.tracks] == [False, True]
    assert action.isChecked()
    undone_and_redone(scene, before)
    scene.key(keys)
    assert scene.document.project == before
    assert not action.isChecked()


def test_without_selection_no_track_is_meant(scene: CommandScene) -> None:
    for action_id in ("track.remove", "track.rename", "track.mute", "track.solo"):
        assert "Select something" in scene.why_not(action_id)
