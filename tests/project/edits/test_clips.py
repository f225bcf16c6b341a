from functools import partial

import pytest

from prismdesk.project.edits import (
    EditError,
    RippleMode,
    add_clip,
    delete_clip,
    move_clip,
    mute_clip,
    rename_clip,
    set_clip_gain,
    slip_clip,
    split_clip,
    trim_clip_end,
    trim_clip_start,
)
from prismdesk.project.ids import ClipId, LaneId, MediaId
from prismdesk.project.lookup import clip_of
from prismdesk.project.model import Clip, Project
from tests.builders import (
    a_clip,
    a_lane,
    a_marker,
    a_media,
    a_project,
    a_region,
    a_sound,
    a_take,
    a_track,
)
from tests.project.edits.checking import do, fades, heard_on_lane, layout

A, B, C, X = ClipId("a"), ClipId("b"), ClipId("c"), ClipId("x")
TRACK, ALL = RippleMode.TRACK, RippleMode.ALL


def on_a_lane(*clips: Clip) -> Project:
    """A source of 200 samples, clips on lane-1."""
    return a_project(clips=clips, media=(a_media(sounds=(a_sound(length_samples=200),)),))


TWO = on_a_lane(a_clip("a", 10, 40), a_clip("b", 100, 50))
CROSSED = on_a_lane(
    a_clip("a", 10, 40, fade_out=10), a_clip("b", 40, 40, fade_in=10), a_clip("c", 90, 10)
)

MANY = a_project(
    media=(a_media(sounds=(a_sound(length_samples=200),)),),
    tracks=(
        a_track(
            "track-1",
            a_lane("lane-1", a_clip("a", 10, 40), a_clip("b", 60, 40)),
            a_lane("lane-2", a_clip("c", 0, 100)),
        ),
        a_track("track-2", a_lane("lane-3", a_clip("x", 70, 20))),
    ),
    regions=(a_region("r", 110, 120, takes=(a_take("t", 110, 120),)),),
    markers=(a_marker("m", 150),),
)


class TestAdd:
    def test_a_clip_is_laid_on_a_free_place(self) -> None:
        after = do(TWO, lambda p: add_clip(p, LaneId("lane-1"), a_clip("x", 50, 50)))
        assert [clip_id for clip_id, *_ in layout(after)] == ["a", "x", "b"]

    @pytest.mark.parametrize(
        ("clip", "says"),
        [
            (a_clip("a", 60, 10), '"a" is already used'),
            (a_clip("lane-1", 60, 10), "already used"),
            (a_clip("x", 45, 10), 'Clip "a" would overlap clip "x" by 5'),
            (a_clip("x", 20, 10), "would overlap"),
            (a_clip("x", 95, 10), 'Clip "x" would overlap clip "b" by 5'),
            (a_clip("x", -5, 10, source_start=0), "5 samples before the film"),
            (a_clip("x", 60, 10, source_start=191), r"\[191, 201\) from a source of 200"),
            (a_clip("x", 60, 0), "from a source"),
            (a_clip("x", 60, 5, media_id=MediaId("gone")), '"gone"'),
            (a_clip("x", 60, 5, stream_index=4), "no sound stream 4"),
            (a_clip("x", 60, 5, gain_db=float("nan")), "finite"),
            (a_clip("x", 60, 5, fade_in=-1), "negative"),
            (a_clip("x", 2**48, 5, source_start=0), "later than any project"),
        ],
    )
    def test_a_clip_that_cannot_lie_there_is_refused(self, clip: Clip, says: str) -> None:
        with pytest.raises(EditError, match=says):
            add_clip(TWO, LaneId("lane-1"), clip)


