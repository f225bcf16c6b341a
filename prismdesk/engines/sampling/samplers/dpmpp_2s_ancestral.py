"""DPM-Solver++ of the second order, single step, with ancestral noise: two calls a step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.samplers.run import Run


def dpmpp_2s_ancestral(run: Run, x: Tensor) -> Tensor:
    """Sample: a step down to below the next level, then noise up to it (Lu et al., 2022)."""
    for index in range(run.steps):
        sigma, sigma_next = run.sigmas[index], run.sigmas[index + 1]
        denoised = run.denoised(x, sigma)
        x = run.blended(index, x)
        if sigma_next == 0.0:
            x = denoised
        else:
            sigma_up = sigma_next * math.sqrt(1.0 - (sigma_next / sigma) ** 2)
            sigma_down = sigma_next * (sigma_next / sigma)
            h = math.log(sigma / sigma_down)
            between = math.sqrt(sigma * sigma_down)
            midway = between / sigma * x - math.expm1(-h / 2.0) * denoised
            x = sigma_down / sigma * x - math.expm1(-h) * run.denoised(midway, between)
            x = x + sigma_up * run.noise(index, x)
        run.tell(index, x, denoised)
    return x
