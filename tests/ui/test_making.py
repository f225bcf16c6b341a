from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.states import JobState
from prismdesk.project.edits import (
    move_region,
    remove_region,
    remove_take,
    rename_region,
    set_region_prompt,
    set_region_settings,
)
from prismdesk.project.ids import RegionId
from prismdesk.project.model import ProjectUse, RegionStatus, Task
from prismdesk.ui.messages import MessageKind
from tests.builders import a_project
from tests.ui.making_scene import Scene, a_fake_region, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    Open = Callable[..., Scene]

REGION = RegionId("region-1")
PATIENCE_MS = 60_000


@pytest.fixture
def opened(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Scene]]:
    offer_fake_engine(monkeypatch)
    scenes: list[Scene] = []

    def open_with(prompt: str = "", **fields: object) -> Scene:
        use = ProjectUse(str(fields.pop("use", ProjectUse.NON_COMMERCIAL)))
        region = a_fake_region(prompt, **fields)
        scene = open_scene(tmp_path, a_project(regions=(region,), use=use))
        scene.selection.select_region(REGION)
        scenes.append(scene)
        return scene

    yield open_with
    for scene in scenes:
        scene.close()


def takes_of_region(scene: Scene) -> tuple[object, ...]:
    regions = [region for region in scene.project.regions if region.id == REGION]
    return regions[0].takes if regions else ()


def test_queueing_brings_takes_into_the_project_as_one_step(opened: Open, qtbot: QtBot) -> None:
    scene = opened()
    scene.making.set_new_takes(2)
    scene.desktop.actions.trigger("region.inpaint")
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 2, timeout=PATIENCE_MS)
    region = scene.project.regions[0]
    assert [take.name for take in region.takes] == ["Take 1", "Take 2"]
    assert [segment.take_id for segment in region.comp] == [region.takes[0].id]
    assert scene.document.label_of_undo == "Inpaint Wind hit (2 takes)"
    qtbot.waitUntil(lambda: scene.canvas.looks.get(REGION) is None, timeout=PATIENCE_MS)
    assert scene.bridge.jobs() == ()
    scene.document.undo()
    assert takes_of_region(scene) == ()


def test_the_region_shows_its_job_from_the_key_on(opened: Open, qtbot: QtBot) -> None:
    scene = opened()
    scene.making.make(REGION)
    first = scene.canvas.looks[REGION]
    assert first is not None
    assert first.status is RegionStatus.QUEUED
    qtbot.waitUntil(lambda: bool(takes_of_region(scene)), timeout=PATIENCE_MS)
    making = [look for look in scene.canvas.seen if look and look.status is RegionStatus.MAKING]
    assert any(look.words.startswith("Step ") for look in making)
    assert any(look.envelope == (0.5,) for look in making)


def test_takes_wait_for_the_end_of_a_gesture(opened: Open, qtbot: QtBot) -> None:
    scene = opened()
    scene.making.make(REGION)
    scene.document.begin_gesture("Drag")
    qtbot.waitUntil(
        lambda: [job.state for job in scene.bridge.jobs()] == [JobState.FINISHED],
        timeout=PATIENCE_MS,
    )
    qtbot.wait(150)
    assert takes_of_region(scene) == ()
    scene.document.cancel_gesture()
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 1, timeout=PATIENCE_MS)


def test_takes_go_along_with_a_region_that_moved_meanwhile(opened: Open, qtbot: QtBot) -> None:
    scene = opened()
    scene.making.make(REGION)
    assert scene.document.apply("Move", lambda p: move_region(p, REGION, 200_000))
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 1, timeout=PATIENCE_MS)
    region = scene.project.regions[0]
    assert region.takes[0].region == region.range
    assert region.comp[0].range == region.range


def test_takes_of_a_removed_region_come_when_it_is_back(opened: Open, qtbot: QtBot) -> None:
    scene = opened()
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: bool(scene.bridge.jobs()), timeout=PATIENCE_MS)
    scene.document.apply("Remove", lambda p: remove_region(p, REGION))
    qtbot.waitUntil(
        lambda: [job.state for job in scene.bridge.jobs()] == [JobState.FINISHED],
        timeout=PATIENCE_MS,
    )
    scene.document.undo()
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 1, timeout=PATIENCE_MS)


