"""Sound at any speed, backwards too: band-limited interpolation between samples.

A windowed sinc (J. O. Smith, "Digital audio resampling"), lowered in cutoff above normal speed
so that nothing folds back; above twice the speed the sound is first halved in rate as often as
needed. Every output is a function of its position alone, so blocks, loops and turns need no care.
"""

from __future__ import annotations

from functools import lru_cache
from math import floor
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.media.audio import AudioBlock

Positions = npt.NDArray[np.float64]

_HALF_TAPS = 16
_LOWPASS_HALF_TAPS = 8


def sound_at(
    positions: Positions, speed: float, read: Callable[[int, int], AudioBlock]
) -> AudioBlock:
    """Return the sound at fractional positions, float32 (channels, positions).

    Args:
        positions: in samples, running up or down.
        speed: the greatest number of samples that the positions advance at a time, positive.
        read: gives samples [start, end) of the sound.
    """
    step = _step(speed)
    first = floor(positions.min() / step) - _HALF_TAPS + 1
    end = floor(positions.max() / step) + _HALF_TAPS + 1
    margin = _LOWPASS_HALF_TAPS * step if step > 1 else 0
    last = end if step == 1 else (end - 1) * step + 1
    audio = read(first * step - margin, last + margin)
    if step > 1:
        audio = _thinned(audio, step)
    return _interpolated(audio, positions / step - first, min(1.0, step / speed))


def _step(speed: float) -> int:
    step = 1
    while step * 2 <= speed:
        step *= 2
    return step


def _thinned(audio: AudioBlock, step: int) -> AudioBlock:
    """Return every ``step``-th sample of the low-passed sound; margins are used up."""
    lowpass = _lowpass(step)
    windows = np.lib.stride_tricks.sliding_window_view(audio, len(lowpass), axis=1)
    thinned: AudioBlock = windows[:, ::step] @ lowpass
    return thinned


@lru_cache(maxsize=8)
def _lowpass(step: int) -> npt.NDArray[np.float32]:
    half = _LOWPASS_HALF_TAPS * step
    x = np.arange(-half, half + 1)
    taps = np.sinc(x / step) * (1.0 + np.cos(np.pi * x / (half + 1)))
    lowpass: npt.NDArray[np.float32] = (taps / taps.sum()).astype(np.float32)
    return lowpass


def _interpolated(audio: AudioBlock, places: Positions, cutoff: float) -> AudioBlock:
    """Return the sound at places counted from the audio's first sample."""
    taps = np.arange(1 - _HALF_TAPS, _HALF_TAPS + 1)
    whole = np.floor(places).astype(np.int64)
    x = (places - whole)[:, None] - taps
    weights = np.sinc(cutoff * x) * (1.0 + np.cos(np.pi / _HALF_TAPS * x))
    weights /= weights.sum(axis=1, keepdims=True)
    around = audio[:, whole[:, None] + taps]
    sound: AudioBlock = np.einsum("cnt,nt->cn", around, weights.astype(np.float32))
    return sound
