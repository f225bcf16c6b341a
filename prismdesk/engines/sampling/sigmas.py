"""Noise levels: the schedule that a sampler walks down."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch import Tensor


def polyexponential_sigmas(
    steps: int, sigma_min: float, sigma_max: float, rho: float = 1.0
) -> Tensor:
    """Return noise levels that fall from ``sigma_max`` to ``sigma_min``, and then 0.

    Their logarithms fall like a ramp from 1 to 0 raised to the power ``rho``; 1 is equal ratios.

    Returns:
        [steps + 1], float32, on the CPU; with a single step, ``sigma_max`` and 0.

    Raises:
        ValueError: there is no step, or the levels don't fall.
    """
    if steps < 1:
        raise ValueError(f"{steps} steps lead nowhere")
    if not 0.0 < sigma_min < sigma_max < math.inf:
        raise ValueError(f"noise levels can't fall from {sigma_max} to {sigma_min}")
    if not 0.0 < rho < math.inf:
        raise ValueError(f"rho must be above 0, not {rho}")
    ramp = torch.linspace(1.0, 0.0, steps, dtype=torch.float64) ** rho
    low, high = math.log(sigma_min), math.log(sigma_max)
    levels = torch.exp(ramp * (high - low) + low)
    return torch.cat([levels, levels.new_zeros(1)]).float()