class TestSplit:
    def test_both_parts_sound_as_one(self) -> None:
        after = do(TWO, lambda p: split_clip(p, A, 25, new_clip_id=X))
        assert layout(after) == [("a", 10, 25, 10), ("x", 25, 50, 25), ("b", 100, 150, 100)]
        assert heard_on_lane(after, "lane-1", 200) == heard_on_lane(TWO, "lane-1", 200)

    def test_fades_stay_at_the_outer_edges(self) -> None:
        project = on_a_lane(a_clip("a", 0, 100, fade_in=20, fade_out=30))
        assert fades(do(project, lambda p: split_clip(p, A, 50, new_clip_id=X))) == [
            ("a", 20, 0),
            ("x", 0, 30),
        ]

    def test_a_cut_under_a_fade_shortens_it(self) -> None:
        project = on_a_lane(a_clip("a", 0, 100, fade_in=20, fade_out=30))
        assert fades(do(project, lambda p: split_clip(p, A, 8, new_clip_id=X))) == [
            ("a", 8, 0),
            ("x", 0, 30),
        ]
        assert fades(do(project, lambda p: split_clip(p, A, 90, new_clip_id=X))) == [
            ("a", 20, 0),
            ("x", 0, 10),
        ]

    def test_gain_and_name_go_to_both(self) -> None:
        project = on_a_lane(a_clip("a", 0, 100, gain_db=-3.0, name="rain", is_muted=True))
        after = do(project, lambda p: split_clip(p, A, 50, new_clip_id=X))
        later = clip_of(after, X)
        assert (later.gain_db, later.name, later.is_muted) == (-3.0, "rain", True)

    def test_a_crossfade_outside_the_cut_stays(self) -> None:
        after = do(CROSSED, lambda p: split_clip(p, B, 60, new_clip_id=X))
        assert fades(after) == [("a", 0, 10), ("b", 10, 0), ("x", 0, 0), ("c", 0, 0)]

    @pytest.mark.parametrize("at", [10, 50, 5, 60])
    def test_the_cut_must_be_inside(self, at: int) -> None:
        with pytest.raises(EditError, match="from 11 to 49"):
            split_clip(TWO, A, at)

    def test_the_cut_must_not_be_in_a_crossfade(self) -> None:
        with pytest.raises(EditError, match="from 11 to 40"):
            split_clip(CROSSED, A, 45)
        with pytest.raises(EditError, match="from 50 to 79"):
            split_clip(CROSSED, B, 49)

    def test_new_ids_must_be_new(self) -> None:
        with pytest.raises(EditError, match='"b" is already used'):
            split_clip(TWO, A, 25, new_clip_id=B)

    def test_parts_get_random_ids_by_default(self) -> None:
        first, second = (layout(split_clip(TWO, A, 25))[1][0] for _ in range(2))
        assert first.startswith("clip-")
        assert first != second


