"""Signals and measures for the tests of joining."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.signal import butter, lfilter, sosfilt

RATE_HZ = 48_000
Block = npt.NDArray[np.float32]


def bed(seconds: float, *, seed: int = 1, channels: int = 1) -> Block:
    """Stationary noise, brighter below than above, at about -17 dB."""
    white = np.random.default_rng(seed).standard_normal((channels, round(seconds * RATE_HZ)))
    return np.asarray(0.1 * lfilter([1.0], [1.0, -0.7], white, axis=1), np.float32)


def tones(seconds: float, *, first: int = 0) -> Block:
    """A chord of three steady sines in one channel."""
    moments = (first + np.arange(round(seconds * RATE_HZ))) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * hz * moments + hz) for hz in (220.0, 554.4, 987.8))
    return np.asarray(0.1 * chord, np.float32)[None]


def dull(sound: Block, *, gain_db: float = -6.0, top_hz: float = 3000.0) -> Block:
    """A softer copy without its heights, as a model might give a sound back."""
    sections = butter(1, top_hz, fs=RATE_HZ, output="sos")
    return np.asarray(10.0 ** (gain_db / 20.0) * sosfilt(sections, sound, axis=1), np.float32)


def level_db(sound: Block) -> float:
    """Mean power in dB."""
    return float(10.0 * np.log10(np.mean(np.square(sound, dtype=np.float64)) + 1e-20))


def band_levels_db(sound: npt.NDArray[np.floating[Any]]) -> npt.NDArray[np.float64]:
    """Mean power in dB of octave bands from 125 Hz to 8 kHz, over all channels."""
    edges = np.geomspace(88.4, 11314.0, 8)
    spectrum = np.square(np.abs(np.fft.rfft(sound * np.hanning(sound.shape[1]), axis=1)))
    hz = np.fft.rfftfreq(sound.shape[1], 1.0 / RATE_HZ)
    powers = [
        spectrum[:, (hz >= low) & (hz < high)].sum() / sound.shape[1] ** 2
        for low, high in pairwise(edges)
    ]
    return np.asarray(10.0 * np.log10(np.array(powers) + 1e-20))
