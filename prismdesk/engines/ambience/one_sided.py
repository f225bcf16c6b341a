"""Predicting from one side into a gap, by several models weighed by how they did just before.

Long models over long stretches follow music, short ones follow speech and clicks. Which suits is
found by predicting sound that is known: the last stretch before the gap, as long as the gap.
High-order extrapolation: I. Kauppinen & K. Roth, "Audio signal extrapolation" (DAFx 2002).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import lfilter

from prismdesk.engines.joining.linear_prediction import fit_model, predict_on

if TYPE_CHECKING:
    from prismdesk.engines.ambience.run_monitor import RunMonitor
    from prismdesk.engines.joining.linear_prediction import Samples

_MODELS = ((32, 0.025), (128, 0.05), (256, 0.1), (512, 0.2), (1024, 0.4))
"""(order, stretch to fit it on in seconds)."""
LONGEST_ORDER = _MODELS[-1][0]
_TOP_RATE_HZ = 48_000
"""Above this rate a stretch is counted as if at this rate, so that the work stays bounded."""
_TRIAL_POWER = 2.0
"""Weights are trial errors to the minus this power; 2 did best of 1, 2, 4 on real sound."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """Predicted samples, counted from the edge inward, and the variance of each one's error.

    ``trial_energies`` holds for each order tried the energy of its error on known sound.
    """

    samples: Samples
    variance: Samples
    trial_energies: dict[int, float]


def stretch_samples(seconds: float, rate_hz: int) -> int:
    """Samples of a stretch to fit on, bounded at high rates."""
    return max(1, round(seconds * min(rate_hz, _TOP_RATE_HZ)))


def predict_from(
    past: Samples, count: int, *, rate_hz: int, longest_order: int, monitor: RunMonitor
) -> Prediction:
    """Predict ``count`` samples that follow ``past``, a mixture of models of several orders.

    Models over ``longest_order`` are left out.
    """
    trial = min(count, len(past) // 3)
    predictions: list[Samples] = []
    variances: list[Samples] = []
    trial_errors: list[Samples] = []
    orders: list[int] = []
    for order, seconds in _MODELS:
        length = stretch_samples(seconds, rate_hz)
        if predictions and (
            order > longest_order or order > length // 3 or length > 1.5 * len(past)
        ):
            break
        monitor.check()
        orders.append(order)
        model = fit_model([past[-length:]], order)
        predictions.append(predict_on(past, count, model))
        variances.append(_error_variance(count, model.coefficients, model.variance))
        earlier = past[: len(past) - trial]
        trial_model = fit_model([earlier[-length:]], order)
        wanted = past[len(past) - trial :]
        trial_errors.append(predict_on(earlier, trial, trial_model) - wanted)
    energies = np.array([float(error @ error) for error in trial_errors])
    weights = trial_weights(energies)
    mixed_error = np.tensordot(weights, np.array(trial_errors), axes=1)
    variance = np.tensordot(weights, np.array(variances), axes=1)
    return Prediction(
        samples=np.tensordot(weights, np.array(predictions), axes=1),
        variance=variance + _rising_power(mixed_error, count),
        trial_energies=dict(zip(orders, energies.tolist(), strict=True)),
    )


def trial_weights(energies: Samples) -> Samples:
    """Weights that sum to one, by how small the errors of a trial were."""
    weights = (energies + 1e-12 * (float(energies.max()) + 1e-30)) ** -_TRIAL_POWER
    return np.asarray(weights / weights.sum())


def _error_variance(count: int, coefficients: Samples, variance: float) -> Samples:
    """Variance of the prediction k samples ahead: the innovation's times the sum of h^2."""
    impulse = np.zeros(count)
    impulse[0] = 1.0
    response = lfilter([1.0], coefficients, impulse)
    return np.asarray(variance * np.cumsum(response**2))


def _rising_power(error: Samples, count: int) -> Samples:
    """Smoothed power of a trial's error, made never to fall, continued to ``count`` samples."""
    if not len(error):
        return np.zeros(count)
    width = max(1, len(error) // 8)
    smooth = np.convolve(error**2, np.ones(width) / width, mode="same")[: len(error)]
    rising = np.maximum.accumulate(smooth)
    return np.concatenate([rising, np.full(count - len(rising), rising[-1])])
