"""Sound as short-time levels in bands: the measure by which pieces are compared and matched.

Bands follow the equivalent rectangular bandwidth of hearing (B. R. Glasberg & B. C. J. Moore,
"Derivation of auditory filter shapes from notched-noise data", Hearing Research 47, 1990).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from prismdesk.engines.ambience.run_monitor import RunMonitor
    from prismdesk.engines.ambience.surroundings import Signal

Levels = npt.NDArray[np.float64]
"""float64 in dB re full scale; the axes stand where it is used."""

FLOOR_DB = -140.0
"""What digital silence counts as; below the noise of 24-bit sound in any band."""

_LOWEST_HZ = 40.0
_HIGHEST_HZ = 18_000.0
_HOP_SECONDS = 0.008
_WINDOW_HOPS = 4
_FRAMES_AT_ONCE = 512


@dataclass(frozen=True, slots=True)
class BandGrid:
    """Frames and bands at one sample rate.

    ``weights`` is (bands, bins): triangles that sum to one over the bins of a band's share.
    ``centres_hz`` is (bands,).
    """

    rate_hz: int
    hop_samples: int
    window_samples: int
    centres_hz: Levels
    weights: Levels

    def seconds(self, frames: float) -> float:
        """Length of so many hops."""
        return frames * self.hop_samples / self.rate_hz

    def frames(self, seconds: float) -> int:
        """Whole hops in so many seconds, rounded to the nearest, at least one."""
        return max(1, round(seconds * self.rate_hz / self.hop_samples))


def make_grid(rate_hz: int, *, bands: int = 26) -> BandGrid:
    """Lay bands between 40 Hz and 18 kHz, or as far as the rate goes."""
    hop = max(8, round(_HOP_SECONDS * rate_hz))
    window = _WINDOW_HOPS * hop
    top_hz = min(_HIGHEST_HZ, 0.47 * rate_hz)
    edges_hz = _erb_to_hz(
        np.linspace(_hz_to_erb(min(_LOWEST_HZ, top_hz / 4)), _hz_to_erb(top_hz), bands + 2)
    )
    bins_hz = np.fft.rfftfreq(window, 1.0 / rate_hz)
    spacing_hz = rate_hz / window
    weights = np.zeros((bands, len(bins_hz)))
    for band in range(bands):
        low, centre, high = edges_hz[band : band + 3]
        low, high = min(low, centre - spacing_hz), max(high, centre + spacing_hz)
        rise = (bins_hz - low) / (centre - low)
        fall = (high - bins_hz) / (high - centre)
        weights[band] = np.clip(np.minimum(rise, fall), 0.0, None)
    return BandGrid(rate_hz, hop, window, edges_hz[1:-1], weights)


def band_powers(sound: Signal, grid: BandGrid, monitor: RunMonitor) -> Levels:
    """Power of each frame in each band, linear, (channels, frames, bands).

    Frame i is centred on sample (i + 0.5) * hop; the sound is taken as silent outside itself.
    The number of frames is the sound's length in hops, rounded down, at least one.
    """
    channels, length = sound.shape
    hop, window = grid.hop_samples, grid.window_samples
    frames = max(1, length // hop)
    lead = (window - hop) // 2
    taper = np.hanning(window + 2)[1:-1]
    scale = 2.0 / (np.sum(taper**2) * window)
    powers = np.empty((channels, frames, len(grid.weights)))
    for first in range(0, frames, _FRAMES_AT_ONCE):
        monitor.check()
        last = min(frames, first + _FRAMES_AT_ONCE)
        start, end = first * hop - lead, (last - 1) * hop - lead + window
        part = np.zeros((channels, end - start))
        inside = slice(max(0, start), min(length, end))
        part[:, inside.start - start : inside.stop - start] = sound[:, inside]
        windows = np.lib.stride_tricks.sliding_window_view(part, window, axis=1)[:, ::hop]
        spectra = np.abs(np.fft.rfft(windows * taper, axis=2)) ** 2
        powers[:, first:last] = spectra @ grid.weights.T * scale
    return powers


def to_db(powers: Levels) -> Levels:
    """10 log10, with digital silence at ``FLOOR_DB``."""
    return np.asarray(10.0 * np.log10(powers + 10.0 ** (FLOOR_DB / 10.0)))


def to_power(levels_db: Levels) -> Levels:
    """Inverse of ``to_db``."""
    return np.asarray(10.0 ** (levels_db / 10.0))


def _hz_to_erb(frequency_hz: float) -> float:
    return float(21.4 * np.log10(1.0 + 0.00437 * frequency_hz))


def _erb_to_hz(erb: Levels) -> Levels:
    return np.asarray((10.0 ** (erb / 21.4) - 1.0) / 0.00437)
