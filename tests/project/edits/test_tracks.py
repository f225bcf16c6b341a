from functools import partial

import pytest

from prismdesk.project import edits
from prismdesk.project.edits import EditError
from prismdesk.project.ids import BusId, LaneId, TrackId
from prismdesk.project.lookup import bus_of, lane_of, track_of
from prismdesk.project.model import Project, Track
from tests.builders import a_clip, a_lane, a_project, a_region, a_track
from tests.project.edits.checking import do

T1, T2, X = TrackId("track-1"), TrackId("track-2"), TrackId("x")
FX = BusId("bus-fx")

TWO = a_project(
    tracks=(
        a_track("track-1", a_lane("lane-1", a_clip("c1")), a_lane("lane-2", a_clip("c2"))),
        a_track("track-2", a_lane("lane-3")),
    ),
    regions=(
        a_region("both", lane_ids=("lane-1", "lane-2")),
        a_region("second", lane_ids=("lane-2",)),
        a_region("other", track_id=T2, lane_ids=("lane-3",)),
    ),
)


def track_ids(project: Project) -> list[str]:
    return [track.id for track in project.tracks]


class TestTracks:
    def test_a_track_is_added_at_the_end_or_at_an_index(self) -> None:
        new = a_track("x", a_lane("lane-x"))
        assert track_ids(do(TWO, lambda p: edits.add_track(p, new))) == ["track-1", "track-2", "x"]
        assert track_ids(do(TWO, lambda p: edits.add_track(p, new, index=0)))[0] == "x"

    @pytest.mark.parametrize(
        ("track", "says"),
        [
            (a_track("track-1", a_lane("lane-x")), '"track-1" is already used'),
            (a_track("x", a_lane("lane-1")), '"lane-1" is already used'),
            (a_track("x", a_lane("lane-x", a_clip("c3"))), "comes with clips"),
            (a_track("x", a_lane("lane-x"), bus_id=BusId("gone")), 'no bus "gone"'),
            (a_track("x", a_lane("lane-x"), gain_db=float("nan")), "finite"),
        ],
    )
    def test_an_impossible_track_is_refused(self, track: Track, says: str) -> None:
        with pytest.raises(EditError, match=says):
            edits.add_track(TWO, track)

    def test_a_track_without_lanes_is_refused(self) -> None:
        bare = Track(id=X, name="", layout=TWO.layout, bus_id=FX, lanes=())
        with pytest.raises(EditError, match="has no lane"):
            edits.add_track(TWO, bare)

    def test_a_track_goes_with_its_regions(self) -> None:
        after = do(TWO, lambda p: edits.remove_track(p, T1))
        assert track_ids(after) == ["track-2"]
        assert [region.id for region in after.regions] == ["other"]

    def test_a_track_moves_in_the_list(self) -> None:
        after = do(TWO, lambda p: edits.move_track(p, T2, 0))
        assert track_ids(after) == ["track-2", "track-1"]
        assert do(after, lambda p: edits.move_track(p, T2, 1)) == TWO

    @pytest.mark.parametrize("index", [-1, 2])
    def test_there_is_no_place_past_the_list(self, index: int) -> None:
        with pytest.raises(EditError, match=f"no place {index}"):
            edits.move_track(TWO, T1, index)

    @pytest.mark.parametrize(
        ("edit", "field", "value"),
        [
            (partial(edits.rename_track, name="Steps"), "name", "Steps"),
            (partial(edits.set_track_gain, gain_db=-3.0), "gain_db", -3.0),
            (partial(edits.mute_track, is_muted=True), "is_muted", True),
            (partial(edits.solo_track, is_soloed=True), "is_soloed", True),
            (partial(edits.route_track, bus_id=BusId("bus-dx")), "bus_id", "bus-dx"),
        ],
    )
    def test_a_field_is_set_and_a_missing_track_named(
        self, edit: partial[Project], field: str, value: object
    ) -> None:
        after = do(TWO, lambda p: edit(p, track_id=T1))
        assert getattr(track_of(after, T1), field) == value
        with pytest.raises(EditError, match='no track "x"'):
            edit(TWO, track_id=X)

    def test_a_bus_and_a_gain_must_be_possible(self) -> None:
        with pytest.raises(EditError, match='no bus "gone"'):
            edits.route_track(TWO, T1, BusId("gone"))
        with pytest.raises(EditError, match="finite"):
            edits.set_track_gain(TWO, T1, float("nan"))

    @pytest.mark.parametrize("edit", [edits.remove_track, partial(edits.move_track, index=0)])
    def test_a_missing_track_is_named(self, edit: partial[Project]) -> None:
        with pytest.raises(EditError, match='no track "x"'):
            edit(TWO, track_id=X)


class TestLanes:
    def test_a_lane_is_added_at_the_end_or_at_an_index(self) -> None:
        after = do(TWO, lambda p: edits.add_lane(p, T2, a_lane("x")))
        assert [lane.id for lane in track_of(after, T2).lanes] == ["lane-3", "x"]
        after = do(TWO, lambda p: edits.add_lane(p, T2, a_lane("x"), index=0))
        assert [lane.id for lane in track_of(after, T2).lanes] == ["x", "lane-3"]

    def test_an_impossible_lane_is_refused(self) -> None:
        with pytest.raises(EditError, match='"lane-1" is already used'):
            edits.add_lane(TWO, T2, a_lane("lane-1"))
        with pytest.raises(EditError, match="comes with clips"):
            edits.add_lane(TWO, T2, a_lane("x", a_clip("c3")))
        with pytest.raises(EditError, match='no track "x"'):
            edits.add_lane(TWO, X, a_lane("y"))

    def test_regions_lose_a_removed_lane_and_go_when_it_was_their_only_one(self) -> None:
        after = do(TWO, lambda p: edits.remove_lane(p, LaneId("lane-2")))
        assert [(region.id, region.lane_ids) for region in after.regions] == [
            ("both", ("lane-1",)),
            ("other", ("lane-3",)),
        ]

    def test_the_last_lane_stays(self) -> None:
        with pytest.raises(EditError, match="last lane of track"):
            edits.remove_lane(TWO, LaneId("lane-3"))

    def test_a_lane_is_named(self) -> None:
        after = do(TWO, lambda p: edits.rename_lane(p, LaneId("lane-2"), "close"))
        assert lane_of(after, LaneId("lane-2")).name == "close"

    @pytest.mark.parametrize("edit", [edits.remove_lane, partial(edits.rename_lane, name="")])
    def test_a_missing_lane_is_named(self, edit: partial[Project]) -> None:
        with pytest.raises(EditError, match='no lane "x"'):
            edit(TWO, lane_id=LaneId("x"))


class TestBuses:
    def test_gain_and_mute_are_set(self) -> None:
        after = do(TWO, lambda p: edits.set_bus_gain(p, FX, -6.0))
        after = do(after, lambda p: edits.mute_bus(p, FX, True))
        assert (bus_of(after, FX).gain_db, bus_of(after, FX).is_muted) == (-6.0, True)

    def test_a_missing_bus_is_named_and_a_gain_finite(self) -> None:
        with pytest.raises(EditError, match='no bus "x"'):
            edits.set_bus_gain(TWO, BusId("x"), 0.0)
        with pytest.raises(EditError, match='no bus "x"'):
            edits.mute_bus(TWO, BusId("x"), True)
        with pytest.raises(EditError, match="finite"):
            edits.set_bus_gain(TWO, FX, float("inf"))
