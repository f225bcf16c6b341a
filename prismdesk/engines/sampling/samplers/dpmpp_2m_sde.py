"""DPM-Solver++ of the second order for the stochastic equation, midpoint form."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.samplers.run import Run

_ETA = 1.0


def dpmpp_2m_sde(run: Run, x: Tensor) -> Tensor:
    """Sample with two estimates and one call a step (Lu et al., 2022)."""
    before: Tensor | None = None
    length_before = 1.0
    for index in range(run.steps):
        sigma, sigma_next = run.sigmas[index], run.sigmas[index + 1]
        denoised = run.denoised(x, sigma)
        x = run.blended(index, x)
        if sigma_next == 0.0:
            x = denoised
        else:
            h = math.log(sigma / sigma_next)
            share = -math.expm1(-h * (1.0 + _ETA))
            x = sigma_next / sigma * math.exp(-_ETA * h) * x + share * denoised
            if before is not None:
                x = x + 0.5 * share * (h / length_before) * (denoised - before)
            spread = sigma_next * math.sqrt(-math.expm1(-2.0 * _ETA * h))
            x = x + spread * run.noise(index, x)
            before, length_before = denoised, h
        run.tell(index, x, denoised)
    return x
