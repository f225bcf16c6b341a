from dataclasses import replace
from functools import partial
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project import edits
from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits import (
    EditError,
    add_region,
    move_region,
    remove_region,
    resize_region,
    split_region,
)
from prismdesk.project.ids import LaneId, RegionId, TrackId
from prismdesk.project.lookup import region_of
from prismdesk.project.model import ChannelLayout, Project, Region, RegionStatus, Task
from prismdesk.project.timebase import SampleRange
from tests.builders import a_lane, a_project, a_region, a_segment, a_take, a_track
from tests.project.edits.checking import do, heard_from_takes

R, X = RegionId("r"), RegionId("x")
END = 400

TAKES = (a_take("t1", 100, 200, head=20, tail=10), a_take("t2", 120, 180))


def with_region(**fields: object) -> Project:
    """Region r over [100, 200): t1 up to 150, t2 from there to 180, then the lane."""
    region = a_region(
        "r",
        100,
        200,
        takes=TAKES,
        comp=(a_segment("t1", 100, 150), a_segment("t2", 150, 180)),
    )
    tracks = (
        a_track("track-1", a_lane("lane-1"), a_lane("lane-2")),
        a_track("track-2", a_lane("lane-3")),
        a_track("track-3", a_lane("lane-4"), layout=ChannelLayout.MONO),
    )
    return a_project(tracks=tracks, regions=(replace(region, **fields),))  # type: ignore[arg-type]  # any field


COMPED = with_region()
CHOSEN = with_region(comp=(a_segment("t1", 100, 200),))
OPEN = with_region(takes=(), comp=())


def comp(project: Project, region_id: RegionId = R) -> list[tuple[str, int, int]]:
    return [
        (segment.take_id, segment.range.start_samples, segment.range.end_samples)
        for segment in region_of(project, region_id).comp
    ]


class TestAdd:
    def test_a_region_is_added_last(self) -> None:
        after = do(COMPED, lambda p: add_region(p, a_region("x", 10, 20)))
        assert [region.id for region in after.regions] == ["r", "x"]

    def test_settings_are_sorted(self) -> None:
        region = a_region("x", 10, 20, settings=(("b", 1), ("a", 2.5)))
        after = do(COMPED, lambda p: add_region(p, region))
        assert region_of(after, X).settings == (("a", 2.5), ("b", 1))

    @pytest.mark.parametrize(
        ("region", "says"),
        [
            (a_region("r"), '"r" is already used'),
            (a_region("x", 5, 5), "holds no sample"),
            (a_region("x", -5, 5), "0 or more"),
            (a_region("x", takes=TAKES), "comes with takes"),
            (a_region("x", lane_ids=()), "at least one lane"),
            (a_region("x", lane_ids=("lane-1", "lane-1")), "each named once"),
            (a_region("x", lane_ids=("lane-3",)), 'Track "track-1" has no lane "lane-3"'),
            (a_region("x", track_id=TrackId("gone")), 'no track "gone"'),
            (a_region("x", status=RegionStatus.MAKING), "Only the job queue"),
            (a_region("x", comp_fade_samples=-1), "-1 samples long"),
            (a_region("x", adapters=(("rain", float("nan")),)), '"rain" must be a number from -1'),
            (a_region("x", adapters=(("rain", 2.1),)), '"rain" must be a number from -1 to 2'),
            (a_region("x", adapters=(("rain", 1.0), ("rain", 0.5))), '"rain" is named twice'),
            (a_region("x", settings=(("a", float("inf")),)), '"a" must be a finite'),
            (a_region("x", masks=("../a.png",)), "outside the project's folder"),
        ],
    )
    def test_an_impossible_region_is_refused(self, region: Region, says: str) -> None:
        with pytest.raises(EditError, match=says):
            add_region(COMPED, region)


def test_a_removed_region_takes_its_takes_along() -> None:
    assert do(COMPED, lambda p: remove_region(p, R)).regions == ()


class TestMove:
    def test_takes_and_comp_move_along(self) -> None:
        after = do(COMPED, lambda p: move_region(p, R, 140))
        assert region_of(after, R).range == SampleRange(140, 240)
        assert [take.region.start_samples for take in region_of(after, R).takes] == [140, 160]
        heard = heard_from_takes(COMPED, END)
        assert heard_from_takes(after, END + 40) == [()] * 40 + heard
        assert do(after, lambda p: move_region(p, R, 100)) == COMPED

    def test_where_it_was_made_for_stays_on_record(self) -> None:
        after = do(COMPED, lambda p: move_region(p, R, 140))
        assert [take.provenance for take in region_of(after, R).takes] == [
            take.provenance for take in TAKES
        ]

    def test_a_region_goes_to_other_lanes(self) -> None:
        lanes = (LaneId("lane-2"), LaneId("lane-1"))
        after = do(COMPED, lambda p: move_region(p, R, 100, lane_ids=lanes))
        assert region_of(after, R).lane_ids == lanes
        after = do(COMPED, lambda p: move_region(p, R, 100, track_id=TrackId("track-2")))
        assert region_of(after, R).lane_ids == ("lane-3",)

    def test_takes_stay_on_tracks_of_their_layout(self) -> None:
        with pytest.raises(EditError, match=r"takes in stereo.*track in mono"):
            move_region(COMPED, R, 100, track_id=TrackId("track-3"))
        do(OPEN, lambda p: move_region(p, R, 100, track_id=TrackId("track-3")))

    def test_it_stays_in_the_film(self) -> None:
        with pytest.raises(EditError, match="0 or more"):
            move_region(COMPED, R, -1)
        with pytest.raises(EditError, match="less than"):
            move_region(COMPED, R, 2**48 - 10)


