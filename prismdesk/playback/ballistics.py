"""How a meter's bar, hold line and clip light follow the peaks of the sound."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

DECAY_DB_PER_SECOND = 20 / 1.7  # IEC 60268-10, type I: 20 dB in 1.7 s
HOLD_SECONDS = 2.0
CLIP_LEVEL = 1.0

Levels = npt.NDArray[np.float64]


class PeakBallistics:
    """Peaks rise at once and fall at a steady rate in decibels; the hold line waits first.

    Many channels at once, as arrays of (channels,), 1.0 being full scale. ``peaks``, ``holds`` and
    ``is_clipped`` are new arrays after each block, never changed once they were there.

    Args:
        channels: number of channels.
        rate_hz: samples per second.
    """

    def __init__(self, channels: int, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self.peaks: Levels = np.zeros(channels)
        self.holds: Levels = np.zeros(channels)
        self.is_clipped = np.zeros(channels, np.bool_)
        self._held_seconds = np.zeros(channels)

    def add(self, block_peaks: Levels, count_samples: float) -> None:
        """Go on by a block.

        Args:
            block_peaks: highest absolute value of each channel in the block; a value that isn't
                finite lights the clip light and counts as full scale.
            count_samples: length of the block.
        """
        self.is_clipped = self.is_clipped | ~(block_peaks < CLIP_LEVEL)
        peaks = np.where(np.isfinite(block_peaks), block_peaks, CLIP_LEVEL)
        seconds = count_samples / self._rate_hz
        decay = 10 ** (-DECAY_DB_PER_SECOND * seconds / 20)
        self.peaks = np.maximum(peaks, self.peaks * decay)
        self._held_seconds += seconds
        holds = np.where(self._held_seconds > HOLD_SECONDS, self.holds * decay, self.holds)
        is_reached = self.peaks >= holds
        self._held_seconds[is_reached] = 0.0
        self.holds = np.where(is_reached, self.peaks, holds)

    def reset_clips(self) -> None:
        """Put the clip lights out and the hold lines down to the bars."""
        self.is_clipped = np.zeros_like(self.is_clipped)
        self.holds = self.peaks.copy()
        self._held_seconds[:] = 0.0
