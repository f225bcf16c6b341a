"""What a stretch of sound is like: silence, room tone, speech, music-like, hits, or a mixture.

Measured, not learned, but for speech: a figure for how steady its level is, one for how much of
its power lies in lines that stay (the partials of held tones), and the sudden rises of its level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import soxr

from prismdesk.media.k_weighting import KWeightingFilter
from prismdesk.media.speech import find_speech
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.media.speech import Stretches
    from prismdesk.media.speech_network import SpeechNetwork

_Array = npt.NDArray[np.float32]

RATE_HZ = 16_000
"""At which character is measured: what tells sounds apart lies below 8 kHz."""

_SILENT_PEAK = 10 ** (-90 / 20)
_ROOM_TONE_LUFS = -36.0
_STEADY_DB = 10.0
_TONAL = 0.22
_SPOKEN_SHARE = 0.15
_TEN_MS, _FIFTY_MS = RATE_HZ // 100, RATE_HZ // 20
_RISE_DB, _LOUD_DB, _APART_STEPS = 14.0, 30.0, 8
_FFT_SAMPLES, _HOP_SAMPLES = 2048, 512
_LOWEST_HZ, _HIGHEST_HZ = 80, 5000
_STANDS_OUT = 30.0
_STAYS_FRAMES = 3
_SHORTEST_TONAL_SECONDS = 0.6


class Character(StrEnum):
    """What a sound is, in the words shown."""

    NOTHING = "nothing"
    SILENCE = "silence"
    ROOM_TONE = "room tone"
    STEADY = "steady sound"
    SPEECH = "speech"
    MUSIC = "music-like"
    HITS = "hits"
    MIXED = "mixed sound"


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundCharacter:
    """What was measured of a stretch of sound.

    Attributes:
        character: what it is most of all.
        level_lufs: K-weighted level over the whole stretch, ungated; -inf for silence.
        speech: when somebody speaks, in seconds from its start; None where that can't be told.
        hit_count: how often the level rises at once.
        tonal_share: how much of its power lies in tones that are held, 0 to 1.
        spread_db: between the loud and the soft parts of it.
    """

    character: Character
    level_lufs: float = -math.inf
    speech: Stretches | None = None
    hit_count: int = 0
    tonal_share: float = 0.0
    spread_db: float = 0.0

    @property
    def speech_seconds(self) -> float:
        """How long somebody speaks; 0.0 where it can't be told."""
        return sum(end - start for start, end in self.speech or ())


NOTHING = SoundCharacter(character=Character.NOTHING)
"""No clip lies there."""


def character_of(
    sound: _Array,
    *,
    rate_hz: int,
    network: SpeechNetwork | None,
    cancelled: IsCancelled = never_cancelled,
) -> SoundCharacter:
    """Measure a stretch of sound.

    Args:
        sound: float32 (channels, samples).
        rate_hz: samples per second.
        network: finds speech; None where there is none.
        cancelled: asked between the measurements.

    Raises:
        Cancelled: as told.
    """
    seconds = sound.shape[1] / rate_hz
    if sound.size == 0:
        return NOTHING
    if float(np.abs(sound).max()) < _SILENT_PEAK:
        silence: Stretches | None = None if network is None else ()
        return SoundCharacter(character=Character.SILENCE, speech=silence)
    level_lufs = _level_lufs(sound, rate_hz)
    raise_if_cancelled(cancelled)
    mono = sound.mean(axis=0, dtype=np.float32)
    heard = np.asarray(soxr.resample(mono, rate_hz, RATE_HZ, quality="MQ"), np.float32)
    speech = None
    if network is not None:
        speech = find_speech(heard, rate_hz=RATE_HZ, network=network, cancelled=cancelled)
    raise_if_cancelled(cancelled)
    spread_db, hit_count, tonal = spread_of(heard), hits_in(heard), tonal_share(heard)
    spoken = sum(end - start for start, end in speech or ()) / seconds
    return SoundCharacter(
        character=_character(level_lufs, spread_db, hit_count, tonal, spoken),
        level_lufs=level_lufs,
        speech=speech,
        hit_count=hit_count,
        tonal_share=tonal,
        spread_db=spread_db,
    )


