from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits import EditError, RippleMode, insert_silence, lift, ripple_delete
from prismdesk.project.edits.ripple import MakeId
from prismdesk.project.ids import TrackId
from prismdesk.project.model import Project
from prismdesk.project.timebase import SampleRange
from tests.builders import (
    a_clip,
    a_lane,
    a_marker,
    a_media,
    a_project,
    a_region,
    a_segment,
    a_sound,
    a_take,
    a_track,
)
from tests.project.edits.checking import do, fades, heard_from_takes, heard_on_lane, layout

END = 400
ONE = TrackId("track-1")
TRACK, ALL, OFF = RippleMode.TRACK, RippleMode.ALL, RippleMode.OFF


def numbered() -> MakeId:
    numbers = count(1)
    return lambda prefix: f"{prefix}-{next(numbers)}-new"


def a_film() -> Project:
    """Two tracks without crossfades, regions with a comp, an open one, markers."""
    return a_project(
        media=(a_media(sounds=(a_sound(length_samples=200),)),),
        tracks=(
            a_track(
                "track-1",
                a_lane("lane-1", a_clip("a", 0, 50), a_clip("b", 50, 50), a_clip("c", 120, 30)),
                a_lane("lane-2", a_clip("d", 20, 100)),
            ),
            a_track("track-2", a_lane("lane-3", a_clip("e", 10, 80))),
        ),
        regions=(
            a_region(
                "comped",
                40,
                80,
                takes=(a_take("t1", 40, 80, head=5, tail=5), a_take("t2", 50, 70)),
                comp=(a_segment("t1", 40, 60), a_segment("t2", 60, 70)),
            ),
            a_region("open", 90, 110),
        ),
        markers=(a_marker("early", 10), a_marker("inside", 60), a_marker("late", 150)),
    )


FILM = a_film()


def regions(project: Project) -> list[tuple[str, int, int]]:
    return [
        (region.id, region.range.start_samples, region.range.end_samples)
        for region in project.regions
    ]


def markers(project: Project) -> list[tuple[str, int]]:
    return [(marker.id, marker.position_samples) for marker in project.markers]


class TestRippleDelete:
    def test_clips_are_cut_and_what_follows_moves_up(self) -> None:
        after = do(FILM, lambda p: ripple_delete(p, SampleRange(30, 60), make_id=numbered()))
        assert layout(after) == [("a", 0, 30, 0), ("b", 30, 70, 60), ("c", 90, 120, 120)]
        assert layout(after, "lane-2") == [("d", 20, 30, 20), ("clip-1-new", 30, 90, 60)]
        assert layout(after, "lane-3") == [("e", 10, 30, 10), ("clip-2-new", 30, 60, 60)]

    def test_regions_and_markers_follow(self) -> None:
        after = do(FILM, lambda p: ripple_delete(p, SampleRange(30, 60)))
        assert regions(after) == [("comped", 30, 50), ("open", 60, 80)]
        assert markers(after) == [("early", 10), ("inside", 30), ("late", 120)]

    def test_what_lies_inside_vanishes(self) -> None:
        after = do(FILM, lambda p: ripple_delete(p, SampleRange(35, 115)))
        assert regions(after) == []
        assert markers(after) == [("early", 10), ("late", 70)]
        assert [clip_id for clip_id, *_ in layout(after)] == ["a", "c"]

    def test_a_region_with_takes_is_cut_in_two_and_an_open_one_shrinks(self) -> None:
        after = do(FILM, lambda p: ripple_delete(p, SampleRange(50, 55), make_id=numbered()))
        assert [span[1:] for span in regions(after)] == [(40, 50), (50, 75), (85, 105)]
        assert regions(after)[0][0] == "comped"
        after = do(FILM, lambda p: ripple_delete(p, SampleRange(95, 100)))
        assert regions(after)[1] == ("open", 90, 105)

    def test_one_track_ripples_alone(self) -> None:
        after = do(FILM, lambda p: ripple_delete(p, SampleRange(30, 60), mode=TRACK, track_id=ONE))
        assert layout(after, "lane-3") == layout(FILM, "lane-3")
        assert markers(after) == markers(FILM)
        assert regions(after)[0] == ("comped", 30, 50)

    def test_off_is_a_lift(self) -> None:
        span = SampleRange(30, 60)
        assert ripple_delete(FILM, span, mode=OFF, make_id=numbered()) == lift(
            FILM, span, make_id=numbered()
        )

    def test_a_crossfade_that_is_cut_becomes_a_plain_cut(self) -> None:
        project = a_project(
            clips=(a_clip("a", 0, 60, fade_out=20), a_clip("b", 40, 60, fade_in=20))
        )
        after = do(project, lambda p: ripple_delete(p, SampleRange(45, 50)))
        assert layout(after) == [("a", 0, 45, 0), ("b", 45, 95, 50)]
        assert fades(after) == [("a", 0, 0), ("b", 0, 0)]

    def test_a_crossfade_beside_the_cut_stays(self) -> None:
        project = a_project(
            clips=(a_clip("a", 0, 60, fade_out=20), a_clip("b", 40, 60, fade_in=20))
        )
        after = do(project, lambda p: ripple_delete(p, SampleRange(20, 30), make_id=numbered()))
        assert fades(after) == [("a", 0, 0), ("clip-1-new", 0, 20), ("b", 20, 0)]

    @pytest.mark.parametrize("span", [SampleRange(5, 5), SampleRange(-1, 5)])
    def test_an_impossible_stretch_is_refused(self, span: SampleRange) -> None:
        for mode in RippleMode:
            with pytest.raises(EditError, match="can't be deleted"):
                ripple_delete(FILM, span, mode=mode, track_id=ONE)

    def test_the_track_must_be_known(self) -> None:
        with pytest.raises(EditError, match="which track"):
            ripple_delete(FILM, SampleRange(0, 5), mode=TRACK)
        with pytest.raises(EditError, match='no track "x"'):
            ripple_delete(FILM, SampleRange(0, 5), mode=TRACK, track_id=TrackId("x"))


