from __future__ import annotations

import numpy as np
import pytest

from prismdesk.sample.synthesis import band, halving, pan_gains, seconds, sine, smooth, white

RATE_HZ = 48_000


def test_sine_agrees_with_numpy() -> None:
    turns = np.linspace(-40.0, 40.0, 100_003)

    np.testing.assert_allclose(sine(turns), np.sin(2 * np.pi * turns), atol=1e-12)


def test_halving_agrees_with_numpy() -> None:
    times = np.linspace(0.0, 30.0, 50_001)

    np.testing.assert_allclose(halving(times, 0.3), np.exp2(-times / 0.3), rtol=1e-13)


def test_halving_of_long_times_is_silence() -> None:
    assert halving(np.array([1e9]), 0.001)[0] < 1e-300


def test_white_noise_is_even_and_uncorrelated() -> None:
    noise = white(200_000, 5)

    assert np.abs(noise).max() <= 1.0
    assert abs(noise.mean()) < 0.005
    assert noise.var() == pytest.approx(1 / 3, rel=0.01)
    assert abs(np.corrcoef(noise[1:], noise[:-1])[0, 1]) < 0.01
    assert abs(np.corrcoef(noise, white(200_000, 6))[0, 1]) < 0.01


def test_first_values_of_the_generator_never_change() -> None:
    # The reference implementation of SplitMix64 from seed 0 begins with these words.
    words = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]

    expected = [(word >> 11) * 2.0**-52 - 1.0 for word in words]
    np.testing.assert_array_equal(white(3, 0), expected)


def test_smooth_noise_has_no_high_frequencies() -> None:
    spectrum = np.abs(np.fft.rfft(smooth(RATE_HZ, 48.0, 1) * np.hanning(RATE_HZ))) ** 2

    assert spectrum[2_000:].sum() < 1e-3 * spectrum.sum()


def test_band_noise_lies_around_its_centre() -> None:
    noise = band(RATE_HZ, RATE_HZ, centre_hz=3_000.0, width_hz=400.0, seed=2)
    spectrum = np.abs(np.fft.rfft(noise * np.hanning(RATE_HZ))) ** 2

    assert spectrum[2_500:3_500].sum() > 0.98 * spectrum.sum()


def test_pan_keeps_the_power() -> None:
    for share in (-0.5, 0.0, 0.3, 1.0, 2.0):
        left, right = pan_gains(share)
        assert left**2 + right**2 == pytest.approx(1.0)
    assert pan_gains(0.0) == (1.0, 0.0)


def test_seconds_count_from_zero() -> None:
    np.testing.assert_array_equal(seconds(3, 2), [0.0, 0.5, 1.0])
