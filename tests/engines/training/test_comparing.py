from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.training.comparing import Comparison
from prismdesk.engines.training.metrics import METRIC_BY_KEY
from prismdesk.engines.training.set_profile import SetProfile
from prismdesk.media.onsets import find_onsets

if TYPE_CHECKING:
    from prismdesk.engines.sound import AudioBlock

RATE_HZ = 16_000


def _hits(shift_seconds: float = 0.0, seconds: float = 3.0) -> AudioBlock:
    sound = np.zeros(round(seconds * RATE_HZ))
    burst = np.random.default_rng(0).standard_normal(800) * np.exp(-np.arange(800) / 150)
    for start in (0.5, 1.2, 2.0):
        first = round((start + shift_seconds) * RATE_HZ)
        sound[first : first + 800] += 0.5 * burst
    return np.asarray(sound[None], np.float32)


def test_hits_that_come_late_are_late_by_so_many_milliseconds() -> None:
    found = Comparison(find_onsets=find_onsets).metrics(_hits(0.03), _hits(), RATE_HZ)

    assert abs(found["onset_error_ms"] - 30.0) < 2.0


def test_every_measure_is_taken_with_a_profile_and_onsets() -> None:
    profile = SetProfile.of([_hits()], RATE_HZ)

    found = Comparison(profile, find_onsets).metrics(_hits(), _hits(), RATE_HZ)

    assert set(found) == set(METRIC_BY_KEY)
    assert found["onset_error_ms"] == found["log_mel_distance_db"] == 0.0
    assert found["set_distance_db"] < 1e-6


def test_what_comes_after_the_reference_does_not_count() -> None:
    loud = np.concatenate([_hits(), np.ones((1, RATE_HZ), np.float32)], axis=1)

    assert Comparison().metrics(loud, _hits(), RATE_HZ) == Comparison().metrics(
        _hits(), _hits(), RATE_HZ
    )


def test_silence_measures_nothing() -> None:
    silence = np.zeros((1, RATE_HZ), np.float32)
    profile = SetProfile.of([_hits()], RATE_HZ)

    assert Comparison(profile, find_onsets).metrics(silence, _hits(), RATE_HZ) == {}
