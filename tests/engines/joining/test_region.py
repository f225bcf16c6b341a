from __future__ import annotations

import numpy as np
import pytest

from prismdesk.engines.joining.region import JoinedRegion, join_region
from prismdesk.errors import Cancelled
from tests.engines.joining.sounds import (
    RATE_HZ,
    Block,
    band_levels_db,
    bed,
    dull,
    level_db,
    tones,
)

START, END = 2 * RATE_HZ, 4 * RATE_HZ
FRAME = 1536


def rendition(real: Block, new: Block) -> Block:
    """What a dull model makes of a sound with something new in the region."""
    whole = real.copy()
    whole[:, START:END] = new
    return dull(whole)


def join(
    made: Block,
    real: Block,
    *,
    gives_back_known: bool = True,
    guard_samples: int = 0,
    seed: int = 0,
) -> JoinedRegion:
    return join_region(
        made,
        real,
        np.ones(real.shape[1], bool),
        START,
        END,
        rate_hz=RATE_HZ,
        gives_back_known=gives_back_known,
        guard_samples=guard_samples,
        seed=seed,
    )


def heard(real: Block, joined: JoinedRegion) -> Block:
    whole = real.copy()
    whole[:, START:END] = joined.audio
    return whole


def test_a_soft_and_dull_rendition_of_noise_is_level_and_bright_at_both_seams() -> None:
    real = bed(6.0)
    joined = join(rendition(real, bed(2.0, seed=9)), real, guard_samples=3 * FRAME)
    whole = heard(real, joined)
    inside = RATE_HZ // 5
    usual = band_levels_db(real[:, :START])
    for outer, inner in (
        (slice(START - inside, START), slice(START, START + inside)),
        (slice(END, END + inside), slice(END - inside, END)),
    ):
        assert abs(level_db(whole[:, inner]) - level_db(whole[:, outer])) < 1.0
        tone = band_levels_db(whole[:, inner]) - usual
        assert np.abs(tone[2:]).max() < 2.5
    assert joined.seam_gains_db == pytest.approx((8.8, 8.8), abs=0.7)


def test_level_stays_even_through_the_crossing() -> None:
    real = bed(6.0)
    whole = heard(real, join(rendition(real, bed(2.0, seed=9)), real))
    steps = [level_db(whole[:, at : at + 960]) for at in range(START - 4800, START + 9600, 960)]
    usual = [level_db(real[:, at : at + 960]) for at in range(0, START, 960)]
    assert max(np.abs(np.array(steps) - np.mean(usual))) < 2.0


def test_the_middle_keeps_its_own_tone_and_takes_only_the_gain() -> None:
    real = bed(6.0)
    made = rendition(real, bed(2.0, seed=9))
    joined = join(made, real)
    middle = slice(RATE_HZ - 200, RATE_HZ + 200)
    gains = joined.audio[:, middle] / made[:, START:END][:, middle]
    gain_db = np.mean([gain for gain in joined.seam_gains_db if gain is not None])
    np.testing.assert_allclose(20 * np.log10(np.median(gains)), gain_db, atol=0.3)


