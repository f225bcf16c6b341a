from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from prismdesk.media.wav import WavWriter, map_wav
from prismdesk.project.ids import RegionId
from prismdesk.ui.takes.sameness import Sameness
from tests.ui.making_scene import Scene, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Region, Take

REGION = RegionId("region-1")
PATIENCE_MS = 20_000


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Scene]:
    offer_fake_engine(monkeypatch)
    opened = open_scene(tmp_path)
    yield opened
    opened.close()


def region_of_scene(scene: Scene) -> Region:
    return scene.project.regions[0]


def made_again(scene: Scene, qtbot: QtBot) -> tuple[Take, Take]:
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: len(region_of_scene(scene).takes) == 1, timeout=PATIENCE_MS)
    scene.making.again(region_of_scene(scene).takes[0].id)
    qtbot.waitUntil(lambda: len(region_of_scene(scene).takes) == 2, timeout=PATIENCE_MS)
    first, second = region_of_scene(scene).takes
    return first, second


def lines(scene: Scene, qtbot: QtBot, take: Take) -> list[tuple[str, str]]:
    sameness = Sameness(scene.document, scene.desktop.background)
    with qtbot.waitSignal(sameness.changed, timeout=PATIENCE_MS):
        sameness.ask(take, region_of_scene(scene))
    return list(sameness.lines)


def test_both_pages_say_that_the_samples_are_the_same(scene: Scene, qtbot: QtBot) -> None:
    first, second = made_again(scene, qtbot)
    assert second.provenance.again_of_take_id == first.id
    before, _ = lines(scene, qtbot, first)
    after, _ = lines(scene, qtbot, second)
    assert before == ("Made again as Take 2. Same samples as before: yes.", "good")
    assert after == ("Again of Take 1. Same samples as before: yes.", "good")


def test_another_sound_is_told_with_how_much(scene: Scene, qtbot: QtBot) -> None:
    first, second = made_again(scene, qtbot)
    path = scene.document.session.folder / second.path
    with map_wav(path) as wav:
        sound = wav.read(0, wav.length_samples) * np.float32(1.1)
    with WavWriter(path, rate_hz=48_000, channels=sound.shape[0]) as writer:
        writer.write(sound)
    told, _ = lines(scene, qtbot, first)
    assert told == (
        "Made again as Take 2. Same samples as before: no, differs, -20 dB against its own level. "
        "It isn't known on what it was made.",
        "warning",
    )


def test_a_caption_says_when_the_same_can_not_be_promised(scene: Scene, qtbot: QtBot) -> None:
    first, _ = made_again(scene, qtbot)
    told, kind = lines(scene, qtbot, first)[-1]
    # What makes the sound is another version than is offered, and doesn't say on what it computes.
    assert told.startswith("Again may differ. It was made with version 1.2 of fake; now it is ")
    assert told.endswith("It isn't known on what it was made.")
    assert kind == "faint"
