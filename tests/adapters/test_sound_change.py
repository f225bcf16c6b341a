from __future__ import annotations

import numpy as np
import pytest

from prismdesk.adapters.sound_change import FADE_SECONDS, SoundChange, change_of, changed
from prismdesk.adapters.training_set import TrainingSetError

RATE_HZ = 1000
RAMP = (np.arange(1, 4001)[None] / 4000).astype(np.float32)


def after(*changes: SoundChange) -> np.ndarray:
    return changed(RAMP, RATE_HZ, changes)


@pytest.mark.parametrize(
    "change",
    [
        SoundChange("gain", -3.25),
        SoundChange("keep", 0.5, 1.75),
        SoundChange("lead", 1.0),
        SoundChange("mute", 0.123456789, 2.0),
        SoundChange("cut", 0.0, 1e-3),
    ],
)
def test_a_change_is_read_as_it_was_written(change: SoundChange) -> None:
    assert change_of(change.text) == change


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gain",
        "gain x",
        "gain nan",
        "keep 1",
        "keep 2 1",
        "lead -1",
        "mute -1 2",
        "boil 1",
        "cut 1 2 3",
    ],
)
def test_what_is_no_change_is_refused(text: str) -> None:
    with pytest.raises(TrainingSetError):
        change_of(text) if text else change_of("nothing at all")


def test_a_gain_is_in_decibels() -> None:
    np.testing.assert_allclose(after(SoundChange("gain", 20.0)), RAMP * 10, rtol=1e-6)


def test_what_is_kept_stays_where_it_is_but_for_short_fades() -> None:
    kept = after(SoundChange("keep", 1.0, 3.0))
    assert kept.shape == (1, 2000)
    np.testing.assert_array_equal(kept[:, 10:-10], RAMP[:, 1010:2990])
    assert abs(kept[0, 0]) < abs(RAMP[0, 1000]) / 2
    assert abs(kept[0, -1]) < abs(RAMP[0, 2999]) / 2


def test_an_end_that_was_not_cut_has_no_fade() -> None:
    kept = after(SoundChange("keep", 0.0, 3.0))
    assert kept[0, 0] == RAMP[0, 0]
    assert after(SoundChange("keep", 1.0, 4.0))[0, -1] == RAMP[0, -1]


def test_silence_comes_in_front() -> None:
    led = after(SoundChange("lead", 0.5))
    assert not led[:, :500].any()
    np.testing.assert_array_equal(led[:, 500:], RAMP)


def test_what_is_muted_is_silent_and_the_rest_is_as_it_was() -> None:
    muted = after(SoundChange("mute", 1.0, 2.0))
    fade = round(FADE_SECONDS * RATE_HZ)
    assert not muted[:, 1000:2000].any()
    np.testing.assert_array_equal(muted[:, : 1000 - fade], RAMP[:, : 1000 - fade])
    np.testing.assert_array_equal(muted[:, 2000 + fade :], RAMP[:, 2000 + fade :])
    assert 0 < muted[0, 995] < RAMP[0, 995]


def test_what_is_cut_out_is_joined_with_a_crossfade() -> None:
    cut = after(SoundChange("cut", 1.0, 3.0))
    fade = round(FADE_SECONDS * RATE_HZ)
    assert cut.shape == (1, 2000 - fade)
    np.testing.assert_array_equal(cut[:, : 1000 - fade], RAMP[:, : 1000 - fade])
    np.testing.assert_array_equal(cut[:, 1000:], RAMP[:, 3000 + fade :])
    between = cut[0, 1000 - fade : 1000]
    assert (np.diff(between) > 0).all()
    assert RAMP[0, 1000 - fade] < between[0] < between[-1] < RAMP[0, 3000 + fade]


def test_changes_are_done_one_after_the_other() -> None:
    both = after(SoundChange("lead", 1.0), SoundChange("keep", 0.5, 2.0))
    assert not both[:, :500].any()
    np.testing.assert_array_equal(both[0, 500:1490], RAMP[0, :990])


@pytest.mark.parametrize(
    ("change", "moves", "is_elsewhere"),
    [
        (SoundChange("keep", 0.5, 2.0), 0.5, True),
        (SoundChange("keep", 0.0, 2.0), 0.0, False),
        (SoundChange("lead", 1.0), -1.0, True),
        (SoundChange("cut", 1.0, 2.0), 0.0, True),
        (SoundChange("gain", 3.0), 0.0, False),
        (SoundChange("mute", 1.0, 2.0), 0.0, False),
    ],
)
def test_a_change_tells_where_the_film_goes(
    change: SoundChange, moves: float, is_elsewhere: bool
) -> None:
    assert change.start_moves_seconds == moves
    assert change.moves_time is is_elsewhere