def test_editing_goes_on_while_a_job_works(opened: Open, qtbot: QtBot) -> None:
    scene = opened("until cancelled")
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: scene.bridge.running() is not None, timeout=PATIENCE_MS)
    assert scene.document.apply("Rename", lambda p: rename_region(p, REGION, "Gust"))
    scene.desktop.actions.trigger("jobs.cancel")
    qtbot.waitUntil(lambda: scene.bridge.jobs() == (), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: scene.canvas.looks.get(REGION) is None, timeout=PATIENCE_MS)
    assert scene.told == []


def test_an_engine_that_hangs_is_cancelled(opened: Open, qtbot: QtBot) -> None:
    scene = opened("ignore cancel")
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: scene.bridge.running() is not None, timeout=PATIENCE_MS)
    scene.making.cancel_running()
    qtbot.waitUntil(lambda: scene.bridge.jobs() == (), timeout=PATIENCE_MS)


def test_a_crash_is_told_with_remedies(opened: Open, qtbot: QtBot) -> None:
    scene = opened("exit")
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: bool(scene.told), timeout=PATIENCE_MS)
    message = scene.told[0]
    assert message.title == "The engine's process stopped."
    assert message.kind is MessageKind.ERROR
    assert [title for title, _ in message.buttons] == ["Start again", "Show log"]
    look = scene.canvas.looks[REGION]
    assert look is not None
    assert look.has_failed
    assert look.status is RegionStatus.OPEN
    wanted: list[str] = []
    scene.outcomes.log_wanted.connect(wanted.append)
    scene.press("Show log")
    assert wanted == [scene.bridge.jobs()[0].id]
    scene.press("Start again")
    qtbot.waitUntil(lambda: len(scene.told) == 2, timeout=PATIENCE_MS)


def test_lack_of_memory_says_what_would_fit(opened: Open, qtbot: QtBot) -> None:
    scene = opened("lack memory")
    scene.making.set_new_takes(2)
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: bool(scene.told), timeout=PATIENCE_MS)
    assert scene.told[0].title == "Memory ran out."
    assert "What would fit: the small variant." in scene.told[0].body
    assert scene.told[0].buttons[0][0] == "Make one take"
    scene.press("Make one take")
    qtbot.waitUntil(lambda: len(scene.told) == 2, timeout=PATIENCE_MS)
    assert "Make one take" not in dict(scene.told[1].buttons)


def test_a_task_that_the_engine_lacks_is_told_with_one_that_can(opened: Open, qtbot: QtBot) -> None:
    scene = opened()
    scene.desktop.actions.trigger("region.continue")
    assert scene.told[0].title == "Continue isn't possible for “Wind hit”."
    assert "Fake model can't carry sound on." in scene.told[0].body
    assert [title for title, _ in scene.told[0].buttons] == ["Use Ambience"]
    assert scene.project.regions[0].task is Task.INPAINT
    assert scene.bridge.jobs() == ()


def test_the_task_is_set_before_queueing(opened: Open, qtbot: QtBot) -> None:
    scene = opened()
    scene.desktop.actions.trigger("region.generate")
    assert scene.project.regions[0].task is Task.GENERATE
    assert scene.document.label_of_undo == "Generate instead"
    qtbot.waitUntil(lambda: bool(takes_of_region(scene)), timeout=PATIENCE_MS)


def test_a_region_without_an_engine_gets_one_that_can(opened: Open, qtbot: QtBot) -> None:
    scene = opened(engine="")
    scene.bridge.set_paused(True)
    assert scene.making.make(REGION)
    assert scene.project.regions[0].engine == "ambience"
    qtbot.waitUntil(lambda: bool(scene.bridge.jobs()), timeout=PATIENCE_MS)


def test_non_commercial_weights_are_refused_in_a_commercial_project(opened: Open) -> None:
    scene = opened(use=ProjectUse.COMMERCIAL)
    assert not scene.making.make(REGION)
    assert scene.told[0].title == "Refused in this commercial project."
    assert "CC BY-NC 4.0" in scene.told[0].body


