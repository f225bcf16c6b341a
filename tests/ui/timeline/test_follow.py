from __future__ import annotations

import pytest

from prismdesk.ui.timeline.follow import Follow, followed
from prismdesk.ui.timeline.timescale import LEVELS, Timescale

SCALE = Timescale(end_samples=48_000_000, width_px=800, level=len(LEVELS) // 2)
SEEN, BEYOND = SCALE.sample_under(700), SCALE.sample_under(2_000)


@pytest.mark.parametrize("is_playing", [False, True])
def test_view_that_does_not_follow_stays(is_playing: bool) -> None:
    assert followed(SCALE, Follow.NONE, BEYOND, is_playing=is_playing) == SCALE


def test_page_turns_only_once_the_playhead_has_left() -> None:
    assert followed(SCALE, Follow.PAGE, SEEN, is_playing=True) == SCALE
    assert followed(SCALE, Follow.PAGE, BEYOND, is_playing=True) == SCALE.paged_to(BEYOND) != SCALE


def test_smooth_keeps_a_playing_playhead_in_the_middle_and_shows_a_resting_one() -> None:
    playing = followed(SCALE, Follow.SMOOTH, SEEN, is_playing=True)

    assert playing == SCALE.centred_on(SEEN) != SCALE
    assert followed(SCALE, Follow.SMOOTH, SEEN, is_playing=False) == SCALE
