"""Heun's method in sigma: two calls a step, second order (Karras et al., 2022, without churn)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.samplers.run import Run


def heun(run: Run, x: Tensor) -> Tensor:
    """Sample with dx/dsigma = (x - D(x, sigma)) / sigma; the step to 0 is Euler's."""
    for index in range(run.steps):
        sigma, sigma_next = run.sigmas[index], run.sigmas[index + 1]
        step = sigma_next - sigma
        denoised = run.denoised(x, sigma)
        slope = (x - denoised) / sigma
        x = run.blended(index, x)
        if sigma_next > 0.0:
            ahead = x + slope * step
            slope_ahead = (ahead - run.denoised(ahead, sigma_next)) / sigma_next
            slope = 0.5 * (slope + slope_ahead)
        x = x + slope * step
        run.tell(index, x, denoised)
    return x
