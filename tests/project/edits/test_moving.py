from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prismdesk.project.consistency import check_consistent
from prismdesk.project.edits import EditError, crossfade, move_clip
from prismdesk.project.edits.moving import move_clips
from prismdesk.project.ids import ClipId
from tests.builders import a_clip, a_lane, a_project, a_track

if TYPE_CHECKING:
    from prismdesk.project.model import Project

A, B, C = ClipId("a"), ClipId("b"), ClipId("c")


def a_scene() -> Project:
    """A and B crossfade over 100 samples, C lies behind them; lane-2 is free."""
    clips = (a_clip("a", 1000, 1000), a_clip("b", 2000, 1000), a_clip("c", 4000, 500))
    tracks = (a_track("track-1", a_lane("lane-1", *clips)), a_track("track-2", a_lane("lane-2")))
    return crossfade(a_project(tracks=tracks), A, B, 100)


def _places(project: Project, lane: int = 0) -> list[tuple[str, int, int]]:
    clips = project.tracks[lane].lanes[0].clips
    return [(clip.id, clip.start_samples, clip.end_samples) for clip in clips]


@pytest.mark.parametrize("by_samples", [-900, -1, 1, 900])
def test_a_crossfade_that_moves_as_a_whole_stays(by_samples: int) -> None:
    """Also by more than it is long, where one after the other would part or meet."""
    before = a_scene()
    after = move_clips(before, {A, B}, by_samples)
    check_consistent(after)
    old, new = before.tracks[0].lanes[0].clips, after.tracks[0].lanes[0].clips
    assert [clip.start_samples + by_samples for clip in old[:2]] == [
        clip.start_samples for clip in new[:2]
    ]
    assert [(clip.fade_in, clip.fade_out) for clip in old] == [
        (clip.fade_in, clip.fade_out) for clip in new
    ]


def test_clips_go_down_together_and_back() -> None:
    before = a_scene()
    down = move_clips(before, {A, B}, 500, by_lanes=1)
    check_consistent(down)
    assert _places(down) == _places(before)[2:]
    assert [place[0] for place in _places(down, 1)] == [A, B]
    assert move_clips(down, {A, B}, -500, by_lanes=-1) == before


def test_one_clip_moves_as_move_clip_does() -> None:
    before = a_scene()
    assert move_clips(before, {C}, 1000) == move_clip(before, C, 5000)


@pytest.mark.parametrize(
    ("clips", "by_samples", "by_lanes", "words"),
    [
        ({A, B}, 1500, 0, "overlap"),
        ({A, B}, -1500, 0, "before"),
        ({A}, 0, 2, "no lane there"),
        ({C}, 0, -1, "no lane there"),
        ({ClipId("gone")}, 1, 0, "gone"),
    ],
)
def test_what_cannot_be_is_refused(
    clips: set[ClipId], by_samples: int, by_lanes: int, words: str
) -> None:
    with pytest.raises(EditError, match=words):
        move_clips(a_scene(), clips, by_samples, by_lanes=by_lanes)


def _fades(project: Project) -> list[tuple[int, int]]:
    clips = project.tracks[0].lanes[0].clips
    return [(clip.fade_in.length_samples, clip.fade_out.length_samples) for clip in clips]


def test_a_clip_laid_over_its_neighbour_is_crossfaded_with_it() -> None:
    before = a_scene()
    after = move_clips(before, {C}, -1200, crossfades=True)
    check_consistent(after)
    assert _places(after)[1:] == [("b", 1950, 3000), ("c", 2800, 3300)]
    assert _fades(after) == [(0, 100), (100, 200), (200, 0)]


def test_a_crossfade_made_by_moving_goes_when_the_clip_goes_back() -> None:
    before = a_scene()
    over = move_clips(before, {C}, -1200, crossfades=True)
    back = move_clips(over, {C}, 1200, crossfades=True)
    check_consistent(back)
    assert _places(back) == _places(before)


def test_a_clip_fits_between_two_with_a_crossfade_at_either_end() -> None:
    clips = (a_clip("a", 0, 1000), a_clip("b", 1600, 1000))
    tracks = (
        a_track("track-1", a_lane("lane-1", *clips)),
        a_track("track-2", a_lane("lane-2", a_clip("c", 3000, 1000))),
    )
    after = move_clips(a_project(tracks=tracks), {C}, -2200, by_lanes=-1, crossfades=True)
    check_consistent(after)
    assert _fades(after) == [(0, 200), (200, 200), (200, 0)]


@pytest.mark.parametrize("by_samples", [-1700, -2000, -2600])
def test_a_clip_within_another_or_over_a_crossfade_is_refused(by_samples: int) -> None:
    with pytest.raises(EditError):
        move_clips(a_scene(), {C}, by_samples, crossfades=True)


@settings(max_examples=200, deadline=None)
@given(
    st.sets(st.sampled_from([A, B, C]), min_size=1),
    st.integers(-4500, 3000),
    st.integers(-1, 1),
)
def test_moves_with_crossfades_keep_every_rule(
    clips: set[ClipId], by_samples: int, by_lanes: int
) -> None:
    try:
        after = move_clips(a_scene(), clips, by_samples, by_lanes=by_lanes, crossfades=True)
    except EditError:
        return
    check_consistent(after)
