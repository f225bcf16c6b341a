"""What the ambience engine is held against: the simple ways to fill a gap.

All take the whole context with its gap and return (channels, gap samples).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.interpolate import CubicHermiteSpline
from scipy.linalg import solve_toeplitz, solveh_banded
from scipy.signal import fftconvolve, lfilter, lfiltic

if TYPE_CHECKING:
    from collections.abc import Callable

Sound = npt.NDArray[np.float64]

_AR_ORDER = 512
_AR_SECONDS = 0.1
_AR_LONGEST_SOLVED_SECONDS = 0.1


def silence(left: Sound, right: Sound, gap: int, rate_hz: int) -> Sound:
    """Nothing."""
    return np.zeros((len(left), gap))


def linear(left: Sound, right: Sound, gap: int, rate_hz: int) -> Sound:
    """A straight line between the samples at both edges."""
    share = np.arange(1, gap + 1) / (gap + 1)
    return left[:, -1:] * (1.0 - share) + right[:, :1] * share


def cubic(left: Sound, right: Sound, gap: int, rate_hz: int) -> Sound:
    """A cubic through the edge samples with their slopes."""
    moments = np.arange(1, gap + 1, dtype=np.float64)
    filled = np.empty((len(left), gap))
    for channel, (before, after) in enumerate(zip(left, right, strict=True)):
        slopes = [before[-1] - before[-2], after[1] - after[0]]
        curve = CubicHermiteSpline([0.0, gap + 1.0], [before[-1], after[0]], slopes)
        filled[channel] = curve(moments)
    return filled


def crossfaded_copy(left: Sound, right: Sound, gap: int, rate_hz: int) -> Sound:
    """The sound before the gap, crossed at equal power into the sound after it."""
    share = (np.arange(gap) + 0.5) / gap * np.pi / 2
    before = np.resize(left[:, -gap:], (len(left), gap)) if left.shape[1] < gap else left[:, -gap:]
    after = right[:, :gap] if right.shape[1] >= gap else np.resize(right, (len(right), gap))
    return before * np.cos(share) + after * np.sin(share)


def plain_autoregression(left: Sound, right: Sound, gap: int, rate_hz: int) -> Sound:
    """One pass of the textbook: Yule-Walker of order 512 on 100 ms of both sides, then solve.

    Gaps over 100 ms are extrapolated from both sides and crossed, which is what the solution
    tends to.
    """
    reach = round(_AR_SECONDS * rate_hz)
    order = min(_AR_ORDER, reach // 3)
    filled = np.empty((len(left), gap))
    for channel in range(len(left)):
        before, after = left[channel, -reach:], right[channel, :reach]
        coefficients = _yule_walker(before, after, order)
        if gap <= _AR_LONGEST_SOLVED_SECONDS * rate_hz:
            filled[channel] = _least_squares(before, after, gap, coefficients)
        else:
            share = (np.arange(gap) + 0.5) / gap
            ahead = _extrapolate(before, gap, coefficients)
            behind = _extrapolate(after[::-1], gap, coefficients)[::-1]
            filled[channel] = ahead * (1.0 - share) + behind * share
    return filled


BASELINES: dict[str, Callable[[Sound, Sound, int, int], Sound]] = {
    "silence": silence,
    "linear": linear,
    "cubic": cubic,
    "crossfaded copy": crossfaded_copy,
    "plain AR": plain_autoregression,
}


def _yule_walker(before: Sound, after: Sound, order: int) -> Sound:
    lags = np.zeros(order + 1)
    for part in (before, after):
        full = fftconvolve(part, part[::-1])
        middle = len(part) - 1
        kept = full[middle : middle + order + 1]
        lags[: len(kept)] += kept
    if lags[0] <= 0.0:
        return np.concatenate([[1.0], np.zeros(order)])
    lags[0] *= 1.0 + 1e-9
    return np.concatenate([[1.0], -solve_toeplitz(lags[:-1], lags[1:])])


def _least_squares(before: Sound, after: Sound, gap: int, coefficients: Sound) -> Sound:
    order = len(coefficients) - 1
    half = np.correlate(coefficients, coefficients, mode="full")[order:]
    known = np.concatenate([before[-order:], np.zeros(gap), after[:order]])
    pull = fftconvolve(known, np.concatenate([half[:0:-1], half]), mode="same")
    bands = min(order, gap - 1)
    matrix = np.repeat(half[: bands + 1, None], gap, axis=1)
    matrix[0] *= 1.0 + 1e-9
    return np.asarray(solveh_banded(matrix, -pull[order : order + gap], lower=True))


def _extrapolate(past: Sound, count: int, coefficients: Sound) -> Sound:
    state = lfiltic([1.0], coefficients, past[::-1][: len(coefficients) - 1])
    return np.asarray(lfilter([1.0], coefficients, np.zeros(count), zi=state)[0])