def test_again_has_the_same_seed_and_prompt(opened: Open, qtbot: QtBot) -> None:
    scene = opened("rain on a tin roof")
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 1, timeout=PATIENCE_MS)
    first = scene.project.regions[0].takes[0]
    scene.making.again(first.id)
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 2, timeout=PATIENCE_MS)
    second = scene.project.regions[0].takes[1]
    assert second.provenance.request_key == first.provenance.request_key
    assert second.provenance.prompt == "rain on a tin roof"
    scene.making.again(first.id, with_new_seed=True)
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 3, timeout=PATIENCE_MS)
    assert scene.project.regions[0].takes[2].provenance.seed != first.provenance.seed


def test_a_take_is_varied_by_its_own_sound(opened: Open, qtbot: QtBot) -> None:
    scene = opened("rain")
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 1, timeout=PATIENCE_MS)
    first = scene.project.regions[0].takes[0]

    scene.making.vary(first.id)

    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 2, timeout=PATIENCE_MS)
    made = scene.project.regions[0].takes[1].provenance
    assert made.varied_take_id == first.id
    assert dict(made.settings)["strength"] == 0.5
    assert made.seed != first.provenance.seed


def test_the_regions_strength_says_how_much_of_a_take_is_made_anew(
    opened: Open, qtbot: QtBot
) -> None:
    scene = opened("rain")
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 1, timeout=PATIENCE_MS)
    scene.document.apply("Strength", lambda p: set_region_settings(p, REGION, {"strength": 0.2}))

    scene.making.vary(scene.project.regions[0].takes[0].id)

    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 2, timeout=PATIENCE_MS)
    made = scene.project.regions[0].takes[1].provenance
    assert dict(made.settings)["strength"] == 0.2


def test_a_variation_is_made_again_from_the_same_take(opened: Open, qtbot: QtBot) -> None:
    scene = opened("rain")
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 1, timeout=PATIENCE_MS)
    first = scene.project.regions[0].takes[0]
    scene.making.vary(first.id)
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 2, timeout=PATIENCE_MS)
    varied = scene.project.regions[0].takes[1]

    scene.making.again(varied.id)

    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 3, timeout=PATIENCE_MS)
    again = scene.project.regions[0].takes[2].provenance
    assert again.request_key == varied.provenance.request_key
    # The sound outlives the take; only once that is gone too, nothing is left to vary.
    scene.document.apply("Remove", lambda p: remove_take(p, first.id))
    scene.making.again(varied.id)
    qtbot.waitUntil(lambda: len(takes_of_region(scene)) == 3, timeout=PATIENCE_MS)
    (scene.document.session.folder / first.path).unlink()
    scene.making.again(varied.id)
    assert "is a variation of is gone" in scene.told[-1].body


def test_typed_text_is_in_the_job_that_is_queued_at_once(opened: Open, qtbot: QtBot) -> None:
    scene = opened()
    scene.bridge.set_paused(True)
    scene.pending.put(
        "prompt",
        lambda: scene.document.apply("Prompt", lambda p: set_region_prompt(p, REGION, "gulls")),
    )
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: bool(scene.bridge.jobs()), timeout=PATIENCE_MS)
    assert scene.bridge.jobs()[0].spec.prompt == "gulls"


def test_handles_are_asked_for_in_frames(opened: Open, qtbot: QtBot) -> None:
    scene = opened()
    scene.making.set_handle_frames(12)
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: bool(takes_of_region(scene)), timeout=PATIENCE_MS)
    take = scene.project.regions[0].takes[0]
    assert (take.head_samples, take.tail_samples) == (24_000, 24_000)