def _character(
    level_lufs: float, spread_db: float, hit_count: int, tonal: float, spoken: float
) -> Character:
    if spoken >= _SPOKEN_SHARE:
        return Character.SPEECH
    if tonal >= _TONAL:
        return Character.MUSIC
    if spread_db < _STEADY_DB and not hit_count:
        return Character.ROOM_TONE if level_lufs < _ROOM_TONE_LUFS else Character.STEADY
    return Character.HITS if hit_count else Character.MIXED


def spread_of(sound: _Array) -> float:
    """Return by how many dB loud parts of 50 ms stand above soft ones (95 and 10 per cent)."""
    levels = _levels_db(sound, _FIFTY_MS)
    if levels.size < 2:
        return 0.0
    return float(np.percentile(levels, 95) - np.percentile(levels, 10))


def hits_in(sound: _Array) -> int:
    """Count where the level rises at once, as at a step or a knock, to near the loudest.

    A hit is 14 dB or more above what was heard in the 60 ms before; hits lie 80 ms apart at least.
    """
    levels = _levels_db(sound, _TEN_MS)
    before_steps = 6
    if levels.size <= before_steps:
        return 0
    padded = np.pad(levels, (before_steps, 0), constant_values=float(levels.min()))
    windows = np.lib.stride_tricks.sliding_window_view(padded, before_steps)[: levels.size]
    rises = levels - np.median(windows, axis=1)
    is_hit = (rises >= _RISE_DB) & (levels >= levels.max() - _LOUD_DB)
    # What begins with the stretch has no before.
    is_hit[:2] = False
    count, last = 0, -_APART_STEPS
    for step in np.flatnonzero(is_hit):
        if step - last >= _APART_STEPS:
            count += 1
        last = int(step)
    return count


def tonal_share(sound: _Array) -> float:
    """Return how much of the power between 80 Hz and 5 kHz lies in lines that stay for 0.2 s."""
    if sound.size < max(_FFT_SAMPLES, _SHORTEST_TONAL_SECONDS * RATE_HZ):
        return 0.0
    # Only now: its import takes longer than the window has for its start.
    from scipy.ndimage import median_filter

    frames = np.lib.stride_tricks.sliding_window_view(sound, _FFT_SAMPLES)[::_HOP_SAMPLES]
    spectrum = np.fft.rfft(frames * np.hanning(_FFT_SAMPLES).astype(np.float32), axis=1)
    low = _LOWEST_HZ * _FFT_SAMPLES // RATE_HZ
    high = _HIGHEST_HZ * _FFT_SAMPLES // RATE_HZ
    power = np.abs(spectrum[:, low:high]) ** 2 + 1e-12
    around = median_filter(power, size=(1, 25))
    lines = (
        (power > np.roll(power, 1, axis=1))
        & (power > np.roll(power, -1, axis=1))
        & (power > around * _STANDS_OUT)
    )
    stay = np.zeros_like(lines)
    step = _STAYS_FRAMES
    if len(lines) > 2 * step:
        near = _widened(lines)
        stay[step:-step] = lines[step:-step] & near[: -2 * step] & near[2 * step :]
    totals = power.sum(axis=1)
    shares = (power * _widened(stay)).sum(axis=1) / totals
    # Soft stretches between notes count less, yet not as little as their power.
    weights = totals**0.25
    return float((shares * weights).sum() / weights.sum())


def _widened(lines: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    result: npt.NDArray[np.bool_] = lines | np.roll(lines, 1, axis=1) | np.roll(lines, -1, axis=1)
    return result


def _levels_db(sound: _Array, step: int) -> npt.NDArray[np.float64]:
    count = sound.size // step
    power = (sound[: count * step].reshape(count, step).astype(np.float64) ** 2).mean(axis=1)
    levels: npt.NDArray[np.float64] = 10 * np.log10(power + 1e-10)
    return levels


def _level_lufs(sound: _Array, rate_hz: int) -> float:
    """Return the K-weighted level of all channels together, as BS.1770 has it, without gates."""
    weighted = KWeightingFilter(rate_hz, sound.shape[0]).filter(sound)
    power = float((weighted**2).mean(axis=1).sum())
    return -0.691 + 10 * math.log10(power) if power > 0 else -math.inf
