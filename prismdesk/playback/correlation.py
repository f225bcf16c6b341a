"""How alike the left and the right channel are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock

WINDOW_SECONDS = 0.3
_SILENCE_MEAN_SQUARE = 1e-9  # -90 dB


class CorrelationMeter:
    """Correlation of two channels, the past fading with a time constant of half the window.

    An exponential window of time constant T averages as much as a rectangular one of 2 T.

    Args:
        rate_hz: samples per second.
    """

    def __init__(self, rate_hz: int) -> None:
        self._fade_samples = WINDOW_SECONDS / 2 * rate_hz
        self._products = np.zeros(3)

    @property
    def value(self) -> float | None:
        """From -1.0 (opposite) to +1.0 (equal); None where a channel is silent."""
        left, right, both = (float(product) for product in self._products)
        if min(left, right) < _SILENCE_MEAN_SQUARE:
            return None
        return min(1.0, max(-1.0, both / math.sqrt(left * right)))

    def add(self, left: AudioBlock, right: AudioBlock) -> None:
        """Go on with a block of each channel, float32 (samples,); one not finite is left out."""
        if not left.size:
            return
        products = np.array([left @ left, right @ right, left @ right]) / left.size
        if np.isfinite(products).all():
            kept = math.exp(-left.size / self._fade_samples)
            self._products = kept * self._products + (1 - kept) * products

    def reset(self) -> None:
        """Start again as if nothing had come."""
        self._products = np.zeros(3)
