from __future__ import annotations

import itertools
import random
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.engines.sampling.windows import LONGER_BY_SECONDS, Window, plan_windows

RATES_HZ = (31.25, 44100 / 1024, 21.533203125)


def plan(seconds: float, *cuts: float, overlap: float = 1.28) -> tuple[Window, ...]:
    return plan_windows(
        ceil(seconds * 31.25), latent_rate_hz=31.25, overlap_seconds=overlap, cuts_seconds=cuts
    )


@given(
    length=st.integers(1, 6000),
    rate_hz=st.sampled_from(RATES_HZ),
    overlap=st.floats(0.0, 7.6),
    grid=st.sampled_from((0.32, 0.1, 1.0 / 21.533203125)),
    cuts=st.lists(st.floats(-1.0, 200.0), max_size=12),
)
def test_every_frame_is_covered_with_the_overlap_asked_by_windows_on_the_grid(
    length: int, rate_hz: float, overlap: float, grid: float, cuts: list[float]
) -> None:
    overlap = min(overlap, 8.0 - grid)
    windows = plan_windows(
        length,
        latent_rate_hz=rate_hz,
        overlap_seconds=overlap,
        grid_seconds=grid,
        cuts_seconds=cuts,
    )
    natural = ceil(8.0 * rate_hz - 1e-9)
    assert windows[0].latent_start == 0
    assert windows[-1].latent_end == length
    for window in windows:
        assert window.start_seconds == pytest.approx(window.grid_index * grid)
        assert abs(window.latent_start - window.start_seconds * rate_hz) <= 0.5 + 1e-6
    for before, after in itertools.pairwise(windows):
        assert before.latent_frames == natural
        assert after.latent_start > before.latent_start
        assert before.latent_end - after.latent_start >= floor(overlap * rate_hz - 1e-6)
    if len(windows) > 1:
        assert natural - grid * rate_hz - 2 <= windows[-1].latent_frames <= natural


@given(length=st.integers(1, 1500), cuts=st.lists(st.floats(0.0, 48.0), max_size=8))
def test_no_window_is_added_but_for_a_cut(length: int, cuts: list[float]) -> None:
    plain = plan_windows(length, latent_rate_hz=31.25, overlap_seconds=1.28)
    cut = plan_windows(length, latent_rate_hz=31.25, overlap_seconds=1.28, cuts_seconds=cuts)
    fewest = 1 if length <= 270 else 1 + ceil((length - 250) / 31.25 / 6.72 - 1e-9)
    assert len(plain) == fewest
    assert len(plain) <= len(cut) <= len(plain) + len(cuts)


def test_the_natural_length_and_a_little_more_is_one_window() -> None:
    assert plan(8.0) == (Window(0, 250, 0.0, 0),)
    assert plan(8.0 + LONGER_BY_SECONDS) == (Window(0, 270, 0.0, 0),)
    assert len(plan(8.0 + LONGER_BY_SECONDS + 0.1)) == 2
    assert plan(0.5) == (Window(0, 16, 0.0, 0),)


def test_a_model_of_fixed_length_never_gets_a_longer_window() -> None:
    windows = plan_windows(
        256, latent_rate_hz=31.25, overlap_seconds=1.0, grid_seconds=0.1, longer_by_seconds=0.0
    )
    assert [window.latent_frames for window in windows] == [250, 250]


def test_no_more_windows_than_needed_where_there_are_no_cuts() -> None:
    windows = plan(60.0)
    assert len(windows) == 9
    steps = [b.grid_index - a.grid_index for a, b in itertools.pairwise(windows)]
    assert max(steps) - min(steps) <= 1


def test_windows_meet_at_a_cut_that_an_even_plan_would_run_over() -> None:
    cut = 5.4
    first, second = plan(12.0, cut)[0], plan(12.0, cut)[-1]
    even = plan(12.0)
    assert even[0].latent_end / 31.25 - cut > 2.0
    assert second.start_seconds < cut < first.latent_end / 31.25
    sides = plan(14.0, 6.7)
    middle = (sides[1].start_seconds + sides[0].latent_end / 31.25) / 2
    assert abs(middle - 6.7) < 0.4


def test_cuts_lie_much_less_deep_inside_windows_than_by_an_even_plan() -> None:
    generator = random.Random(5)
    planned = evenly = 0.0
    for _ in range(50):
        seconds = generator.uniform(10.0, 60.0)
        cuts = [c for c in (generator.uniform(5.0, 9.0) * i for i in range(1, 7)) if c < seconds]
        planned += depth(plan(seconds, *cuts), cuts)
        evenly += depth(plan(seconds), cuts)
    assert planned < 0.7 * evenly


def depth(windows: tuple[Window, ...], cuts: list[float]) -> float:
    """Sum over cuts and windows of the square of the seconds to the window's nearer end."""
    ends = [(window.start_seconds, window.latent_end / 31.25) for window in windows]
    return sum(max(0.0, min(cut - s, e - cut)) ** 2 for cut in cuts for s, e in ends)


@pytest.mark.parametrize(("length", "overlap"), [(0, 1.0), (500, 7.9), (500, -1.0)])
def test_impossible_plans_are_refused(length: int, overlap: float) -> None:
    with pytest.raises(ValueError, match=r"plan needs|overlap"):
        plan_windows(length, latent_rate_hz=31.25, overlap_seconds=overlap)
