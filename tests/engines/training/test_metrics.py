from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
import pytest

from prismdesk.engines.training.metrics import (
    METRIC_BY_KEY,
    MOST_ONSET_ERROR_MS,
    onset_metrics,
    reference_metrics,
    sound_metrics,
)

RATE_HZ = 16_000

Floats = npt.NDArray[np.float64]


def _sine(frequency_hz: float, seconds: float = 1.0, rate_hz: int = RATE_HZ) -> Floats:
    times = np.arange(round(seconds * rate_hz)) / rate_hz
    return 0.5 * np.sin(2 * np.pi * frequency_hz * times)


def _noise(seconds: float = 2.0, seed: int = 0) -> Floats:
    return 0.1 * np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ))


@pytest.mark.parametrize("frequency_hz", [500.0, 2000.0, 6000.0])
def test_sine_has_its_frequency_as_centroid_and_roll_off(frequency_hz: float) -> None:
    found = sound_metrics(_sine(frequency_hz), RATE_HZ)

    assert found["centroid_hz"] == pytest.approx(frequency_hz, abs=2.0)
    assert found["rolloff_hz"] == pytest.approx(frequency_hz, abs=RATE_HZ / 2048 * 2)
    assert found["high_energy_share"] == pytest.approx(float(frequency_hz > 4000.0), abs=1e-3)
    assert found["flatness"] < 1e-3
    assert found["level_spread"] < 0.01


def test_two_equal_sines_have_half_their_energy_above_four_kilohertz() -> None:
    found = sound_metrics(_sine(1000.0) + _sine(7000.0), RATE_HZ)

    assert found["high_energy_share"] == pytest.approx(0.5, abs=1e-3)
    assert found["centroid_hz"] == pytest.approx(4000.0, abs=5.0)


def test_white_noise_is_flat_and_spread_evenly() -> None:
    found = sound_metrics(_noise(8.0), RATE_HZ)

    assert found["flatness"] > 0.98
    assert found["high_energy_share"] == pytest.approx(0.5, abs=0.02)
    assert found["centroid_hz"] == pytest.approx(4000.0, abs=100.0)
    assert found["rolloff_hz"] == pytest.approx(0.85 * 8000.0, abs=100.0)


def test_sound_that_is_silent_for_half_its_time_has_a_level_spread_of_one() -> None:
    steady = _sine(1000.0, 4.0)
    steady[len(steady) // 2 :] = 0.0

    assert sound_metrics(steady, RATE_HZ)["level_spread"] == pytest.approx(1.0, abs=0.05)


def test_level_and_channels_change_nothing() -> None:
    noise = _noise()
    one = sound_metrics(noise, RATE_HZ)
    other = sound_metrics(np.stack([0.01 * noise, 0.01 * noise]), RATE_HZ)

    assert other == pytest.approx(one)


def test_silence_measures_nothing() -> None:
    silence = np.zeros((2, RATE_HZ), np.float32)

    assert sound_metrics(silence, RATE_HZ) == {}
    assert reference_metrics(silence, _noise(), RATE_HZ) == {}
    assert reference_metrics(_noise(), silence, RATE_HZ) == {}


def test_sound_shorter_than_a_frame_measures_something() -> None:
    assert sound_metrics(_sine(1000.0, 0.05), RATE_HZ)["centroid_hz"] == pytest.approx(1000, abs=60)


def test_values_that_are_not_finite_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        sound_metrics(np.array([0.0, np.nan]), RATE_HZ)


def test_sound_against_itself_at_another_level_is_at_no_distance() -> None:
    noise = _noise()

    assert reference_metrics(0.03 * noise, noise, RATE_HZ) == pytest.approx(
        {"log_spectral_distance_db": 0.0, "log_mel_distance_db": 0.0, "band_correlation": 1.0},
        abs=1e-6,
    )


def test_distance_of_heights_raised_by_six_decibels_is_six_decibels_off_in_the_mean_shift() -> None:
    spectrum = np.fft.rfft(_noise())
    raised = spectrum.copy()
    raised[len(raised) // 2 :] *= 10 ** (6.0 / 20.0)
    found = reference_metrics(np.fft.irfft(raised), np.fft.irfft(spectrum), RATE_HZ)

    # Levels are matched: the power of one half times 10^0.6 raises the whole by (1 + 10^0.6) / 2.
    shift_db = 10 * np.log10((1 + 10**0.6) / 2)
    expected_db = np.sqrt((shift_db**2 + (6.0 - shift_db) ** 2) / 2)
    assert found["log_spectral_distance_db"] == pytest.approx(expected_db, abs=0.1)


def test_distance_grows_with_what_is_done_to_the_sound() -> None:
    reference = _noise()
    distances = [
        reference_metrics(reference + share * _noise(seed=1), reference, RATE_HZ)
        for share in (0.1, 0.5, 2.0)
    ]

    for key in ("log_spectral_distance_db", "log_mel_distance_db"):
        values = [found[key] for found in distances]
        assert values == sorted(values)
        assert values[0] > 0.1
    correlations = [found["band_correlation"] for found in distances]
    assert correlations == sorted(correlations, reverse=True)


def test_course_turned_upside_down_correlates_negatively() -> None:
    noise, times = _noise(4.0), np.arange(4 * RATE_HZ) / RATE_HZ
    swell_db = 12.0 * np.sin(2 * np.pi * 0.5 * times)
    found = reference_metrics(
        noise * 10 ** (swell_db / 20), _noise(4.0, seed=1) * 10 ** (-swell_db / 20), RATE_HZ
    )

    assert found["band_correlation"] < -0.5


def test_only_what_both_have_is_compared() -> None:
    noise = _noise()
    longer = np.concatenate([noise, _sine(300.0)])

    assert reference_metrics(longer, noise, RATE_HZ)["log_mel_distance_db"] == pytest.approx(0.0)


def test_onsets_that_all_come_later_are_off_by_as_much() -> None:
    wanted = [0.5, 1.0, 2.0]

    assert onset_metrics([time + 0.012 for time in wanted], wanted) == pytest.approx(
        {"onset_error_ms": 12.0}
    )


def test_missing_onset_costs_as_one_too_many_does() -> None:
    missing = onset_metrics([1.0], [1.0, 5.0])
    too_many = onset_metrics([1.0, 5.0], [1.0])

    assert missing == too_many == {"onset_error_ms": MOST_ONSET_ERROR_MS / 2}


def test_onsets_of_nothing() -> None:
    assert onset_metrics([], []) == {}
    assert onset_metrics([1.0], []) == {}
    assert onset_metrics([], [1.0]) == {"onset_error_ms": MOST_ONSET_ERROR_MS}


def test_every_measure_is_described_and_can_be_written_as_json() -> None:
    noise = _noise()
    found = {
        **sound_metrics(noise, RATE_HZ),
        **reference_metrics(_noise(seed=1), noise, RATE_HZ),
        **onset_metrics([1.0], [1.1]),
    }

    assert set(found) < set(METRIC_BY_KEY)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