class TestTrim:
    def test_the_sound_stays_in_place(self) -> None:
        after = do(TWO, lambda p: trim_clip_start(p, A, 20))
        assert layout(after)[0] == ("a", 20, 50, 20)
        after = do(after, lambda p: trim_clip_end(p, A, 60))
        assert layout(after)[0] == ("a", 20, 60, 20)

    def test_trim_stops_at_neighbours(self) -> None:
        with pytest.raises(EditError, match='end of clip "a" can go from 11 to 100'):
            trim_clip_end(TWO, A, 101)
        with pytest.raises(EditError, match='start of clip "b" can go from 50 to 149'):
            trim_clip_start(TWO, B, 49)
        after = do(TWO, lambda p: trim_clip_end(p, A, 1000, clamped=True))
        after = do(after, lambda p: trim_clip_start(p, B, -1000, clamped=True))
        assert layout(after) == [("a", 10, 100, 10), ("b", 100, 150, 100)]

    def test_trim_stops_at_source_ends(self) -> None:
        project = on_a_lane(a_clip("a", 50, 40, source_start=5))
        after = do(project, lambda p: trim_clip_start(p, A, 0, clamped=True))
        after = do(after, lambda p: trim_clip_end(p, A, 999, clamped=True))
        assert layout(after) == [("a", 45, 245, 0)]
        with pytest.raises(EditError, match="from 45"):
            trim_clip_start(project, A, 44)
        with pytest.raises(EditError, match="to 245"):
            trim_clip_end(project, A, 246)

    def test_trim_stops_at_the_films_start(self) -> None:
        project = on_a_lane(a_clip("a", 10, 40, source_start=100))
        assert layout(do(project, lambda p: trim_clip_start(p, A, -9, clamped=True))) == [
            ("a", 0, 50, 90)
        ]

    def test_trim_leaves_one_sample(self) -> None:
        assert layout(do(TWO, lambda p: trim_clip_end(p, A, 0, clamped=True)))[0] == (
            ("a", 10, 11, 10)
        )
        assert layout(do(TWO, lambda p: trim_clip_start(p, A, 500, clamped=True)))[0] == (
            ("a", 49, 50, 49)
        )

    def test_a_crossfade_follows_the_trimmed_edge(self) -> None:
        shorter = do(CROSSED, lambda p: trim_clip_end(p, A, 44))
        assert fades(shorter)[:2] == [("a", 0, 4), ("b", 4, 0)]
        longer = do(CROSSED, lambda p: trim_clip_start(p, B, 25))
        assert fades(longer)[:2] == [("a", 0, 25), ("b", 25, 0)]

    def test_a_crossfade_grows_up_to_the_other_fade(self) -> None:
        project = on_a_lane(
            a_clip("a", 0, 50, fade_in=12, fade_out=10),
            a_clip("b", 40, 40, fade_in=10, fade_out=15),
        )
        longest = do(project, lambda p: trim_clip_end(p, A, 999, clamped=True))
        assert fades(longest) == [("a", 12, 25), ("b", 25, 15)]
        longest = do(project, lambda p: trim_clip_start(p, B, 0, clamped=True))
        assert fades(longest) == [("a", 12, 38), ("b", 38, 15)]

    def test_a_crossfade_ends_when_the_clips_part(self) -> None:
        after = do(CROSSED, lambda p: trim_clip_end(p, A, 35))
        assert layout(after)[:2] == [("a", 10, 35, 10), ("b", 40, 80, 40)]
        assert fades(after)[:2] == [("a", 0, 10), ("b", 10, 0)]

    def test_a_clip_keeps_its_other_crossfade(self) -> None:
        with pytest.raises(EditError, match='end of clip "b" can go from 50 to 90'):
            trim_clip_end(CROSSED, B, 49)

    def test_fades_shrink_with_their_clip(self) -> None:
        project = on_a_lane(a_clip("a", 0, 100, fade_in=30, fade_out=40))
        assert fades(do(project, lambda p: trim_clip_end(p, A, 60))) == [("a", 20, 40)]
        assert fades(do(project, lambda p: trim_clip_end(p, A, 25))) == [("a", 0, 25)]


class TestRippleTrim:
    def test_what_follows_moves_along(self) -> None:
        after = do(CROSSED, lambda p: trim_clip_end(p, A, 43, ripple=TRACK))
        assert layout(after) == [("a", 10, 43, 10), ("b", 33, 73, 40), ("c", 83, 93, 90)]
        assert fades(after) == fades(CROSSED)

    def test_a_start_stays_in_place_and_the_clip_gets_shorter(self) -> None:
        after = do(TWO, lambda p: trim_clip_start(p, A, 15, ripple=TRACK))
        assert layout(after) == [("a", 10, 45, 15), ("b", 95, 145, 100)]

    def test_a_clip_grows_by_pushing(self) -> None:
        after = do(MANY, lambda p: trim_clip_end(p, A, 70, ripple=TRACK))
        assert layout(after) == [("a", 10, 70, 10), ("b", 80, 120, 60)]
        grown = do(MANY, lambda p: trim_clip_start(p, A, 0, ripple=TRACK))
        assert layout(grown) == [("a", 10, 60, 0), ("b", 70, 110, 60)]

    def test_time_is_taken_out_of_other_lanes(self) -> None:
        after = do(MANY, lambda p: trim_clip_end(p, A, 40, ripple=ALL, make_id=lambda _: "new"))
        assert layout(after) == [("a", 10, 40, 10), ("b", 50, 90, 60)]
        assert layout(after, "lane-2") == [("c", 0, 40, 0), ("new", 40, 90, 50)]
        assert layout(after, "lane-3") == [("x", 60, 80, 70)]
        assert after.regions[0].range.start_samples == 100
        assert after.markers[0].position_samples == 140

    def test_other_tracks_and_markers_stay_when_one_track_ripples(self) -> None:
        after = do(MANY, lambda p: trim_clip_end(p, A, 40, ripple=TRACK))
        assert layout(after, "lane-2")[1][1:] == (40, 90, 50)
        assert layout(after, "lane-3") == layout(MANY, "lane-3")
        assert after.markers == MANY.markers

    def test_limits_hold_for_ripples_too(self) -> None:
        with pytest.raises(EditError, match="from 20 to 200"):
            trim_clip_end(CROSSED, A, 19, ripple=TRACK)
        with pytest.raises(EditError, match="from 0 to 40"):
            trim_clip_start(CROSSED, A, 41, ripple=TRACK)

    def test_trimming_to_the_same_place_changes_nothing(self) -> None:
        assert do(MANY, lambda p: trim_clip_end(p, A, 50, ripple=ALL)) == MANY


