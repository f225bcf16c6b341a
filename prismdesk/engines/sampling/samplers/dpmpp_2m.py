"""DPM-Solver++ of the second order, multistep, deterministic: one call a step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.samplers.run import Run


def dpmpp_2m(run: Run, x: Tensor) -> Tensor:
    """Sample; the first and the last step use one estimate, others two (Lu et al., 2022)."""
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
            ahead = denoised
            if before is not None:
                ahead = denoised + (h / (2.0 * length_before)) * (denoised - before)
            x = sigma_next / sigma * x - math.expm1(-h) * ahead
            before, length_before = denoised, h
        run.tell(index, x, denoised)
    return x
