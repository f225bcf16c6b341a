from __future__ import annotations

import numpy as np
import pytest

from prismdesk.media.fades import fade_in_gains
from prismdesk.media.seams import (
    CLICK_LIMIT,
    LEVEL_LIMIT_DB,
    SPECTRAL_LIMIT_DB,
    SeamFigures,
    SeamLimits,
    measure_seam,
    usual_limits,
)
from prismdesk.project.model import FadeShape
from tests.media_files import noise

RATE_HZ = 48_000
HALF = RATE_HZ // 2


def rushing(seed: int = 1, channels: int = 2) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """A second of even noise, as soft as air."""
    sound = 0.1 * np.random.default_rng(seed).standard_normal((channels, RATE_HZ))
    return sound.astype(np.float32)


def figures(whole: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> SeamFigures:
    return measure_seam(whole[:, :HALF], whole[:, HALF:], RATE_HZ)


def test_even_sound_has_no_seam() -> None:
    found = figures(rushing())
    assert found.level_step_db == pytest.approx(0.0, abs=0.5)
    assert found.click_ratio is not None
    assert found.click_ratio < CLICK_LIMIT
    assert found.spectral_db is not None
    assert found.spectral_db < 2.5
    assert SeamLimits().exceeded(found) == ()


@pytest.mark.parametrize("step_db", [-6.0, -2.0, 3.0])
def test_a_step_in_level_is_told_with_its_sign(step_db: float) -> None:
    whole = rushing()
    whole[:, HALF:] *= 10.0 ** (step_db / 20.0)
    found = figures(whole)
    assert found.level_step_db == pytest.approx(step_db, abs=0.5)
    assert "level step" in SeamLimits().exceeded(found)
    assert found.spectral_db == pytest.approx(figures(rushing()).spectral_db, abs=0.01)


def test_a_short_hit_beside_the_seam_is_no_step_in_level() -> None:
    whole = rushing()
    whole[:, HALF + 1000 : HALF + 2000] *= 8.0
    step_db = figures(whole).level_step_db
    assert step_db is not None
    assert abs(step_db) < LEVEL_LIMIT_DB


def test_a_jump_in_a_soft_slope_is_a_click_and_a_fade_takes_it_away() -> None:
    place = np.arange(RATE_HZ) / RATE_HZ
    before = 0.5 * np.sin(2 * np.pi * 100 * place)[None].astype(np.float32)
    after = 0.5 * np.sin(2 * np.pi * 100 * place + 1.5)[None].astype(np.float32)
    cut = np.concatenate([before[:, :HALF], after[:, HALF:]], axis=1)
    ratio = figures(cut).click_ratio
    assert ratio is not None
    assert ratio > 20.0
    faded = cut.copy()
    rise = fade_in_gains(960, FadeShape.EQUAL_POWER, 0, 960)
    span = slice(HALF, HALF + 960)
    faded[:, span] = after[:, span] * rise + before[:, span] * rise[::-1]
    softened = figures(faded).click_ratio
    assert softened is not None
    assert softened < CLICK_LIMIT


def test_another_timbre_is_far_whatever_its_level() -> None:
    whole = rushing()
    dull = np.cumsum(whole[:, HALF:], axis=1)
    dull -= dull.mean(axis=1, keepdims=True)
    whole[:, HALF:] = dull * (whole[:, :HALF].std() / dull.std())
    found = figures(whole)
    assert found.spectral_db is not None
    assert found.spectral_db > SPECTRAL_LIMIT_DB
    assert "spectral distance" in SeamLimits().exceeded(found)


def test_silence_on_one_side_is_compared_with_nothing() -> None:
    whole = rushing()
    whole[:, :HALF] = 0.0
    found = figures(whole)
    assert found.level_step_db is None
    assert found.spectral_db is None
    assert found.click_ratio is not None
    assert SeamLimits().exceeded(found) == ("click",) or found.click_ratio < CLICK_LIMIT


def test_too_little_sound_is_not_measured() -> None:
    sound = rushing()
    found = measure_seam(sound[:, :0], sound, RATE_HZ)
    assert found == SeamFigures()
    short = measure_seam(sound[:, :HALF], sound[:, :480], RATE_HZ)
    assert short.level_step_db is None
    assert short.click_ratio is not None


def test_reversed_it_is_the_same_seam() -> None:
    whole = noise(2, RATE_HZ, seed=3)
    whole[:, HALF:] *= 0.5
    there = figures(whole)
    back = measure_seam(whole[:, HALF:][:, ::-1], whole[:, :HALF][:, ::-1], RATE_HZ)
    assert there.level_step_db is not None
    assert back.level_step_db == pytest.approx(-there.level_step_db, abs=0.1)
    assert back.click_ratio == pytest.approx(there.click_ratio, abs=0.3)


def test_samples_that_are_no_numbers_count_as_silence() -> None:
    whole = rushing()
    whole[0, HALF + 40] = np.nan
    assert np.isfinite(figures(whole).level_step_db or np.nan)


class TestLimits:
    def test_steady_surroundings_leave_the_lowest(self) -> None:
        limits = usual_limits([rushing(1), rushing(2)], RATE_HZ)
        assert limits == SeamLimits()
        assert not limits.is_raised

    def test_surroundings_that_come_and_go_raise_them(self) -> None:
        restless = rushing()
        for place in range(0, RATE_HZ, 24_000):
            restless[:, place : place + 12_000] *= 10.0
        limits = usual_limits([restless, rushing(2)], RATE_HZ)
        assert limits.level_step_db > 5.0
        assert limits.is_raised
        assert limits.click_ratio == CLICK_LIMIT

    def test_too_little_of_them_says_nothing(self) -> None:
        assert usual_limits([], RATE_HZ) == SeamLimits()
        assert usual_limits([rushing()[:, :5000]], RATE_HZ) == SeamLimits()

    def test_a_figure_that_reads_like_its_limit_is_within_it(self) -> None:
        limits = SeamLimits(level_step_db=4.12)
        assert limits.exceeded(SeamFigures(level_step_db=4.149)) == ()
        assert limits.exceeded(SeamFigures(level_step_db=-4.16)) == ("level step",)
