from __future__ import annotations

import numpy as np
import pytest

from prismdesk.engines.joining.region import join_region
from prismdesk.engines.joining.resampling import resample
from prismdesk.engines.joining.top_band import missing_top, top_noise
from tests.engines.joining.sounds import RATE_HZ, Block, bed, level_db

START, END = 2 * RATE_HZ, 4 * RATE_HZ


def narrow(sound: Block) -> Block:
    """What a model that works at 16 kHz makes of a sound."""
    low = resample(sound, RATE_HZ, 16_000)
    return resample(low, 16_000, RATE_HZ, length_samples=sound.shape[1])


def above_db(sound: Block, hz: float = 8500.0) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.shape[1]), axis=1))
    first = round(hz * sound.shape[1] / RATE_HZ)
    return float(10 * np.log10(np.mean(spectrum[:, first:] ** 2) + 1e-20))


def test_a_model_of_16_khz_lacks_what_lies_above_its_reach() -> None:
    real = bed(1.5)
    top = missing_top(real, narrow(real), RATE_HZ)
    assert top is not None
    assert 7000.0 < top.cut_hz < 8300.0
    assert top.is_noise
    assert missing_top(real, real, RATE_HZ) is None
    assert missing_top(narrow(real), narrow(real), RATE_HZ) is None
    assert missing_top(np.zeros_like(real), real, RATE_HZ) is None
    assert missing_top(real[:, :3000], narrow(real)[:, :3000], RATE_HZ) is None


def test_the_noise_has_the_real_sounds_spectrum_there_and_none_below() -> None:
    real = bed(1.5)
    top = missing_top(real, narrow(real), RATE_HZ)
    assert top is not None
    low = narrow(real).astype(np.float64)
    noise = np.asarray(top_noise(top, low, RATE_HZ, np.random.default_rng(0)), np.float32)
    inner = slice(RATE_HZ // 4, RATE_HZ)
    assert above_db(noise[:, inner]) == pytest.approx(above_db(real[:, inner]), abs=1.0)
    assert above_db(noise[:, inner], 0.0) - above_db(noise[:, inner]) < 0.0


def test_the_noise_rises_and_falls_with_the_sound() -> None:
    real = bed(1.5)
    top = missing_top(real, narrow(real), RATE_HZ)
    assert top is not None
    low = narrow(real).astype(np.float64)
    low[:, : RATE_HZ // 2] *= 0.1
    noise = np.asarray(top_noise(top, low, RATE_HZ, np.random.default_rng(0)), np.float32)
    soft, loud = noise[:, 4800:19200], noise[:, 28800:43200]
    assert level_db(loud) - level_db(soft) == pytest.approx(20.0, abs=1.5)


def test_channels_have_in_common_what_the_real_ones_have() -> None:
    for real, least, most in (
        (np.repeat(bed(1.5), 2, axis=0), 0.99, 1.0),
        (bed(1.5, channels=2), -0.1, 0.15),
    ):
        top = missing_top(real, narrow(real), RATE_HZ)
        assert top is not None
        low = narrow(real).astype(np.float64)
        noise = top_noise(top, low, RATE_HZ, np.random.default_rng(0))
        likeness = (noise @ noise.T)[0, 1] / np.sum(noise[0] ** 2)
        assert least <= likeness <= most + 1e-9


def test_tones_above_the_models_reach_are_not_made_hiss_nor_the_rest_louder() -> None:
    moments = np.arange(6 * RATE_HZ) / RATE_HZ
    beep = 0.3 * np.sin(2 * np.pi * 11_000.0 * moments)
    real = np.asarray(0.1 * bed(6.0) + beep, np.float32)
    made = np.asarray(0.5 * narrow(real), np.float32)
    real_low = narrow(real)
    joined = join_region(
        made,
        real,
        np.ones(real.shape[1], bool),
        START,
        END,
        rate_hz=RATE_HZ,
        gives_back_known=True,
    )
    assert joined.seam_gains_db == pytest.approx((6.0, 6.0), abs=0.3)
    inner = slice(RATE_HZ // 5, RATE_HZ)
    assert level_db(joined.audio[:, inner]) == pytest.approx(
        level_db(real_low[:, START:END][:, inner]), abs=0.5
    )


def test_a_region_made_by_a_narrow_model_is_bright_at_its_seams_and_itself_inside() -> None:
    real = bed(6.0)
    made = narrow(real)
    joined = join_region(
        made,
        real,
        np.ones(real.shape[1], bool),
        START,
        END,
        rate_hz=RATE_HZ,
        gives_back_known=True,
    )
    at_seam = joined.audio[:, 2400:12000]
    assert above_db(at_seam) == pytest.approx(above_db(real[:, 2400:12000]), abs=1.5)
    middle = slice(RATE_HZ - 2400, RATE_HZ + 2400)
    assert above_db(joined.audio[:, middle]) < above_db(real[:, :4800]) - 20.0