class TestSlip:
    def test_the_source_moves_under_the_clip(self) -> None:
        assert layout(do(TWO, lambda p: slip_clip(p, A, 7)))[0] == ("a", 10, 50, 17)

    def test_slip_stops_at_source_ends(self) -> None:
        assert layout(do(TWO, lambda p: slip_clip(p, A, -99, clamped=True)))[0][3] == 0
        assert layout(do(TWO, lambda p: slip_clip(p, A, 999, clamped=True)))[0][3] == 160
        with pytest.raises(EditError, match="from 0 to 160"):
            slip_clip(TWO, A, 151)


class TestMove:
    def test_a_clip_moves_in_time(self) -> None:
        after = do(TWO, lambda p: move_clip(p, A, 60))
        assert layout(after) == [("a", 60, 100, 10), ("b", 100, 150, 100)]
        assert do(after, lambda p: move_clip(p, A, 10)) == TWO

    def test_a_clip_may_jump_over_others(self) -> None:
        after = do(TWO, lambda p: move_clip(p, A, 150))
        assert layout(after) == [("b", 100, 150, 100), ("a", 150, 190, 10)]

    def test_a_clip_goes_to_another_track(self) -> None:
        after = do(MANY, lambda p: move_clip(p, A, 20, lane_id=LaneId("lane-3")))
        assert layout(after, "lane-3") == [("a", 20, 60, 10), ("x", 70, 90, 70)]
        assert layout(after) == [("b", 60, 100, 60)]

    def test_a_taken_place_is_refused(self) -> None:
        with pytest.raises(EditError, match='"a" would overlap clip "b" by 1'):
            move_clip(TWO, A, 61)
        with pytest.raises(EditError, match="would overlap"):
            move_clip(MANY, A, 50, lane_id=LaneId("lane-3"))
        with pytest.raises(EditError, match="0 or more"):
            move_clip(TWO, A, -1)

    def test_a_crossfade_follows_the_move(self) -> None:
        assert fades(do(CROSSED, lambda p: move_clip(p, B, 44)))[:2] == [("a", 0, 6), ("b", 6, 0)]
        assert fades(do(CROSSED, lambda p: move_clip(p, B, 30)))[:2] == [("a", 0, 20), ("b", 20, 0)]
        with pytest.raises(EditError, match="would overlap"):
            move_clip(CROSSED, B, 9)

    def test_crossfades_never_meet(self) -> None:
        project = on_a_lane(
            a_clip("a", 0, 50, fade_out=10),
            a_clip("b", 40, 30, fade_in=10, fade_out=5),
            a_clip("c", 65, 50, fade_in=5),
        )
        assert fades(do(project, lambda p: move_clip(p, C, 50)))[1:] == [
            ("b", 10, 20),
            ("c", 20, 0),
        ]
        with pytest.raises(EditError, match='both ends of clip "b" would meet'):
            move_clip(project, C, 49)

    def test_ripple_moves_what_starts_later(self) -> None:
        after = do(MANY, lambda p: move_clip(p, B, 65, ripple=ALL))
        assert layout(after) == [("a", 10, 50, 10), ("b", 65, 105, 60)]
        assert layout(after, "lane-2") == layout(MANY, "lane-2")
        assert layout(after, "lane-3") == [("x", 75, 95, 70)]
        assert after.regions[0].takes[0].region.start_samples == 115
        assert after.markers[0].position_samples == 155

    def test_ripple_takes_along_what_starts_with_the_clip(self) -> None:
        project = a_project(
            clips=(a_clip("a", 50, 50),),
            regions=(a_region("r", 50, 80), a_region("across", 49, 80)),
            markers=(a_marker("m", 50), a_marker("before", 49)),
        )
        after = do(project, lambda p: move_clip(p, A, 60, ripple=ALL))
        assert [region.range.start_samples for region in after.regions] == [60, 49]
        assert [marker.position_samples for marker in after.markers] == [60, 49]

    def test_ripple_of_one_track_leaves_the_others(self) -> None:
        after = do(MANY, lambda p: move_clip(p, B, 65, ripple=TRACK))
        assert layout(after, "lane-3") == layout(MANY, "lane-3")
        assert after.regions[0].range.start_samples == 115
        assert after.markers == MANY.markers

    def test_ripple_earlier_stops_at_what_is_there(self) -> None:
        assert layout(do(MANY, lambda p: move_clip(p, B, 50, ripple=ALL)))[1][1] == 50
        with pytest.raises(EditError, match="would overlap"):
            move_clip(MANY, B, 49, ripple=ALL)

    def test_ripple_to_another_lane_is_refused(self) -> None:
        with pytest.raises(EditError, match="turn ripple off"):
            move_clip(MANY, A, 10, lane_id=LaneId("lane-2"), ripple=TRACK)


