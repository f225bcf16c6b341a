"""Carrying real sound on past its end for a few hundredths of a second, at its own level.

What an autoregressive model can foresee is foreseen: tones and the bend of the waveform, so that
there is neither step nor kink. What it can't is drawn from its innovation, so that noise goes on
as noise instead of dying away (S. J. Godsill & P. J. W. Rayner, "Digital Audio Restoration",
1998, ch. 5).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import lfilter

from prismdesk.engines.joining.linear_prediction import fit_model, predict_on, principal_axes

if TYPE_CHECKING:
    from prismdesk.engines.joining.crossing import Signal
    from prismdesk.engines.joining.linear_prediction import Model, Samples

_ORDER = 64
_FIT_SECONDS = 0.05
_NOW_SECONDS = 0.015
"""The innovation's level is that of the last moments: a sound that dies away stays soft."""
_HEADROOM = 1.25
_TOP_RATE_HZ = 48_000


@dataclass(frozen=True, slots=True)
class Extrapolation:
    """``sound`` (channels, samples) that follows; ``foreseen`` is the share that was predicted.

    The share is of the amplitude halfway: near 1 for tones, near 0 for noise.
    """

    sound: Signal
    foreseen: float


def extrapolate(
    past: Signal, count: int, rate_hz: int, generator: np.random.Generator
) -> Extrapolation:
    """Return ``count`` samples that follow ``past`` (channels, samples).

    Channels are taken along their principal axes, so that what they have in common stays so.
    """
    fit = round(_FIT_SECONDS * min(rate_hz, _TOP_RATE_HZ))
    past = past[:, -4 * fit :]
    offset = past[:, -fit:].mean(axis=1, keepdims=True)
    axes = principal_axes(past[:, -fit:] - offset, np.zeros((len(past), 0)))
    turned = axes.T @ (past - offset)
    sound = np.zeros((len(past), count))
    foreseen = np.zeros_like(sound)
    now = max(1, round(_NOW_SECONDS * rate_hz))
    for row, channel in enumerate(turned):
        model = fit_model([channel[-fit:]], _ORDER)
        foreseen[row] = predict_on(channel, count, model)
        excitation = generator.standard_normal(count) * _innovation(channel[-fit:], model, now)
        sound[row] = foreseen[row] + lfilter([1.0], model.coefficients, excitation)
    limit = _HEADROOM * np.abs(past[:, -fit:] - offset).max(axis=1, initial=0.0)[:, None]
    half = foreseen[:, count // 2 :]
    recent = turned[:, -max(1, half.shape[1]) :]
    power = float(np.mean(recent**2))
    share = float(np.sqrt(np.mean(half**2) / power)) if power > 0.0 and half.size else 0.0
    return Extrapolation(np.clip(axes @ sound, -limit, limit) + offset, min(share, 1.0))


def _innovation(past: Samples, model: Model, now: int) -> float:
    """Standard deviation of what the model could not foresee in the last ``now`` samples."""
    if model.order == 0:
        return float(np.sqrt(np.mean(past[-now:] ** 2))) if len(past) else 0.0
    errors = lfilter(model.coefficients, [1.0], past)[model.order :][-now:]
    if not len(errors):
        return float(np.sqrt(model.variance))
    return float(np.sqrt(np.mean(errors**2)))
