"""What is measured of one sound of a training set; numbers only, judged elsewhere."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from prismdesk.media.k_weighting import KWeightingFilter
from prismdesk.media.sound_character import character_of
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled
from prismdesk.session.training_checks_likeness import fingerprint_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.speech import Stretches
    from prismdesk.media.speech_network import SpeechNetwork

    _Floats = npt.NDArray[np.float64]

VERSION = 2
"""To be raised whenever the same sound would give other numbers than before."""

_LISTENED_SECONDS = 120
_FRAME_SECONDS = 0.01
_SILENT_DB = -70.0
_BELOW_LOUDEST_DB = 60.0
_HEARD_BELOW_LOUDEST_DB = 25.0
_LEVEL_FRAME_SECONDS = 0.1
_LEVEL_RANGE_DB = 20.0
_FULL_SCALE = 0.9995
_CLIPPED_SAMPLES = 3
_FFT_SAMPLES = 2048
_WALL_DB = 40.0
_NOTHING_DB = -83.0
"""What lies above a wall, for full scale: rounding to 16 bits, and no more."""
_LOWEST_WALL_HZ = 2500.0
_QUIETEST_DB = -200.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundFacts:
    """What was measured.

    Attributes:
        rate_hz, channels, length_seconds: of the file.
        content: names the samples, whatever the file is called.
        peak_db: of the largest sample, for full scale.
        level_db: K-weighted, of what sounds: the parts of 0.1 s within 20 dB of the loudest.
        clipped_runs: how often three samples or more in a row are at full scale.
        clipped_at_seconds: where that is first.
        silent_share: of 10 ms parts below -70 dBFS or 60 dB below the loudest.
        begins_at_seconds, ends_at_seconds: what isn't silent.
        heard_at_seconds: where it first comes within 25 dB of its loudest: behind room tone.
        speech: when somebody speaks; None where that can't be told.
        tonal_share: of power in tones that are held, 0 to 1.
        hits: how often the level rises at once.
        wall_hz: above which there is nothing, as if cut off; 0.0 where it fades by itself.
        fingerprint: by which near copies are found.
    """

    rate_hz: int
    channels: int
    length_seconds: float
    content: str
    peak_db: float
    level_db: float
    clipped_runs: int
    clipped_at_seconds: float
    silent_share: float
    begins_at_seconds: float
    ends_at_seconds: float
    heard_at_seconds: float
    speech: Stretches | None
    tonal_share: float
    hits: int
    wall_hz: float
    fingerprint: str


def facts_of(
    sound: AudioBlock,
    rate_hz: int,
    network: SpeechNetwork | None,
    cancelled: IsCancelled = never_cancelled,
) -> SoundFacts:
    """Measure a sound, float32 (channels, samples).

    Args:
        sound: at least one sample.
        rate_hz: its rate.
        network: finds speech; None where there is none.
        cancelled: asked between the measurements.

    Raises:
        Cancelled: as told.
    """
    runs, first_clipped = clipped_runs(sound)
    silence = silence_of(sound, rate_hz)
    raise_if_cancelled(cancelled)
    heard = sound[:, : _LISTENED_SECONDS * rate_hz]
    character = character_of(heard, rate_hz=rate_hz, network=network, cancelled=cancelled)
    raise_if_cancelled(cancelled)
    mono = heard.mean(axis=0, dtype=np.float64)
    first, last = round(silence.heard_at * rate_hz), round(silence.ends * rate_hz)
    return SoundFacts(
        rate_hz=rate_hz,
        channels=sound.shape[0],
        length_seconds=sound.shape[1] / rate_hz,
        content=hashlib.sha256(np.ascontiguousarray(sound).tobytes()).hexdigest()[:32],
        peak_db=decibels(float(np.abs(sound).max())),
        level_db=level_of(sound, rate_hz),
        clipped_runs=runs,
        clipped_at_seconds=first_clipped / rate_hz,
        silent_share=silence.share,
        begins_at_seconds=silence.begins,
        ends_at_seconds=silence.ends,
        heard_at_seconds=silence.heard_at,
        speech=character.speech,
        tonal_share=character.tonal_share,
        hits=character.hit_count,
        wall_hz=wall_of(mono, rate_hz),
        fingerprint=fingerprint_of(mono[first:last], rate_hz),
    )


def decibels(amplitude: float) -> float:
    """Return an amplitude in dB; silence as -200."""
    return max(_QUIETEST_DB, 20 * math.log10(amplitude)) if amplitude > 0 else _QUIETEST_DB


def clipped_runs(sound: AudioBlock) -> tuple[int, int]:
    """Return how many runs of samples lie at full scale, and the first's first sample."""
    count, first = 0, sound.shape[1]
    for channel in sound:
        for sign in (1.0, -1.0):
            is_full = np.concatenate([[False], channel * sign >= _FULL_SCALE, [False]])
            edges = np.flatnonzero(is_full[1:] != is_full[:-1])
            starts, ends = edges[::2], edges[1::2]
            starts = starts[ends - starts >= _CLIPPED_SAMPLES]
            count += len(starts)
            first = min(first, int(starts[0])) if len(starts) else first
    return count, first if count else 0


