from __future__ import annotations

import math

import numpy as np
import pytest

from prismdesk.playback.ballistics import DECAY_DB_PER_SECOND, HOLD_SECONDS, PeakBallistics

RATE_HZ = 48000
SILENCE = np.zeros(1)


def _db(levels: np.ndarray) -> float:
    return 20 * math.log10(float(levels[0]))


def test_peak_rises_at_once() -> None:
    meter = PeakBallistics(1, RATE_HZ)
    meter.add(np.array([0.5]), 1)
    assert meter.peaks[0] == 0.5
    assert meter.holds[0] == 0.5


@pytest.mark.parametrize("block_samples", [64, 480, 4800])
def test_peak_falls_by_20_db_in_1_7_seconds(block_samples: int) -> None:
    meter = PeakBallistics(1, RATE_HZ)
    meter.add(np.array([1.0]), 0)
    for _ in range(round(1.7 * RATE_HZ / block_samples)):
        meter.add(SILENCE, block_samples)
    assert _db(meter.peaks) == pytest.approx(-20.0, abs=0.3)


def test_hold_waits_and_then_falls_as_the_peak_does() -> None:
    meter = PeakBallistics(1, RATE_HZ)
    meter.add(np.array([1.0]), 0)
    for _ in range(round(HOLD_SECONDS * 100) - 1):
        meter.add(SILENCE, 480)
    assert meter.holds[0] == 1.0
    for _ in range(101):
        meter.add(SILENCE, 480)
    assert _db(meter.holds) == pytest.approx(-DECAY_DB_PER_SECOND, abs=0.3)


def test_peak_as_high_renews_the_hold() -> None:
    meter = PeakBallistics(1, RATE_HZ)
    for _ in range(5):
        meter.add(np.array([0.8]), RATE_HZ)
    meter.add(SILENCE, RATE_HZ)
    assert meter.holds[0] == 0.8


def test_full_scale_lights_the_clip_light_until_it_is_cleared() -> None:
    meter = PeakBallistics(2, RATE_HZ)
    meter.add(np.array([1.0, 0.9999]), 480)
    meter.add(np.zeros(2), RATE_HZ)
    assert meter.is_clipped.tolist() == [True, False]
    meter.reset_clips()
    assert meter.is_clipped.tolist() == [False, False]
    assert meter.holds.tolist() == meter.peaks.tolist()


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_value_that_is_no_number_is_a_clip_at_full_scale(value: float) -> None:
    meter = PeakBallistics(1, RATE_HZ)
    meter.add(np.array([value]), 480)
    assert meter.is_clipped[0]
    assert meter.peaks[0] == 1.0


def test_arrays_given_out_are_not_changed_afterwards() -> None:
    meter = PeakBallistics(1, RATE_HZ)
    meter.add(np.array([0.5]), 480)
    given = (meter.peaks, meter.holds, meter.is_clipped)
    before = [array.tolist() for array in given]
    meter.add(np.array([1.5]), 480)
    meter.add(SILENCE, 10 * RATE_HZ)
    meter.reset_clips()
    assert [array.tolist() for array in given] == before
