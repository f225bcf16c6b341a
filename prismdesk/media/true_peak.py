"""The peak of the sound between its samples: ITU-R BS.1770-4, annex 2."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock

OVERSAMPLING = 4
_TAPS = 32  # per phase
_KAISER_BETA = 5.0
_HOP_SAMPLES = 32


class TruePeakMeter:
    """Finds the highest absolute value of the sound at four times its rate.

    Interpolation is by a windowed sinc, so that one of the four phases is the samples
    themselves; the others of many places at once are one product of matrices.

    Args:
        channels: number of channels.
    """

    def __init__(self, channels: int) -> None:
        self._phases = _interpolation_matrix()
        self._channels = channels
        self._recent = np.zeros((channels, _TAPS - 1), np.float32)
        self._peak = 0.0

    @property
    def peak(self) -> float:
        """Highest absolute value so far, 1.0 being full scale; 0.0 for silence."""
        return self._peak

    def add(self, block: AudioBlock) -> None:
        """Go on with a block (channels, samples), samples finite.

        The last ``_TAPS`` samples or so are looked between when more comes, or at the end.
        """
        if block.shape[1] == 0:
            return
        self._peak = max(self._peak, float(block.max()), -float(block.min()))
        known = np.concatenate((self._recent, block), axis=1)
        hops = (known.shape[1] - _TAPS + 1) // _HOP_SAMPLES
        if hops:
            windows = sliding_window_view(known, _HOP_SAMPLES + _TAPS - 1, axis=1)
            frames = windows[:, : hops * _HOP_SAMPLES : _HOP_SAMPLES]
            between = frames.reshape(-1, frames.shape[-1]) @ self._phases
            self._peak = max(self._peak, float(between.max()), -float(between.min()))
        self._recent = known[:, hops * _HOP_SAMPLES :].copy()

    def finish(self) -> None:
        """Look between the last samples too, silence following them."""
        self.add(np.zeros((self._channels, _TAPS + _HOP_SAMPLES), np.float32))

    def reset(self) -> None:
        """Start again as if nothing had come."""
        self._recent = np.zeros((self._channels, _TAPS - 1), np.float32)
        self._peak = 0.0


def _interpolation_matrix() -> AudioBlock:
    """Return (hop + taps - 1, hop · 3): frames times this are the values between samples."""
    offsets = np.arange(_TAPS) - _TAPS // 2 + 1
    matrix = np.zeros((_HOP_SAMPLES + _TAPS - 1, _HOP_SAMPLES, OVERSAMPLING - 1))
    for phase in range(1, OVERSAMPLING):
        distance = offsets - phase / OVERSAMPLING
        window = np.i0(_KAISER_BETA * np.sqrt(1 - (distance / (_TAPS / 2)) ** 2))
        taps = np.sinc(distance) * window
        taps /= taps.sum()
        for place in range(_HOP_SAMPLES):
            matrix[place : place + _TAPS, place, phase - 1] = taps
    return matrix.reshape(len(matrix), -1).astype(np.float32)
