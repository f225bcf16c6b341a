"""DPM-Solver-fast: segments of order 3, 2 or 1 that use up a number of calls."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from prismdesk.engines.sampling.samplers.run import Run


def dpm_fast(run: Run, x: Tensor) -> Tensor:
    """Sample with as many calls as there are steps, from the highest level to the lowest above 0.

    Segments are equal in lambda = -ln sigma (Lu et al., 2022). Levels in between don't matter,
    ``on_step`` counts segments, and there is no blend.
    """
    orders = segment_orders(run.steps)
    bounds = torch.linspace(
        -math.log(run.sigmas[0]), -math.log(run.sigmas[-2]), len(orders) + 1, dtype=torch.float64
    ).tolist()
    for number, (order, (start, end)) in enumerate(zip(orders, pairwise(bounds), strict=True)):
        raise_if_cancelled(run.cancelled)
        sigma = math.exp(-start)
        denoised = run.denoised(x, sigma)
        x = _segment(run, x, (x - denoised) / sigma, order, start, end)
        if run.on_step is not None:
            run.on_step(number + 1, len(orders), x, denoised, math.exp(-end))
    return x


def segment_orders(calls: int) -> list[int]:
    """Return the orders of segments that make so many calls in all."""
    threes, rest = divmod(calls, 3)
    return [3] * threes + [rest] if rest else [3] * (threes - 1) + [2, 1]


def _segment(run: Run, x: Tensor, noise: Tensor, order: int, start: float, end: float) -> Tensor:
    """Return x at the end of a segment from lambda ``start``; ``noise`` is what D leaves there."""
    h = end - start
    sigma_end = math.exp(-end)
    plain = x - sigma_end * math.expm1(h) * noise
    if order == 1:
        return plain

    def noise_at(share: float, correction: Tensor | None = None) -> Tensor:
        sigma = math.exp(-(start + share * h))
        there = x - sigma * math.expm1(share * h) * noise
        if correction is not None:
            there = there - sigma * (math.expm1(share * h) / (share * h) - 1.0) * correction
        return (there - run.denoised(there, sigma)) / sigma

    if order == 2:
        return plain - sigma_end * math.expm1(h) * (noise_at(1 / 2) - noise)
    first = noise_at(1 / 3)
    second = noise_at(2 / 3, 2.0 * (first - noise))
    return plain - sigma_end * 1.5 * (math.expm1(h) / h - 1.0) * (second - noise)
