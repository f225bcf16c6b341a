from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines import catalogue
from prismdesk.engines.capabilities import SettingSpec
from prismdesk.jobs.states import JobState
from prismdesk.project.edits import move_region
from prismdesk.project.ids import RegionId
from prismdesk.ui.jobs.listening import JobListening
from prismdesk.ui.jobs.strip import JobsStrip
from prismdesk.ui.takes.audition import Audition
from prismdesk.ui.transport import Transport
from tests.builders import a_project
from tests.ui.making_scene import FAKE, FakePlayer, Scene, a_fake_region, open_scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    Open = Callable[[str], "Listener"]

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

REGION = RegionId("region-1")
PATIENCE_MS = 60_000
STOP = SettingSpec(name="stop_at_step", label="Stop at step", help="", default=0)
WITH_STEPS = replace(FAKE, settings=(*FAKE.settings, STOP))


class Listener:
    """A scene whose engine stays at its third step until it is enough."""

    def __init__(self, folder: Path, prompt: str) -> None:
        self.scene: Scene = open_scene(folder, a_project(regions=(a_fake_region(prompt),)))
        scene = self.scene
        self.player = FakePlayer()
        self.transport = Transport(scene.document, scene.selection, self.player)  # type: ignore[arg-type]  # as much of a player as is needed
        self.audition = Audition(scene.document, scene.selection, self.transport, scene.desktop)
        self.listening = JobListening(
            scene.document, scene.bridge, self.audition, self.transport, scene.desktop
        )
        self.listening.bind_actions()
        self.strip = JobsStrip(scene.bridge, scene.desktop)
        self.strip.follow_listening(self.listening)
        scene.region_jobs.follow_listening(self.listening)
        self.strip.show()

    def make(self, qtbot: QtBot) -> None:
        """Begin, and wait for the step at which it stays."""
        self.scene.making.make(REGION)
        qtbot.waitUntil(lambda: self._step() == 3, timeout=PATIENCE_MS)
        assert self.listening.why_not() == ""

    def _step(self) -> int:
        job = self.scene.bridge.running()
        return job.progress.step if job is not None and job.progress is not None else 0

    def hear(self, qtbot: QtBot) -> None:
        """Press the button and wait until the draft is heard."""
        self.strip.hear.click()
        qtbot.waitUntil(lambda: self.listening.heard is not None, timeout=PATIENCE_MS)

    def heard_paths(self) -> list[str]:
        """The files that sound in the region, as the player was told last."""
        region = self.player.loaded[-1].regions[0]
        ids = {segment.take_id for segment in region.comp}
        return [take.path for take in region.takes if take.id in ids]

    def close(self) -> None:
        self.listening.close()
        self.transport.close()
        self.strip.close()
        self.scene.close()


@pytest.fixture
def opened(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Listener]]:
    monkeypatch.setitem(catalogue._OFFERS, FAKE.id, lambda: WITH_STEPS)
    listeners: list[Listener] = []

    def open_with(prompt: str) -> Listener:
        listeners.append(Listener(tmp_path, prompt))
        return listeners[-1]

    yield open_with
    for listener in listeners:
        listener.close()


def test_the_draft_plays_once_in_place_of_the_region_and_is_in_no_project(
    opened: Open, qtbot: QtBot
) -> None:
    one = opened("until enough")
    one.make(qtbot)
    one.hear(qtbot)
    assert one.strip.hear.text() == "Stop the draft"
    (path,) = one.heard_paths()
    assert path.startswith("jobs/")
    span = one.scene.project.regions[0].range
    played = one.player.spans[0]
    assert (played.start_samples, played.end_samples) == (0, span.end_samples + 48_000)
    look = one.scene.canvas.looks[REGION]
    assert look is not None
    assert look.is_draft_heard
    assert look.words.startswith("Draft of step 3 · Step 3 of 5")
    assert one.scene.project.regions[0].takes == ()
    assert one.scene.bridge.running() is not None


@pytest.mark.parametrize("way", ["the button", "the end of the stretch", "the end of the job"])
def test_the_draft_is_gone_afterwards(opened: Open, qtbot: QtBot, way: str) -> None:
    one = opened("until enough")
    one.make(qtbot)
    one.hear(qtbot)
    if way == "the button":
        one.strip.hear.click()
    elif way == "the end of the stretch":
        one.transport.stop()
    else:
        one.scene.bridge.cancel(one.scene.bridge.jobs()[0].id)
    qtbot.waitUntil(lambda: one.listening.heard is None, timeout=PATIENCE_MS)
    assert one.heard_paths() == []
    look = one.scene.canvas.looks[REGION]
    assert look is None or not look.is_draft_heard


def test_enough_makes_takes_of_what_there_is(opened: Open, qtbot: QtBot) -> None:
    one = opened("until enough")
    one.make(qtbot)
    one.strip.enough.click()
    assert one.strip.enough.text() == "Ending"
    assert not one.strip.enough.isEnabled()
    qtbot.waitUntil(lambda: bool(one.scene.project.regions[0].takes), timeout=PATIENCE_MS)
    take = one.scene.project.regions[0].takes[0]
    assert dict(take.provenance.settings)["stop_at_step"] == 3
    assert "stop_at_step" not in dict(one.scene.project.regions[0].settings)
    qtbot.waitUntil(lambda: one.scene.bridge.running() is None, timeout=PATIENCE_MS)
    assert one.strip.enough.isHidden()


def test_why_there_is_nothing_to_hear_is_told(opened: Open, qtbot: QtBot) -> None:
    one = opened("silent until enough")
    one.make(qtbot)
    one.strip.hear.click()
    qtbot.waitUntil(lambda: bool(one.scene.told), timeout=PATIENCE_MS)
    assert one.scene.told[0].title == "“Wind hit” can't be heard yet."
    assert one.scene.told[0].body == "There is nothing to hear yet."
    assert not one.listening.is_waiting
    assert one.player.spans == []


def test_a_region_that_moved_meanwhile_is_heard_where_it_is(opened: Open, qtbot: QtBot) -> None:
    one = opened("until enough")
    one.make(qtbot)
    assert one.scene.document.apply("Move", lambda p: move_region(p, REGION, 96_000))
    one.hear(qtbot)
    assert one.player.spans[0].end_samples == 96_000 + 24_000 + 48_000
    assert one.heard_paths()


def test_actions_are_off_with_a_reason_while_there_is_nothing_to_hear(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = opened("until cancelled")
    assert one.listening.why_not() == "Nothing is being made."
    assert one.strip.hear.isHidden()
    monkeypatch.setitem(catalogue._OFFERS, FAKE.id, lambda: FAKE)
    one.scene.making.make(REGION)
    qtbot.waitUntil(lambda: one.scene.bridge.running() is not None, timeout=PATIENCE_MS)
    assert one.listening.why_not() == (
        "Fake model makes its sound in one go; it is heard once it is made."
    )
    assert one.strip.hear.isHidden()
    one.listening.toggle()
    one.listening.enough()
    job = one.scene.bridge.running()
    assert job is not None
    assert job.state is JobState.RUNNING
