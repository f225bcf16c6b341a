from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.media.fades import db_to_gain, fade_in_gains, fade_out_gains
from prismdesk.project.model import FadeShape


def test_six_decibels_double() -> None:
    assert db_to_gain(20 * math.log10(2)) == pytest.approx(2.0)
    assert db_to_gain(-math.inf) == 0.0


@pytest.mark.parametrize("shape", list(FadeShape))
def test_fade_rises_from_silence_to_full(shape: FadeShape) -> None:
    gains = fade_in_gains(1000, shape, 0, 1000)
    assert gains[0] < 0.002
    assert gains[-1] > 0.999
    assert np.all(np.diff(gains) >= 0)


@pytest.mark.parametrize("shape", [FadeShape.LINEAR, FadeShape.S_CURVE])
def test_crossfade_of_equal_sounds_keeps_the_level(shape: FadeShape) -> None:
    total = fade_in_gains(999, shape, 0, 999) + fade_out_gains(999, shape, 0, 999)
    np.testing.assert_allclose(total, 1.0, atol=1e-6)


def test_equal_power_crossfade_keeps_the_power() -> None:
    rise = fade_in_gains(999, FadeShape.EQUAL_POWER, 0, 999)
    fall = fade_out_gains(999, FadeShape.EQUAL_POWER, 0, 999)
    np.testing.assert_allclose(rise**2 + fall**2, 1.0, atol=1e-6)
    assert rise[499] == pytest.approx(math.sqrt(0.5))


@given(st.integers(1, 40_000), st.data())
def test_a_piece_has_the_bits_of_the_whole(length: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, length))
    stop = data.draw(st.integers(start, length))
    shape = data.draw(st.sampled_from(FadeShape))
    for gains in (fade_in_gains, fade_out_gains):
        whole = gains(length, shape, 0, length)
        assert gains(length, shape, start, stop).tobytes() == whole[start:stop].tobytes()


def test_positions_outside_the_fade_are_refused() -> None:
    with pytest.raises(ValueError, match="not inside"):
        fade_in_gains(10, FadeShape.LINEAR, 0, 11)
