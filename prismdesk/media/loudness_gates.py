"""How loudness is averaged with quiet passages left out, in constant memory for any length."""

from __future__ import annotations

import math

import numpy as np

ABSOLUTE_GATE_LUFS = -70.0
_LOUDEST_LUFS = 40.0
_BINS_PER_LU = 100
_BINS = round((_LOUDEST_LUFS - ABSOLUTE_GATE_LUFS) * _BINS_PER_LU)
_OFFSET_LU = -0.691  # BS.1770-4, equation 2: 0 dB of a 1 kHz sine in one channel is -3.01 LUFS


def lufs(mean_square: float) -> float:
    """Return the loudness of a K-weighted, channel-weighted mean square; -inf for 0."""
    return _OFFSET_LU + 10 * math.log10(mean_square) if mean_square > 0 else -math.inf


class LoudnessHistogram:
    """Counts blocks by loudness in steps of 0.01 LU, and keeps the power of each step's blocks.

    Blocks at or below the absolute gate are left out. Averages use the power kept, so only which
    blocks lie above a relative gate is decided to 0.01 LU.
    """

    def __init__(self) -> None:
        self._counts = np.zeros(_BINS, np.int64)
        self._powers = np.zeros(_BINS)

    def add(self, mean_square: float) -> None:
        """Take in a block of this weighted mean square."""
        loudness = lufs(mean_square)
        if loudness <= ABSOLUTE_GATE_LUFS:
            return
        place = min(_BINS - 1, int((loudness - ABSOLUTE_GATE_LUFS) * _BINS_PER_LU))
        self._counts[place] += 1
        self._powers[place] += mean_square

    def gated_mean_square(self, relative_gate_lu: float) -> float:
        """Return the mean of the blocks above the gate; 0.0 without blocks.

        Args:
            relative_gate_lu: where the gate lies from the mean of all blocks; negative.
        """
        first = self._first_above(relative_gate_lu)
        count = int(self._counts[first:].sum())
        return float(self._powers[first:].sum()) / count if count else 0.0

    def percentile_lufs(self, fraction: float, relative_gate_lu: float) -> float:
        """Return the loudness that this share of the blocks above the gate doesn't exceed.

        The nearest rank is taken, as in EBU Tech 3342; -inf without blocks.

        Args:
            fraction: 0.0 (the softest block) to 1.0 (the loudest).
            relative_gate_lu: where the gate lies from the mean of all blocks; negative.
        """
        first = self._first_above(relative_gate_lu)
        ranks = np.cumsum(self._counts[first:])
        count = int(ranks[-1])
        if count == 0:
            return -math.inf
        rank = math.floor(fraction * (count - 1) + 0.5) + 1
        place = first + int(np.searchsorted(ranks, rank))
        return lufs(float(self._powers[place] / self._counts[place]))

    def reset(self) -> None:
        """Forget all blocks."""
        self._counts[:] = 0
        self._powers[:] = 0.0

    def _first_above(self, relative_gate_lu: float) -> int:
        count = int(self._counts.sum())
        if count == 0:
            return 0
        gate = lufs(float(self._powers.sum()) / count) + relative_gate_lu
        place = math.ceil((gate - ABSOLUTE_GATE_LUFS) * _BINS_PER_LU)
        return min(_BINS - 1, max(0, place))
