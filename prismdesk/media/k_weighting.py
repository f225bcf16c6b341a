"""The frequency weighting of loudness: ITU-R BS.1770-4, annex 1, at any rate."""

from __future__ import annotations

from math import pi, tan
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.recursive_filter import SectionsFilter

if TYPE_CHECKING:
    import numpy.typing as npt

    from prismdesk.media.audio import AudioBlock

# BS.1770-4 gives coefficients for 48 kHz alone. These analogue parameters reproduce them and
# give the same curve at other rates by the bilinear transform (B. De Man, "Evaluation of
# implementations of the EBU R128 loudness measurement", AES 145, 2018).
_SHELF_HZ, _SHELF_Q, _SHELF_DB = 1681.974450955533, 0.7071752369554196, 3.999843853973347
_SHELF_MIDDLE_EXPONENT = 0.4996667741545416
_HIGH_PASS_HZ, _HIGH_PASS_Q = 38.13547087602444, 0.5003270373238773
_HIGHEST_SHARE = 0.45  # of the rate; rates so low that this matters have no standard


def k_weighting(rate_hz: int) -> npt.NDArray[np.float64]:
    """Return the two second-order sections (b0 b1 b2 1 a1 a2): head shelf, then high pass."""
    k = _warped(_SHELF_HZ, rate_hz)
    high = 10 ** (_SHELF_DB / 20)
    middle = high**_SHELF_MIDDLE_EXPONENT
    a0 = 1 + k / _SHELF_Q + k * k
    shelf = [
        (high + middle * k / _SHELF_Q + k * k) / a0,
        2 * (k * k - high) / a0,
        (high - middle * k / _SHELF_Q + k * k) / a0,
        1,
        2 * (k * k - 1) / a0,
        (1 - k / _SHELF_Q + k * k) / a0,
    ]
    k = _warped(_HIGH_PASS_HZ, rate_hz)
    a0 = 1 + k / _HIGH_PASS_Q + k * k
    # The standard's high pass has the numerator 1, -2, 1 without the division by a0.
    high_pass = [1, -2, 1, 1, 2 * (k * k - 1) / a0, (1 - k / _HIGH_PASS_Q + k * k) / a0]
    return np.array([shelf, high_pass])


def _warped(hz: float, rate_hz: int) -> float:
    return tan(pi * min(hz / rate_hz, _HIGHEST_SHARE))


class KWeightingFilter:
    """Weights sound that comes in blocks; the size of the blocks doesn't matter.

    Args:
        rate_hz: samples per second.
        channels: number of channels.
    """

    def __init__(self, rate_hz: int, channels: int) -> None:
        self._filter = SectionsFilter(k_weighting(rate_hz), channels)

    def filter(self, block: AudioBlock) -> npt.NDArray[np.float64]:
        """Return the weighted block, float64 (channels, samples)."""
        return self._filter.filter(block.astype(np.float64))

    def reset(self) -> None:
        """Forget what went before."""
        self._filter.reset()