class TestResize:
    def test_takes_stay_and_the_comp_is_cut(self) -> None:
        after = do(COMPED, lambda p: resize_region(p, R, SampleRange(110, 160)))
        assert comp(after) == [("t1", 110, 150), ("t2", 150, 160)]
        assert region_of(after, R).takes == TAKES

    def test_what_a_trim_hid_comes_back(self) -> None:
        after = do(CHOSEN, lambda p: resize_region(p, R, SampleRange(130, 160)))
        assert do(after, lambda p: resize_region(p, R, SampleRange(100, 200))) == CHOSEN

    def test_handles_are_heard_past_the_old_edges_and_then_the_lane(self) -> None:
        after = do(CHOSEN, lambda p: resize_region(p, R, SampleRange(90, 205)))
        assert comp(after) == [("t1", 90, 205)]
        after = do(CHOSEN, lambda p: resize_region(p, R, SampleRange(50, 300)))
        assert comp(after) == [("t1", 80, 210)]

    def test_a_segment_that_stopped_short_stays_so(self) -> None:
        after = do(COMPED, lambda p: resize_region(p, R, SampleRange(100, 300)))
        assert comp(after) == [("t1", 100, 150), ("t2", 150, 180)]

    def test_an_edge_past_a_segment_drops_it(self) -> None:
        after = do(COMPED, lambda p: resize_region(p, R, SampleRange(150, 200)))
        assert comp(after) == [("t2", 150, 180)]
        after = do(COMPED, lambda p: resize_region(p, R, SampleRange(190, 200)))
        assert comp(after) == []

    def test_an_impossible_stretch_is_refused(self) -> None:
        with pytest.raises(EditError, match="holds no sample"):
            resize_region(COMPED, R, SampleRange(150, 150))
        with pytest.raises(EditError, match="0 or more"):
            resize_region(COMPED, R, SampleRange(-1, 150))


class TestSplit:
    def test_both_parts_sound_as_one(self) -> None:
        after = do(COMPED, lambda p: split_region(p, R, 160, new_region_id=X))
        assert region_of(after, R).range == SampleRange(100, 160)
        assert region_of(after, X).range == SampleRange(160, 200)
        assert heard_from_takes(after, END) == heard_from_takes(COMPED, END)

    def test_the_later_part_has_its_own_takes_of_the_same_files(self) -> None:
        numbers = count(1)
        after = do(
            COMPED,
            lambda p: split_region(p, R, 160, make_id=lambda prefix: f"{prefix}-{next(numbers)}"),
        )
        later = after.regions[1]
        assert [take.path for take in later.takes] == [take.path for take in TAKES]
        assert [take.region for take in later.takes] == [take.region for take in TAKES]
        assert not {take.id for take in later.takes} & {take.id for take in TAKES}
        assert region_of(after, R).takes == TAKES

    def test_the_later_part_follows_in_the_list(self) -> None:
        project = replace(COMPED, regions=(*COMPED.regions, a_region("z", 0, 10)))
        after = do(project, lambda p: split_region(p, R, 160, new_region_id=X))
        assert [region.id for region in after.regions] == ["r", "x", "z"]

    @pytest.mark.parametrize("at", [100, 200, 0, 500])
    def test_the_cut_must_be_inside(self, at: int) -> None:
        with pytest.raises(EditError, match="from 101 to 199"):
            split_region(COMPED, R, at)

    def test_new_ids_must_be_new(self) -> None:
        with pytest.raises(EditError, match='"t1" is already used'):
            split_region(COMPED, R, 150, new_region_id=RegionId("t1"))


@given(start=st.integers(0, 250), length=st.integers(1, 150), at=st.integers(101, 199))
def test_no_resize_or_split_moves_what_is_heard(start: int, length: int, at: int) -> None:
    span = SampleRange(start, start + length)
    before = heard_from_takes(COMPED, END)
    resized = resize_region(COMPED, R, span)
    check_consistent(resized)
    for position, sources in enumerate(heard_from_takes(resized, END)):
        assert sources == (before[position] if span.contains(position) else ()) or (
            not SampleRange(100, 200).contains(position)
        )
    assert heard_from_takes(split_region(COMPED, R, at), END) == before


