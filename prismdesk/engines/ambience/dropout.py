"""Mending a dropout: the samples that most likely stood there, at the level that stood there.

Each side is predicted into the gap and both predictions are blended by their expected errors
(after W. Etter, "Restoration of a discrete-time signal segment by interpolation based on the
left-sided and right-sided autoregressive parameters", IEEE Trans. Signal Processing 44, 1996).
Least-squares interpolation by models of both sides together (Janssen et al. 1986) is mixed in
by its own expected error: either way errs on its own, so the mixture errs less. What is lost of
the level, which for noise is nearly all of it, is given back by a draw of the model's deviation
(Godsill & Rayner 1998). Channels are first rotated to their principal components, so that what
they share is predicted once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import lfilter

from prismdesk.engines.ambience.one_sided import (
    LONGEST_ORDER,
    Prediction,
    predict_from,
    stretch_samples,
    trial_weights,
)
from prismdesk.engines.joining.linear_prediction import (
    GapEquations,
    Model,
    fit_damped_model,
    principal_axes,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.ambience.run_monitor import RunMonitor
    from prismdesk.engines.ambience.surroundings import Signal
    from prismdesk.engines.joining.linear_prediction import Samples

_REACH_SECONDS = 0.6
_JOINT_MODELS = ((256, 0.05), (512, 0.1), (1024, 0.2))
"""(order, stretch on either side to fit it on in seconds)."""
_LONGEST_SOLVED_SECONDS = 0.1
"""Beyond, the joint equations cost much and add little to both sides' predictions."""
_MOST_TRUST = 0.6
"""The joint interpolation's largest share: all models expect too little error of themselves."""
_NOISE_FROM_SECONDS = 0.004
_NOISE_FULL_SECONDS = 0.03
"""A dip of level shorter than the first isn't heard; from the second on it's heard as a hole."""
_HEADROOM = 1.25
"""A band-limited peak may rise between the samples that are known, but not far."""


@dataclass(frozen=True, slots=True)
class Mended:
    """The samples of a gap, (channels, samples), and how sure the models are of them.

    ``expected_snr_db`` is the power of the likeliest samples and their errors together over
    that of the errors: 0 where nothing can be predicted.
    """

    sound: Signal
    expected_snr_db: float


@dataclass(frozen=True, slots=True)
class _Likeliest:
    """One channel's likeliest samples, their error's mean variance, and a model to draw from."""

    samples: Samples
    variance: float
    model: Model


def mend_dropout(
    left: Signal,
    right: Signal,
    gap_samples: int,
    *,
    rate_hz: int,
    noise: float,
    generator: np.random.Generator,
    monitor: RunMonitor,
    longest_order: int = LONGEST_ORDER,
) -> Mended:
    """Interpolate a gap between two sides, either of which may be empty.

    Args:
        left: (channels, samples) that end where the gap begins.
        right: (channels, samples) that begin where the gap ends.
        gap_samples: length of the gap, at least 1.
        rate_hz: sample rate.
        noise: 0 for the likeliest samples, 1 for natural level where the likeliest are too soft.
        generator: where the draws come from.
        monitor: asked whether to stop.
        longest_order: models longer than this are left out, which is quicker.
    """
    reach = stretch_samples(_REACH_SECONDS, rate_hz) + gap_samples
    left, right = left[:, -reach:], right[:, :reach]
    rotation = principal_axes(left, right)
    before, after = rotation.T @ left, rotation.T @ right
    mended = np.zeros((len(rotation), gap_samples))
    gap_seconds = gap_samples / rate_hz
    ramp = (gap_seconds - _NOISE_FROM_SECONDS) / (_NOISE_FULL_SECONDS - _NOISE_FROM_SECONDS)
    predict = partial(
        predict_from,
        count=gap_samples,
        rate_hz=rate_hz,
        longest_order=longest_order,
        monitor=monitor,
    )
    amount = noise * min(max(ramp, 0.0), 1.0)
    power = errors = 1e-30
    for channel in range(len(rotation)):
        pair = (before[channel], after[channel])
        likeliest = _likeliest(*pair, gap_samples, rate_hz, predict)
        mended[channel] = likeliest.samples
        power += float(np.mean(likeliest.samples**2))
        errors += likeliest.variance
        if amount > 0.0:
            deviation = _deviation(likeliest.model, *pair, gap_samples, generator)
            mended[channel] += amount * _fitted(deviation, likeliest, *pair)
    result = rotation @ mended
    limit = _HEADROOM * np.maximum(_peaks(left), _peaks(right))[:, None]
    sound = np.asarray(np.clip(result, -limit, limit))
    return Mended(sound, float(10.0 * np.log10((power + errors) / errors)))


