"""A sound file that is heard and drawn by itself: read whole, at one loudness for all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.sound_reader import decode_blocks
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.ui.waves import SampledWave

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock
    from prismdesk.ui.waves import Columns

LONGEST_SECONDS = 60.0
"""What comes after isn't read."""
LOUDNESS_DB = -27.0
"""RMS in dB of full scale at which all are heard, so that none seems better for being louder."""
_HIGHEST_PEAK_DB = -1.0
_DRAWN_RATE_HZ = 8_000
_DRAWN_COLUMNS = 400
_CHANNELS = 2


@dataclass(frozen=True, slots=True)
class ExampleSound:
    """Samples in memory, to be read as any ``SoundSource``.

    Attributes:
        samples: float32 (channels, samples).
        rate_hz: of them.
        gain_db: by how much they were changed to come to ``LOUDNESS_DB``.
    """

    samples: AudioBlock
    rate_hz: int
    gain_db: float = 0.0

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.samples.shape[0])

    @property
    def length_samples(self) -> int:
        """Samples per channel."""
        return int(self.samples.shape[1])

    def read(self, start_samples: int, count_samples: int) -> AudioBlock:
        """Return float32 (channels, count); zeros before 0 and past the end."""
        found = np.zeros((self.channels, count_samples), np.float32)
        first, last = max(0, start_samples), min(self.length_samples, start_samples + count_samples)
        if last > first:
            place = first - start_samples
            found[:, place : place + last - first] = self.samples[:, first:last]
        return found


def read_example(
    path: Path, rate_hz: int, cancelled: IsCancelled = never_cancelled
) -> ExampleSound:
    """Return a sound file as stereo at a rate, at the loudness of all examples.

    Args:
        path: WAV, FLAC or whatever else can be read.
        rate_hz: wanted rate.
        cancelled: asked often.

    Raises:
        MediaError: it can't be read.
        Cancelled: as told.
    """
    samples = _read(path, rate_hz, cancelled)
    stereo = np.concatenate([samples, samples]) if len(samples) == 1 else samples[:_CHANNELS]
    gain_db = matching_gain_db(stereo)
    return ExampleSound(stereo * np.float32(10 ** (gain_db / 20)), rate_hz, gain_db)


def matching_gain_db(samples: AudioBlock) -> float:
    """Return the gain that brings samples to ``LOUDNESS_DB`` without clipping; 0 for silence."""
    power = float(np.mean(np.square(samples, dtype=np.float64))) if samples.size else 0.0
    if power <= 0:
        return 0.0
    peak_db = 20 * math.log10(float(np.abs(samples).max()))
    return min(LOUDNESS_DB - 10 * math.log10(power), _HIGHEST_PEAK_DB - peak_db)


def read_columns(path: Path) -> Columns:
    """Return the wave of a sound file in a few hundred columns; kept while the file is the same.

    Raises:
        MediaError: it can't be read.
    """
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_size)
    except OSError:
        stamp = (0, 0)
    return _columns(path, stamp)


@lru_cache(maxsize=2000)
def _columns(path: Path, _: tuple[int, int]) -> Columns:
    samples = _read(path, _DRAWN_RATE_HZ, never_cancelled)
    sound = ExampleSound(np.ascontiguousarray(samples[:1]), _DRAWN_RATE_HZ)
    per_column = max(1, -(-sound.length_samples // _DRAWN_COLUMNS))
    return SampledWave(sound).columns(0, per_column, max(1, sound.length_samples // per_column))


def _read(path: Path, rate_hz: int, cancelled: IsCancelled) -> AudioBlock:
    most = round(LONGEST_SECONDS * rate_hz)
    blocks, count = [], 0
    for block in decode_blocks(
        path, 0, rate_hz=rate_hz, origin_seconds=Fraction(0), cancelled=cancelled
    ):
        blocks.append(block)
        count += block.shape[1]
        if count >= most:
            break
    if not blocks:
        return np.zeros((1, 0), np.float32)
    return np.ascontiguousarray(np.concatenate(blocks, axis=1)[:, :most])
