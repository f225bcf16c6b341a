from __future__ import annotations

import numpy as np
import pytest

from prismdesk.engines.joining.placement import (
    Placement,
    channel_balance,
    mix_down,
    place,
    placing_gains,
)
from tests.engines.joining.sounds import RATE_HZ, bed, level_db

HALF = 0.5**0.5


@pytest.mark.parametrize(
    ("channels", "placement", "gains"),
    [
        (1, "auto", [1]),
        (1, "left_right", [1]),
        (2, "auto", [HALF, HALF]),
        (2, "centre", [HALF, HALF]),
        (3, "auto", [0, 0, 1]),
        (4, "auto", [HALF, HALF, 0, 0]),
        (4, "all", [0.5] * 4),
        (5, "left_right", [HALF, HALF, 0, 0, 0]),
        (6, "auto", [0, 0, 1, 0, 0, 0]),
        (6, "all", [0.2**0.5] * 3 + [0] + [0.2**0.5] * 2),
        (7, "centre", [0, 0, 1, 0, 0, 0, 0]),
        (8, "left_right", [HALF, HALF, 0, 0, 0, 0, 0, 0]),
        (8, "all", [7**-0.5] * 3 + [0] + [7**-0.5] * 4),
    ],
)
def test_mono_goes_where_it_is_wanted_at_its_own_power(
    channels: int, placement: Placement, gains: list[float]
) -> None:
    made = placing_gains(channels, placement)
    assert made.tolist() == pytest.approx(gains)
    placed = place(bed(0.1), RATE_HZ, made)
    assert level_db(placed) + 10 * np.log10(channels) == pytest.approx(level_db(bed(0.1)))


def test_the_surroundings_balance_is_followed_from_one_end_to_the_other() -> None:
    left = np.concatenate([bed(0.5), 0.1 * bed(0.5)])
    right = left[::-1]
    start, end = channel_balance(left), channel_balance(right)
    assert start is not None
    assert end is not None
    placed = place(bed(1.0), RATE_HZ, placing_gains(2, "auto", start), end)
    ends = placed[:, :4800], placed[:, -4800:]
    assert level_db(ends[0][:1]) - level_db(ends[0][1:]) == pytest.approx(20.0, abs=5.0)
    assert level_db(ends[1][1:]) - level_db(ends[1][:1]) == pytest.approx(20.0, abs=5.0)
    assert placing_gains(2, "centre", start).tolist() == pytest.approx([HALF, HALF])


def test_silence_has_no_balance() -> None:
    assert channel_balance(np.zeros((2, 100), np.float32)) is None
    assert channel_balance(np.zeros((2, 0), np.float32)) is None


def test_mixing_down_undoes_placing() -> None:
    mono = bed(0.2)
    gains = placing_gains(5, "all")
    np.testing.assert_allclose(mix_down(place(mono, RATE_HZ, gains), gains), mono, atol=1e-6)


def test_the_effects_channel_gets_low_frequencies_alone() -> None:
    gains = np.full(6, 6**-0.5)
    placed = place(bed(1.0), RATE_HZ, gains)
    spectrum = np.square(np.abs(np.fft.rfft(placed, axis=1)))
    above = spectrum[:, 400:].sum(axis=1) / spectrum.sum(axis=1)
    assert above[3] < 0.1
    assert above[2] > 0.9


def test_a_models_own_channels_are_kept() -> None:
    stereo = bed(0.1, channels=2)
    np.testing.assert_array_equal(place(stereo, RATE_HZ, placing_gains(2, "auto")), stereo)
    wide = place(stereo, RATE_HZ, placing_gains(6, "auto"))
    np.testing.assert_array_equal(wide[:2], stereo)
    assert not wide[2:].any()
    one = place(stereo, RATE_HZ, placing_gains(1, "auto"))
    np.testing.assert_allclose(one[0], stereo.mean(axis=0), atol=1e-7)


def test_channels_that_fit_in_no_known_way_are_refused() -> None:
    with pytest.raises(ValueError, match="can't be placed"):
        place(bed(0.1, channels=3), RATE_HZ, placing_gains(2, "auto"))
    with pytest.raises(ValueError, match="no order"):
        placing_gains(9, "auto")
