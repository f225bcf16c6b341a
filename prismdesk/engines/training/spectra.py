"""Short-time power spectra of sounds, and of mel bands, as all measures of sounds take them.

Frames of 2048 samples, 512 apart, under a Hann window; only whole frames count, and a sound
shorter than one is completed with silence.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.nets.mel_bands import MelMode, mel_filters

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

FFT_SAMPLES = 2048
HOP_SAMPLES = 512
MEL_BANDS = 80

FLOOR_SHARE = 1e-8
"""Of the highest power: what lies 80 dB below it or more is taken for silence."""

_FRAMES_AT_ONCE = 1024


def mono(audio: npt.NDArray[np.floating]) -> Floats:
    """Return the mean of the channels of a sound (channels, samples), or a single channel as it is.

    Raises:
        ValueError: the sound has other dimensions, or values that aren't finite.
    """
    sound = np.asarray(audio, np.float64)
    if sound.ndim == 2 and len(sound):
        sound = sound.mean(axis=0)
    if sound.ndim != 1:
        raise ValueError(f"a sound is (channels, samples), not {np.shape(audio)}")
    if not np.isfinite(sound).all():
        raise ValueError("a sound has values that aren't finite")
    return sound


def level(sound: Floats) -> float:
    """Return the root mean square of a single channel, 0 for an empty one."""
    return float(np.sqrt(np.mean(np.square(sound)))) if len(sound) else 0.0


def frames_of(sound: Floats) -> Floats:
    """Return the frames of a single channel, (frames, FFT_SAMPLES), one at least."""
    if len(sound) < FFT_SAMPLES:
        sound = np.pad(sound, (0, FFT_SAMPLES - len(sound)))
    views = np.lib.stride_tricks.sliding_window_view(sound, FFT_SAMPLES)
    return views[::HOP_SAMPLES]


def power_spectra(sound: Floats) -> Floats:
    """Return the power of each frame's frequencies, (frames, FFT_SAMPLES / 2 + 1)."""
    frames, window = frames_of(sound), _window()
    parts = [
        np.square(np.abs(np.fft.rfft(frames[first : first + _FRAMES_AT_ONCE] * window, axis=1)))
        for first in range(0, len(frames), _FRAMES_AT_ONCE)
    ]
    return np.concatenate(parts)


def frequencies_hz(rate_hz: int) -> Floats:
    """Return the frequency of each column of ``power_spectra``."""
    return np.asarray(np.fft.rfftfreq(FFT_SAMPLES, 1.0 / rate_hz), np.float64)


def mel_powers(powers: Floats, rate_hz: int) -> Floats:
    """Return the powers of mel bands up to half the rate, (..., MEL_BANDS)."""
    return np.asarray(powers @ mel_filters(_mel_mode(rate_hz)).T)


def decibels(powers: Floats, floor: float) -> Floats:
    """Return powers in dB; those below the floor stand at it."""
    return np.asarray(10.0 * np.log10(np.maximum(powers, max(floor, np.finfo(np.float64).tiny))))


def _mel_mode(rate_hz: int) -> MelMode:
    return MelMode(
        rate_hz=rate_hz,
        fft_samples=FFT_SAMPLES,
        hop_samples=HOP_SAMPLES,
        bands=MEL_BANDS,
        highest_hz=rate_hz / 2.0,
        log_base=10.0,
    )


@cache
def _window() -> Floats:
    return np.asarray(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(FFT_SAMPLES) / FFT_SAMPLES))
