from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prismdesk.jobs.messages import FinishedTake
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.project.edits import move_region, remove_take, resize_region, set_region_prompt
from prismdesk.project.ids import RegionId, TakeId
from prismdesk.project.timebase import SampleRange
from prismdesk.session.asking import region_as_made
from prismdesk.session.making import step_of_takes
from prismdesk.session.refusals import why_not
from tests.builders import a_project, a_provenance, a_region, a_take
from tests.jobs.specs import REGION_SAMPLES, a_spec

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import Project

REGION = RegionId("region-1")
START = 96_000 + REGION_SAMPLES
"""Where the region of ``a_spec`` begins on the timeline."""


def a_done_take(number: int) -> FinishedTake:
    return FinishedTake(
        take_id=f"take-{number}",
        path=f"takes/job-1-{number}.wav",
        content_key="key",
        seed=number,
        channels=2,
        length_samples=REGION_SAMPLES,
        seam_samples=0,
        head_samples=0,
        tail_samples=0,
        engine="fake",
        engine_version="1",
        request_key="request",
        created_utc="2026-01-01T00:00:00Z",
    )


def a_done_job(folder: Path, *numbers: int) -> JobSnapshot:
    return JobSnapshot(
        spec=a_spec(folder),
        label="Fill",
        state=JobState.FINISHED,
        created_utc="",
        log_path=folder / "log",
        takes=tuple(a_done_take(number) for number in numbers),
    )


def a_marked_project(**fields: Any) -> Project:
    return a_project(regions=(a_region("region-1", START, START + REGION_SAMPLES, **fields),))


def put_in(project: Project, job: JobSnapshot) -> Project:
    step = step_of_takes(project, job)
    assert step is not None
    return step[1](project)


def test_takes_are_put_in_as_one_edit_and_the_first_is_chosen(tmp_path: Path) -> None:
    after = put_in(a_marked_project(), a_done_job(tmp_path, 1, 2))
    assert [take.name for take in after.regions[0].takes] == ["Take 1", "Take 2"]
    assert [segment.take_id for segment in after.regions[0].comp] == ["take-1"]


def test_numbers_of_removed_takes_are_not_given_again(tmp_path: Path) -> None:
    project = put_in(a_marked_project(), a_done_job(tmp_path, 1, 2))
    project = remove_take(project, TakeId("take-1"))
    project = put_in(project, a_done_job(tmp_path, 3))
    assert [take.name for take in project.regions[0].takes] == ["Take 2", "Take 3"]


def test_takes_that_are_in_are_not_put_in_twice(tmp_path: Path) -> None:
    job = a_done_job(tmp_path, 1)
    assert step_of_takes(put_in(a_marked_project(), job), job) is None
    assert step_of_takes(a_project(), job) is None


def test_takes_go_along_with_a_region_that_was_moved(tmp_path: Path) -> None:
    project = move_region(a_marked_project(), REGION, START + 5_000)
    region = put_in(project, a_done_job(tmp_path, 1)).regions[0]
    assert region.takes[0].region == region.range
    assert region.comp[0].range == region.range


def test_a_region_trimmed_off_its_takes_keeps_them_unheard(tmp_path: Path) -> None:
    far = SampleRange(START + 2 * REGION_SAMPLES, START + 5 * REGION_SAMPLES)
    project = resize_region(a_marked_project(), REGION, far)
    region = put_in(project, a_done_job(tmp_path, 1)).regions[0]
    assert len(region.takes) == 1
    assert region.comp == ()


def test_a_take_is_asked_for_again_by_what_made_it() -> None:
    made = a_provenance(engine="fake", prompt="rain", seed=9, settings=(("steps", 30),))
    take = a_take("take-1", 100, 200, provenance=made)
    project = a_project(regions=(a_region("region-1", 100, 150, takes=(take,)),))
    project = set_region_prompt(project, REGION, "snow")
    again = region_as_made(project.regions[0], take)
    assert (again.prompt, again.seed, again.range) == ("rain", 9, SampleRange(100, 200))
    assert again.settings == (("steps", 30),)
    assert region_as_made(project.regions[0], take, seed=10).seed == 10


def test_why_an_engine_cannot_is_a_sentence() -> None:
    from prismdesk.engines.capabilities import EngineTask

    assert why_not("ambience", EngineTask.INPAINT) == ""
    assert "not from text" in why_not("ambience", EngineTask.GENERATE)


def test_a_take_that_begins_before_the_film_is_made_again_from_its_start() -> None:
    region = a_region("region-1", 0, 100)
    moved = replace(a_take("take-1", 0, 100), region=SampleRange(-40, 100))
    assert region_as_made(region, moved).range == SampleRange(0, 100)
    gone = replace(moved, region=SampleRange(-140, -40))
    assert region_as_made(region, gone).range == region.range