class TestDelete:
    def test_a_hole_stays(self) -> None:
        assert layout(do(TWO, lambda p: delete_clip(p, A))) == [("b", 100, 150, 100)]

    def test_ripple_closes_the_hole(self) -> None:
        after = do(MANY, lambda p: delete_clip(p, A, ripple=TRACK, make_id=lambda _: "new"))
        assert layout(after) == [("b", 20, 60, 60)]
        assert layout(after, "lane-2") == [("c", 0, 10, 0), ("new", 10, 60, 50)]
        assert layout(after, "lane-3") == layout(MANY, "lane-3")
        assert after.regions[0].range.start_samples == 70

    def test_ripple_takes_out_only_what_the_clip_alone_filled(self) -> None:
        after = do(CROSSED, lambda p: delete_clip(p, B, ripple=TRACK))
        assert layout(after) == [("a", 10, 50, 10), ("c", 60, 70, 90)]
        assert fades(after) == [("a", 0, 10), ("c", 0, 0)]

    def test_a_clip_all_in_crossfades_leaves_no_time_behind(self) -> None:
        crossed = a_lane(
            "lane-1",
            a_clip("a", 0, 50, fade_out=10),
            a_clip("b", 40, 20, fade_in=10, fade_out=10),
            a_clip("c", 50, 50, fade_in=10),
        )
        project = a_project(tracks=(a_track("track-1", crossed, a_lane("lane-2", a_clip("x"))),))
        after = do(project, lambda p: delete_clip(p, B, ripple=TRACK))
        assert layout(after) == [("a", 0, 50, 0), ("c", 50, 100, 50)]
        assert layout(after, "lane-2") == layout(project, "lane-2")


def test_gain_mute_and_name_are_set() -> None:
    after = do(TWO, lambda p: set_clip_gain(p, A, -6.0))
    after = do(after, lambda p: mute_clip(p, A, True))
    after = do(after, lambda p: rename_clip(p, A, "steps"))
    clip = clip_of(after, A)
    assert (clip.gain_db, clip.is_muted, clip.name) == (-6.0, True, "steps")
    with pytest.raises(EditError, match="finite"):
        set_clip_gain(TWO, A, float("-inf"))


@pytest.mark.parametrize(
    "edit",
    [
        partial(split_clip, clip_id=X, at_samples=5),
        partial(trim_clip_start, clip_id=X, to_samples=5),
        partial(trim_clip_end, clip_id=X, to_samples=5),
        partial(slip_clip, clip_id=X, by_samples=5),
        partial(move_clip, clip_id=X, start_samples=5),
        partial(delete_clip, clip_id=X),
        partial(set_clip_gain, clip_id=X, gain_db=0.0),
        partial(mute_clip, clip_id=X, is_muted=True),
        partial(rename_clip, clip_id=X, name=""),
    ],
)
def test_a_missing_clip_is_named(edit: partial[Project]) -> None:
    with pytest.raises(EditError, match='no clip "x"'):
        edit(TWO)
