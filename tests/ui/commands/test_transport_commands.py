from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from prismdesk.project.ids import ClipId, RegionId
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.commands.transport_commands import TransportCommands
from prismdesk.ui.transport import SLOW_SPEED
from tests.builders import TEN_SECONDS
from tests.ui.commands.command_scene import CommandScene, a_command_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

SECOND = 48_000


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> CommandScene:
    return a_command_scene(qtbot, tmp_path)


@pytest.fixture(autouse=True)
def commands(scene: CommandScene) -> Iterator[TransportCommands]:
    application = cast("QApplication", QApplication.instance())
    made = TransportCommands(
        scene.document, scene.selection, scene.transport, scene.desktop, application
    )
    made.bind_actions()
    yield made
    made.close()


def _around(start: int, end: int) -> SampleRange:
    """Return a stretch with one second of roll on both sides."""
    return SampleRange(start - SECOND, end + SECOND)


def test_space_plays_and_stops(scene: CommandScene) -> None:
    scene.key("Space")
    assert scene.transport.is_playing
    assert scene.desktop.actions.action("transport.play").isChecked()
    scene.key("Space")
    assert not scene.transport.is_playing


def test_shuttle_gets_faster_turns_and_stops(scene: CommandScene) -> None:
    speeds = []
    for key in ("L", "L", "L", "J", "J", "K"):
        scene.key(key)
        speeds.append(scene.transport.speed)
    assert speeds == [1.0, 2.0, 4.0, -1.0, -2.0, 0.0]


def test_holding_the_stop_key_shuttles_slowly(scene: CommandScene) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyPress(focused, Qt.Key.Key_K)
    scene.key("L")
    assert scene.transport.speed == SLOW_SPEED
    scene.key("J")
    assert scene.transport.speed == -SLOW_SPEED
    QTest.keyRelease(focused, Qt.Key.Key_K)
    assert not scene.transport.is_playing
    scene.key("L")
    assert scene.transport.speed == 1.0


@pytest.mark.parametrize(
    ("key", "position"),
    [
        ("Right", 98_000),
        ("Left", 94_000),
        ("Shift+Right", 144_000),
        ("Shift+Left", 48_000),
        ("Home", 0),
        ("End", TEN_SECONDS - 2_000),
    ],
)
def test_keys_step_the_playhead(scene: CommandScene, key: str, position: int) -> None:
    scene.transport.move_to(96_000)
    scene.key(key)
    assert scene.transport.position_samples == position


def test_loop_goes_round_the_marked_time(scene: CommandScene) -> None:
    span = SampleRange(SECOND, 2 * SECOND)
    scene.selection.set_span(span)
    scene.key("Ctrl+L")
    assert ("loop", span) in scene.player.calls
    assert scene.desktop.actions.action("transport.loop").isChecked()
    scene.key("Ctrl+L")
    assert scene.player.calls[-1] == ("loop", None)


def test_play_around_takes_what_is_selected_with_roll(scene: CommandScene) -> None:
    scene.transport.move_to(200_000)
    scene.key("/")
    assert scene.player.calls[-1] == ("span", _around(200_000, 200_000), 200_000)
    scene.transport.stop()
    scene.selection.select_clips([ClipId("clip-1"), ClipId("clip-2")])
    scene.key("/")
    assert scene.player.calls[-1] == ("span", _around(48_000, 240_000), 200_000)
    scene.transport.stop()
    scene.selection.set_span(SampleRange(96_000, 144_000))
    scene.key("/")
    assert scene.player.calls[-1] == ("span", _around(96_000, 144_000), 200_000)
    scene.transport.stop()
    scene.selection.select_region(RegionId("region-1"))
    scene.key("/")
    assert scene.player.calls[-1] == ("span", _around(288_000, 336_000), 200_000)


def test_in_and_out_points_are_played_across(scene: CommandScene) -> None:
    assert "Mark a time" in scene.why_not("transport.play_in")
    scene.selection.set_span(SampleRange(96_000, 144_000))
    scene.key("Alt+Space")
    assert scene.player.calls[-1] == ("span", _around(96_000, 96_000), 0)
    scene.transport.stop()
    scene.key("Shift+Space")
    assert scene.player.calls[-1] == ("span", _around(144_000, 144_000), 0)
