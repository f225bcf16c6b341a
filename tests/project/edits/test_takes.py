from functools import partial

import pytest

from prismdesk.project.edits import (
    EditError,
    add_take,
    choose_take,
    clear_choice,
    comp_takes,
    note_take,
    rate_take,
    remove_take,
    rename_take,
    restore_take,
    set_take_gain,
)
from prismdesk.project.ids import RegionId, TakeId
from prismdesk.project.lookup import region_of, take_of
from prismdesk.project.model import CompSegment, Project, RegionStatus, Take
from tests.builders import a_project, a_region, a_segment, a_take
from tests.project.edits.checking import do

R, T1, T2, X = RegionId("r"), TakeId("t1"), TakeId("t2"), TakeId("x")

OPEN = a_project(regions=(a_region("r", 100, 200),))
TWO = a_project(
    regions=(
        a_region(
            "r",
            100,
            200,
            takes=(a_take("t1", 100, 200), a_take("t2", 120, 180, head=5, tail=5)),
            comp=(a_segment("t1", 100, 200),),
        ),
        a_region("other", 300, 400, takes=(a_take("t3", 300, 400),)),
    )
)


def comp(project: Project) -> list[tuple[str, int, int]]:
    return [
        (segment.take_id, segment.range.start_samples, segment.range.end_samples)
        for segment in region_of(project, R).comp
    ]


class TestAdd:
    def test_it_is_chosen_and_waits_for_review(self) -> None:
        after = do(OPEN, lambda p: add_take(p, R, a_take("t1", 100, 200)))
        assert comp(after) == [("t1", 100, 200)]
        assert region_of(after, R).status is RegionStatus.REVIEW
        after = do(after, lambda p: add_take(p, R, a_take("t2", 100, 200)))
        assert comp(after) == [("t2", 100, 200)]
        assert [take.id for take in region_of(after, R).takes] == ["t1", "t2"]

    def test_it_is_heard_as_far_as_it_reaches(self) -> None:
        after = do(OPEN, lambda p: add_take(p, R, a_take("t1", 150, 190, head=10, tail=4)))
        assert comp(after) == [("t1", 140, 194)]

    def test_it_is_kept_though_its_region_moved_away(self) -> None:
        after = do(TWO, lambda p: add_take(p, R, a_take("x", 500, 600)))
        assert comp(after) == [("t1", 100, 200)]
        assert take_of(after, X).region.start_samples == 500

    @pytest.mark.parametrize(
        ("take", "says"),
        [
            (a_take("t3"), '"t3" is already used'),
            (a_take("x", 5, 5), "no length"),
            (a_take("x", path="/etc/passwd"), "outside the project's folder"),
            (a_take("x", channels=0), "0 channels"),
        ],
    )
    def test_an_impossible_take_is_refused(self, take: Take, says: str) -> None:
        with pytest.raises(EditError, match=says):
            add_take(TWO, R, take)

    def test_the_region_must_exist(self) -> None:
        with pytest.raises(EditError, match='no region "gone"'):
            add_take(TWO, RegionId("gone"), a_take("x"))


class TestChoice:
    def test_one_take_is_heard_over_the_region(self) -> None:
        assert comp(do(TWO, lambda p: choose_take(p, T2))) == [("t2", 115, 185)]

    def test_none_can_be_heard(self) -> None:
        after = do(TWO, lambda p: clear_choice(p, R))
        assert comp(after) == []
        assert len(region_of(after, R).takes) == 2
        assert do(after, lambda p: choose_take(p, T1)) == TWO

    def test_a_take_without_sound_there_cannot_be_chosen(self) -> None:
        project = add_take(TWO, R, a_take("x", 500, 600))
        with pytest.raises(EditError, match='"x" has no sound inside region "r"'):
            choose_take(project, X)

    def test_the_region_must_exist(self) -> None:
        with pytest.raises(EditError, match='no region "gone"'):
            clear_choice(TWO, RegionId("gone"))


