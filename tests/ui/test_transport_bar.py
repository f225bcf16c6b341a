"""The bar shows where the playhead is, and plays, marks and zooms."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtWidgets import QWidget

from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.messages import Messages
from prismdesk.ui.selection import Selection
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.canvas import TimelineCanvas
from prismdesk.ui.transport import Transport
from prismdesk.ui.transport_bar import TransportBar
from tests.ui.desktop import NotedPlayer, a_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.playback.player import Player
    from prismdesk.session.preferences import PreferencesFile


@pytest.fixture
def transport_and_bar(qtbot: QtBot, tmp_path: Path) -> Iterator[tuple[Transport, TransportBar]]:
    messages = Messages()
    background = Background(messages)
    document = a_document(tmp_path / "project", messages)
    selection = Selection()
    transport = Transport(document, selection, cast("Player", NotedPlayer()))
    desktop = Desktop(
        theme=DARK,
        messages=messages,
        background=background,
        actions=Actions(DARK),
        preferences=cast("PreferencesFile", None),
    )
    canvas = TimelineCanvas(document, selection, transport, desktop)
    qtbot.addWidget(canvas)
    canvas.resize(1000, 400)
    bar = TransportBar(document, transport, canvas, QWidget(), desktop)
    # As in the window: who does an action binds it after its button was made.
    desktop.actions.bind("transport.play", transport.toggle_play)
    qtbot.addWidget(bar)
    yield transport, bar
    transport.close()
    canvas.close_threads()
    background.close()
    document.close()


def test_the_timecode_follows_the_playhead(
    transport_and_bar: tuple[Transport, TransportBar],
) -> None:
    transport, bar = transport_and_bar
    transport.move_to(96_000)
    assert bar.timecode.text() == "01:00:02:00"


def test_the_main_button_plays_and_says_what_it_does_next(
    transport_and_bar: tuple[Transport, TransportBar],
) -> None:
    transport, bar = transport_and_bar
    assert bar.play.accessibleName() == "Play"
    bar.play.click()
    assert transport.is_playing
    assert bar.play.accessibleName() == "Stop"
    bar.play.click()
    assert not transport.is_playing


def test_the_slider_zooms_and_follows_the_zoom(
    transport_and_bar: tuple[Transport, TransportBar],
) -> None:
    _, bar = transport_and_bar
    canvas = bar._canvas
    before = canvas.scale
    bar.zoom.setValue(bar.zoom.value() + 5)
    assert canvas.scale.level == before.level - 5
    canvas.zoom_to_film()
    assert bar.zoom.value() == 0
