from __future__ import annotations

import pytest

from prismdesk.engines.catalogue import capabilities_of, engines_that_can
from prismdesk.engines.contract import EngineTask
from prismdesk.project.edits import add_region
from prismdesk.project.ids import LaneId
from prismdesk.project.model import Project, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.new_regions import likely_task, new_region
from tests.builders import RATE_HZ, a_clip, a_lane, a_project, a_track

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
