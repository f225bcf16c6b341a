from __future__ import annotations

from prismdesk.project.changes import changes
from prismdesk.project.edits import (
    move_clip,
    rename_track,
    resize_region,
    set_clip_gain,
    set_take_gain,
)
from prismdesk.project.ids import ClipId, LaneId, RegionId, TakeId, TrackId
from prismdesk.project.lookup import clip_of
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.timeline.touched_lanes import touched_lanes
from tests.ui.timeline.canvas_scene import a_busy_project

BEFORE = a_busy_project()


def test_clip_touches_its_lane() -> None:
    after = set_clip_gain(BEFORE, ClipId("clip-1"), -1.0)

    assert touched_lanes(BEFORE, after, changes(BEFORE, after)).keys() == {"lane-1"}


def test_clip_that_moves_touches_both_lanes() -> None:
    after = move_clip(BEFORE, ClipId("clip-2"), 0, lane_id=LaneId("lane-4"))

    assert touched_lanes(BEFORE, after, changes(BEFORE, after)).keys() == {"lane-2", "lane-4"}


def test_region_and_take_touch_the_lanes_they_lie_on() -> None:
    resized = resize_region(BEFORE, RegionId("region-3"), SampleRange(410_000, 470_000))
    louder = set_take_gain(BEFORE, TakeId("take-1"), 2.0)

    assert touched_lanes(BEFORE, resized, changes(BEFORE, resized)).keys() == {"lane-2"}
    assert touched_lanes(BEFORE, louder, changes(BEFORE, louder)).keys() == {"lane-1"}


def test_name_of_a_track_touches_none() -> None:
    after = rename_track(BEFORE, TrackId("track-1"), "Dialogue")

    assert touched_lanes(BEFORE, after, changes(BEFORE, after)) == {}


def test_stretch_holds_what_was_there_and_what_is() -> None:
    clip = clip_of(BEFORE, ClipId("clip-2"))
    after = move_clip(BEFORE, clip.id, clip.start_samples + 1_000)

    (span,) = touched_lanes(BEFORE, after, changes(BEFORE, after)).values()
    assert span == SampleRange(clip.start_samples, clip.end_samples + 1_000)
