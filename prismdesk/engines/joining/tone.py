"""Matching the tone of made sound to the real sound beside it, near the seam.

The filter is the ratio of two smoothed spectra of the same stretch: the real sound, and the same
sound as the model gave it back. It has no phase of its own, so that filtered and unfiltered
sound can be crossed without comb filtering.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.signal import fftconvolve

if TYPE_CHECKING:
    from prismdesk.engines.joining.crossing import Signal
    from prismdesk.engines.sound import AudioBlock

Taps = npt.NDArray[np.float64]
"""float64 (channels, taps): odd, symmetric impulse responses, centred."""

_WINDOW_SECONDS = 0.05
_LEAST_PAIR_SECONDS = 0.1
_LIMIT_DB = 12.0
_SMOOTHED_OCTAVES = 1.0 / 3.0
_LEAST_SMOOTHED_HZ = 60.0
_FLOOR_DB = -70.0
"""Bands so far below the loudest of either sound are left as they are."""
_UNSURE_PRODUCT = 2.0
"""Bandwidth times duration at which half of a difference is believed."""


def matching_taps(real: AudioBlock, decoded: AudioBlock, rate_hz: int) -> Taps:
    """The filter that gives ``decoded`` the tone of ``real``, level and all.

    Smoothed over a third of an octave and held within 12 dB of no change.

    Args:
        real: (channels, samples), a known stretch beside a seam.
        decoded: the same stretch as the model gave it back, its level matched already.
        rate_hz: rate of both.
    """
    channels, samples = real.shape
    window = window_samples(rate_hz)
    if samples < max(_LEAST_PAIR_SECONDS * rate_hz, window) or not (real.any() and decoded.any()):
        return np.ones((channels, 1))
    wanted, given = mean_powers(real, window), mean_powers(decoded, window)
    floor = 10.0 ** (_FLOOR_DB / 10.0)
    low = floor * max(float(wanted.max()), float(given.max()), 1e-12)
    bins_hz = np.asarray(np.fft.rfftfreq(window, 1.0 / rate_hz), np.float64)
    wanted = smoothed_powers(wanted, bins_hz) + low
    given = smoothed_powers(given, bins_hz) + low
    product = np.maximum(_SMOOTHED_OCTAVES * 0.69 * bins_hz, _LEAST_SMOOTHED_HZ) * samples / rate_hz
    change_db = 10.0 * np.log10(wanted / given) * (product / (product + _UNSURE_PRODUCT))
    gains = 10.0 ** (np.clip(change_db, -_LIMIT_DB, _LIMIT_DB) / 20.0)
    return centred_taps(gains, window)


def window_samples(rate_hz: int) -> int:
    """The even length of the windows that spectra are taken over."""
    return 2 * round(0.5 * _WINDOW_SECONDS * rate_hz)


def centred_taps(gains: Signal, window: int) -> Taps:
    """The filter without phase that has these gains (channels, window / 2 + 1), smoothed."""
    response = np.fft.fftshift(np.fft.irfft(gains, window, axis=1), axes=1)[:, 1:]
    return np.asarray(response * np.hanning(window + 1)[1:-1])


def tone_matched(sound: Signal, taps: Taps) -> Signal:
    """Filter (channels, samples) without lag; beyond the ends the sound counts as silence."""
    if taps.shape[1] == 1:
        return sound * taps
    return np.stack(
        [fftconvolve(one, response, mode="same") for one, response in zip(sound, taps, strict=True)]
    )


def mean_powers(sound: AudioBlock, window: int) -> Signal:
    """Mean power spectra (channels, bins) of Hann windows that overlap by half (Welch, 1967)."""
    starts = range(0, sound.shape[1] - window + 1, window // 2)
    taper = np.hanning(window + 1)[:-1]
    total = np.zeros((sound.shape[0], window // 2 + 1))
    for start in starts:
        spectra = np.fft.rfft(sound[:, start : start + window] * taper, axis=1)
        total += np.square(np.abs(spectra))
    return np.asarray(total / len(starts))


def smoothed_powers(powers: Signal, bins_hz: npt.NDArray[np.float64]) -> Signal:
    """Means over a third of an octave around each bin, at least 60 Hz wide."""
    half = np.maximum(bins_hz * (2.0 ** (0.5 * _SMOOTHED_OCTAVES) - 1.0), 0.5 * _LEAST_SMOOTHED_HZ)
    first = np.searchsorted(bins_hz, bins_hz - half, side="left")
    last = np.searchsorted(bins_hz, bins_hz + half, side="right")
    sums = np.concatenate([np.zeros((len(powers), 1)), np.cumsum(powers, axis=1)], axis=1)
    return np.asarray((sums[:, last] - sums[:, first]) / (last - first))
