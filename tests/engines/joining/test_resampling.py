from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
import soxr

from prismdesk.engines.joining.resampling import resample, resampled_length
from prismdesk.errors import Cancelled

PAIRS = [
    (model_hz, project_hz)
    for model_hz in (16_000, 44_100)
    for project_hz in (44_100, 48_000, 96_000)
] + [(48_000, 16_000), (96_000, 44_100), (44_100, 16_000)]


def band_noise(rate_hz: int, top_hz: float, seconds: float = 1.0) -> npt.NDArray[np.float32]:
    """Noise without anything above a frequency, as a sum over the same moments at any rate."""
    generator = np.random.default_rng(3)
    frequencies = generator.uniform(20.0, top_hz, 60)
    phases = generator.uniform(0.0, 2 * np.pi, 60)
    moments = np.arange(round(seconds * rate_hz)) / rate_hz
    waves = np.sin(2 * np.pi * frequencies[:, None] * moments + phases[:, None])
    return np.asarray(waves.sum(axis=0) / 30.0, np.float32)[None]


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS)
def test_sound_within_both_bands_comes_out_as_if_taken_at_the_new_rate(
    from_hz: int, to_hz: int
) -> None:
    top_hz = 0.45 * min(from_hz, to_hz)
    made = resample(band_noise(from_hz, top_hz), from_hz, to_hz)
    wanted = band_noise(to_hz, top_hz)
    assert made.shape == wanted.shape
    assert made.dtype == np.float32
    inner = slice(to_hz // 10, -to_hz // 10)
    error = made[:, inner] - wanted[:, inner]
    # A lag of a hundredth of a sample alone would be -35 dB at the top of the band.
    assert error.std() < wanted.std() * 10 ** (-75 / 20)


@pytest.mark.parametrize(("from_hz", "to_hz"), PAIRS)
def test_ends_inside_running_sound_do_not_ring(from_hz: int, to_hz: int) -> None:
    top_hz = 0.1 * min(from_hz, to_hz)
    made = resample(band_noise(from_hz, top_hz, 0.3) + 0.5, from_hz, to_hz)
    wanted = band_noise(to_hz, top_hz, 0.3) + 0.5
    # What lies after the last sample of the lower rate is guessed, not converted.
    count = wanted.shape[1] - max(1, 2 * to_hz // from_hz)
    error = np.abs(made[:, :count] - wanted[:, :count]).max()
    plain = soxr.resample(band_noise(from_hz, top_hz, 0.3).T + 0.5, from_hz, to_hz, "VHQ").T
    assert error < 0.012
    assert from_hz == to_hz or error < 0.1 * np.abs(plain[:, :count] - wanted[:, :count]).max()


def test_there_and_back_is_where_it_was() -> None:
    sound = band_noise(48_000, 6_000.0)
    there = resample(sound, 48_000, 16_000)
    back = resample(there, 16_000, 48_000, length_samples=sound.shape[1])
    inner = slice(4800, -4800)
    assert np.abs(back[:, inner] - sound[:, inner]).max() < 1e-4


@pytest.mark.parametrize("samples", [1, 2, 3, 799, 800, 801, 128_000])
def test_the_length_is_exact(samples: int) -> None:
    audio = np.full((2, samples), 0.25, np.float32)
    assert resample(audio, 16_000, 44_100).shape == (2, resampled_length(samples, 16_000, 44_100))
    made = resample(audio, 44_100, 48_000, length_samples=samples + 5)
    assert made.shape == (2, samples + 5)
    constant = made[:, : min(samples, resampled_length(samples, 44_100, 48_000))]
    np.testing.assert_allclose(constant, 0.25, atol=1e-4)


def test_what_is_asked_beyond_the_sound_is_silence() -> None:
    made = resample(np.full((1, 1600), 0.5, np.float32), 16_000, 48_000, length_samples=6000)
    assert not made[:, 4800:].any()
    assert resample(np.zeros((2, 0), np.float32), 16_000, 48_000, length_samples=7).shape == (2, 7)


def test_the_same_rate_changes_nothing() -> None:
    sound = band_noise(16_000, 4_000.0)
    np.testing.assert_array_equal(resample(sound, 16_000, 16_000), sound)


def test_long_sound_in_pieces_has_no_seams_and_can_be_cancelled() -> None:
    sound = band_noise(16_000, 5_000.0, 17.0)
    made = resample(sound, 16_000, 48_000)
    at = 48_000 // 16_000 * ((1 << 18) - 800)
    wanted = band_noise(48_000, 5_000.0, 17.0)[:, at - 3000 : at + 3000]
    np.testing.assert_allclose(made[:, at - 3000 : at + 3000], wanted, atol=1e-4)
    with pytest.raises(Cancelled):
        resample(sound, 16_000, 48_000, cancelled=lambda: True)
