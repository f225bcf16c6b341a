from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.peaks import PeakPyramid, PeakWriter
from prismdesk.ui.waves import Columns, PeakedWave, SampledWave, draw_columns, joined
from tests.ui.scenes import ASine

if TYPE_CHECKING:
    from pathlib import Path

WHITE = (255, 255, 255)
GREY = (100, 100, 100)


def columns_of(low: list[float], high: list[float], rms: list[float]) -> Columns:
    as_row = [np.array([values], dtype=np.float32) for values in (low, high, rms)]
    return Columns(*as_row)


def test_columns_are_the_extremes_and_the_rms() -> None:
    sine = SampledWave(ASine()).columns(0, 4_800, 3)

    np.testing.assert_allclose(sine.highest, 0.5, atol=1e-4)
    np.testing.assert_allclose(sine.lowest, -0.5, atol=1e-4)
    np.testing.assert_allclose(sine.rms, 0.5 / np.sqrt(2), atol=1e-4)


def test_columns_outside_the_sound_are_silent() -> None:
    sine = SampledWave(ASine()).columns(-9_600, 4_800, 3)

    assert not sine.highest[:, :2].any()
    assert sine.highest[:, 2].all()


def test_wave_from_peaks_is_the_wave_from_samples(tmp_path: Path) -> None:
    sound = ASine()
    with PeakWriter(tmp_path / "sine.peaks", channels=2) as writer:
        writer.add(sound.read(0, sound.length_samples))
    peaks = PeakPyramid.open(tmp_path / "sine.peaks")
    exact, drawn = SampledWave(sound), PeakedWave(sound, peaks)
    for start, samples_per_px in ((0, 100), (-10_240, 1_024), (777, 2_048), (400_000, 5_000)):
        one = exact.columns(start, samples_per_px, 64)
        other = drawn.columns(start, samples_per_px, 64)
        # An entry that lies across two columns may be counted to its neighbour.
        np.testing.assert_allclose(other.highest[:, 20:60], one.highest[:, 20:60], atol=0.01)
        assert other.rms.shape == one.rms.shape == (2, 64)
    peaks.close()


def test_joined_columns_reach_their_neighbours() -> None:
    wave = joined(columns_of([-0.1, 0.5], [0.1, 0.9], [0.0, 0.0]))

    assert wave.highest[0, 0] == np.float32(0.5)


def test_full_scale_fills_the_height_and_silence_is_a_line() -> None:
    wave = columns_of([-1.0, 0.0], [1.0, 0.0], [0.7, 0.0])

    alpha = draw_columns(wave, 40, peak_rgb=GREY, rms_rgb=WHITE) >> np.uint32(24)

    assert (alpha[1:-1, 0] == 255).all()
    assert 0 < alpha[:, 1].sum() <= 2 * 255
    assert alpha[19:21, 1].all()


def test_louder_core_has_the_second_colour() -> None:
    wave = columns_of([-1.0], [1.0], [0.5])

    picture = draw_columns(wave, 40, peak_rgb=GREY, rms_rgb=WHITE)

    assert picture[20, 0] == 0xFFFFFFFF
    assert picture[3, 0] == 0xFF646464


def test_channels_lie_one_below_the_other() -> None:
    silent, loud = np.zeros((1, 1), np.float32), np.ones((1, 1), np.float32)
    wave = Columns(
        np.concatenate([silent, -loud]),
        np.concatenate([silent, loud]),
        np.zeros((2, 1), np.float32),
    )

    alpha = draw_columns(wave, 41, peak_rgb=GREY, rms_rgb=WHITE) >> np.uint32(24)

    assert alpha[:8].sum() == 0
    assert (alpha[25:36] == 255).all()
