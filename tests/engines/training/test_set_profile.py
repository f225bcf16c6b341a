from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from prismdesk.engines.nets.mel_bands import MelMode, corners_hz_of
from prismdesk.engines.training.set_profile import SetProfile, spectral_profile

RATE_HZ = 16_000

Floats = npt.NDArray[np.float64]


def _coloured(tilt: float, seed: int, seconds: float = 2.0) -> Floats:
    """Noise whose power falls by so many dB from one end of the spectrum to the other."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ)))
    gains_db = -tilt * np.linspace(0.0, 1.0, len(spectrum))
    return np.asarray(0.1 * np.fft.irfft(spectrum * 10 ** (gains_db / 20)))


def _set_of_dark_sounds() -> SetProfile:
    return SetProfile.of([_coloured(40.0, seed) for seed in range(6)], RATE_HZ)


def test_sound_made_as_the_set_lies_within_its_spread() -> None:
    profile = _set_of_dark_sounds()

    distance = profile.distance_db(_coloured(40.0, 99), RATE_HZ)

    assert distance is not None
    assert distance < 1.5 * profile.spread_db < 1.0


def test_distance_grows_the_less_a_sound_is_like_the_set() -> None:
    profile = _set_of_dark_sounds()

    distances = [profile.metrics(_coloured(tilt, 7), RATE_HZ) for tilt in (40.0, 30.0, 20.0, 0.0)]

    values = [found["set_distance_db"] for found in distances]
    assert values == sorted(values)
    assert values[-1] > 10 * values[0]


def test_distance_of_profiles_that_differ_by_a_known_number_of_decibels() -> None:
    low, high = _coloured(0.0, 1, 20.0), _coloured(0.0, 1, 20.0)
    spectrum = np.fft.rfft(high)
    spectrum[len(spectrum) // 2 :] *= 10 ** (6.0 / 20.0)
    profile = SetProfile.of([low], RATE_HZ)

    shift_db = 10 * np.log10((1 + 10**0.6) / 2)
    bands_above = float(np.mean(_centres_hz() > 4000.0))
    expected_db = np.sqrt((1 - bands_above) * shift_db**2 + bands_above * (6.0 - shift_db) ** 2)
    assert profile.distance_db(np.fft.irfft(spectrum), RATE_HZ) == pytest.approx(
        expected_db, abs=0.15
    )


def test_level_length_and_order_of_what_happens_change_nothing() -> None:
    profile = _set_of_dark_sounds()
    sound = _coloured(30.0, 3, 4.0)
    turned = 0.01 * np.stack([sound[::-1], sound[::-1]])

    assert profile.distance_db(turned, RATE_HZ) == pytest.approx(
        profile.distance_db(sound, RATE_HZ), abs=0.05
    )


def test_silence_has_no_profile_and_a_set_of_it_is_refused() -> None:
    silence = np.zeros(RATE_HZ)

    assert spectral_profile(silence, RATE_HZ) is None
    assert _set_of_dark_sounds().metrics(silence, RATE_HZ) == {}
    with pytest.raises(ValueError, match="silence"):
        SetProfile.of([silence], RATE_HZ)


def test_sound_at_another_rate_is_refused() -> None:
    with pytest.raises(ValueError, match="44100"):
        _set_of_dark_sounds().distance_db(_coloured(0.0, 0), 44_100)


def _centres_hz() -> Floats:
    return corners_hz_of(MelMode(RATE_HZ, 2048, 512, 80, RATE_HZ / 2, 10.0))[1:-1]
