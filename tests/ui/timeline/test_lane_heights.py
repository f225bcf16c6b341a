from __future__ import annotations

from prismdesk.project.ids import TrackId
from prismdesk.ui.timeline.lane_heights import LaneHeights
from prismdesk.ui.timeline.measures import LaneHeight

TRACK = TrackId("track-1")


def test_lanes_are_normal_until_they_are_set() -> None:
    heights = LaneHeights()
    assert heights.of(TRACK) == LaneHeight.NORMAL

    heights.set(TRACK, 300)

    assert heights.of(TRACK) == 300


def test_steps_go_from_the_nearest_name_and_end_at_the_last_one() -> None:
    heights = LaneHeights()
    heights.set(TRACK, 50)

    heights.step([TRACK], 1)
    assert heights.of(TRACK) == LaneHeight.NORMAL
    heights.step([TRACK], 9)

    assert heights.of(TRACK) == LaneHeight.LARGE
