from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import capabilities_of, engines_that_can
from prismdesk.project.edits import add_region
from prismdesk.project.ids import LaneId, TrackId
from prismdesk.project.model import Project, Region, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session import new_regions
from prismdesk.session.new_regions import likely_task, new_region, remember_recipe, with_task
from prismdesk.session.preferences import KeptRecipe, Preferences, PreferencesFile
from tests.builders import RATE_HZ, a_clip, a_lane, a_project, a_region, a_track

if TYPE_CHECKING:
    from pathlib import Path

ONE, TWO = LaneId("lane-1"), LaneId("lane-2")


def a_scene() -> Project:
    """On lane-1 sound from 2 to 3 s and from 6 to 7 s; lane-2 is empty."""
    clips = (
        a_clip("clip-1", 2 * RATE_HZ, RATE_HZ),
        a_clip("clip-2", 6 * RATE_HZ, RATE_HZ),
    )
    return a_project(tracks=(a_track("track-1", a_lane("lane-1", *clips), a_lane("lane-2")),))


def _span(start_seconds: float, end_seconds: float) -> SampleRange:
    return SampleRange(round(start_seconds * RATE_HZ), round(end_seconds * RATE_HZ))


@pytest.mark.parametrize(
    ("lanes", "span", "task"),
    [
        ((ONE,), (3, 5), Task.CONTINUE),
        ((ONE, TWO), (3, 5), Task.CONTINUE),
        ((TWO,), (3, 5), Task.GENERATE),
        ((ONE,), (3, 6), Task.CONTINUE),
        ((ONE,), (3, 6.1), Task.INPAINT),
        ((ONE,), (2.5, 2.6), Task.INPAINT),
        ((ONE,), (3.5, 5.5), Task.INPAINT),
        ((ONE,), (4.1, 4.9), Task.GENERATE),
        ((ONE,), (0, 1.5), Task.INPAINT),
        ((ONE,), (0, 1), Task.GENERATE),
        ((ONE,), (8, 10), Task.GENERATE),
    ],
)
def test_the_task_follows_from_the_sound_around(
    lanes: tuple[LaneId, ...], span: tuple[float, float], task: Task
) -> None:
    assert likely_task(a_scene(), lanes, _span(*span)) is task


def test_a_new_region_is_named_and_has_an_engine_that_can() -> None:
    project = a_scene()
    first = new_region(project, project.tracks[0], (TWO,), _span(1, 2))
    assert (first.name, first.lane_ids, first.task) == ("Sound 1", (TWO,), Task.GENERATE)
    mended = new_region(project, project.tracks[0], (ONE,), _span(2.5, 2.6))
    assert EngineTask.INPAINT in capabilities_of(mended.engine).tasks
    able = engines_that_can(EngineTask.GENERATE)
    assert first.engine == (able[0].id if able else "")
    project = add_region(project, first)
    assert new_region(project, project.tracks[0], (TWO,), _span(4, 5)).name == "Sound 2"


def test_lanes_of_other_tracks_are_left_out() -> None:
    project = a_scene()
    made = new_region(project, project.tracks[0], (LaneId("elsewhere"),), _span(1, 2))
    assert made.lane_ids == (ONE,)


def usable(monkeypatch: pytest.MonkeyPatch, *engines: str) -> None:
    """Have the weights of these engines, and of no others that need some."""

    def reason(_: Project, region: Region) -> str:
        return "" if region.engine in engines else "No weights."

    monkeypatch.setattr(new_regions, "refusal", reason)


def test_a_region_begins_as_the_last_for_its_task_was_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usable(monkeypatch, "ambience", "selva", "audiox")
    file = PreferencesFile(tmp_path / "preferences.json")
    project = a_scene()
    made = a_region(
        task=Task.GENERATE,
        engine="audiox",
        settings=(("steps", 9), ("stop_at_step", 4), ("strength", 0.5)),
    )
    remember_recipe(file, made)
    again = PreferencesFile(file.path).load()

    def begin(task: Task) -> Region:
        span = _span(1, 2)
        return new_region(project, project.tracks[0], (TWO,), span, task=task, preferences=again)

    next_one = begin(Task.GENERATE)
    assert (next_one.task, next_one.engine) == (Task.GENERATE, "audiox")
    assert next_one.settings == (("steps", 9),)
    assert next_one.negative_prompt == "speech, music"
    other = begin(Task.INPAINT)
    assert (other.engine, other.settings, other.negative_prompt) == ("ambience", (), "")


def test_what_made_the_last_is_left_where_it_cant_be_had(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    usable(monkeypatch, "ambience", "audiox")
    file = PreferencesFile(tmp_path / "preferences.json")
    remember_recipe(file, a_region(task=Task.GENERATE, engine="selva"))
    project, span = a_scene(), _span(1, 2)
    lanes, task = (TWO,), Task.GENERATE
    for recipe in ("selva", "gone"):
        file.change(recipes={"generate": KeptRecipe(engine=recipe)})
        region = new_region(
            project, project.tracks[0], lanes, span, task=task, preferences=file.now
        )
        assert region.engine == "audiox"


def test_settings_of_another_version_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    usable(monkeypatch, "selva")
    settings: dict[str, bool | int | float | str] = {
        "steps": "many",
        "no_such": 3,
        "guidance": 6.5,
    }
    kept = KeptRecipe(engine="selva", variant="gone", settings=settings)
    project = a_scene()
    region = new_region(
        project,
        project.tracks[0],
        (TWO,),
        _span(1, 2),
        task=Task.GENERATE,
        preferences=Preferences(recipes={"generate": kept}),
    )
    assert (region.variant, region.settings) == ("", (("guidance", 6.5),))


def test_another_task_keeps_an_engine_that_can_do_it(monkeypatch: pytest.MonkeyPatch) -> None:
    usable(monkeypatch, "ambience", "selva")
    project, preferences = a_scene(), Preferences()
    region = a_region(
        task=Task.INPAINT, engine="ambience", track_id=TrackId("track-1"), lane_ids=(ONE,)
    )
    project = add_region(project, region)
    changed = with_task(project, region, Task.CONTINUE, preferences).regions[0]
    assert (changed.task, changed.engine) == (Task.CONTINUE, "ambience")
    changed = with_task(project, region, Task.GENERATE, preferences).regions[0]
    assert (changed.task, changed.engine) == (Task.GENERATE, "selva")
    assert changed.negative_prompt == "speech, music"