def test_sound_of_the_models_own_keeps_its_level_and_a_gain_is_proposed() -> None:
    real = bed(6.0)
    made = np.asarray(0.25 * bed(6.0, seed=4), np.float32)
    joined = join(made, real, gives_back_known=False)
    inner = slice(RATE_HZ // 10, -RATE_HZ // 10)
    np.testing.assert_array_equal(joined.audio[:, inner], made[:, START:END][:, inner])
    assert joined.proposed_gain_db == pytest.approx(12.0, abs=0.3)
    assert joined.seam_gains_db == (None, None)


def test_steady_tones_go_on_without_step_or_dip() -> None:
    real = tones(6.0)
    joined = join(np.asarray(0.5 * real, np.float32), real)
    whole = heard(real, joined)
    steepest = np.abs(np.diff(real)).max()
    for edge in (START, END):
        assert np.abs(np.diff(whole[:, edge - 5 : edge + 5])).max() <= steepest * 1.02
        levels = [level_db(whole[:, at : at + 2400]) for at in range(edge - 9600, edge + 9600, 600)]
        assert max(levels) - min(levels) < 1.5


def test_nothing_known_at_one_end_takes_the_gain_of_the_other() -> None:
    real = bed(6.0)
    made = rendition(real, bed(2.0, seed=9))
    valid = np.arange(real.shape[1]) < START
    joined = join_region(
        made, real, valid, START, END, rate_hz=RATE_HZ, gives_back_known=True, seed=1
    )
    assert joined.seam_gains_db[1] is None
    assert joined.seam_gains_db[0] == pytest.approx(8.8, abs=0.7)
    assert level_db(joined.audio[:, -24000:-600]) == pytest.approx(level_db(real), abs=1.5)
    assert np.abs(joined.audio[:, -1]).max() < 1e-3


def test_the_guard_keeps_half_known_sound_out_of_the_comparison() -> None:
    real = bed(6.0)
    made = rendition(real, bed(2.0, seed=9))
    made[:, START - 3 * FRAME : START] *= 4.0
    made[:, END : END + 3 * FRAME] *= 4.0
    guarded = join(made, real, guard_samples=3 * FRAME)
    assert guarded.seam_gains_db == pytest.approx((8.8, 8.8), abs=0.7)
    assert join(made, real).seam_gains_db != pytest.approx((8.8, 8.8), abs=2.0)


def test_a_hole_in_the_surroundings_ends_what_is_known() -> None:
    real = bed(6.0)
    made = rendition(real, bed(2.0, seed=9))
    valid = np.ones(real.shape[1], bool)
    valid[: START - 9600] = False
    loud = made.copy()
    loud[:, : START - 9600] *= 50.0
    one, other = (
        join_region(m, real, valid, START, END, rate_hz=RATE_HZ, gives_back_known=True)
        for m in (made, loud)
    )
    np.testing.assert_array_equal(one.audio, other.audio)


def test_silent_surroundings_change_nothing_but_the_ends() -> None:
    made = bed(6.0)
    joined = join(made, np.zeros_like(made))
    inner = slice(RATE_HZ // 10, -RATE_HZ // 10)
    np.testing.assert_array_equal(joined.audio[:, inner], made[:, START:END][:, inner])
    assert joined.proposed_gain_db is None
    assert np.isfinite(joined.audio).all()


@pytest.mark.parametrize("length", [1, 2, 7, 100, 2000])
def test_the_shortest_regions_are_joined(length: int) -> None:
    real = bed(1.0, channels=2)
    made = dull(real)
    valid = np.ones(real.shape[1], bool)
    joined = join_region(
        made, real, valid, 9000, 9000 + length, rate_hz=RATE_HZ, gives_back_known=True
    )
    assert joined.audio.shape == (2, length)
    assert joined.audio.dtype == np.float32
    assert np.isfinite(joined.audio).all()


def test_the_same_seed_gives_the_same_samples_and_no_input_is_changed() -> None:
    real, made = bed(6.0, channels=2), bed(6.0, seed=3, channels=2)
    copies = real.copy(), made.copy()
    one, two, three = join(made, real, seed=5), join(made, real, seed=5), join(made, real, seed=6)
    np.testing.assert_array_equal(one.audio, two.audio)
    assert not np.array_equal(one.audio, three.audio)
    np.testing.assert_array_equal(real, copies[0])
    np.testing.assert_array_equal(made, copies[1])


def test_joining_can_be_cancelled() -> None:
    sound = bed(1.0)
    answers = iter((False, False, True))
    with pytest.raises(Cancelled):
        join_region(
            sound,
            sound,
            np.ones(sound.shape[1], bool),
            9000,
            20000,
            rate_hz=RATE_HZ,
            gives_back_known=True,
            cancelled=lambda: next(answers),
        )
    assert next(answers, None) is None


def test_shapes_that_do_not_agree_are_refused() -> None:
    sound = bed(1.0)
    valid = np.ones(sound.shape[1], bool)
    for start, end in ((0, sound.shape[1] + 1), (-1, 5), (5, 5)):
        with pytest.raises(ValueError, match="no region"):
            join_region(sound, sound, valid, start, end, rate_hz=RATE_HZ, gives_back_known=False)
