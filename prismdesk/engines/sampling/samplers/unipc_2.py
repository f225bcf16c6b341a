"""UniPC of the second order with data prediction: predictor and corrector, one call a step."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.sampling.samplers.run import Run


def unipc_2(run: Run, x: Tensor) -> Tensor:
    """Sample; the estimate at the predicted point corrects it and serves the next step as well.

    B(h) = e^-h - 1 (Zhao et al., 2023).
    """
    denoised = run.denoised(x, run.sigmas[0])
    before: Tensor | None = None
    length_before = 1.0
    for index in range(run.steps):
        sigma, sigma_next = run.sigmas[index], run.sigmas[index + 1]
        x = run.blended(index, x)
        if sigma_next == 0.0:
            x = denoised
            run.tell(index, x, denoised)
            break
        h = math.log(sigma / sigma_next)
        b = math.expm1(-h)
        plain = sigma_next / sigma * x - b * denoised
        if before is None:
            ahead = run.denoised(plain, sigma_next)
            x = plain - b * 0.5 * (ahead - denoised)
        else:
            r = -length_before / h
            change = (before - denoised) / r
            ahead = run.denoised(plain - b * 0.5 * change, sigma_next)
            weight_change, weight_ahead = _corrector_weights(r, h, b)
            x = plain - b * (weight_change * change + weight_ahead * (ahead - denoised))
        run.tell(index, x, denoised)
        denoised, before, length_before = ahead, denoised, h
    return x


def _corrector_weights(r: float, h: float, b: float) -> tuple[float, float]:
    """Solve [[1, 1], [r, 1]] w = [phi_1 / b, 2 phi_2 / b]."""
    phi_1 = -b / h - 1.0
    phi_2 = -phi_1 / h - 0.5
    first = (phi_1 / b - 2.0 * phi_2 / b) / (1.0 - r)
    return first, phi_1 / b - first
