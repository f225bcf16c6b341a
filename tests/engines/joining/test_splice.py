from __future__ import annotations

import numpy as np

from prismdesk.engines.joining.extrapolation import extrapolate
from prismdesk.engines.joining.splice import splice
from tests.engines.joining.sounds import RATE_HZ, Block, bed, level_db, tones

NOTHING = np.zeros((1, 0), np.float32)


def spliced(made: Block, before: Block, after: Block = NOTHING, seed: int = 0) -> Block:
    return splice(made, before, after, rate_hz=RATE_HZ, generator=np.random.default_rng(seed))


def test_noise_goes_on_as_noise_at_its_level_and_bend() -> None:
    past = bed(0.5).astype(np.float64)
    levels = []
    for seed in range(20):
        more = extrapolate(past, 1920, RATE_HZ, np.random.default_rng(seed))
        levels.append(float(np.mean(more.sound[:, 960:] ** 2)))
        assert more.foreseen < 0.3
    assert abs(10 * np.log10(np.mean(levels)) - level_db(bed(0.5))) < 1.0


def test_tones_are_foreseen_in_phase() -> None:
    past = tones(0.5).astype(np.float64)
    more = extrapolate(past, 1920, RATE_HZ, np.random.default_rng(0))
    wanted = tones(0.04, first=past.shape[1])
    assert np.abs(more.sound - wanted)[:, :960].max() < 0.06
    assert more.foreseen > 0.9


def test_a_sound_that_dies_away_is_not_carried_on_loud() -> None:
    past = bed(0.5).astype(np.float64)
    past[:, -1920:] *= np.geomspace(1.0, 0.01, 1920)
    more = extrapolate(past, 1920, RATE_HZ, np.random.default_rng(0))
    assert level_db(np.asarray(more.sound, np.float32)) < level_db(bed(0.5)) - 20.0


def test_channels_in_common_stay_in_common() -> None:
    past = np.repeat(bed(0.5), 2, axis=0).astype(np.float64)
    more = extrapolate(past, 1000, RATE_HZ, np.random.default_rng(0)).sound
    np.testing.assert_allclose(more[0], more[1], atol=1e-9)


def test_an_offset_is_carried_on() -> None:
    past = bed(0.5).astype(np.float64) * 0.01 + 0.3
    more = extrapolate(past, 500, RATE_HZ, np.random.default_rng(0)).sound
    assert abs(more.mean() - 0.3) < 0.01


def test_silence_and_next_to_nothing_are_carried_on() -> None:
    for samples in (3, 97, 5000):
        more = extrapolate(np.zeros((2, samples)), 300, RATE_HZ, np.random.default_rng(0))
        assert not more.sound.any()
        short = extrapolate(np.ones((1, samples)), 10, RATE_HZ, np.random.default_rng(0)).sound
        np.testing.assert_allclose(short, 1.0)


def test_no_step_where_a_plain_cut_would_click() -> None:
    real = tones(0.5)
    made = -tones(0.5, first=real.shape[1])
    joined = spliced(made, real)
    step = abs(float(joined[0, 0] - real[0, -1]))
    assert abs(float(made[0, 0] - real[0, -1])) > 0.05
    assert step <= np.abs(np.diff(real)).max() * 1.05


def test_both_ends_join_and_the_middle_is_untouched() -> None:
    before, made, after = bed(0.5), bed(0.5, seed=2), bed(0.5, seed=3)
    joined = spliced(made, before, after)
    np.testing.assert_array_equal(joined[:, 1920:-1920], made[:, 1920:-1920])
    assert not np.array_equal(joined[:, :480], made[:, :480])
    assert not np.array_equal(joined[:, -480:], made[:, -480:])
    levels = [level_db(joined[:, at : at + 960]) for at in (0, 480, 960)]
    assert min(levels) > level_db(made) - 2.0
    mirrored = spliced(made[:, ::-1], after[:, ::-1], before[:, ::-1])
    assert level_db(mirrored[:, :960]) > level_db(made) - 2.0


def test_ends_without_sound_outside_fade_briefly() -> None:
    made = bed(0.5)
    joined = spliced(made, NOTHING)
    assert abs(float(joined[0, 0])) < 1e-4
    assert abs(float(joined[0, -1])) < 1e-4
    np.testing.assert_array_equal(joined[:, 240:-240], made[:, 240:-240])


def test_real_neighbours_far_louder_die_into_what_was_made() -> None:
    joined = spliced(0.01 * bed(0.5, seed=2), bed(0.5))
    levels = [level_db(joined[:, at : at + 480]) for at in (0, 480, 2400)]
    assert levels[0] > levels[1] > levels[2]
