"""The sounds of a training set on disk: named by their content, so that none is ever changed.

What is changed is written anew under another name; the old one stays until ``delete_unused``, so
that a step back is a matter of the set's file alone.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.adapters.sound_change import changed
from prismdesk.adapters.training_set import FEATURES, MASKS, SOUNDS, TrainingSetError
from prismdesk.jobs.spec import inside
from prismdesk.media.errors import writing
from prismdesk.media.wav import WavWriter, map_wav

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prismdesk.adapters.sound_change import SoundChange
    from prismdesk.adapters.training_set import TrainingPair, TrainingSet
    from prismdesk.media.audio import AudioBlock

_HASH_DIGITS = 12
_MOST_MASKS = 400
_OURS = re.compile(r"[a-z0-9-]+-[0-9a-f]{12}\.(wav|npz)", re.ASCII)
_OUR_MASKS = re.compile(r"[0-9a-f]{32}\.png", re.ASCII)


def keep_sound(folder: Path, key: str, sound: AudioBlock, rate_hz: int) -> str:
    """Write a sound into a set; return its path there.

    Args:
        folder: of the set.
        key: of the pair, which the file's name begins with.
        sound: float32 (channels, samples).
        rate_hz: its rate.

    Raises:
        TrainingSetError: it is empty.
        MediaWorkError: the disk refused.
    """
    if not sound.size:
        raise TrainingSetError(f"No sound is left of {key}; leave it as it is or remove it.")
    sound = np.ascontiguousarray(sound, np.float32)
    content = hashlib.sha256(f"{rate_hz} {sound.shape}".encode() + sound.tobytes()).hexdigest()
    name = f"{SOUNDS}/{key}-{content[:_HASH_DIGITS]}.wav"
    path = folder / name
    if not path.exists():
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        with WavWriter(path, rate_hz=rate_hz, channels=sound.shape[0]) as writer:
            writer.write(sound)
    return name


def read_sound(folder: Path, pair: TrainingPair) -> tuple[AudioBlock, int]:
    """Return the sound of a pair, float32 (channels, samples), and its rate.

    Raises:
        MediaError: it isn't there or can't be read.
    """
    with map_wav(inside(folder, pair.sound)) as wav:
        return wav.read(0, wav.length_samples).copy(), wav.rate_hz


def with_changes(folder: Path, pair: TrainingPair, *changes: SoundChange) -> TrainingPair:
    """Return a pair whose sound is changed, written into the set.

    Its film goes along: where the start of the sound moves, so does the place in the film.

    Raises:
        TrainingSetError: nothing would be left, or it would begin before its film.
        MediaError: the sound can't be read.
        MediaWorkError: the disk refused.
    """
    sound, rate_hz = read_sound(folder, pair)
    return with_sound(folder, pair, changed(sound, rate_hz, changes), rate_hz, changes)


def with_sound(
    folder: Path,
    pair: TrainingPair,
    sound: AudioBlock,
    rate_hz: int,
    changes: Sequence[SoundChange],
) -> TrainingPair:
    """Return a pair with another sound: its own after changes besides those it tells of.

    Raises:
        TrainingSetError: it is empty, would begin before its film, or run apart from it.
        MediaWorkError: the disk refused.
    """
    moves = sum(round(change.start_moves_seconds * rate_hz) for change in changes)
    length_seconds = sound.shape[1] / rate_hz
    film_start = pair.film_start
    if pair.features and not pair.film and any(change.moves_time for change in changes):
        raise TrainingSetError(
            f"{pair.name} would run apart from what was worked out of its picture; "
            "leave it as it is, or leave it out."
        )
    if pair.film:
        if any(change.kind == "cut" for change in changes):
            raise TrainingSetError(
                f"What follows a cut in {pair.name} would run apart from its film; mute it instead."
            )
        film_start += Fraction(moves, rate_hz)
        if film_start < 0:
            raise TrainingSetError(f"{pair.name} would begin before its film; trim it instead.")
    return replace(
        pair,
        sound=keep_sound(folder, pair.key, sound, rate_hz),
        length_seconds=length_seconds,
        film_start=film_start,
        masks=_masks_along(pair, moves / rate_hz, length_seconds),
        changes=(*pair.changes, *(change.text for change in changes)),
    )


def _masks_along(
    pair: TrainingPair, moves_seconds: float, length_seconds: float
) -> tuple[str, ...]:
    """Return a pair's masks, which lie evenly over its sound, for a sound that is cut from it."""
    count = len(pair.masks)
    if count < 2 or (not moves_seconds and length_seconds == pair.length_seconds):
        return pair.masks
    per_second = count / pair.length_seconds
    wanted = min(_MOST_MASKS, max(1, round(length_seconds * per_second)))
    middles = ((n + 0.5) / wanted * length_seconds + moves_seconds for n in range(wanted))
    return tuple(pair.masks[min(max(0, int(at * per_second)), count - 1)] for at in middles)


def delete_unused(folder: Path, *kept: TrainingSet) -> int:
    """Delete files that no pair of some states of the set names; return how many.

    Only sounds, features and masks named as they are named here go; others are the user's.
    """
    named = {
        path
        for one in kept
        for pair in one.pairs
        for path in (pair.sound, pair.features, *pair.masks)
    }
    gone = 0
    for place, pattern in ((SOUNDS, _OURS), (FEATURES, _OURS), (MASKS, _OUR_MASKS)):
        for path in sorted((folder / place).glob("*")):
            if f"{place}/{path.name}" not in named and pattern.fullmatch(path.name):
                with suppress(OSError):
                    path.unlink()
                    gone += 1
    return gone
