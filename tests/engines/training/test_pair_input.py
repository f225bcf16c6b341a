from __future__ import annotations

from itertools import pairwise

import pytest

from prismdesk.engines.training.pair_input import windows_of

RATE_HZ = 48_000


def test_short_sound_is_one_window_with_silence_after_it() -> None:
    (window,) = windows_of(3 * RATE_HZ, RATE_HZ, 8.0)

    assert (window.start_samples, window.length_samples) == (0, 8 * RATE_HZ)
    assert window.real_samples == 3 * RATE_HZ


def test_slightly_longer_sound_is_cut() -> None:
    (window,) = windows_of(9 * RATE_HZ, RATE_HZ, 8.0)

    assert window.real_samples == window.length_samples == 8 * RATE_HZ


@pytest.mark.parametrize("seconds", [10.5, 16.0, 17.0, 60.0])
def test_windows_of_a_long_sound_hold_all_of_it_and_nothing_else(seconds: float) -> None:
    samples = round(seconds * RATE_HZ)
    windows = windows_of(samples, RATE_HZ, 8.0)

    assert windows[0].start_samples == 0
    assert windows[-1].start_samples + windows[-1].length_samples == samples
    for one, other in pairwise(windows):
        assert one.start_samples < other.start_samples <= one.start_samples + one.length_samples
    assert [window.index for window in windows] == list(range(len(windows)))
    assert len(windows) == -(-samples // (8 * RATE_HZ))


def test_window_is_a_whole_number_of_samples_for_lengths_of_latent_frames() -> None:
    (window,) = windows_of(RATE_HZ, RATE_HZ, 236 * 2048 / 44_100)

    assert window.length_samples == 526_071
