"""Waveforms as columns: lowest, highest and RMS value under each pixel."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from prismdesk.media.peaks import PeakPyramid
    from prismdesk.media.sounds import SoundSource

Rows = npt.NDArray[np.float32]
"""float32 (channels, columns)."""


@dataclass(frozen=True, slots=True)
class Columns:
    """What lies under each pixel, float32 (channels, columns), full scale 1.0."""

    lowest: Rows
    highest: Rows
    rms: Rows


class WaveSource(Protocol):
    """Anything that can be drawn as a waveform; any thread may read."""

    @property
    def sound(self) -> SoundSource:
        """The sound itself, for drawing samples and spectra."""

    def reads_samples(self, samples_per_px: int) -> bool:
        """Whether columns at this zoom are made from all samples, not from peaks."""

    def columns(self, start_samples: int, samples_per_px: int, count: int) -> Columns:
        """Return ``count`` columns from a sample on (may be negative); silence outside."""


class SampledWave:
    """A sound read at full resolution for each drawing; meant for takes and other short ones."""

    def __init__(self, sound: SoundSource) -> None:
        self.sound = sound

    def reads_samples(self, samples_per_px: int) -> bool:
        """Return True."""
        return True

    def columns(self, start_samples: int, samples_per_px: int, count: int) -> Columns:
        """Return ``count`` columns, each of ``samples_per_px`` samples (at least 1)."""
        audio = self.sound.read(start_samples, samples_per_px * count)
        blocks = audio.reshape(audio.shape[0], count, samples_per_px)
        power = np.einsum("cns,cns->cn", blocks, blocks) / np.float32(samples_per_px)
        return Columns(blocks.min(axis=2), blocks.max(axis=2), np.sqrt(power).astype(np.float32))


class PeakedWave:
    """A sound drawn from its peaks where they are fine enough, else from its samples."""

    def __init__(self, sound: SoundSource, peaks: PeakPyramid) -> None:
        self.sound = sound
        self._samples = SampledWave(sound)
        self._peaks = peaks

    def reads_samples(self, samples_per_px: int) -> bool:
        """Whether even the finest peaks are too coarse."""
        return self._peaks.level_for(samples_per_px) is None

    def columns(self, start_samples: int, samples_per_px: int, count: int) -> Columns:
        """Return ``count`` columns; each takes in every entry of the peaks that begins in it."""
        level = self._peaks.level_for(samples_per_px)
        if level is None:
            return self._samples.columns(start_samples, samples_per_px, count)
        borders = start_samples + samples_per_px * np.arange(count + 1)
        entries = borders // self._peaks.samples_per_entry(level)
        first = int(entries[0])
        peaks = self._peaks.read(level, first, int(entries[-1]) - first)
        starts = entries[:-1] - first
        power = np.add.reduceat(np.square(peaks.rms), starts, axis=1) / np.diff(entries)
        return Columns(
            np.minimum.reduceat(peaks.minimum, starts, axis=1),
            np.maximum.reduceat(peaks.maximum, starts, axis=1),
            np.sqrt(power).astype(np.float32),
        )


def joined(columns: Columns) -> Columns:
    """Return columns that reach to their right neighbours, so that a wave has no breaks."""
    lowest, highest = columns.lowest.copy(), columns.highest.copy()
    np.minimum(lowest[:, :-1], columns.highest[:, 1:], out=lowest[:, :-1])
    np.maximum(highest[:, :-1], columns.lowest[:, 1:], out=highest[:, :-1])
    return Columns(lowest, highest, columns.rms)


def draw_columns(
    columns: Columns,
    height_px: int,
    *,
    peak_rgb: tuple[int, int, int],
    rms_rgb: tuple[int, int, int],
    gain: float = 1.0,
) -> npt.NDArray[np.uint32]:
    """Return the wave as premultiplied ARGB (height, columns), channels one below the other.

    Edges are anti-aliased: a pixel is covered as far as the column reaches into it.
    """
    channels, count = columns.lowest.shape
    picture = np.zeros((height_px, count), dtype=np.uint32)
    edges = np.linspace(0, height_px, channels + 1).round().astype(int)
    for channel in range(channels):
        top, bottom = int(edges[channel]), int(edges[channel + 1])
        half = (bottom - top) / 2.0 - 0.5
        low = np.clip(columns.lowest[channel] * gain, -1.0, 1.0)
        high = np.clip(columns.highest[channel] * gain, -1.0, 1.0)
        rms = np.clip(columns.rms[channel] * gain, 0.0, 1.0)
        rows = np.arange(bottom - top, dtype=np.float32).reshape(-1, 1)
        middle = (bottom - top) / 2.0
        peak_cover = _cover(rows, middle - half * high - 0.35, middle - half * low + 0.35)
        rms_cover = _cover(
            rows, middle - half * np.minimum(rms, high), middle + half * np.minimum(rms, -low)
        )
        picture[top:bottom] = _blend(peak_cover, peak_rgb, rms_cover, rms_rgb)
    return picture


def _cover(rows: Rows, upper: Rows, lower: Rows) -> Rows:
    reach = np.minimum(rows + 1.0, lower) - np.maximum(rows, upper)
    return np.asarray(np.clip(reach, 0.0, 1.0), dtype=np.float32)


def _blend(
    peak: Rows, peak_rgb: tuple[int, int, int], rms: Rows, rms_rgb: tuple[int, int, int]
) -> npt.NDArray[np.uint32]:
    alpha = np.maximum(peak, rms)
    packed: npt.NDArray[np.uint32] = np.round(alpha * 255.0).astype(np.uint32) << np.uint32(24)
    for shift, below, above in zip((16, 8, 0), peak_rgb, rms_rgb, strict=True):
        value = below * (alpha - rms) + above * rms
        packed |= np.round(value).astype(np.uint32) << np.uint32(shift)
    return packed
