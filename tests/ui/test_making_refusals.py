from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.edits import rename_region, set_region_engine
from prismdesk.project.ids import RegionId
from prismdesk.project.model import Task
from tests.ui.making_scene import Scene, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

REGION = RegionId("region-1")


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    offer_fake_engine(monkeypatch)
    scene = open_scene(tmp_path)
    yield scene
    scene.close()


def test_a_refusal_stands_until_the_region_can_be_made(scene: Scene) -> None:
    refusals = scene.making.refusals
    wanted = replace(scene.project.regions[0], task=Task.CONTINUE)
    reason = refusals.of(wanted)
    assert reason == "Fake model can't carry sound on."
    stands = refusals.stands(wanted, reason)
    assert stands is not None

    scene.document.apply("Rename", lambda p: rename_region(p, REGION, "Gust"))
    assert stands()
    scene.document.apply("Ambience", lambda p: set_region_engine(p, REGION, "ambience"))

    assert not stands()


def test_a_reason_of_something_else_is_not_watched(scene: Scene) -> None:
    region = scene.project.regions[0]

    assert scene.making.refusals.stands(region, "Its take is gone.") is None


def test_prompts_go_to_engines_that_take_words(scene: Scene) -> None:
    assert scene.making.refusals.goes_by_words(REGION)

    scene.document.apply("Ambience", lambda p: set_region_engine(p, REGION, "ambience"))

    assert not scene.making.refusals.goes_by_words(REGION)
