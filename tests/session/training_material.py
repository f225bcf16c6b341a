"""Sounds for training sets: knocks that nothing is wrong with, and ways to spoil them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from prismdesk.adapters.training_set import TrainingPair, TrainingSet, write_set
from prismdesk.session.training_sets_sounds import keep_sound

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    Sound = npt.NDArray[np.float32]

RATE_HZ = 44_100


def hiss(seconds: float, level_db: float, seed: int = 1) -> Sound:
    """Return white noise, float32 (1, samples)."""
    random = np.random.default_rng(seed)
    sound = random.normal(0, 10 ** (level_db / 20), (1, round(seconds * RATE_HZ)))
    return sound.astype(np.float32)


def knock(seed: int = 1, *, at: float = 0.3, seconds: float = 1.5, level_db: float = -18) -> Sound:
    """Return a knock that dies away over room tone; each seed sounds a little different."""
    sound = hiss(seconds, -58, seed)
    length = round((seconds - at) * RATE_HZ)
    decay = np.exp(-np.arange(length) / (RATE_HZ * (0.05 + 0.01 * (seed % 7))))
    sound[0, -length:] += hiss(length / RATE_HZ, level_db, seed + 1000)[0, :length] * decay
    return sound.astype(np.float32)


def a_pair(
    folder: Path, key: str, sound: Sound, rate_hz: int = RATE_HZ, **values: Any
) -> TrainingPair:
    """Return a pair that nothing is wrong with, its sound written."""
    pair = TrainingPair(
        key=key,
        name=key,
        sound=keep_sound(folder, key, sound, rate_hz),
        length_seconds=sound.shape[1] / rate_hz,
        prompt="a knock on wood",
        licence="CC0",
    )
    return replace(pair, **values)


def good_pairs(folder: Path, count: int = 17) -> list[TrainingPair]:
    """Return pairs that nothing is wrong with; every sixth is held out."""
    return [
        a_pair(folder, f"k{n}", knock(n), split="hold out" if n % 6 == 5 else "train")
        for n in range(count)
    ]


def a_set(folder: Path, *pairs: TrainingPair, **values: Any) -> TrainingSet:
    """Write a set and return it."""
    made = TrainingSet(name="knocks", pairs=pairs, **values)
    write_set(folder, made)
    return made
