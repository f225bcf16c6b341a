"""The playhead follows the player, and the keys move both."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from prismdesk.project.timebase import SampleRange
from prismdesk.ui.messages import Messages
from prismdesk.ui.selection import Selection
from prismdesk.ui.transport import SLOW_SPEED, Transport
from tests.ui.desktop import NotedPlayer, a_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.playback.player import Player


@pytest.fixture
def player() -> NotedPlayer:
    return NotedPlayer()


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def transport(
    qtbot: QtBot, tmp_path: Path, player: NotedPlayer, selection: Selection
) -> Iterator[Transport]:
    document = a_document(tmp_path / "project", Messages())
    transport = Transport(document, selection, cast("Player", player))
    yield transport
    transport.close()
    document.close()


def test_the_playhead_follows_the_player(
    qtbot: QtBot, transport: Transport, player: NotedPlayer
) -> None:
    transport.play()
    player.now.position_samples = 12_345
    qtbot.waitUntil(lambda: transport.position_samples == 12_345)


def test_it_stops_when_the_player_does(
    qtbot: QtBot, transport: Transport, player: NotedPlayer
) -> None:
    transport.play()
    with qtbot.waitSignal(transport.playing_changed) as told:
        player.now.is_playing = False
    assert told.args == [False]
    assert transport.speed == 0.0


def test_a_step_goes_to_the_beginning_of_a_frame(transport: Transport) -> None:
    transport.move_to(1_000)
    transport.step_frames(-1)
    assert transport.position_samples == 0
    transport.step_frames(2)
    first = transport.position_samples
    transport.step_frames(-1)
    assert transport.position_samples * 2 == first


def test_steps_are_heard_and_jumps_are_not(transport: Transport, player: NotedPlayer) -> None:
    transport.step_frames(1)
    transport.move_to(0)
    assert [call[0] for call in player.calls if call[0] != "loop"] == ["scrub", "seek"]


def test_each_press_of_l_is_faster(transport: Transport) -> None:
    speeds = []
    for _ in range(5):
        transport.shuttle_forward()
        speeds.append(transport.speed)
    assert speeds == [1.0, 2.0, 4.0, 8.0, 8.0]
    transport.shuttle_back()
    assert transport.speed == -1.0


def test_k_held_makes_it_slow_until_it_is_let_go(transport: Transport) -> None:
    transport.hold_k(True)
    transport.shuttle_back()
    assert transport.speed == -SLOW_SPEED
    transport.hold_k(False)
    assert not transport.is_playing


def test_the_loop_follows_the_marked_time(
    transport: Transport, selection: Selection, player: NotedPlayer
) -> None:
    selection.set_span(SampleRange(100, 200))
    transport.set_looping(True)
    selection.set_span(SampleRange(100, 300))
    transport.set_looping(False)
    loops = [call[1] for call in player.calls if call[0] == "loop"]
    assert loops[-3:] == [SampleRange(100, 200), SampleRange(100, 300), None]


def test_playing_around_comes_back(qtbot: QtBot, transport: Transport, player: NotedPlayer) -> None:
    transport.move_to(5_000)
    transport.play_around(SampleRange(10_000, 20_000), 4_000, 4_000)
    assert player.calls[-1] == ("span", SampleRange(6_000, 24_000), 5_000)
    player.now.position_samples = 24_000
    player.now.is_playing = False
    qtbot.waitUntil(lambda: not transport.is_playing)
    assert transport.position_samples == 5_000


def test_play_at_the_end_begins_at_the_start(transport: Transport, player: NotedPlayer) -> None:
    transport.move_to(10**9)
    transport.play()
    assert player.calls[-2:] == [("seek", 0), ("play", 1.0)]
