"""Linear multistep (Adams-Bashforth) in sigma: one call a step, up to four slopes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from prismdesk.engines.sampling.samplers.run import Run

_HIGHEST_ORDER = 4


def lms(run: Run, x: Tensor) -> Tensor:
    """Sample; the slopes' polynomial through the last four levels is integrated exactly."""
    slopes: list[Tensor] = []
    for index in range(run.steps):
        denoised = run.denoised(x, run.sigmas[index])
        slopes = [(x - denoised) / run.sigmas[index], *slopes][:_HIGHEST_ORDER]
        x = run.blended(index, x)
        levels = [run.sigmas[index - back] for back in range(len(slopes))]
        for weight, slope in zip(
            multistep_weights(levels, run.sigmas[index + 1]), slopes, strict=True
        ):
            x = x + weight * slope
        run.tell(index, x, denoised)
    return x


def multistep_weights(levels: Sequence[float], end: float) -> list[float]:
    """Return what Lagrange's polynomials on 1 to 4 levels sum up to from the first to ``end``."""
    # Two Gauss points are exact up to the third degree.
    middle, half = (levels[0] + end) / 2.0, (end - levels[0]) / 2.0
    points = [middle - half / math.sqrt(3.0), middle + half / math.sqrt(3.0)]
    return [
        half * sum(_lagrange(levels, number, point) for point in points)
        for number in range(len(levels))
    ]


def _lagrange(levels: Sequence[float], number: int, point: float) -> float:
    return math.prod(
        (point - level) / (levels[number] - level)
        for other, level in enumerate(levels)
        if other != number
    )
