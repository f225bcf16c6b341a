"""What is selected, and what excludes what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.ids import ClipId, LaneId, MarkerId, RegionId
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.selection import Selection
from tests.builders import a_clip, a_project, a_region

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot


def test_a_region_takes_the_place_of_clips() -> None:
    selection = Selection()
    selection.select_clips([ClipId("clip-1")])
    selection.select_region(RegionId("region-1"))
    assert not selection.clip_ids
    assert selection.region_id == "region-1"


def test_marked_time_stands_beside_what_is_picked() -> None:
    selection = Selection()
    selection.set_span(SampleRange(10, 20), [LaneId("lane-1")])
    selection.select_marker(MarkerId("marker-1"))
    assert selection.span == SampleRange(10, 20)
    assert selection.lane_ids == {"lane-1"}


def test_marked_time_without_length_is_none() -> None:
    selection = Selection()
    selection.set_span(SampleRange(10, 10))
    assert selection.span is None


def test_clips_are_added_and_toggled() -> None:
    selection = Selection()
    selection.select_clips([ClipId("a")])
    selection.select_clips([ClipId("b")], add=True)
    selection.toggle_clip(ClipId("a"))
    assert selection.clip_ids == {"b"}


def test_change_is_told_once_and_only_if_there_is_one(qtbot: QtBot) -> None:
    selection = Selection()
    told: list[bool] = []
    selection.changed.connect(lambda: told.append(True))
    selection.set_span(SampleRange(0, 5))
    selection.set_span(SampleRange(0, 5))
    selection.select_region(RegionId("r"))
    selection.clear()
    assert len(told) == 3
    selection.clear()
    assert len(told) == 3


def test_what_a_project_lost_is_let_go_of() -> None:
    selection = Selection()
    selection.select_clips([ClipId("clip-1"), ClipId("gone")])
    selection.forget_missing(a_project(clips=(a_clip("clip-1", 0, 100),)))
    assert selection.clip_ids == {"clip-1"}
    selection.select_region(RegionId("region-1"))
    selection.forget_missing(a_project(regions=(a_region("region-1", 0, 100),)))
    assert selection.region_id == "region-1"
    selection.forget_missing(a_project())
    assert selection.region_id is None


def test_it_is_known_whether_time_was_marked_after_the_last_pick() -> None:
    selection = Selection()
    latest: list[bool] = []
    one, two = RegionId("region-1"), RegionId("region-2")
    changes: tuple[Callable[[], object], ...] = (
        lambda: None,
        lambda: selection.select_region(one),
        lambda: selection.set_span(SampleRange(0, 10), ()),
        lambda: selection.forget_missing(a_project(regions=(a_region("region-1", 0, 100),))),
        lambda: selection.select_region(one),
        lambda: selection.set_span(SampleRange(0, 10), ()),
        lambda: selection.select_region(two),
        lambda: selection.set_span(SampleRange(0, 20)),
        lambda: selection.set_span(None),
    )
    for change in changes:
        change()
        latest.append(selection.is_span_latest)
    assert latest == [False, False, True, True, False, True, False, True, False]
