import pytest

from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits import EditError, SeamEnd, choose_take, nudge_take, shift_seam
from prismdesk.project.edits.seams import milliseconds, seam_shift_samples, seam_take
from prismdesk.project.ids import RegionId, TakeId
from prismdesk.project.lookup import region_of, take_of
from prismdesk.project.model import Project
from prismdesk.project.timebase import SampleRange
from tests.builders import a_project, a_region, a_segment, a_take
from tests.project.edits.checking import do

R, T1, T2 = RegionId("r"), TakeId("t1"), TakeId("t2")
IN, OUT = SeamEnd.IN, SeamEnd.OUT

WITH_HANDLES = a_project(
    regions=(
        a_region(
            "r",
            1000,
            2000,
            takes=(a_take("t1", 1000, 2000, head=100, tail=50), a_take("t2", 1000, 2000)),
            comp=(a_segment("t1", 1000, 2000),),
        ),
    )
)
COMPED = a_project(
    regions=(
        a_region(
            "r",
            1000,
            2000,
            takes=(a_take("t1", 1000, 2000, head=100, tail=50), a_take("t2", 1000, 2000)),
            comp=(a_segment("t1", 1000, 1400), a_segment("t2", 1400, 1900)),
        ),
    )
)


def heard(project: Project) -> list[tuple[str, int, int]]:
    return [
        (segment.take_id, segment.range.start_samples, segment.range.end_samples)
        for segment in region_of(project, R).comp
    ]


class TestShift:
    @pytest.mark.parametrize(
        ("end", "shift", "wanted"),
        [(IN, 30, (1030, 2000)), (IN, -100, (900, 2000)), (OUT, -30, (1000, 1970)),
         (OUT, 50, (1000, 2050)), (IN, 0, (1000, 2000))],
    )  # fmt: skip
    def test_the_regions_edge_and_its_take_go_with_the_seam(
        self, end: SeamEnd, shift: int, wanted: tuple[int, int]
    ) -> None:
        after = do(WITH_HANDLES, lambda p: shift_seam(p, R, end, shift))
        assert region_of(after, R).range == SampleRange(*wanted)
        assert heard(after) == [("t1", *wanted)]
        assert seam_shift_samples(region_of(after, R), end) == shift

    def test_it_counts_from_where_the_take_was_made_to_join(self) -> None:
        after = do(WITH_HANDLES, lambda p: shift_seam(p, R, IN, 30))
        assert do(after, lambda p: shift_seam(p, R, IN, 10)).regions[0].range.start_samples == 1010
        nudged = do(WITH_HANDLES, lambda p: nudge_take(p, T1, -20))
        assert seam_shift_samples(region_of(nudged, R), IN) == 0
        assert do(nudged, lambda p: shift_seam(p, R, IN, 10)).regions[0].range.start_samples == 1010

    def test_a_seam_inside_the_region_moves_alone_until_it_leaves_it(self) -> None:
        after = do(COMPED, lambda p: shift_seam(p, R, OUT, -150))
        assert region_of(after, R).range == SampleRange(1000, 2000)
        assert heard(after) == [("t1", 1000, 1400), ("t2", 1400, 1850)]

    @pytest.mark.parametrize(
        ("end", "shift", "words"),
        [
            (IN, -101, "keeps 2.1 ms before the region, not 2.1 ms"),
            (OUT, 96, "keeps 1 ms after the region, not 2 ms; make it again with longer handles"),
            (IN, 1000, "Nothing of t1 would be left"),
            (OUT, -1000, "Nothing of t1 would be left"),
        ],
    )
    def test_it_refuses_what_the_take_has_no_sound_for(
        self, end: SeamEnd, shift: int, words: str
    ) -> None:
        with pytest.raises(EditError, match=words):
            shift_seam(WITH_HANDLES, R, end, shift)

    def test_it_stays_behind_the_films_first_picture(self) -> None:
        early = a_project(
            regions=(
                a_region(
                    "r", 10, 500, takes=(a_take("t1", 10, 500, head=40),),
                    comp=(a_segment("t1", 10, 500),),
                ),
            )
        )  # fmt: skip
        with pytest.raises(EditError, match="before the film's first picture"):
            shift_seam(early, R, IN, -20)

    def test_a_region_without_a_take_has_no_seam(self) -> None:
        bare = a_project(regions=(a_region("r", 0, 100),))
        assert seam_take(region_of(bare, R), IN) is None
        with pytest.raises(EditError, match="No take is heard"):
            shift_seam(bare, R, IN, 1)


class TestNudge:
    @pytest.mark.parametrize("by", [-50, -1, 1, 100])
    def test_the_sound_moves_and_the_region_stays(self, by: int) -> None:
        after = do(WITH_HANDLES, lambda p: nudge_take(p, T1, by))
        take = take_of(after, T1)
        assert take.region == SampleRange(1000 + by, 2000 + by)
        assert take.moved_samples == by
        assert take.made_range == SampleRange(1000, 2000)
        assert region_of(after, R).range == SampleRange(1000, 2000)
        assert heard(after) == [("t1", 1000, 2000)]
        check_consistent(after)

    def test_back_and_forth_is_as_before(self) -> None:
        there = nudge_take(WITH_HANDLES, T1, -20)
        assert nudge_take(there, T1, 20) == WITH_HANDLES
        assert nudge_take(WITH_HANDLES, T1, 0) == WITH_HANDLES

    @pytest.mark.parametrize(
        ("by", "words"),
        [(-51, "keeps 1 ms after the region, so it can't move 1.1 ms earlier"),
         (101, "keeps 2.1 ms before the region, so it can't move 2.1 ms later")],
    )  # fmt: skip
    def test_it_refuses_what_its_handles_have_no_sound_for(self, by: int, words: str) -> None:
        with pytest.raises(EditError, match=words):
            nudge_take(WITH_HANDLES, T1, by)

    def test_a_take_that_is_not_heard_keeps_filling_its_region(self) -> None:
        with pytest.raises(EditError, match="t2 keeps 0 ms after"):
            nudge_take(WITH_HANDLES, T2, -1)

    def test_what_a_trim_hid_is_material_too(self) -> None:
        trimmed = shift_seam(WITH_HANDLES, R, OUT, -200)
        after = do(trimmed, lambda p: nudge_take(p, T1, -250))
        assert heard(after) == [("t1", 1000, 1800)]
        chosen = choose_take(after, T1)
        assert heard(chosen) == [("t1", 1000, 1800)]


@pytest.mark.parametrize(
    ("samples", "words"), [(384, "8 ms"), (24, "0.5 ms"), (-384, "−8 ms"), (0, "0 ms")]
)
def test_lengths_are_told_in_milliseconds(samples: int, words: str) -> None:
    assert milliseconds(samples, 48_000) == words
