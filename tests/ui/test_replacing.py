from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtGui import QDesktopServices

from prismdesk.jobs.messages import FailureKind, JobFailure
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.media.wav import WavWriter
from prismdesk.project.edits import remove_region, rename_region, set_region_engine
from prismdesk.project.edits.licence import set_project_use
from prismdesk.project.ids import RegionId
from prismdesk.project.model import ProjectUse, Task
from prismdesk.session.licence_statements import Statement
from prismdesk.ui.failure_words import failure_words
from prismdesk.ui.messages import MessageKind
from tests.builders import a_project, a_provenance, a_region, a_segment, a_take
from tests.jobs.specs import a_spec
from tests.ui.making_scene import Scene, a_fake_region, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

PATIENCE_MS = 20_000
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Scene]:
    """A commercial project with a region to generate, and two that sound what isn't for sale."""
    offer_fake_engine(monkeypatch)
    made = a_provenance(engine="fake", licence="CC BY-NC 4.0", allows_commercial_use=False)
    bound = [
        a_region(
            name,
            start,
            start + 24_000,
            name=name.title(),
            task=Task.INPAINT,
            engine="fake",
            prompt="bell",
            takes=(a_take(f"take-{name}", start, start + 24_000, provenance=made),),
            comp=(a_segment(f"take-{name}", start, start + 24_000),),
        )
        for name, start in (("first", 96_000), ("second", 144_000))
    ]
    regions = (a_fake_region("rain"), *bound)
    scene = open_scene(
        tmp_path,
        a_project(regions=regions, use=ProjectUse.COMMERCIAL),
        engine_source="prismdesk.engines.catalogue:create_engine",
    )
    for region in bound:
        (take,) = region.takes
        path = scene.document.session.folder / take.path
        path.parent.mkdir(exist_ok=True)
        with WavWriter(path, rate_hz=48_000, channels=2) as writer:
            writer.write(np.full((2, 24_000), 0.1, np.float32))
    yield scene
    scene.close()


def test_a_refusal_has_its_buttons_and_nothing_is_queued(scene: Scene) -> None:
    region = scene.project.regions[0]
    assert not scene.making.make(region.id)
    (told,) = scene.told
    assert told.title == "Refused in this commercial project."
    assert "for non-commercial use (CC BY-NC 4.0)" in told.body
    assert "is as it was" in told.body
    assert [words for words, _ in told.buttons] == [
        "Choose another model",
        "Where it says so",
        "Make it with Ambience",
    ]
    assert scene.bridge.jobs() == ()


def test_a_refusal_stands_as_long_as_its_cause(scene: Scene) -> None:
    region = scene.project.regions[0]
    scene.making.make(region.id)
    stands = scene.told[-1].stands
    assert stands is not None
    scene.document.apply("Name it", lambda p: rename_region(p, region.id, "Rain"))
    assert stands()

    scene.document.apply("Use", lambda p: set_project_use(p, ProjectUse.PERSONAL))
    assert not stands()
    scene.document.undo()
    assert stands()
    scene.document.apply("Ambience", lambda p: set_region_engine(p, region.id, "ambience", ""))
    assert not stands()
    scene.document.undo()
    scene.document.apply("Remove", lambda p: remove_region(p, region.id))
    assert not stands()


def test_ambience_instead_is_one_step_and_the_take_another(scene: Scene, qtbot: QtBot) -> None:
    before = scene.project.regions[0]
    scene.making.make(before.id)
    scene.press("Make it with Ambience")
    changed = scene.project.regions[0]
    assert (changed.engine, changed.prompt) == ("ambience", "")
    assert scene.document.label_of_undo == f"Make {before.name} with Ambience"
    qtbot.waitUntil(lambda: bool(scene.project.regions[0].takes), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "made again" in scene.told[-1].title, timeout=PATIENCE_MS)
    scene.document.undo()
    scene.document.undo()
    assert scene.project.regions[0] == before


def test_what_does_not_fit_is_shown_in_turn_and_made_again(scene: Scene, qtbot: QtBot) -> None:
    actions = scene.desktop.actions
    shown = []
    for _ in range(3):
        actions.trigger("takes.next_refused")
        shown.append(scene.selection.region_id)
    assert shown == ["first", "second", "first"]
    actions.trigger("takes.replace_refused")
    qtbot.waitUntil(lambda: bool(scene.told), timeout=PATIENCE_MS)
    assert scene.told[-1].title == "2 clips were made again with Ambience."
    assert scene.told[-1].kind is MessageKind.GOOD
    for region in scene.project.regions[1:]:
        assert [take.provenance.engine for take in region.takes] == ["fake", "ambience"]
        assert region.comp[0].take_id == region.takes[1].id
    assert scene.replacing.refused() == ()
    actions.refresh()
    assert "fits what this project is for" in actions.why_not("takes.replace_refused")


def test_the_selected_region_goes_to_ambience(scene: Scene) -> None:
    scene.bridge.set_paused(True)
    actions = scene.desktop.actions
    actions.refresh()
    assert actions.why_not("region.ambience") == "Select a region."
    scene.selection.select_region(RegionId("second"))
    actions.trigger("region.ambience")
    assert scene.project.regions[2].engine == "ambience"


def test_where_it_says_so_is_a_page_the_policy_or_words(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toString()))
    said = Statement(
        part="weights",
        subject="MMAudio",
        name="x",
        uses=(),
        licence="CC BY-NC 4.0",
        where_stated="README of github.com/hkchengrex/MMAudio, for its checkpoints",
    )
    scene.replacing.show_source(said)
    assert opened == ["https://github.com/hkchengrex/MMAudio"]
    policies: list[bool] = []
    scene.desktop.actions.bind("licence.policy", lambda: policies.append(True))
    scene.making.make(scene.project.regions[0].id)
    scene.press("Where it says so")  # the engine of tests has no page
    assert scene.told[-1].title == "Fake model: CC BY-NC 4.0."
    assert policies == []


def test_a_request_an_engine_cannot_meet_is_made_without_what_it_lacks(
    scene: Scene, qtbot: QtBot
) -> None:
    """Ambience can't follow words: it really refuses them, and the button takes them away."""
    region_id = scene.project.regions[0].id
    assert scene.document.apply(
        "Use Ambience", lambda p: set_region_engine(p, region_id, "ambience")
    )
    assert scene.making.make(region_id)
    qtbot.waitUntil(lambda: bool(scene.told), timeout=PATIENCE_MS)
    assert scene.told[-1].title == "This engine can't do that."
    assert "can't follow a prompt" in scene.told[-1].body
    scene.press("Make it without words")
    assert scene.project.regions[0].prompt == ""
    assert scene.document.label_of_undo == "Make it without words"
    qtbot.waitUntil(lambda: bool(scene.project.regions[0].takes), timeout=PATIENCE_MS)
    assert [job.state.is_underway for job in scene.bridge.jobs()] == []


def test_adapters_go_where_an_engine_takes_none(tmp_path: Path) -> None:
    spec = a_spec(tmp_path, engine="ambience", adapters=(("planks", 1.0),))
    failure = JobFailure(kind=FailureKind.UNSUPPORTED, message="No adapters.")
    job = JobSnapshot(
        spec=spec, label="x", state=JobState.FAILED, created_utc="", log_path=tmp_path / "log"
    )
    words = failure_words(job, failure)
    assert [one.words for one in words.remedies] == ["Make it without adapters", "Show it"]