@dataclass(frozen=True, slots=True)
class Silence:
    """The share that is silent; when what isn't begins and ends; when it is first loud."""

    share: float
    begins: float
    ends: float
    heard_at: float


def silence_of(sound: AudioBlock, rate_hz: int) -> Silence:
    """Return where a sound is silent, in seconds."""
    step = max(1, round(_FRAME_SECONDS * rate_hz))
    levels = 10 * np.log10(_powers(sound, step).max(axis=0) + 1e-20)
    threshold = max(_SILENT_DB, float(levels.max()) - _BELOW_LOUDEST_DB)
    sounding = np.flatnonzero(levels >= threshold)
    length_seconds = sound.shape[1] / rate_hz
    if not len(sounding):
        return Silence(1.0, 0.0, length_seconds, 0.0)
    loud = np.flatnonzero(levels >= float(levels.max()) - _HEARD_BELOW_LOUDEST_DB)
    return Silence(
        share=1.0 - len(sounding) / len(levels),
        begins=int(sounding[0]) * step / rate_hz,
        ends=min((int(sounding[-1]) + 1) * step / rate_hz, length_seconds),
        heard_at=int(loud[0]) * step / rate_hz,
    )


def level_of(sound: AudioBlock, rate_hz: int) -> float:
    """Return the K-weighted level of what sounds, in LUFS; -200 for silence."""
    weighted = KWeightingFilter(rate_hz, sound.shape[0]).filter(sound)
    step = max(1, round(_LEVEL_FRAME_SECONDS * rate_hz))
    powers = _powers(weighted, step).mean(axis=0)
    loud = powers[powers >= powers.max() * 10 ** (-_LEVEL_RANGE_DB / 10)]
    mean = float(loud.mean())
    return max(_QUIETEST_DB, -0.691 + 10 * math.log10(mean)) if mean > 0 else _QUIETEST_DB


def wall_of(mono: _Floats, rate_hz: int) -> float:
    """Return the frequency above which a sound ends as at a wall, 0.0 where it has none.

    Within a sixth of an octave the mean spectrum falls by 40 dB or more, to nearly nothing, and
    stays down to the top: so sound ends that was recorded, or kept, at a lower rate.
    """
    peak_db = decibels(float(np.abs(mono).max(initial=0.0)))
    if mono.size < _FFT_SAMPLES:
        mono = np.pad(mono, (0, _FFT_SAMPLES - mono.size))
    frames = np.lib.stride_tricks.sliding_window_view(mono, _FFT_SAMPLES)[:: _FFT_SAMPLES // 2]
    power = (np.abs(np.fft.rfft(frames * np.blackman(_FFT_SAMPLES), axis=1)) ** 2).mean(axis=0)
    levels = 10 * np.log10(power + 1e-20)
    levels += peak_db - levels.max()
    bins_per_hz = _FFT_SAMPLES / rate_hz
    top = int(0.48 * rate_hz * bins_per_hz)
    best_fall, wall_hz = _WALL_DB, 0.0
    edge_hz = _LOWEST_WALL_HZ
    while edge_hz < 0.42 * rate_hz:
        below = levels[int(edge_hz / 1.12 * bins_per_hz) : int(edge_hz * bins_per_hz)]
        above = levels[int(edge_hz * 1.06 * bins_per_hz) + 2 : top]
        edge_hz *= 2 ** (1 / 24)
        if not below.size or not above.size or above.max() > _NOTHING_DB:
            continue
        fall = float(np.median(below) - above.max())
        if fall > best_fall:
            best_fall, wall_hz = fall, edge_hz
    return round(wall_hz, 1)


def _powers(sound: npt.NDArray[Any], step: int) -> _Floats:
    """Return mean squares of parts, float64 (channels, parts); a short last part counts too."""
    padded = np.pad(sound, ((0, 0), (0, -sound.shape[1] % step)))
    squares = np.square(padded, dtype=np.float64).reshape(sound.shape[0], -1, step)
    sums: _Floats = squares.sum(axis=2)
    lengths = np.full(sums.shape[1], float(step))
    lengths[-1] = step - (-sound.shape[1] % step)
    powers: _Floats = sums / lengths
    return powers
