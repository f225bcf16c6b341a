from __future__ import annotations

import math
import tracemalloc
from dataclasses import dataclass

import numpy as np
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.spectrogram import FLOOR_DB, row_frequencies_hz, spectrogram_tile
from tests.media.fake_sounds import ArraySound, noise
from tests.media.loudness_sounds import tone

RATE_HZ = 48000


@pytest.mark.parametrize("hz", [100.0, 440.0, 1000.0, 5000.0, 15000.0])
@pytest.mark.parametrize("samples_per_px", [10.0, 700.5, 5000.0])
def test_tone_stands_at_its_row_and_level(hz: float, samples_per_px: float) -> None:
    sound = ArraySound(tone((-6.0, -20.0), 4, hz=hz))
    tile = spectrogram_tile(sound, 48000, samples_per_px, 20, 128)
    rows = row_frequencies_hz(RATE_HZ, 128)
    for channel, level_db in enumerate((-6.0, -20.0)):
        highest = tile[channel, :, 10].argmax()
        assert abs(math.log(rows[highest] / hz)) < math.log(1.12)
        assert tile[channel, highest, 10] == pytest.approx(level_db, abs=1.5)


def test_tile_has_the_shape_asked_for() -> None:
    tile = spectrogram_tile(ArraySound(noise(3, 5000)), 0, 33.3, 77, 41)
    assert tile.shape == (3, 41, 77)
    assert tile.dtype == np.float32


def test_rows_fall_from_20_khz_to_20_hz() -> None:
    rows = row_frequencies_hz(RATE_HZ, 200)
    assert rows[0] == pytest.approx(20_000, rel=0.05)
    assert rows[-1] == pytest.approx(20, rel=0.05)
    assert row_frequencies_hz(16000, 200)[0] == pytest.approx(8000, rel=0.05)
    assert np.all(np.diff(rows) < 0)


def test_silence_and_what_lies_outside_is_the_floor() -> None:
    sound = ArraySound(tone((0.0,), 0.5))
    tile = spectrogram_tile(sound, -48000, 1000, 200, 64)
    assert np.all(tile[:, :, :40] == FLOOR_DB)
    assert np.all(tile[:, :, 80:] == FLOOR_DB)
    assert tile[0, :, 60].max() > -1


def test_column_shows_the_sound_about_its_middle() -> None:
    audio = np.zeros((1, 96000), np.float32)
    audio[:, 48000:] = tone((0.0,), 1)
    tile = spectrogram_tile(ArraySound(audio), 0, 4800, 20, 64)
    loudest = tile[0].max(axis=0)
    assert np.all(loudest[:9] < -100)
    assert np.all(loudest[11:] > -2)


def test_click_stands_in_its_column() -> None:
    audio = np.zeros((1, 96000), np.float32)
    audio[0, 48000] = 1.0
    tile = spectrogram_tile(ArraySound(audio), 0, 512, 187, 64)
    assert abs(int(tile[0].max(axis=0).argmax()) - 48000 // 512) <= 1


@pytest.mark.parametrize("third", [0, 1, 2])
def test_wide_column_shows_what_sounds_in_a_third_of_it(third: int) -> None:
    audio = np.zeros((1, 90000), np.float32)
    audio[:, 30000 + 10000 * third : 40000 + 10000 * third] = tone((-6.0,), 10000 / RATE_HZ)
    tile = spectrogram_tile(ArraySound(audio), 0, 30000, 3, 64)
    assert tile[0, :, 1].max() == pytest.approx(-6.0, abs=1.5)
    assert tile[0, :, [0, 2]].max() < -60


def test_tiles_join() -> None:
    sound = ArraySound(noise(2, 96000))
    whole = spectrogram_tile(sound, 100, 480, 150, 64)
    parts = [spectrogram_tile(sound, 100 + 480 * first, 480, 50, 64) for first in (0, 50, 100)]
    np.testing.assert_allclose(np.concatenate(parts, axis=2), whole, atol=0.01)


@pytest.mark.parametrize("height_px", [1, 2, 16, 600])
@pytest.mark.parametrize("rate_hz", [8000, 44100, 192000])
def test_any_height_and_rate_is_filled(height_px: int, rate_hz: int) -> None:
    sound = _AtRate(noise(1, rate_hz), rate_hz)
    tile = spectrogram_tile(sound, 0, rate_hz / 40, 40, height_px)
    assert np.isfinite(tile).all()
    assert tile[:, :, 2:-2].max(axis=(0, 2)).min() > -80


@pytest.mark.parametrize("rate_hz", [1, 30, 1000])
def test_rates_below_all_use_do_no_harm(rate_hz: int) -> None:
    tile = spectrogram_tile(_AtRate(noise(1, 500), rate_hz), 0, 2.0, 40, 64)
    assert np.isfinite(tile).all()


def test_samples_that_are_no_numbers_leave_no_hole_behind() -> None:
    audio = tone((0.0,), 1)
    audio[0, 30000] = math.nan
    assert np.isfinite(spectrogram_tile(ArraySound(audio), 0, 480, 100, 32)).all()


def test_far_out_little_is_read_and_held() -> None:
    sound = _Endless()
    tracemalloc.start()
    spectrogram_tile(sound, 0, 1_000_000, 512, 128)  # three hours
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sound.read_samples < 512 * 4 * 2048
    assert peak_bytes < 16e6


def test_cancelling_stops_it() -> None:
    with pytest.raises(Cancelled):
        spectrogram_tile(ArraySound(noise(1, 100)), 0, 10, 500, 32, cancelled=lambda: True)


@dataclass
class _AtRate(ArraySound):
    def __init__(self, audio: np.ndarray, rate_hz: int) -> None:
        super().__init__(audio)
        self._rate_hz = rate_hz

    @property
    def rate_hz(self) -> int:
        return self._rate_hz


class _Endless:
    rate_hz = RATE_HZ
    channels = 2
    length_samples = 10**9

    def __init__(self) -> None:
        self.read_samples = 0

    def read(self, start_samples: int, count_samples: int) -> np.ndarray:
        self.read_samples += count_samples
        return np.zeros((2, count_samples), np.float32)