def test_interrupted_jobs_are_offered_again(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prismdesk.jobs.queue import JobQueue
    from prismdesk.session.opening import open_session
    from tests.jobs.fake_engine import SOURCE

    offer_fake_engine(monkeypatch)
    scene = open_scene(tmp_path)
    scene.bridge.set_paused(True)
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: bool(scene.bridge.jobs()), timeout=PATIENCE_MS)
    scene.close()
    monkeypatch.setattr(
        "prismdesk.session.session.JobQueue",
        lambda folder, **options: JobQueue(folder, engine_source=SOURCE, **options),
    )
    monkeypatch.setattr("prismdesk.session.opening._conform_missing", lambda *_: None)
    scene = open_scene(tmp_path, session=open_session(tmp_path / "project"))
    try:
        scene.outcomes.offer_interrupted()
        assert scene.told[0].title == "Recovered."
        assert "“Wind hit”" in scene.told[0].body
        assert [title for title, _ in scene.told[0].buttons] == ["Make it again", "Leave it"]
        scene.press("Make it again")
        qtbot.waitUntil(lambda: bool(takes_of_region(scene)), timeout=PATIENCE_MS)
    finally:
        scene.close()


def test_takes_that_can_not_be_written_wait_to_be_put_in(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prismdesk.project.store.errors import StoreWorkError

    scene = opened()
    store = scene.document.session.store
    apply = store.apply

    def refuse(label: str, edit: object) -> object:
        raise StoreWorkError("The project can't be written: no room on the disk; make some.")

    monkeypatch.setattr(store, "apply", refuse)
    scene.making.make(REGION)
    qtbot.waitUntil(lambda: bool(scene.told), timeout=PATIENCE_MS)
    assert "no room on the disk" in scene.told[0].title
    job = scene.bridge.jobs()[0]
    assert job.state is JobState.FINISHED
    monkeypatch.setattr(store, "apply", apply)
    scene.outcomes.put_in(job.id)
    assert len(takes_of_region(scene)) == 1
    qtbot.waitUntil(lambda: scene.bridge.jobs() == (), timeout=PATIENCE_MS)


@pytest.mark.parametrize("goes_by_words", [False, True])
def test_marked_time_becomes_a_region_first(
    opened: Open, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, goes_by_words: bool
) -> None:
    from prismdesk.project.edits import add_region
    from prismdesk.project.timebase import SampleRange

    scene = opened()
    elsewhere = SampleRange(96_000, 120_000)
    new = replace(a_fake_region(), id=RegionId("region-2"), range=elsewhere)
    asked: list[object] = []

    def mark(task: object) -> None:
        asked.append(task)
        scene.document.apply("Mark", lambda p: add_region(p, new))
        scene.selection.select_region(new.id)

    monkeypatch.setattr(scene.making.refusals, "goes_by_words", lambda _: goes_by_words)
    scene.making.region_wanted.connect(mark)
    # The region that is selected lies elsewhere, and was before the time was marked.
    scene.selection.set_span(elsewhere)
    scene.desktop.actions.trigger("region.inpaint")
    assert asked == [Task.INPAINT]
    if goes_by_words:
        # Its prompt comes first; Enter there makes it.
        assert scene.bridge.jobs() == ()
        assert scene.making.preparing.task_of(new.id) is None
        scene.desktop.actions.trigger("region.inpaint")
    assert asked == [Task.INPAINT]
    qtbot.waitUntil(lambda: len(scene.project.regions[1].takes) == 1, timeout=PATIENCE_MS)


def test_a_region_picked_after_the_time_was_marked_is_meant(opened: Open, qtbot: QtBot) -> None:
    from prismdesk.project.timebase import SampleRange

    scene = opened()
    chosen = scene.selection.region_id
    scene.selection.select_region(None)
    scene.selection.set_span(SampleRange(96_000, 120_000))
    scene.selection.select_region(chosen)
    scene.desktop.actions.trigger("region.inpaint")
    qtbot.waitUntil(lambda: len(scene.project.regions[0].takes) == 1, timeout=PATIENCE_MS)
    assert len(scene.project.regions) == 1


def test_without_region_or_marks_the_keys_say_what_to_do(opened: Open) -> None:
    scene = opened()
    scene.selection.select_region(None)
    scene.desktop.actions.refresh()
    assert not scene.desktop.actions.action("region.inpaint").isEnabled()
    assert "Select a region" in scene.desktop.actions.why_not("region.inpaint")
    assert scene.desktop.actions.why_not("jobs.cancel") == "Nothing is being made."