def _likeliest(
    left: Samples,
    right: Samples,
    gap: int,
    rate_hz: int,
    predict: Callable[[Samples], Prediction],
) -> _Likeliest:
    """The blend of what both sides predict, and a model of both sides together."""
    draws = fit_damped_model(_near(left, right, 0, rate_hz), _JOINT_MODELS[0][0])
    forward = predict(left) if len(left) else None
    backward = predict(right[::-1]) if len(right) else None
    if forward is None or backward is None:
        only = forward or backward
        if only is None:
            return _Likeliest(np.zeros(gap), 0.0, draws)
        samples = only.samples if forward else only.samples[::-1]
        return _Likeliest(samples, float(only.variance.mean()), draws)
    tiny = 1e-300
    ahead, behind = forward.variance + tiny, backward.variance[::-1] + tiny
    share = behind / (ahead + behind)
    crossed = share * forward.samples + (1.0 - share) * backward.samples[::-1]
    crossed_variance = float(np.mean(ahead * behind / (ahead + behind)))
    if gap > _LONGEST_SOLVED_SECONDS * rate_hz:
        return _Likeliest(crossed, crossed_variance, draws)
    joined, joined_variance = _joint_interpolation(left, right, gap, rate_hz, (forward, backward))
    trust = crossed_variance / (crossed_variance + joined_variance + tiny)
    trust = min(trust, _MOST_TRUST)
    samples = (1.0 - trust) * crossed + trust * joined
    return _Likeliest(samples, min(crossed_variance, joined_variance), draws)


def _joint_interpolation(
    left: Samples,
    right: Samples,
    gap: int,
    rate_hz: int,
    sides: tuple[Prediction, Prediction],
) -> tuple[Samples, float]:
    """Least-squares interpolations by models of both sides, weighed by the sides' trials.

    Returns the samples and the mean variance of their error that the models expect.
    """
    generator = np.random.default_rng(0)
    solved: list[Samples] = []
    variances: list[float] = []
    energies: list[float] = []
    for index, (order, _) in enumerate(_JOINT_MODELS):
        tried = [side.trial_energies for side in sides]
        if solved and not all(order in energies_by_order for energies_by_order in tried):
            break
        order = min(order, len(left), len(right))
        model = fit_damped_model(_near(left, right, index, rate_hz), order)
        equations = GapEquations(model, gap)
        solved.append(equations.solve(left, right))
        deviation = equations.draw_deviation(generator)
        variances.append(float(np.mean(deviation**2)))
        energies.append(sum(by_order.get(order, 0.0) for by_order in tried))
    weights = trial_weights(np.array(energies))
    return np.tensordot(weights, np.array(solved), axes=1), float(weights @ np.array(variances))


def _near(left: Samples, right: Samples, index: int, rate_hz: int) -> list[Samples]:
    """The stretches beside the gap that a joint model is fitted on."""
    length = stretch_samples(_JOINT_MODELS[index][1], rate_hz)
    return [left[-length:], right[:length]]


def _deviation(
    model: Model, left: Samples, right: Samples, gap: int, generator: np.random.Generator
) -> Samples:
    """A draw of how the gap may differ from its likeliest samples; 0 towards known sides."""
    if not len(left) or not len(right):
        excitation = generator.standard_normal(gap) * np.sqrt(model.variance)
        free = np.asarray(lfilter([1.0], model.coefficients, excitation))
        return free if len(left) else free[::-1]
    return GapEquations(model, gap).draw_deviation(generator)


def _fitted(deviation: Samples, likeliest: _Likeliest, left: Samples, right: Samples) -> Samples:
    """Scale a deviation so that the whole has the power that both sides lead to expect.

    No more is added than the likeliest samples are expected to err by: a tone that is sure of
    itself gets no noise, whatever its level did before.
    """
    gap = len(deviation)
    span = max(gap, 32)
    powers = [float(side @ side) / len(side) for side in (left[-span:], right[:span]) if len(side)]
    if not powers or min(powers) <= 0.0:
        return np.zeros(gap)
    expected = float(np.exp(np.mean(np.log(powers))))
    missing = min(expected - float(np.mean(likeliest.samples**2)), likeliest.variance)
    power = float(np.mean(deviation**2))
    if missing <= 0.0 or power <= 0.0:
        return np.zeros(gap)
    return np.asarray(deviation * min(np.sqrt(missing / power), 2.0))


def _peaks(side: Signal) -> Samples:
    if not side.shape[1]:
        return np.zeros(len(side))
    return np.asarray(np.abs(side).max(axis=1))
