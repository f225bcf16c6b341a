from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from prismdesk.project import lookup
from prismdesk.project.errors import EditError
from prismdesk.project.ids import ClipId, LaneId, MediaId, TrackId
from prismdesk.project.model import BusKind
from tests.builders import (
    TEN_SECONDS,
    a_clip,
    a_lane,
    a_marker,
    a_project,
    a_region,
    a_segment,
    a_take,
    a_track,
)

FULL = a_project(
    tracks=(
        a_track("track-1", a_lane("lane-1", a_clip("clip-1")), a_lane("lane-2", a_clip("clip-2"))),
        a_track("track-2", a_lane("lane-3")),
    ),
    regions=(a_region("region-1", takes=(a_take("take-1"),)),),
    markers=(a_marker("marker-1"),),
)


@pytest.mark.parametrize(
    ("find", "thing_id"),
    [
        (lookup.media_of, "media-1"),
        (lookup.bus_of, "bus-mx"),
        (lookup.track_of, "track-2"),
        (lookup.lane_of, "lane-3"),
        (lookup.clip_of, "clip-2"),
        (lookup.region_of, "region-1"),
        (lookup.take_of, "take-1"),
        (lookup.marker_of, "marker-1"),
    ],
)
def test_things_are_found_by_id(find: Callable[..., Any], thing_id: str) -> None:
    assert find(FULL, thing_id).id == thing_id
    with pytest.raises(EditError, match='"nowhere"'):
        find(FULL, "nowhere")


@pytest.mark.parametrize(
    ("find", "thing_id", "owner"),
    [
        (lookup.track_of_lane, "lane-2", "track-1"),
        (lookup.lane_of_clip, "clip-2", "lane-2"),
        (lookup.region_of_take, "take-1", "region-1"),
    ],
)
def test_owners_are_found(find: Callable[..., Any], thing_id: str, owner: str) -> None:
    assert find(FULL, thing_id).id == owner
    with pytest.raises(EditError, match='"nowhere"'):
        find(FULL, "nowhere")


def test_sound_streams_are_found_by_index() -> None:
    assert lookup.sound_of(FULL, MediaId("media-1"), 1).stream_index == 1
    with pytest.raises(EditError, match=r'"media-1.mov" has no sound stream 7'):
        lookup.sound_of(FULL, MediaId("media-1"), 7)


def test_replacing_changes_one_thing_and_shares_the_rest() -> None:
    clip = replace(lookup.clip_of(FULL, ClipId("clip-2")), name="new")
    after = lookup.replace_clip(FULL, clip)
    assert lookup.clip_of(after, ClipId("clip-2")).name == "new"
    assert after.tracks[1] is FULL.tracks[1]
    assert after.tracks[0].lanes[0] is FULL.tracks[0].lanes[0]


def test_replacing_keeps_a_lane_sorted() -> None:
    project = a_project(clips=(a_clip("a", 0, 10), a_clip("b", 20, 10)))
    after = lookup.replace_clip(project, a_clip("a", 50, 10))
    assert [clip.id for clip in lookup.lane_of(after, LaneId("lane-1")).clips] == ["b", "a"]


def test_replacing_what_is_not_there_is_refused() -> None:
    with pytest.raises(EditError, match='"x"'):
        lookup.replace_clip(FULL, a_clip("x"))
    with pytest.raises(EditError, match='"x"'):
        lookup.replace_lane(FULL, a_lane("x"))
    with pytest.raises(EditError, match='"x"'):
        lookup.replace_track(FULL, a_track("x"))
    with pytest.raises(EditError, match='"x"'):
        lookup.replace_region(FULL, a_region("x"))
    with pytest.raises(EditError, match='"x"'):
        lookup.replace_take(FULL, a_take("x"))


def test_the_end_is_that_of_picture_clips_or_sounding_takes() -> None:
    late = TEN_SECONDS + 500
    take = a_take("take-1", late, late + 100)
    silent = a_region("region-1", late, late + 100, takes=(take,))
    sounding = replace(silent, comp=(a_segment("take-1", late, late + 50),))
    assert lookup.project_end_samples(a_project()) == TEN_SECONDS
    assert lookup.project_end_samples(a_project(clips=(a_clip("a", late, 7),))) == late + 7
    assert lookup.project_end_samples(a_project(regions=(silent,))) == TEN_SECONDS
    assert lookup.project_end_samples(a_project(regions=(sounding,))) == late + 50
    assert lookup.project_end_samples(lookup.new_project("empty")) == 0


def test_a_new_project_has_the_four_buses() -> None:
    project = lookup.new_project("Film")
    assert [bus.kind for bus in project.buses] == list(BusKind)
    assert (project.name, project.rate_hz, project.film_id) == ("Film", 48_000, None)
    assert lookup.bus_of_kind(project, BusKind.MUSIC).id == "bus-mx"
    assert project.id != lookup.new_project("Film").id


def test_a_missing_kind_of_bus_is_named() -> None:
    with pytest.raises(EditError, match="no MX bus"):
        lookup.bus_of_kind(replace(FULL, buses=()), BusKind.MUSIC)


def test_picture_is_that_of_the_film() -> None:
    assert lookup.picture_of(FULL) == FULL.media[0].picture
    assert lookup.picture_of(replace(FULL, film_id=None)) is None


def test_walks_yield_everything_in_order() -> None:
    assert [lane.id for lane in lookup.lanes_of(FULL)] == ["lane-1", "lane-2", "lane-3"]
    assert [clip.id for clip in lookup.clips_of(FULL)] == ["clip-1", "clip-2"]
    assert [take.id for take in lookup.takes_of(FULL)] == ["take-1"]
    assert lookup.track_of(FULL, TrackId("track-2")).lanes[0].id == "lane-3"
