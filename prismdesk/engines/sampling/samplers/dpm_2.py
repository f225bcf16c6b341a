"""DPM-Solver-2: the midpoint method in ln sigma, two calls a step (Lu et al., 2022)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.samplers.run import Run


def dpm_2(run: Run, x: Tensor) -> Tensor:
    """Sample with the slope at the geometric mean of both levels; the step to 0 is Euler's."""
    for index in range(run.steps):
        sigma, sigma_next = run.sigmas[index], run.sigmas[index + 1]
        denoised = run.denoised(x, sigma)
        slope = (x - denoised) / sigma
        x = run.blended(index, x)
        if sigma_next > 0.0:
            between = math.sqrt(sigma * sigma_next)
            midway = x + slope * (between - sigma)
            slope = (midway - run.denoised(midway, between)) / between
        x = x + slope * (sigma_next - sigma)
        run.tell(index, x, denoised)
    return x
