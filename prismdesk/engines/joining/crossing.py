"""Crossing from one sound to another."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Signal = npt.NDArray[np.float64]
"""float64 (channels, samples), full scale 1.0: what the algorithms work on."""


def blend(fading: Signal, rising: Signal) -> Signal:
    """Cross from one sound to another with the power kept level.

    The gains are raised cosines divided by the length of their sum for the correlation that
    the two sounds have: equal gain for equal sounds, equal power for unrelated ones.
    """
    count = fading.shape[1]
    share = 0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)
    common = float(np.sum(fading * rising))
    scale = float(np.sqrt(np.sum(fading**2) * np.sum(rising**2)))
    likeness = min(max(common / scale, 0.0), 1.0) if scale > 0.0 else 1.0
    power = (1.0 - share) ** 2 + share**2 + 2.0 * likeness * share * (1.0 - share)
    return np.asarray((fading * (1.0 - share) + rising * share) / np.sqrt(power))
