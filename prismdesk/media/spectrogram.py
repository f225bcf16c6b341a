"""Pictures of a sound's spectrum over time: level in dB, log frequency, computed tile by tile.

A column shows the sound about its middle through Hann windows of 2048 samples (at 48 kHz; as
long in seconds at other rates). Where columns lie further apart than that, a few windows spread
over the column are taken and the highest level of them shown, so that a tile costs the same at
any zoom; what falls between them isn't seen. Memory is bounded by batches of windows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.sounds import SoundSource

LOWEST_HZ = 20.0
HIGHEST_HZ = 20_000.0
FLOOR_DB = -140.0

_WINDOW_SECONDS = 2048 / 48000
_MOST_WINDOWS_PER_COLUMN = 3
_BATCH_WINDOWS = 96


def spectrogram_tile(
    sound: SoundSource,
    start: int,
    samples_per_px: float,
    count: int,
    height_px: int,
    *,
    cancelled: IsCancelled = never_cancelled,
) -> npt.NDArray[np.float32]:
    """Return the levels of ``count`` columns of a spectrogram.

    Args:
        sound: what to show; silence before its start and past its end.
        start: sample at the left edge of the first column.
        samples_per_px: width of a column in samples; above 0, fractions too.
        count: number of columns.
        height_px: number of rows, from ``HIGHEST_HZ`` (or half the rate) at the top down to
            ``LOWEST_HZ``, each covering the same ratio of frequencies.
        cancelled: asked before each batch of windows.

    Returns:
        float32 (channels, height, count) in dB, at least ``FLOOR_DB``: 0 for a sine of full scale.

    Raises:
        Cancelled: as ``cancelled`` wished.
    """
    if samples_per_px <= 0 or height_px < 1:
        raise ValueError(
            f"no spectrogram of {height_px} rows and {samples_per_px} samples a column"
        )
    window = _window(sound.rate_hz)
    rows = _Rows(sound.rate_hz, window.size, height_px)
    spread = _windows_per_column(samples_per_px, window.size)
    tile = np.empty((sound.channels, height_px, count), np.float32)
    batch = max(1, _BATCH_WINDOWS // spread)
    for first in range(0, count, batch):
        raise_if_cancelled(cancelled)
        columns = np.arange(first, min(first + batch, count))
        places = (columns[:, None] + (np.arange(spread) + 0.5) / spread) * samples_per_px
        starts = start + np.floor(places).astype(np.int64).ravel() - window.size // 2
        powers = _powers(_read_windows(sound, starts, window.size), window)
        highest = powers.reshape(sound.channels, columns.size, spread, -1).max(axis=2)
        tile[:, :, columns] = rows.levels_db(highest).transpose(0, 2, 1)
    return tile


def row_frequencies_hz(rate_hz: int, height_px: int) -> npt.NDArray[np.float64]:
    """Return the frequency in the middle of each row, from the top down."""
    edges = _row_edges_hz(rate_hz, height_px)
    return np.asarray(np.sqrt(edges[1:] * edges[:-1])[::-1])


def _row_edges_hz(rate_hz: int, height_px: int) -> npt.NDArray[np.float64]:
    top_hz = min(HIGHEST_HZ, rate_hz / 2)
    return np.geomspace(min(LOWEST_HZ, top_hz / 2), top_hz, height_px + 1)


def _window(rate_hz: int) -> AudioBlock:
    """Return a Hann window scaled so that the spectrum of a sine has its peak level."""
    size = 2 ** max(6, round(np.log2(_WINDOW_SECONDS * rate_hz)))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)
    return np.asarray(window * 2 / window.sum(), np.float32)


def _windows_per_column(samples_per_px: float, window_samples: int) -> int:
    return int(min(_MOST_WINDOWS_PER_COLUMN, max(1, round(samples_per_px / window_samples))))


def _read_windows(
    sound: SoundSource, starts: npt.NDArray[np.int64], window_samples: int
) -> AudioBlock:
    """Return (channels, windows, samples): in one read where windows overlap, else one by one."""
    first, last = int(starts[0]), int(starts[-1]) + window_samples
    if last - first <= 2 * starts.size * window_samples:
        stretch = sound.read(first, last - first)
        return stretch[:, (starts - first)[:, None] + np.arange(window_samples)]
    return np.stack([sound.read(int(start), window_samples) for start in starts], axis=1)


def _powers(frames: AudioBlock, window: AudioBlock) -> AudioBlock:
    """Return the power spectra (…, bins); samples that aren't finite count as 0.0."""
    if not np.isfinite(frames.sum(dtype=np.float64)):
        frames = np.where(np.isfinite(frames), frames, np.float32(0.0))
    # Only now: its import takes longer than the window has for its start.
    from scipy.fft import rfft

    spectra = rfft(frames * window, axis=-1)
    return np.asarray(spectra.real**2 + spectra.imag**2, np.float32)


class _Rows:
    """Which bins each row shows: the highest of several, or between two where rows are finer."""

    def __init__(self, rate_hz: int, window_samples: int, height_px: int) -> None:
        bin_hz = rate_hz / window_samples
        edges = _row_edges_hz(rate_hz, height_px) / bin_hz
        self._bins = window_samples // 2 + 1
        self._fine = int(np.searchsorted(np.diff(edges), 1.0))
        middles = np.sqrt(edges[1 : self._fine + 1] * edges[: self._fine])
        self._below = np.minimum(middles.astype(np.int64), self._bins - 2)
        self._share = (middles - self._below).astype(np.float32)
        firsts = np.ceil(edges[self._fine :]).astype(np.int64)
        self._firsts, self._end = firsts[:-1], min(int(firsts[-1]), self._bins)

    def levels_db(self, powers: AudioBlock) -> AudioBlock:
        """Return (channels, columns, rows) in dB, the top row first, of powers (…, bins)."""
        below, above = powers[..., self._below], powers[..., self._below + 1]
        parts = [below + (above - below) * self._share]
        if self._firsts.size:
            parts.append(np.maximum.reduceat(powers[..., : self._end], self._firsts, axis=-1))
        rows = np.concatenate(parts, axis=-1)[..., ::-1]
        levels_db = 10 * np.log10(np.maximum(rows, np.float32(10 ** (FLOOR_DB / 10))))
        return np.asarray(np.maximum(levels_db, np.float32(FLOOR_DB)))
