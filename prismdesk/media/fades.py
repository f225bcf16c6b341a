"""Gains: decibels to factors, and the curves of fades.

A fade's gain depends only on the position inside the fade, never on how the sound is cut into
blocks: curves are computed in chunks that start at fixed positions of the fade.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from prismdesk.project.model import FadeShape

Gains = npt.NDArray[np.float32]
"""float32 (samples,), linear factors."""

_CHUNK_SAMPLES = 8192


def db_to_gain(gain_db: float) -> np.float32:
    """Return the linear factor of a gain: 10^(dB/20); -inf gives 0."""
    return np.float32(10.0 ** (gain_db / 20.0))


def fade_in_gains(length_samples: int, shape: FadeShape, start: int, stop: int) -> Gains:
    """Return the gains of samples [start, stop) of a fade in.

    Sample ``i`` of a fade of ``n`` samples is taken at x = (i + 1/2) / n, so that a fade in and
    the mirrored fade out of the same length complement each other at every sample.

    Args:
        length_samples: whole length of the fade.
        shape: its curve, see ``FadeShape``.
        start: first position inside the fade, 0 or more.
        stop: end of the positions, at most ``length_samples``.
    """
    if not 0 <= start <= stop <= length_samples:
        raise ValueError(f"[{start}, {stop}) is not inside a fade of {length_samples} samples")
    gains = np.empty(stop - start, np.float32)
    for chunk in range(start // _CHUNK_SAMPLES, -(-stop // _CHUNK_SAMPLES)):
        first = chunk * _CHUNK_SAMPLES
        low, high = max(start, first), min(stop, first + _CHUNK_SAMPLES)
        curve = _chunk(length_samples, shape, chunk)
        gains[low - start : high - start] = curve[low - first : high - first]
    return gains


def fade_out_gains(length_samples: int, shape: FadeShape, start: int, stop: int) -> Gains:
    """Return the gains of samples [start, stop) of a fade out: the fade in, mirrored."""
    mirrored = fade_in_gains(length_samples, shape, length_samples - stop, length_samples - start)
    return mirrored[::-1]


@lru_cache(maxsize=512)
def _chunk(length_samples: int, shape: FadeShape, chunk: int) -> Gains:
    first = chunk * _CHUNK_SAMPLES
    count = min(_CHUNK_SAMPLES, length_samples - first)
    x = (np.arange(first, first + count, dtype=np.float64) + 0.5) / length_samples
    match shape:
        case FadeShape.LINEAR:
            curve = x
        case FadeShape.EQUAL_POWER:
            curve = np.sin(0.5 * np.pi * x)
        case FadeShape.S_CURVE:
            curve = 0.5 * (1.0 - np.cos(np.pi * x))
    gains = curve.astype(np.float32)
    gains.flags.writeable = False
    return gains
