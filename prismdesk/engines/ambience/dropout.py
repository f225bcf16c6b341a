"""Mending a dropout: the samples that most likely stood there, at the level that stood there.

Each side is predicted into the gap and both predictions are blended by their expected errors
(after W. Etter, "Restoration of a discrete-time signal segment by interpolation based on the
left-sided and right-sided autoregressive parameters", IEEE Trans. Signal Processing 44, 1996).
Where one model holds for both sides, its least-squares interpolation joins in (Janssen et al.
1986). What is lost of the level, which for noise is nearly all of it, is given back by a draw
of that model's deviation (Godsill & Rayner 1998). Channels are first rotated to their
principal components, so that what they share is predicted once.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import lfilter

from prismdesk.engines.ambience.linear_prediction import GapEquations, Model, fit_model
from prismdesk.engines.ambience.one_sided import (
    LONGEST_ORDER,
    Prediction,
    predict_from,
    stretch_samples,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.engines.ambience.linear_prediction import Samples
    from prismdesk.engines.ambience.run_monitor import RunMonitor
    from prismdesk.engines.ambience.surroundings import Signal

_REACH_SECONDS = 0.6
_JOINT_ORDER = 256
_JOINT_SECONDS = 0.1
_NOISE_FROM_SECONDS = 0.004
_NOISE_FULL_SECONDS = 0.03
"""A dip of level shorter than the first isn't heard; from the second on it's heard as a hole."""
_HEADROOM = 1.25
"""A band-limited peak may rise between the samples that are known, but not far."""


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
) -> Signal:
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

    Returns:
        (channels, gap_samples).
    """
    reach = stretch_samples(_REACH_SECONDS, rate_hz) + gap_samples
    left, right = left[:, -reach:], right[:, :reach]
    rotation = _principal_axes(left, right)
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
    for channel in range(len(rotation)):
        pair = (before[channel], after[channel])
        likeliest, model = _likeliest(*pair, gap_samples, rate_hz, predict)
        mended[channel] = likeliest
        if amount > 0.0:
            deviation = _deviation(model, *pair, gap_samples, generator)
            mended[channel] += amount * _fitted(deviation, likeliest, *pair)
    result = rotation @ mended
    limit = _HEADROOM * np.maximum(_peaks(left), _peaks(right))[:, None]
    return np.asarray(np.clip(result, -limit, limit))


def _principal_axes(left: Signal, right: Signal) -> Signal:
    """Columns are the directions of greatest to least power over the channels."""
    covariance = left @ left.T + right @ right.T
    _, axes = np.linalg.eigh(covariance)
    return np.asarray(axes[:, ::-1])


def _likeliest(
    left: Samples,
    right: Samples,
    gap: int,
    rate_hz: int,
    predict: Callable[[Samples], Prediction],
) -> tuple[Samples, Model]:
    """The blend of what both sides predict, and the model of both sides together."""
    length = stretch_samples(_JOINT_SECONDS, rate_hz)
    near_left, near_right = left[-length:], right[:length]
    shortest = min((len(side) for side in (left, right) if len(side)), default=0)
    order = min(_JOINT_ORDER, shortest, length // 3)
    joint = fit_model([near_left, near_right], order)
    forward = predict(left) if len(left) else None
    backward = predict(right[::-1]) if len(right) else None
    if forward is None or backward is None:
        one = forward.samples if forward else backward.samples[::-1] if backward else np.zeros(gap)
        return np.asarray(one), joint
    tiny = 1e-300
    ahead, behind = forward.variance + tiny, backward.variance[::-1] + tiny
    share = behind / (ahead + behind)
    blended = share * forward.samples + (1.0 - share) * backward.samples[::-1]
    trust = _trust_in_joint_model(joint, near_left, near_right)
    if trust > 0.0:
        joined = GapEquations(joint, gap).solve(left, right)
        blended = (1.0 - trust) * blended + trust * joined
    return np.asarray(blended), joint


def _trust_in_joint_model(joint: Model, left: Samples, right: Samples) -> float:
    """Share for the joint interpolation: half where one model fits both sides as well as two."""
    apart = [fit_model([side], joint.order) for side in (left, right)]
    counts = np.array([len(left), len(right)], np.float64)
    variances = np.array([model.variance for model in apart])
    separate = float(counts @ variances / counts.sum())
    if joint.variance <= 0.0:
        return 0.5
    excess = joint.variance / max(separate, 1e-3 * joint.variance)
    return 0.5 * min(max(2.0 - excess, 0.0), 1.0)


def _deviation(
    model: Model, left: Samples, right: Samples, gap: int, generator: np.random.Generator
) -> Samples:
    """A draw of how the gap may differ from its likeliest samples; 0 towards known sides."""
    if not len(left) or not len(right):
        excitation = generator.standard_normal(gap) * np.sqrt(model.variance)
        free = np.asarray(lfilter([1.0], model.coefficients, excitation))
        return free if len(left) else free[::-1]
    return GapEquations(model, gap).draw_deviation(generator)


def _fitted(deviation: Samples, likeliest: Samples, left: Samples, right: Samples) -> Samples:
    """Scale a deviation so that the whole has the power that both sides lead to expect."""
    gap = len(likeliest)
    span = max(gap, 32)
    powers = [float(side @ side) / len(side) for side in (left[-span:], right[:span]) if len(side)]
    if not powers or min(powers) <= 0.0:
        return np.zeros(gap)
    expected = float(np.exp(np.mean(np.log(powers)))) * gap
    missing = expected - float(likeliest @ likeliest)
    energy = float(deviation @ deviation)
    if missing <= 0.0 or energy <= 0.0:
        return np.zeros(gap)
    return np.asarray(deviation * min(np.sqrt(missing / energy), 2.0))


def _peaks(side: Signal) -> Samples:
    if not side.shape[1]:
        return np.zeros(len(side))
    return np.asarray(np.abs(side).max(axis=1))
