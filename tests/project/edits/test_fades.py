import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits import EditError, crossfade, set_clip_fade_in, set_clip_fade_out
from prismdesk.project.ids import ClipId
from prismdesk.project.lookup import clip_of
from prismdesk.project.model import Clip, Fade, FadeShape, Project
from tests.builders import a_clip, a_media, a_project, a_sound
from tests.project.edits.checking import do, fades, heard_on_lane, layout

A, B, C = ClipId("a"), ClipId("b"), ClipId("c")


def on_a_lane(*clips: Clip) -> Project:
    return a_project(clips=clips, media=(a_media(sounds=(a_sound(length_samples=100),)),))


JOINED = on_a_lane(a_clip("a", 0, 50, source_start=20), a_clip("b", 50, 50, source_start=20))


class TestFade:
    def test_length_and_shape_are_set(self) -> None:
        after = do(JOINED, lambda p: set_clip_fade_in(p, A, 10, shape=FadeShape.LINEAR))
        after = do(after, lambda p: set_clip_fade_out(p, A, 40, shape=FadeShape.S_CURVE))
        clip = clip_of(after, A)
        assert (clip.fade_in, clip.fade_out) == (
            Fade(10, FadeShape.LINEAR),
            Fade(40, FadeShape.S_CURVE),
        )

    def test_the_shape_stays_unless_told(self) -> None:
        project = on_a_lane(a_clip("a", 0, 50, fade_in=5, fade_out=5, shape=FadeShape.LINEAR))
        after = do(project, lambda p: set_clip_fade_out(set_clip_fade_in(p, A, 9), A, 9))
        assert clip_of(after, A).fade_in == clip_of(after, A).fade_out == Fade(9, FadeShape.LINEAR)

    def test_fades_of_a_clip_do_not_meet(self) -> None:
        project = on_a_lane(a_clip("a", 0, 50, fade_in=20, fade_out=10))
        with pytest.raises(EditError, match='fade in of clip "a" can go from 0 to 40'):
            set_clip_fade_in(project, A, 41)
        with pytest.raises(EditError, match='fade out of clip "a" can go from 0 to 30'):
            set_clip_fade_out(project, A, -1)
        assert fades(do(project, lambda p: set_clip_fade_in(p, A, 99, clamped=True))) == [
            ("a", 40, 10)
        ]
        assert fades(do(project, lambda p: set_clip_fade_out(p, A, -9, clamped=True))) == [
            ("a", 20, 0)
        ]

    def test_a_crossfades_length_is_its_own(self) -> None:
        crossed = crossfade(JOINED, A, B, 10)
        with pytest.raises(EditError, match="part of a crossfade of 10 samples"):
            set_clip_fade_out(crossed, A, 9)
        with pytest.raises(EditError, match="part of a crossfade of 10 samples"):
            set_clip_fade_in(crossed, B, 11, clamped=True)
        after = do(crossed, lambda p: set_clip_fade_in(p, B, 10, shape=FadeShape.LINEAR))
        assert clip_of(after, B).fade_in == Fade(10, FadeShape.LINEAR)

    def test_a_missing_clip_is_named(self) -> None:
        with pytest.raises(EditError, match='no clip "x"'):
            set_clip_fade_in(JOINED, ClipId("x"), 1)
        with pytest.raises(EditError, match='no clip "x"'):
            set_clip_fade_out(JOINED, ClipId("x"), 1)


