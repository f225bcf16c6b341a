from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prismdesk.media.true_peak import TruePeakMeter


def _pulse(middle: float, length_samples: int = 400) -> np.ndarray:
    """A band-limited pulse of 1.0 at a place that may lie between samples."""
    return np.asarray(np.sinc(0.8 * (np.arange(length_samples) - middle)), np.float32)[None]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(800, 1200).map(lambda quarter: quarter / 4),
    st.lists(st.integers(0, 400), max_size=12).map(sorted),
)
def test_crest_is_found_wherever_it_lies_and_blocks_end(middle: float, cuts: list[int]) -> None:
    meter = TruePeakMeter(1)
    for block in np.split(_pulse(middle), cuts, axis=1):
        meter.add(block)
    meter.finish()
    assert meter.peak == pytest.approx(1.0, abs=0.005)


@pytest.mark.parametrize("hz", [997.0, 9_973.0, 19_997.0, 21_001.0])
def test_level_of_a_tone_is_right_up_to_near_half_the_rate(hz: float) -> None:
    sound = 0.5 * np.sin(2 * np.pi * hz * np.arange(48000) / 48000) * np.hanning(48000)
    meter = TruePeakMeter(1)
    meter.add(sound.astype(np.float32)[None])
    assert 20 * math.log10(meter.peak / 0.5) == pytest.approx(0.0, abs=0.1)


def test_highest_channel_counts_and_negative_peaks_too() -> None:
    meter = TruePeakMeter(2)
    meter.add(np.concatenate((0.25 * _pulse(200.5), -0.75 * _pulse(200.5))))
    assert meter.peak == pytest.approx(0.75, abs=0.005)
    meter.reset()
    assert meter.peak == 0.0


def test_empty_block_changes_nothing() -> None:
    meter = TruePeakMeter(1)
    meter.add(np.zeros((1, 0), np.float32))
    assert meter.peak == 0.0
