from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.errors import MediaError
from prismdesk.media.sound_character import Character, SoundCharacter
from prismdesk.project.edits import set_region_prompt
from prismdesk.project.ids import RegionId
from prismdesk.session.suggestions import Heard
from prismdesk.ui.inspector import suggestion_feed
from prismdesk.ui.inspector.suggestion_feed import SuggestionFeed
from tests.builders import a_project, a_region
from tests.ui.making_scene import Scene, a_fake_region, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import Any

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Region

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

ROOM = SoundCharacter(character=Character.ROOM_TONE, level_lufs=-50)
HEARD = Heard(inside=ROOM, before=ROOM, after=ROOM, knows_speech=True)


class Listening:
    """Stands in for what listens, and notes to what."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.cancelled: list[str] = []
        self.go_on = threading.Event()
        self.go_on.set()
        self.fails = False

    def __call__(self, project: Any, sounds: Any, stretch: Any, *, cancelled: Any) -> Heard:
        self.asked.append(stretch.region_id)
        while not self.go_on.wait(0.005):
            if cancelled():
                self.cancelled.append(stretch.region_id)
                raise Cancelled
        if self.fails:
            raise MediaError("The sound can't be read.")
        return HEARD


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Listening:
    listening = Listening()
    monkeypatch.setattr(suggestion_feed, "heard_around", listening)
    monkeypatch.setattr(suggestion_feed, "WAIT_MS", 0)
    offer_fake_engine(monkeypatch)
    return listening


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, listening: Listening) -> Iterator[Scene]:
    other = a_region("region-2", 96_000, 120_000, engine="fake", name="Late")
    scene = open_scene(tmp_path, a_project(regions=(a_fake_region(), other)))
    yield scene
    listening.go_on.set()
    scene.close()


def a_feed(scene: Scene) -> SuggestionFeed:
    cuts = (50_000, 100_000)
    return SuggestionFeed(scene.document, scene.desktop.background, lambda: cuts, scene.document)


def regions(scene: Scene) -> tuple[Region, ...]:
    return scene.project.regions


def test_facts_come_once_and_are_kept_by_content(
    scene: Scene, listening: Listening, qtbot: QtBot
) -> None:
    feed = a_feed(scene)
    assert feed.facts(regions(scene)[0]) is None
    assert feed.is_listening
    with qtbot.waitSignal(feed.changed, timeout=10_000):
        pass
    facts = feed.facts(regions(scene)[0])
    assert facts is not None
    assert (facts.heard, facts.cuts_samples) == (HEARD, (50_000,))
    scene.document.apply(
        "Prompt", lambda p: set_region_prompt(p, RegionId("region-1"), "another prompt")
    )
    assert feed.facts(regions(scene)[0]) is not None
    assert listening.asked == ["region-1"]


def test_when_the_selection_moves_the_listening_ends(
    scene: Scene, listening: Listening, qtbot: QtBot
) -> None:
    feed = a_feed(scene)
    listening.go_on.clear()
    feed.facts(regions(scene)[0])
    qtbot.waitUntil(lambda: listening.asked == ["region-1"], timeout=10_000)
    feed.facts(regions(scene)[1])
    qtbot.waitUntil(lambda: listening.cancelled == ["region-1"], timeout=10_000)
    listening.go_on.set()
    qtbot.waitUntil(lambda: feed.facts(regions(scene)[1]) is not None, timeout=10_000)
    assert listening.asked == ["region-1", "region-2"]


def test_asking_again_meanwhile_listens_once(
    scene: Scene, listening: Listening, qtbot: QtBot
) -> None:
    feed = a_feed(scene)
    listening.go_on.clear()
    for _ in range(3):
        feed.facts(regions(scene)[0])
    qtbot.waitUntil(lambda: bool(listening.asked), timeout=10_000)
    for _ in range(3):
        assert feed.facts(regions(scene)[0]) is None
    listening.go_on.set()
    qtbot.waitUntil(lambda: feed.facts(regions(scene)[0]) is not None, timeout=10_000)
    assert listening.asked == ["region-1"]


def test_sound_that_cant_be_read_is_not_asked_for_again_and_again(
    scene: Scene, listening: Listening, qtbot: QtBot
) -> None:
    feed = a_feed(scene)
    listening.fails = True
    feed.facts(regions(scene)[0])
    with qtbot.waitSignal(feed.changed, timeout=10_000):
        pass
    assert feed.facts(regions(scene)[0]) is None
    assert not feed.is_listening
    assert listening.asked == ["region-1"]


def test_going_away_ends_it(scene: Scene, listening: Listening, qtbot: QtBot) -> None:
    feed = a_feed(scene)
    listening.go_on.clear()
    feed.facts(regions(scene)[0])
    qtbot.waitUntil(lambda: bool(listening.asked), timeout=10_000)
    feed.forget_wish()
    qtbot.waitUntil(lambda: listening.cancelled == ["region-1"], timeout=10_000)
    assert not feed.is_listening