class TestLift:
    def test_the_hole_stays_and_so_do_regions_and_markers(self) -> None:
        after = do(FILM, lambda p: lift(p, SampleRange(30, 60)))
        assert layout(after) == [("a", 0, 30, 0), ("b", 60, 100, 60), ("c", 120, 150, 120)]
        assert regions(after) == regions(FILM)
        assert markers(after) == markers(FILM)

    def test_one_track_can_be_lifted(self) -> None:
        after = do(FILM, lambda p: lift(p, SampleRange(30, 60), track_id=ONE))
        assert layout(after, "lane-3") == layout(FILM, "lane-3")
        assert layout(after, "lane-2")[0] == ("d", 20, 30, 20)


class TestInsertSilence:
    def test_what_lies_across_is_cut_and_what_follows_moves_back(self) -> None:
        after = do(FILM, lambda p: insert_silence(p, 60, 15, make_id=numbered()))
        assert layout(after)[1:3] == [("b", 50, 60, 50), ("clip-1-new", 75, 115, 60)]
        assert markers(after) == [("early", 10), ("inside", 75), ("late", 165)]
        assert [span[1:] for span in regions(after)] == [(40, 60), (75, 95), (105, 125)]

    def test_an_open_region_grows(self) -> None:
        assert regions(do(FILM, lambda p: insert_silence(p, 100, 15)))[1] == ("open", 90, 125)

    def test_a_region_that_ends_or_starts_there_is_whole(self) -> None:
        assert regions(do(FILM, lambda p: insert_silence(p, 80, 5)))[0] == ("comped", 40, 80)
        assert regions(do(FILM, lambda p: insert_silence(p, 40, 5)))[0] == ("comped", 45, 85)

    def test_one_track_moves_alone(self) -> None:
        after = do(FILM, lambda p: insert_silence(p, 0, 15, mode=TRACK, track_id=ONE))
        assert layout(after)[0] == ("a", 15, 65, 0)
        assert layout(after, "lane-3") == layout(FILM, "lane-3")
        assert markers(after) == markers(FILM)

    @pytest.mark.parametrize(("at", "length"), [(-1, 5), (0, 0), (0, -5), (2**48, 1)])
    def test_impossible_silence_is_refused(self, at: int, length: int) -> None:
        with pytest.raises(EditError, match="can't be inserted"):
            insert_silence(FILM, at, length)

    def test_ripple_cannot_be_off(self) -> None:
        with pytest.raises(EditError, match="ripple can't be off"):
            insert_silence(FILM, 0, 5, mode=OFF)

    def test_taking_it_out_again_sounds_as_before(self) -> None:
        after = ripple_delete(insert_silence(FILM, 60, 15), SampleRange(60, 75))
        assert heard_on_lane(after, "lane-1", END) == heard_on_lane(FILM, "lane-1", END)
        assert heard_from_takes(after, END) == heard_from_takes(FILM, END)


spans = st.builds(
    lambda start, length: SampleRange(start, start + length),
    st.integers(0, 160),
    st.integers(1, 120),
)


@given(span=spans)
def test_ripple_delete_takes_out_just_the_span(span: SampleRange) -> None:
    after = ripple_delete(FILM, span)
    check_consistent(after)
    for lane_id in ("lane-1", "lane-2", "lane-3"):
        heard = heard_on_lane(FILM, lane_id, END)
        del heard[span.start_samples : span.end_samples]
        assert heard_on_lane(after, lane_id, len(heard)) == heard
    from_takes = heard_from_takes(FILM, END)
    del from_takes[span.start_samples : span.end_samples]
    assert heard_from_takes(after, len(from_takes)) == from_takes


@given(span=spans)
def test_lift_silences_just_the_span(span: SampleRange) -> None:
    after = lift(FILM, span)
    check_consistent(after)
    heard = heard_on_lane(FILM, "lane-1", END)
    heard[span.start_samples : span.end_samples] = [()] * span.length_samples
    assert heard_on_lane(after, "lane-1", END) == heard


@given(at=st.integers(0, 160), length=st.integers(1, 100))
def test_insert_silence_puts_in_just_silence(at: int, length: int) -> None:
    after = insert_silence(FILM, at, length)
    check_consistent(after)
    for lane_id in ("lane-1", "lane-2", "lane-3"):
        heard = heard_on_lane(FILM, lane_id, END)
        heard[at:at] = [()] * length
        assert heard_on_lane(after, lane_id, len(heard)) == heard
    from_takes = heard_from_takes(FILM, END)
    from_takes[at:at] = [()] * length
    assert heard_from_takes(after, len(from_takes)) == from_takes
