from dataclasses import replace
from typing import Any

import pytest

from prismdesk.project import edits
from prismdesk.project.changes import Changes, ThingChanges, changes
from prismdesk.project.ids import BusId, ClipId, LaneId, MarkerId, RegionId, TakeId, TrackId
from prismdesk.project.model import Project
from tests.builders import a_clip, a_lane, a_marker, a_project, a_region, a_take, a_track

BEFORE = a_project(
    tracks=(
        a_track("track-1", a_lane("lane-1", a_clip("c1", 0, 50), a_clip("c2", 50, 50))),
        a_track("track-2", a_lane("lane-2")),
    ),
    regions=(a_region("r1", takes=(a_take("t1"),)),),
    markers=(a_marker("m1"),),
)

NOTHING = changes(BEFORE, BEFORE)


def only(**kinds: Any) -> Changes:
    return replace(NOTHING, **kinds)


def changed(*ids: str) -> ThingChanges:
    return ThingChanges(changed=frozenset(ids))


def test_equal_projects_have_no_changes() -> None:
    assert NOTHING.is_empty()
    assert NOTHING.clips.touched == frozenset()


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (edits.set_clip_gain(BEFORE, ClipId("c1"), -3.0), only(clips=changed("c1"))),
        (
            edits.split_clip(BEFORE, ClipId("c1"), 20, new_clip_id=ClipId("c3")),
            only(clips=ThingChanges(frozenset({"c3"}), frozenset({"c1"}))),
        ),
        (
            edits.delete_clip(BEFORE, ClipId("c2")),
            only(clips=ThingChanges(removed=frozenset({"c2"}))),
        ),
        (
            edits.move_clip(BEFORE, ClipId("c2"), 50, lane_id=LaneId("lane-2")),
            only(clips=changed("c2")),
        ),
        (edits.rename_lane(BEFORE, LaneId("lane-2"), "x"), only(lanes=changed("lane-2"))),
        (edits.mute_track(BEFORE, TrackId("track-1"), True), only(tracks=changed("track-1"))),
        (
            edits.move_track(BEFORE, TrackId("track-2"), 0),
            only(
                tracks=ThingChanges(is_reordered=True),
                lanes=ThingChanges(is_reordered=True),
            ),
        ),
        (edits.set_region_note(BEFORE, RegionId("r1"), "x"), only(regions=changed("r1"))),
        (edits.rate_take(BEFORE, TakeId("t1"), 3), only(takes=changed("t1"))),
        (edits.choose_take(BEFORE, TakeId("t1")), only(regions=changed("r1"))),
        (
            edits.remove_region(BEFORE, RegionId("r1")),
            only(
                regions=ThingChanges(removed=frozenset({"r1"})),
                takes=ThingChanges(removed=frozenset({"t1"})),
            ),
        ),
        (edits.mute_bus(BEFORE, BusId("bus-fx"), True), only(buses=changed("bus-fx"))),
        (edits.move_marker(BEFORE, MarkerId("m1"), 5), only(markers=changed("m1"))),
        (edits.relink_media(BEFORE, BEFORE.media[0].id, "b.mov"), only(media=changed("media-1"))),
        (replace(BEFORE, name="New"), replace(NOTHING, project_fields=frozenset({"name"}))),
    ],
)
def test_an_edit_names_just_what_it_touched(after: Project, expected: Changes) -> None:
    assert changes(BEFORE, after) == expected
    assert not expected.is_empty()


def test_the_way_back_swaps_added_and_removed() -> None:
    after = edits.split_clip(BEFORE, ClipId("c1"), 20, new_clip_id=ClipId("c3"))
    there, back = changes(BEFORE, after), changes(after, BEFORE)
    assert there.clips.added == back.clips.removed == {"c3"}
    assert there.clips.touched == back.clips.touched == {"c1", "c3"}
