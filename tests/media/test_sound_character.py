from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
import pytest

from prismdesk.errors import Cancelled
from prismdesk.media.sound_character import (
    NOTHING,
    Character,
    character_of,
    hits_in,
    tonal_share,
)
from prismdesk.media.speech import installed_network

RATE_HZ = 48_000
_Array = npt.NDArray[np.float32]


def hiss(seconds: float, level_db: float, seed: int = 3) -> _Array:
    count = round(seconds * RATE_HZ)
    sound = np.random.default_rng(seed).normal(0, 10 ** (level_db / 20), (2, count))
    return sound.astype(np.float32)


def chord(seconds: float) -> _Array:
    times = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    notes = [220, 277.2, 329.6, 440]
    tone = sum(np.sin(2 * np.pi * note * times) for note in notes) * 0.05
    return np.stack([tone, tone]).astype(np.float32)


def steps(seconds: float, every: float) -> _Array:
    sound = hiss(seconds, -60)
    for start in np.arange(0.4, seconds - 0.2, every):
        first = round(start * RATE_HZ)
        knock = hiss(0.1, -15) * np.exp(-np.arange(round(0.1 * RATE_HZ)) / 800)
        sound[:, first : first + knock.shape[1]] += knock.astype(np.float32)
    return sound


def of(sound: _Array) -> Character:
    return character_of(sound, rate_hz=RATE_HZ, network=installed_network()).character


def test_each_kind_of_sound_is_told() -> None:
    assert of(np.zeros((2, RATE_HZ), np.float32)) is Character.SILENCE
    assert of(hiss(2, -60)) is Character.ROOM_TONE
    assert of(hiss(2, -20)) is Character.STEADY
    assert of(chord(2)) is Character.MUSIC
    assert of(steps(3, 0.5)) is Character.HITS


def test_no_sound_at_all_is_nothing() -> None:
    empty = np.zeros((2, 0), np.float32)
    assert character_of(empty, rate_hz=RATE_HZ, network=None) is NOTHING


def test_hits_are_counted() -> None:
    sound = character_of(steps(3, 0.5), rate_hz=RATE_HZ, network=None)
    assert sound.hit_count == 5
    assert hits_in(hiss(2, -20)[0]) == 0


def test_the_level_is_that_of_the_standard() -> None:
    # BS.1770: 997 Hz at full scale in one channel reads -3.01 LKFS.
    times = np.arange(2 * RATE_HZ) / RATE_HZ
    tone = np.sin(2 * np.pi * 997 * times).astype(np.float32)[None]
    assert character_of(tone, rate_hz=RATE_HZ, network=None).level_lufs == pytest.approx(
        -3.01, abs=0.05
    )


def test_without_the_model_speech_is_not_guessed() -> None:
    heard = character_of(hiss(1, -20), rate_hz=RATE_HZ, network=None)
    assert heard.speech is None
    assert heard.speech_seconds == 0.0


def test_short_and_odd_sounds_have_a_character_too() -> None:
    for samples in (1, 7, 300, 2000, 9000):
        sound = hiss(1, -20)[:, :samples]
        heard = character_of(sound, rate_hz=RATE_HZ, network=installed_network())
        assert math.isfinite(heard.level_lufs)
        assert tonal_share(sound[0]) == pytest.approx(0.0, abs=0.2)


def test_it_stops_when_told() -> None:
    with pytest.raises(Cancelled):
        character_of(hiss(1, -20), rate_hz=RATE_HZ, network=None, cancelled=lambda: True)
