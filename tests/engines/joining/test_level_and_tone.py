from __future__ import annotations

import numpy as np
import pytest

from prismdesk.engines.joining.level import gated_level_db, proposed_gain_db, seam_gains
from prismdesk.engines.joining.tone import matching_taps, tone_matched
from tests.engines.joining.sounds import RATE_HZ, band_levels_db, bed, dull, level_db, tones


def test_the_proposed_gain_brings_a_take_to_its_surroundings_pauses_apart() -> None:
    around = bed(2.0)
    take = np.concatenate([0.5 * bed(1.0, seed=2), np.zeros((1, 3 * RATE_HZ), np.float32)], axis=1)
    assert proposed_gain_db(take, [around, around], RATE_HZ) == pytest.approx(6.0, abs=0.2)
    assert proposed_gain_db(take, [around[:, :0]], RATE_HZ) is None
    assert proposed_gain_db(np.zeros_like(take), [around], RATE_HZ) is None
    assert proposed_gain_db(take[:, :0], [around], RATE_HZ) is None
    assert proposed_gain_db(take * np.float32(0.02), [around], RATE_HZ) == 30.0


def test_gated_level_leaves_out_silence() -> None:
    sound = bed(1.0, channels=2)
    level = level_db(sound) + 10 * np.log10(2)
    padded = np.concatenate([sound, np.zeros((2, RATE_HZ), np.float32)], axis=1)
    assert gated_level_db(padded, RATE_HZ) == pytest.approx(level, abs=0.1)
    assert gated_level_db(np.zeros((2, 10), np.float32), RATE_HZ) is None
    assert gated_level_db(sound[:, :7], RATE_HZ) is not None


def test_a_seam_gets_the_gain_that_the_model_lost_by_channel() -> None:
    real = bed(1.0, channels=3)
    real[2] = 0.0
    decoded = real * np.array([[0.5], [0.7], [0.6]], np.float32)
    gains = seam_gains(real, decoded, RATE_HZ)
    assert gains.tolist() == pytest.approx([2.0, 1 / 0.7, 1.65], rel=0.02)


def test_the_gain_of_a_seam_is_limited_and_needs_something_to_compare() -> None:
    real = bed(1.0)
    assert seam_gains(real, 1e-3 * real, RATE_HZ)[0] == pytest.approx(10 ** (12 / 20))
    assert seam_gains(1e-3 * real, real, RATE_HZ)[0] == pytest.approx(10 ** (-12 / 20))
    assert seam_gains(real[:, :100], 0.5 * real[:, :100], RATE_HZ)[0] == 1.0
    assert seam_gains(0 * real, real, RATE_HZ)[0] == 1.0
    assert seam_gains(real, 0 * real, RATE_HZ)[0] == 1.0


def test_what_lies_near_the_seam_counts_most() -> None:
    real = bed(3.0)
    decoded = real.copy()
    decoded[:, -RATE_HZ:] *= 0.5
    assert 1.6 < seam_gains(real, decoded, RATE_HZ)[0] < 2.0


def test_the_filter_gives_back_the_tone_that_the_model_lost() -> None:
    real = bed(1.5)
    decoded = dull(real, gain_db=0.0)
    mended = tone_matched(decoded.astype(np.float64), matching_taps(real, decoded, RATE_HZ))
    inner = slice(4800, -4800)
    before = band_levels_db(decoded[:, inner]) - band_levels_db(real[:, inner])
    after = band_levels_db(mended[:, inner]) - band_levels_db(real[:, inner])
    assert np.abs(before).max() > 6.0
    assert np.abs(after).max() < 1.0


def test_the_filter_neither_shifts_nor_exceeds_12_db() -> None:
    real = bed(1.0)
    taps = matching_taps(real, dull(dull(dull(real, gain_db=0), gain_db=0), gain_db=0), RATE_HZ)
    assert taps.shape[1] % 2 == 1
    np.testing.assert_allclose(taps, taps[:, ::-1], atol=1e-12)
    response_db = 20 * np.log10(np.abs(np.fft.rfft(taps, 8192, axis=1)))
    assert 11.0 < response_db.max() < 12.5
    wave = tones(0.5).astype(np.float64)
    same = tone_matched(wave, matching_taps(real, real, RATE_HZ))
    np.testing.assert_allclose(same[:, 4800:-4800], wave[:, 4800:-4800], atol=1e-6)


def test_too_little_known_sound_leaves_the_tone_alone() -> None:
    real = bed(0.05)
    wave = bed(0.3).astype(np.float64)
    assert matching_taps(real, dull(real), RATE_HZ).tolist() == [[1.0]]
    np.testing.assert_array_equal(tone_matched(wave, np.ones((1, 1))), wave)