class TestComp:
    def test_takes_are_heard_where_told(self) -> None:
        segments = (a_segment("t2", 150, 180), a_segment("t1", 100, 150))
        after = do(TWO, lambda p: comp_takes(p, R, segments))
        assert comp(after) == [("t1", 100, 150), ("t2", 150, 180)]

    def test_touching_segments_of_one_take_become_one(self) -> None:
        segments = (
            a_segment("t1", 100, 120),
            a_segment("t1", 120, 140),
            a_segment("t1", 150, 160),
        )
        assert comp(do(TWO, lambda p: comp_takes(p, R, segments))) == [
            ("t1", 100, 140),
            ("t1", 150, 160),
        ]

    @pytest.mark.parametrize(
        ("segments", "says"),
        [
            ((a_segment("t1", 100, 150), a_segment("t2", 149, 160)), "overlap at 149"),
            ((a_segment("t1", 99, 150),), "past the region"),
            ((a_segment("t2", 114, 150),), "past the sound of take"),
            ((a_segment("t3", 100, 150),), 'names take "t3" it has not'),
            ((a_segment("t1", 150, 150),), "empty segment"),
        ],
    )
    def test_an_impossible_comp_is_refused(
        self, segments: tuple[CompSegment, ...], says: str
    ) -> None:
        with pytest.raises(EditError, match=says):
            comp_takes(TWO, R, segments)


def test_a_removed_take_leaves_the_lane_as_it_was() -> None:
    segments = (a_segment("t1", 100, 150), a_segment("t2", 150, 180))
    project = comp_takes(TWO, R, segments)
    after = do(project, lambda p: remove_take(p, T2))
    assert comp(after) == [("t1", 100, 150)]
    assert [take.id for take in region_of(after, R).takes] == ["t1"]


def test_a_removed_take_comes_back_to_its_place() -> None:
    take = take_of(TWO, T1)
    before = region_of(TWO, R)
    removed = remove_take(TWO, T1)
    after = do(removed, lambda p: restore_take(p, R, take, place=0, comp=before.comp))
    assert region_of(after, R) == before
    unheard = do(removed, lambda p: restore_take(p, R, take, place=9))
    assert [one.id for one in region_of(unheard, R).takes] == ["t2", "t1"]
    assert comp(unheard) == []


def test_a_take_that_is_there_is_not_restored() -> None:
    with pytest.raises(EditError, match="t1"):
        restore_take(TWO, R, take_of(TWO, T1), place=0)


def test_name_note_rating_and_gain_are_set() -> None:
    after = do(TWO, lambda p: rename_take(p, T1, "slow"))
    after = do(after, lambda p: note_take(p, T1, "a bird at the end"))
    after = do(after, lambda p: rate_take(p, T1, 5))
    after = do(after, lambda p: set_take_gain(p, T1, -3.0))
    take = take_of(after, T1)
    assert (take.name, take.note, take.rating, take.gain_db) == (
        "slow",
        "a bird at the end",
        5,
        -3.0,
    )
    assert take.provenance == take_of(TWO, T1).provenance


@pytest.mark.parametrize("rating", [-1, 6])
def test_ratings_go_from_0_to_5(rating: int) -> None:
    with pytest.raises(EditError, match="from 0 to 5"):
        rate_take(TWO, T1, rating)


def test_a_gain_is_finite() -> None:
    with pytest.raises(EditError, match="finite"):
        set_take_gain(TWO, T1, float("nan"))


@pytest.mark.parametrize(
    "edit",
    [
        choose_take,
        remove_take,
        partial(rate_take, rating=1),
        partial(rename_take, name=""),
        partial(note_take, note=""),
        partial(set_take_gain, gain_db=0.0),
    ],
)
def test_a_missing_take_is_named(edit: partial[Project]) -> None:
    with pytest.raises(EditError, match='no take "x"'):
        edit(TWO, take_id=X)
