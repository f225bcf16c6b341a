"""From a region to a take in the project, by keys, with the engine that is built in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QWidget

from prismdesk.project.edits import add_region
from prismdesk.project.ids import RegionId
from prismdesk.project.model import Region, RegionStatus, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.opening import create_session
from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.document import Document
from prismdesk.ui.messages import Message, Messages
from prismdesk.ui.selection import Selection
from prismdesk.ui.sound_making import SoundMaking
from prismdesk.ui.theme import DARK
from prismdesk.ui.timeline.canvas import TimelineCanvas
from prismdesk.ui.timeline.gestures.hands import Switches
from prismdesk.ui.transport import Transport
from tests.media_files import SoundSpec, make_film, noise
from tests.ui.making_scene import FakePlayer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

REGION = RegionId("region-hole")
PATIENCE_MS = 120_000


class Window:
    """A window with a timeline and an inspector over three seconds of noise."""

    def __init__(self, folder: Path) -> None:
        sound = SoundSpec(audio=noise(2, 3 * 48_000, peak=0.1), codec="pcm_f32le")
        film = make_film(folder / "Rain.mov", sounds=[sound])
        messages = Messages()
        self.told: list[Message] = []
        messages.posted.connect(self.told.append)
        self.document = Document(create_session(film, folder / "project"), messages)
        self.desktop = Desktop(
            theme=DARK,
            messages=messages,
            background=Background(messages),
            actions=Actions(DARK),
            preferences=PreferencesFile(folder / "preferences.json"),
        )
        self.selection = Selection()
        self.player = FakePlayer()
        self.transport = Transport(self.document, self.selection, self.player)  # type: ignore[arg-type]  # as much of a player as is needed
        self.canvas = TimelineCanvas(self.document, self.selection, self.transport, self.desktop)
        self.switches = Switches()
        self.sound = self.make_sound()
        self.main = QMainWindow()
        self.desktop.actions.fill_menu_bar(self.main.menuBar())
        both = QWidget()
        row = QHBoxLayout(both)
        row.addWidget(self.sound.inspector)
        row.addWidget(self.canvas)
        self.main.setCentralWidget(both)
        self.main.resize(1200, 500)
        self.main.show()
        self.mark_hole()

    def make_sound(self) -> SoundMaking:
        return SoundMaking(
            self.document,
            self.selection,
            self.transport,
            self.canvas,
            self.switches,
            self.desktop,
        )

    def mark_hole(self) -> None:
        track = self.document.project.tracks[0]
        region = Region(
            id=REGION,
            track_id=track.id,
            lane_ids=(track.lanes[0].id,),
            range=SampleRange(72_000, 76_800),
            task=Task.INPAINT,
            name="Hole in the rain",
        )
        self.document.apply("Mark", lambda project: add_region(project, region))
        self.selection.select_region(REGION)
        self.desktop.actions.refresh()

    @property
    def region(self) -> Region:
        return self.document.project.regions[0]

    def close(self) -> None:
        self.transport.close()
        self.sound.close()
        self.main.close()
        self.canvas.close_threads()
        self.desktop.background.close()
        self.document.close()


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[Window]:
    window = Window(tmp_path)
    qtbot.addWidget(window.main)
    yield window
    window.close()


def test_one_key_makes_a_take_and_puts_it_into_the_project(window: Window, qtbot: QtBot) -> None:
    window.canvas.setFocus()
    modifiers = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(window.canvas, Qt.Key.Key_Return, modifiers)
    qtbot.waitUntil(lambda: bool(window.region.takes), timeout=PATIENCE_MS)
    region, take = window.region, window.region.takes[0]
    assert region.engine == "ambience"
    assert region.status is RegionStatus.REVIEW
    assert [segment.take_id for segment in region.comp] == [take.id]
    assert take.region == region.range
    assert (window.document.session.folder / take.path).is_file()
    assert window.document.label_of_undo == "Inpaint Hole in the rain"
    assert window.told == []
    qtbot.waitUntil(lambda: len(window.sound.inspector.takes.rows) == 2, timeout=PATIENCE_MS)
    assert window.sound.strip.counts.text() == "Nothing to do."

    window.desktop.actions.trigger("takes.again")
    qtbot.waitUntil(lambda: len(window.region.takes) == 2, timeout=PATIENCE_MS)
    first, second = window.region.takes
    assert second.provenance.request_key == first.provenance.request_key
    sounds = window.document.session.sounds
    length = first.sound_range.length_samples
    heard = [sounds.take(take).read(0, length) for take in (first, second)]
    assert np.array_equal(heard[0], heard[1])


def test_swipes_comp_only_while_that_is_on(window: Window, qtbot: QtBot) -> None:
    window.sound.making.set_new_takes(2)
    window.desktop.actions.trigger("region.inpaint")
    qtbot.waitUntil(lambda: len(window.region.takes) == 2, timeout=PATIENCE_MS)
    window.desktop.actions.trigger("takes.comp")
    assert window.switches.is_comping
    window.selection.select_region(None)
    assert not window.switches.is_comping


def test_a_take_is_played_from_its_row_without_choosing_it(window: Window, qtbot: QtBot) -> None:
    window.sound.making.set_new_takes(2)
    window.desktop.actions.trigger("region.inpaint")
    qtbot.waitUntil(lambda: len(window.region.takes) == 2, timeout=PATIENCE_MS)
    before = window.document.project
    window.selection.select_region(None)
    window.canvas.headers.take_play_wanted.emit(window.region.takes[1].id)
    heard = window.player.loaded[-1].regions[0].comp
    assert [segment.take_id for segment in heard] == [window.region.takes[1].id]
    assert window.document.project is before


def test_a_crossing_of_keys_while_typing_queues_what_is_typed(window: Window, qtbot: QtBot) -> None:
    name = window.sound.inspector.header.name
    name.setFocus()
    name.selectAll()
    QTest.keyClicks(name, "Mended")
    assert window.region.name == "Hole in the rain"
    window.desktop.actions.trigger("region.queue")
    assert window.region.name == "Mended"
    qtbot.waitUntil(lambda: bool(window.region.takes), timeout=PATIENCE_MS)
    assert window.document.label_of_undo == "Inpaint Mended"


def test_another_window_goes_on_where_one_was_closed(window: Window, qtbot: QtBot) -> None:
    window.desktop.actions.trigger("region.inpaint")
    assert window.desktop.background.tasks
    window.sound.close()
    assert window.desktop.background.tasks == ()
    window.sound = window.make_sound()
    window.desktop.actions.trigger("region.inpaint")
    qtbot.waitUntil(lambda: bool(window.region.takes), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: window.sound.bridge.jobs() == (), timeout=PATIENCE_MS)
    assert window.told == []
