from __future__ import annotations

import math

import numpy as np
import pytest

from prismdesk.playback.correlation import CorrelationMeter

RATE_HZ = 48000
RNG = np.random.default_rng(3)
NOISE = RNG.standard_normal((2, RATE_HZ)).astype(np.float32) * np.float32(0.1)


def _after(left: np.ndarray, right: np.ndarray) -> float | None:
    meter = CorrelationMeter(RATE_HZ)
    for start in range(0, left.size, 480):
        meter.add(left[start : start + 480], right[start : start + 480])
    return meter.value


def test_equal_is_one_and_opposite_minus_one() -> None:
    assert _after(NOISE[0], NOISE[0] * 0.1) == pytest.approx(1.0, abs=1e-6)
    assert _after(NOISE[0], -NOISE[0]) == pytest.approx(-1.0, abs=1e-6)


def test_unlike_sounds_are_about_zero() -> None:
    assert _after(NOISE[0], NOISE[1]) == pytest.approx(0.0, abs=0.05)


def test_shared_sound_gives_the_share() -> None:
    shared = NOISE[0] * np.float32(math.sqrt(0.5)) + NOISE[1] * np.float32(math.sqrt(0.5))
    assert _after(NOISE[0], shared) == pytest.approx(math.sqrt(0.5), abs=0.05)


def test_silent_channel_has_no_correlation() -> None:
    assert _after(NOISE[0], np.zeros_like(NOISE[0])) is None
    assert CorrelationMeter(RATE_HZ).value is None


def test_past_is_gone_after_a_second() -> None:
    left, right = np.concatenate((NOISE[0], NOISE[0])), np.concatenate((-NOISE[0], NOISE[0]))
    value = _after(left, right)
    assert value is not None
    assert value > 0.99


def test_change_shows_within_the_window() -> None:
    left = np.concatenate((NOISE[0], NOISE[0][:14400]))
    right = np.concatenate((-NOISE[0], NOISE[0][:14400]))
    value = _after(left, right)
    assert value is not None
    assert value > 0.6


def test_block_that_is_no_number_changes_nothing() -> None:
    meter = CorrelationMeter(RATE_HZ)
    meter.add(NOISE[0], NOISE[0])
    meter.add(np.full(480, np.nan, np.float32), NOISE[0][:480])
    assert meter.value == pytest.approx(1.0)
