"""Autoregressive models of sound: fitting them, and predicting missing samples by them.

Sources: J. P. Burg, "Maximum entropy spectral analysis" (1975), joined over several stretches
as in S. de Waele & P. M. T. Broersen, "The Burg algorithm for segments" (IEEE Trans. Signal
Processing 48, 2000); A. J. E. M. Janssen, R. N. J. Veldhuis & L. B. Vries, "Adaptive
interpolation of discrete-time signals that can be modeled as autoregressive processes" (IEEE
Trans. ASSP 34, 1986); S. J. Godsill & P. J. W. Rayner, "Digital Audio Restoration" (1998),
ch. 5, for the least-squares form and for interpolation by a draw from the posterior, which
keeps noise at its level.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from scipy.linalg import cho_solve_banded, cholesky_banded, solve_toeplitz
from scipy.signal import fftconvolve, lfilter, lfiltic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.joining.crossing import Signal

Samples = npt.NDArray[np.float64]
"""float64 (samples,): one channel."""

_RIDGE = 1e-9
"""Relative load on the diagonal of the normal equations; -90 dB, below 16-bit noise."""


@dataclass(frozen=True, slots=True)
class Model:
    """x[n] = -sum a[k] x[n-k] + e[n]: ``coefficients`` is a with a[0] = 1, e has ``variance``."""

    coefficients: Samples
    variance: float

    @property
    def order(self) -> int:
        """Number of past samples that predict the next."""
        return len(self.coefficients) - 1


def fit_model(stretches: Sequence[Samples], order: int) -> Model:
    """Fit by Burg's method, jointly over stretches that share a spectrum but don't touch.

    The order is lowered to what the longest stretch can carry (a third of its samples); a
    stretch too short for it counts as long as it lasts. The model is always stable.
    """
    longest = max((len(stretch) for stretch in stretches), default=0)
    order = max(0, min(order, longest // 3))
    pairs = [(stretch.copy(), stretch.copy()) for stretch in stretches if len(stretch) > 1]
    power = sum(float(forward @ forward) for forward, _ in pairs)
    count = sum(len(forward) for forward, _ in pairs)
    variance = power / count if count else 0.0
    floor = variance * 1e-14
    coefficients = np.zeros(order + 1)
    coefficients[0] = 1.0
    reached = 0
    while reached < order and variance > floor:
        pairs = [(forward[1:], backward[:-1]) for forward, backward in pairs if len(forward) > 1]
        products = energy = 0.0
        for forward, backward in pairs:
            products += float(forward @ backward)
            energy += float(forward @ forward) + float(backward @ backward)
        if energy <= 0.0:
            break
        reflection = -2.0 * products / energy
        for forward, backward in pairs:
            _lattice_step(forward, backward, reflection)
        reached += 1
        coefficients[1 : reached + 1] += reflection * coefficients[reached - 1 :: -1][:reached]
        variance *= 1.0 - reflection * reflection
    return Model(coefficients[: reached + 1], max(variance, 0.0))


def fit_damped_model(stretches: Sequence[Samples], order: int) -> Model:
    """Fit by the autocorrelation of all stretches together (Yule-Walker).

    Its bias damps every resonance, which makes it the better model to solve a gap with when the
    two sides only nearly agree: Burg's sharp poles would fight over it.
    """
    order = max(0, min(order, max((len(stretch) for stretch in stretches), default=0) // 3))
    lags = np.zeros(order + 1)
    for stretch in stretches:
        if len(stretch):
            full = fftconvolve(stretch, stretch[::-1])[len(stretch) - 1 :][: order + 1]
            lags[: len(full)] += full
    count = sum(len(stretch) for stretch in stretches)
    if order == 0 or lags[0] <= 0.0:
        return Model(np.ones(1), float(lags[0]) / max(count, 1))
    lags[0] *= 1.0 + _RIDGE
    predictor = solve_toeplitz(lags[:-1], lags[1:])
    variance = float(lags[0] - predictor @ lags[1:]) / count
    return Model(np.concatenate([[1.0], -predictor]), max(variance, 0.0))


def _lattice_step(forward: Samples, backward: Samples, reflection: float) -> None:
    """One step of the lattice, in place: each error takes its share of the other."""
    share = reflection * backward
    backward += reflection * forward
    forward += share


def principal_axes(left: Signal, right: Signal) -> Signal:
    """Columns are the directions of greatest to least power over the channels of both sides.

    Models fitted along them keep what channels have in common: in phase, or silent.
    """
    covariance = left @ left.T + right @ right.T
    _, axes = np.linalg.eigh(covariance)
    return np.asarray(axes[:, ::-1])


def predict_on(past: Samples, count: int, model: Model) -> Samples:
    """Run the model on from ``past`` with no excitation: what must follow, fading as it ends."""
    if count == 0 or model.order == 0 or not len(past):
        return np.zeros(count)
    state = lfiltic([1.0], model.coefficients, past[::-1][: model.order])
    predicted, _ = lfilter([1.0], model.coefficients, np.zeros(count), zi=state)
    return np.asarray(predicted, np.float64)


def simulate(count: int, model: Model, generator: np.random.Generator) -> Samples:
    """Draw ``count`` samples of the process that the model describes, in its steady state."""
    if model.variance <= 0.0:
        return np.zeros(count)
    warm_up = 8 * model.order + 64
    noise = generator.standard_normal(warm_up + count) * np.sqrt(model.variance)
    drawn = lfilter([1.0], model.coefficients, noise)
    return np.asarray(drawn[warm_up:], np.float64)


class GapEquations:
    """The normal equations of the samples in a gap between two known stretches.

    The sum of squared prediction errors over every equation that touches the gap is least where
    B x = -c, with B the banded Toeplitz matrix of the coefficients' autocorrelation and c what
    the known neighbours add (Janssen et al. 1986, eq. 13). B is factored once; each solve is
    linear in the gap's length.
    """

    def __init__(self, model: Model, gap_samples: int) -> None:
        self._model = model
        self._gap = gap_samples
        order = model.order
        size = 1 << (2 * order + 1).bit_length()
        spectrum = np.abs(np.fft.rfft(model.coefficients, size)) ** 2
        half = np.fft.irfft(spectrum, size)[: order + 1]
        self._correlation = np.concatenate([half[:0:-1], half])
        bands = min(order, gap_samples - 1)
        matrix = np.repeat(half[: bands + 1, None], gap_samples, axis=1)
        matrix[0] *= 1.0 + _RIDGE
        self._factor = cholesky_banded(matrix, overwrite_ab=True, lower=True, check_finite=False)

    def solve(self, left: Samples, right: Samples) -> Samples:
        """The likeliest samples of the gap, given what stands on both sides of it.

        Sides shorter than the model's order are continued outward by zeros.
        """
        order, gap = self._model.order, self._gap
        if order == 0:
            return np.zeros(gap)
        known = np.zeros(gap + 2 * order)
        before, after = left[-order:], right[:order]
        known[order - len(before) : order] = before
        known[order + gap : order + gap + len(after)] = after
        pull = fftconvolve(known, self._correlation, mode="same")[order : order + gap]
        solved = cho_solve_banded((self._factor, True), -pull, check_finite=False)
        return np.asarray(solved, np.float64)

    def draw_deviation(self, generator: np.random.Generator) -> Samples:
        """A draw of how the gap may differ from its likeliest samples, at natural level.

        Simulates the process, interpolates the simulation, and returns the difference: exactly
        a draw from the posterior of the gap given its sides.
        """
        order, gap = self._model.order, self._gap
        whole = simulate(gap + 2 * order, self._model, generator)
        likeliest = self.solve(whole[:order], whole[order + gap :])
        return whole[order : order + gap] - likeliest