@pytest.mark.parametrize(
    ("edit", "field", "value"),
    [
        (partial(edits.rename_region, name="hole"), "name", "hole"),
        (partial(edits.set_region_task, task=Task.GENERATE), "task", Task.GENERATE),
        (partial(edits.set_region_prompt, prompt="rain"), "prompt", "rain"),
        (
            partial(edits.set_region_prompt, prompt="rain", negative_prompt="speech"),
            "negative_prompt",
            "speech",
        ),
        (partial(edits.set_region_engine, engine="selva", variant="large"), "variant", "large"),
        (partial(edits.set_region_engine, engine="selva"), "engine", "selva"),
        (
            partial(edits.set_region_settings, settings={"steps": 50, "guidance": 4.5}),
            "settings",
            (("guidance", 4.5), ("steps", 50)),
        ),
        (
            partial(edits.set_region_adapters, adapters=(("rain", 0.8),)),
            "adapters",
            (("rain", 0.8),),
        ),
        (partial(edits.set_region_seed, seed=42), "seed", 42),
        (partial(edits.set_region_picture, sees_picture=False), "sees_picture", False),
        (partial(edits.set_region_masks, masks=("masks/a.png",)), "masks", ("masks/a.png",)),
        (partial(edits.set_region_status, status=RegionStatus.DONE), "status", RegionStatus.DONE),
        (partial(edits.set_region_owner, owner="Ada"), "owner", "Ada"),
        (partial(edits.set_region_note, note="quieter"), "note", "quieter"),
        (partial(edits.set_region_comp_fade, length_samples=96), "comp_fade_samples", 96),
        (
            partial(edits.set_region_lanes, lane_ids=(LaneId("lane-1"), LaneId("lane-2"))),
            "lane_ids",
            ("lane-1", "lane-2"),
        ),
    ],
)
def test_a_field_is_set_and_a_missing_region_named(
    edit: partial[Project], field: str, value: object
) -> None:
    after = do(COMPED, lambda p: edit(p, region_id=R))
    assert getattr(region_of(after, R), field) == value
    with pytest.raises(EditError, match='no region "x"'):
        edit(COMPED, region_id=X)


TWO_ADAPTERS = (("rain", 0.8), ("attic", -0.5))


def test_an_adapter_is_switched_off_and_on() -> None:
    project = with_region(adapters=TWO_ADAPTERS)
    after = do(project, lambda p: edits.set_region_adapter_muted(p, R, "rain", muted=True))
    assert region_of(after, R).adapters == TWO_ADAPTERS
    assert region_of(after, R).sounding_adapters == (("attic", -0.5),)
    both = do(after, lambda p: edits.set_region_adapter_muted(p, R, "attic", muted=True))
    assert region_of(both, R).muted_adapters == ("rain", "attic")
    again = do(after, lambda p: edits.set_region_adapter_muted(p, R, "rain", muted=False))
    assert again == project


def test_only_an_adapter_of_the_region_is_switched_off() -> None:
    with pytest.raises(EditError, match='has no adapter "snow"'):
        edits.set_region_adapter_muted(COMPED, R, "snow", muted=True)


def test_adapters_that_go_take_their_silence_along() -> None:
    project = with_region(adapters=TWO_ADAPTERS, muted_adapters=("rain", "attic"))
    one = do(project, lambda p: edits.set_region_adapters(p, R, (("rain", 1.0),)))
    assert region_of(one, R).muted_adapters == ("rain",)
    heard = do(one, lambda p: edits.set_region_adapters(p, R, (("rain", 1.0),), all_sound=True))
    assert region_of(heard, R).muted_adapters == ()


@pytest.mark.parametrize("path", ["../a.png", "/a.png", "C:/a.png", "masks/../../a.png", ""])
def test_a_mask_outside_the_project_is_refused(path: str) -> None:
    with pytest.raises(EditError, match="outside the project's folder"):
        edits.set_region_masks(COMPED, R, ("masks/b.png", path))


def test_the_negative_prompt_stays_unless_given() -> None:
    project = with_region(negative_prompt="speech")
    after = do(project, lambda p: edits.set_region_prompt(p, R, "rain"))
    assert region_of(after, R).negative_prompt == "speech"


@pytest.mark.parametrize("seed", [-1, 2**32])
def test_a_seed_has_32_bits(seed: int) -> None:
    with pytest.raises(EditError, match="whole number from 0"):
        edits.set_region_seed(COMPED, R, seed)
    assert region_of(edits.set_region_seed(COMPED, R, None), R).seed is None


@pytest.mark.parametrize(
    "edit",
    [
        partial(remove_region, region_id=X),
        partial(move_region, region_id=X, start_samples=0),
        partial(resize_region, region_id=X, span=SampleRange(0, 5)),
        partial(split_region, region_id=X, at_samples=5),
    ],
)
def test_a_missing_region_is_named(edit: partial[Project]) -> None:
    with pytest.raises(EditError, match='no region "x"'):
        edit(COMPED)
