"""Short gaps: prediction from both sides."""

from __future__ import annotations

import numpy as np
import pytest

from prismdesk.engines.joining.linear_prediction import GapEquations, fit_model, simulate
from tests.engines.ambience.sounds import (
    RATE_HZ,
    fill,
    level_db,
    noise_bed,
    seconds,
    snr_db,
    tone,
)


def test_burg_finds_the_poles_of_a_known_process() -> None:
    wanted = np.array([1.0, -1.6, 0.9])
    generator = np.random.default_rng(2)
    model = fit_model([np.zeros(0), simulate_second_order(generator, 20_000)], 2)
    assert np.allclose(model.coefficients, wanted, atol=0.02)
    assert model.variance == pytest.approx(1.0, rel=0.05)


def simulate_second_order(generator: np.random.Generator, count: int) -> np.ndarray:
    from scipy.signal import lfilter

    return np.asarray(lfilter([1.0], [1.0, -1.6, 0.9], generator.standard_normal(count)))


def test_gap_equations_leave_the_least_prediction_error() -> None:
    generator = np.random.default_rng(4)
    sound = simulate_second_order(generator, 400)
    model = fit_model([sound], 2)
    solved = GapEquations(model, 10).solve(sound[:200], sound[210:])

    def error(gap: np.ndarray) -> float:
        whole = np.concatenate([sound[:200], gap, sound[210:]])
        return float(np.sum(np.convolve(whole, model.coefficients, "valid") ** 2))

    least = error(solved)
    for index in range(10):
        for step in (-0.01, 0.01):
            moved = solved.copy()
            moved[index] += step
            assert error(moved) > least


def test_simulation_has_the_power_of_the_model() -> None:
    generator = np.random.default_rng(5)
    sound = simulate_second_order(generator, 30_000)
    drawn = simulate(30_000, fit_model([sound], 2), generator)
    assert abs(level_db(drawn) - level_db(sound)) < 0.5


def test_a_chord_is_mended_far_better_than_by_a_line() -> None:
    sound = tone(1.0, 220.0) + tone(1.0, 277.2) + tone(1.0, 1661.0, amplitude=0.03)
    sound += noise_bed(1.0) * np.float32(0.003)
    start, end = seconds(0.5), seconds(0.52)
    mended = fill(sound, start, end)
    assert snr_db(sound[:, start:end], mended) > 20.0


@pytest.mark.parametrize("length_ms", [5, 20])
def test_a_resonance_is_mended_better_than_by_a_line(length_ms: int) -> None:
    generator = np.random.default_rng(6)
    gains = []
    sound = 0.01 * simulate_second_order(generator, RATE_HZ).astype(np.float32)[None]
    for start in range(3000, 13_000, 2000):
        end = start + seconds(length_ms / 1000)
        share = np.arange(1, end - start + 1) / (end - start + 1)
        line = sound[:, start - 1 : start] * (1 - share) + sound[:, end : end + 1] * share
        truth = sound[:, start:end]
        gains.append(snr_db(truth, fill(sound, start, end, variation=0.0)) - snr_db(truth, line))
    assert np.mean(gains) > 0.5


def test_noise_keeps_its_level_across_a_long_dropout() -> None:
    sound = noise_bed(2.0)
    start, end = seconds(1.0), seconds(1.06)
    natural = fill(sound, start, end)
    middle = slice((end - start) // 4, -(end - start) // 4)
    assert abs(level_db(natural[:, middle]) - level_db(sound)) < 2.0
    likeliest = fill(sound, start, end, variation=0.0)
    assert level_db(likeliest[:, middle]) < level_db(sound) - 5.0


def test_channels_that_agree_stay_in_agreement() -> None:
    one = noise_bed(1.0) + tone(1.0, 300.0)
    sound = np.concatenate([one, 0.5 * one]).astype(np.float32)
    mended = fill(sound, seconds(0.5), seconds(0.53))
    assert np.allclose(mended[0], 2.0 * mended[1], atol=1e-4)


def test_a_dropout_at_the_start_is_mended_from_the_right_alone() -> None:
    sound = tone(0.5, 500.0) + noise_bed(0.5) * np.float32(0.001)
    mended = fill(sound, 0, 160)
    assert snr_db(sound[:, :160], mended) > 20.0


def test_clipped_sound_is_not_blown_up() -> None:
    sound = np.clip(tone(1.0, 100.0, amplitude=3.0), -1.0, 1.0)
    mended = fill(sound, seconds(0.5), seconds(0.55))
    assert np.abs(mended).max() <= 1.26
