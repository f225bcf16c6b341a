"""DPM-Solver++ of the third order for the stochastic equation: three estimates, one call a step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.samplers.run import Run

_ETA = 1.0


def dpmpp_3m_sde(run: Run, x: Tensor) -> Tensor:
    """Sample with a multistep method in lambda = -ln sigma.

    The exponential integrator is exact for a polynomial through the last three clean estimates;
    with eta = 1 each step takes back all that the noise it adds brings in (Lu et al., 2022,
    carried on to the third order).
    """
    estimates: list[Tensor] = []
    lengths: list[float] = []
    for index in range(run.steps):
        sigma, sigma_next = run.sigmas[index], run.sigmas[index + 1]
        denoised = run.denoised(x, sigma)
        x = run.blended(index, x)
        if sigma_next == 0.0:
            x = denoised
        else:
            h = math.log(sigma / sigma_next)
            x = _stepped(x, [denoised, *estimates], h, lengths)
            spread = sigma_next * math.sqrt(-math.expm1(-2.0 * h * _ETA))
            x = x + spread * run.noise(index, x)
            estimates, lengths = [denoised, *estimates][:2], [h, *lengths][:2]
        run.tell(index, x, denoised)
    return x


def _stepped(x: Tensor, estimates: list[Tensor], h: float, lengths: list[float]) -> Tensor:
    """Return x after a step of length ``h``; estimates and past lengths come newest first."""
    whole = h * (_ETA + 1.0)
    newest = estimates[0]
    x = math.exp(-whole) * x - math.expm1(-whole) * newest
    if not lengths:
        return x
    phi_2 = math.expm1(-whole) / whole + 1.0
    r0 = lengths[0] / h
    slope = (newest - estimates[1]) / r0
    if len(lengths) == 1:
        return x + phi_2 * slope
    r1 = lengths[1] / h
    slope_before = (estimates[1] - estimates[2]) / r1
    bend = (slope - slope_before) / (r0 + r1)
    phi_3 = phi_2 / whole - 0.5
    return x + phi_2 * (slope + r0 * bend) - phi_3 * bend
