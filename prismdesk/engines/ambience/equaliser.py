"""A filter whose gain in each band moves with time, without touching phase.

Analysis, gain and overlap-added synthesis with square-root Hann windows (J. B. Allen, "Short
term spectral analysis, synthesis, and modification by discrete Fourier transform", IEEE Trans.
ASSP 25, 1977).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from prismdesk.engines.ambience.bands import BandGrid, Levels
    from prismdesk.engines.ambience.surroundings import Signal


def equalise(sound: Signal, knots_samples: Levels, gains_db: Levels, grid: BandGrid) -> Signal:
    """Filter sound with gains given at a few moments and taken linearly in dB between them.

    Args:
        sound: (channels, samples).
        knots_samples: (knots,), ascending.
        gains_db: (channels, knots, bands); held before the first and after the last knot.
        grid: the bands; its window is the filter's.

    Returns:
        (channels, samples).
    """
    channels, length = sound.shape
    hop, window = grid.hop_samples, grid.window_samples
    frames = -(-length // hop) + window // hop - 1
    padded = np.zeros((channels, (frames - 1) * hop + window))
    padded[:, window - hop : window - hop + length] = sound
    taper = np.sqrt(0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(window) / window))
    windows = np.lib.stride_tricks.sliding_window_view(padded, window, axis=1)[:, ::hop]
    spectra = np.fft.rfft(windows * taper, axis=2)
    moments = np.arange(frames) * hop - (window - hop) + 0.5 * window
    spectra *= _bin_gains(moments, knots_samples, gains_db, grid)
    pieces = np.fft.irfft(spectra, window, axis=2) * taper
    result = np.zeros_like(padded)
    for frame in range(frames):
        result[:, frame * hop : frame * hop + window] += pieces[:, frame]
    return result[:, window - hop : window - hop + length] / (0.5 * window / hop)


def _bin_gains(moments: Levels, knots_samples: Levels, gains_db: Levels, grid: BandGrid) -> Levels:
    """Linear gains (channels, frames, bins): linear in dB over time and over log frequency."""
    channels, _, bands = gains_db.shape
    timed = np.empty((channels, len(moments), bands))
    for channel in range(channels):
        for band in range(bands):
            gain = gains_db[channel, :, band]
            timed[channel, :, band] = np.interp(moments, knots_samples, gain)
    bins_hz = np.fft.rfftfreq(grid.window_samples, 1.0 / grid.rate_hz)
    position = np.interp(
        np.log(np.maximum(bins_hz, 1.0)), np.log(grid.centres_hz), np.arange(bands)
    )
    lower = np.minimum(position.astype(np.int64), bands - 2)
    share = position - lower
    levels_db = timed[:, :, lower] * (1.0 - share) + timed[:, :, lower + 1] * share
    return np.asarray(10.0 ** (levels_db / 20.0))