class TestCrossfade:
    def test_both_clips_are_extended_around_the_join(self) -> None:
        after = do(JOINED, lambda p: crossfade(p, A, B, 20))
        assert layout(after) == [("a", 0, 60, 20), ("b", 40, 100, 10)]
        assert fades(after) == [("a", 0, 20), ("b", 20, 0)]
        assert clip_of(after, A).fade_out.shape is FadeShape.EQUAL_POWER

    def test_odd_lengths_lean_to_the_later_side(self) -> None:
        after = do(JOINED, lambda p: crossfade(p, A, B, 5))
        assert layout(after) == [("a", 0, 53, 20), ("b", 48, 100, 18)]

    @pytest.mark.parametrize("shape", FadeShape)
    def test_both_fades_get_the_shape(self, shape: FadeShape) -> None:
        after = do(JOINED, lambda p: crossfade(p, A, B, 20, shape=shape))
        assert clip_of(after, A).fade_out == clip_of(after, B).fade_in == Fade(20, shape)

    def test_it_moves_towards_the_side_whose_source_reaches(self) -> None:
        # a's source ends 5 after the join, so 15 of 20 samples lie before it.
        project = on_a_lane(a_clip("a", 0, 50, source_start=45), a_clip("b", 50, 50))
        assert layout(do(project, lambda p: crossfade(p, A, B, 20))) == [
            ("a", 0, 55, 45),
            ("b", 35, 100, 35),
        ]
        project = on_a_lane(a_clip("a", 0, 50), a_clip("b", 50, 50, source_start=3))
        assert layout(do(project, lambda p: crossfade(p, A, B, 20))) == [
            ("a", 0, 67, 0),
            ("b", 47, 100, 0),
        ]

    def test_the_longest_possible_is_told(self) -> None:
        project = on_a_lane(
            a_clip("a", 0, 50, source_start=45), a_clip("b", 50, 50, source_start=3)
        )
        assert fades(do(project, lambda p: crossfade(p, A, B, 8))) == [("a", 0, 8), ("b", 8, 0)]
        with pytest.raises(EditError, match="over 0 to 8 samples, not 9"):
            crossfade(project, A, B, 9)
        with pytest.raises(EditError, match="not -1"):
            crossfade(project, A, B, -1)

    def test_it_stops_at_the_clips_other_fades(self) -> None:
        project = on_a_lane(
            a_clip("a", 0, 50, source_start=20, fade_in=45),
            a_clip("b", 50, 50, source_start=20, fade_out=40),
        )
        after = do(project, lambda p: crossfade(p, A, B, 15))
        assert fades(after) == [("a", 45, 15), ("b", 15, 40)]
        with pytest.raises(EditError, match="over 0 to 15"):
            crossfade(project, A, B, 16)

    def test_changing_it_keeps_its_middle(self) -> None:
        crossed = crossfade(JOINED, A, B, 20)
        assert do(crossed, lambda p: crossfade(p, A, B, 10)) == crossfade(JOINED, A, B, 10)
        assert do(crossed, lambda p: crossfade(p, A, B, 0)) == crossfade(JOINED, A, B, 0)

    def test_length_zero_is_a_plain_cut(self) -> None:
        after = do(crossfade(JOINED, A, B, 20), lambda p: crossfade(p, A, B, 0))
        assert layout(after) == layout(JOINED)
        assert fades(after) == [("a", 0, 0), ("b", 0, 0)]

    def test_a_plain_cut_leaves_the_shortest_clip_its_sample(self) -> None:
        project = on_a_lane(a_clip("a", 0, 1, fade_out=1), a_clip("b", 0, 50, fade_in=1))
        after = do(project, lambda p: crossfade(p, A, B, 0))
        assert layout(after) == [("a", 0, 1, 0), ("b", 1, 50, 1)]

    def test_outside_it_the_same_is_heard(self) -> None:
        before = heard_on_lane(JOINED, "lane-1", 100)
        after = heard_on_lane(crossfade(JOINED, A, B, 20), "lane-1", 100)
        assert after[:40] == before[:40]
        assert after[60:] == before[60:]
        assert all(len(sources) == 2 for sources in after[40:60])

    @pytest.mark.parametrize(
        ("earlier", "later"), [(B, A), (A, C), (A, A), (B, C)], ids=["order", "far", "self", "hole"]
    )
    def test_only_touching_neighbours_can_be_crossfaded(
        self, earlier: ClipId, later: ClipId
    ) -> None:
        project = on_a_lane(a_clip("a", 0, 10), a_clip("b", 10, 10), a_clip("c", 21, 10))
        with pytest.raises(EditError, match="must follow the first"):
            crossfade(project, earlier, later, 4)

    def test_a_missing_clip_is_named(self) -> None:
        with pytest.raises(EditError, match='no clip "x"'):
            crossfade(JOINED, A, ClipId("x"), 4)

    @given(
        length=st.integers(0, 60),
        source_a=st.integers(0, 50),
        source_b=st.integers(0, 50),
        fade_in=st.integers(0, 50),
        fade_out=st.integers(0, 50),
    )
    def test_any_crossfade_is_consistent_or_told_how_long_it_can_be(
        self, length: int, source_a: int, source_b: int, fade_in: int, fade_out: int
    ) -> None:
        project = on_a_lane(
            a_clip("a", 0, 50, source_start=source_a, fade_in=fade_in),
            a_clip("b", 50, 50, source_start=source_b, fade_out=fade_out),
        )
        try:
            after = crossfade(project, A, B, length)
        except EditError as error:
            longest = int(str(error).split(" to ")[1].split()[0])
            assert longest < length
            after = crossfade(project, A, B, longest)
        check_consistent(after)
