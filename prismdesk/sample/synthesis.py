"""Building blocks of sound that give the same bits on every machine.

Only IEEE 754 additions, multiplications, divisions and square roots of float64 arrays are used,
each rounded exactly and never fused or summed in an order that a library may change. So neither
``numpy.sin`` (whose last bit depends on the processor) nor filters nor transforms appear here.
"""

from __future__ import annotations

from math import factorial, log, pi

import numpy as np
import numpy.typing as npt

Signal = npt.NDArray[np.float64]

_SINE = [(-1) ** k * (2 * pi) ** (2 * k + 1) / factorial(2 * k + 1) for k in range(9)]
_POWER_OF_TWO = [log(2) ** k / factorial(k) for k in range(15)]


def seconds(count: int, rate_hz: int) -> Signal:
    """Return the times of ``count`` samples from 0, in seconds."""
    return np.arange(count, dtype=np.float64) / rate_hz


def sine(turns: Signal) -> Signal:
    """Return sin(2 pi turns) by its Taylor series on a quarter turn; error below 1e-13."""
    turns = turns - np.floor(turns + 0.5)
    folded = np.where(turns > 0.25, 0.5 - turns, np.where(turns < -0.25, -0.5 - turns, turns))
    square = folded * folded
    total = np.full_like(folded, _SINE[-1])
    for coefficient in reversed(_SINE[:-1]):
        total = total * square + coefficient
    return total * folded


def halving(times: Signal, half_life: float) -> Signal:
    """Return 2 ** (-times / half_life), the decay of a struck or blown thing."""
    exponent = -times / half_life
    whole = np.floor(exponent)
    part = exponent - whole
    total = np.full_like(part, _POWER_OF_TWO[-1])
    for coefficient in reversed(_POWER_OF_TWO[:-1]):
        total = total * part + coefficient
    return np.ldexp(total, np.maximum(whole, -1000.0).astype(np.int32))


def white(count: int, seed: int) -> Signal:
    """Return uniform noise in [-1, 1): SplitMix64 (Steele, Lea, Flood 2014) over a counter."""
    index = np.arange(1, count + 1, dtype=np.uint64)
    state = index * np.uint64(0x9E3779B97F4A7C15) + np.uint64(seed * 0x2545F4914F6CDD1D % 2**64)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = state ^ (state >> np.uint64(31))
    return (state >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0


def smooth(count: int, spacing_samples: float, seed: int) -> Signal:
    """Return noise without sharp corners: a cubic B-spline through random points.

    Its spectrum falls from ``rate / spacing / 2`` on; the peak stays within [-1, 1].
    """
    place = np.arange(count, dtype=np.float64) / spacing_samples
    whole = np.floor(place)
    f = place - whole
    index = whole.astype(np.int64)
    points = white(int(count / spacing_samples) + 5, seed)
    g = 1.0 - f
    return (
        points[index] * (g * g * g)
        + points[index + 1] * (3.0 * (f * f * f) - 6.0 * (f * f) + 4.0)
        + points[index + 2] * (3.0 * (g * g * g) - 6.0 * (g * g) + 4.0)
        + points[index + 3] * (f * f * f)
    ) / 6.0


def band(count: int, rate_hz: int, *, centre_hz: float, width_hz: float, seed: int) -> Signal:
    """Return noise around ``centre_hz``: slow noise carried by two sines in quadrature."""
    turns = seconds(count, rate_hz) * centre_hz
    spacing = rate_hz / width_hz
    return smooth(count, spacing, seed) * sine(turns) + smooth(count, spacing, seed + 7919) * sine(
        turns + 0.25
    )


def pan_gains(share: float) -> tuple[float, float]:
    """Return equal-power gains (left, right) for a place from 0 (left) to 1 (right)."""
    share = min(max(share, 0.0), 1.0)
    return float(np.sqrt(1.0 - share)), float(np.sqrt(share))
