"""A velocity network as a denoiser of latents at a noise level (Karras et al., 2022)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor


class Scalings(NamedTuple):
    """What belongs to a noise level sigma, the data's deviation being 1.

    Attributes:
        t: the network's time, (2 / pi) atan sigma.
        c_skip: 1 / (sigma^2 + 1).
        c_out: -sigma / sqrt(sigma^2 + 1).
        c_in: 1 / sqrt(sigma^2 + 1).
    """

    t: float
    c_skip: float
    c_out: float
    c_in: float


def scalings(sigma: float) -> Scalings:
    """Return what belongs to a noise level."""
    length = math.hypot(sigma, 1.0)
    return Scalings(
        t=2 / math.pi * math.atan(sigma),
        c_skip=1 / (length * length),
        c_out=-sigma / length,
        c_in=1 / length,
    )


class VDenoiser:
    """D(x, sigma) = c_out v(c_in x, t) + c_skip x, the latents expected in x at noise level sigma.

    Args:
        velocity: v(x, t), float32, e.g. a ``GuidedDenoiser``.
    """

    def __init__(self, velocity: Callable[[Tensor, float], Tensor]) -> None:
        self._velocity = velocity

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        """Return the denoised latents [B, C, N], float32, of x = x0 + sigma n."""
        at = scalings(sigma)
        return at.c_out * self._velocity(at.c_in * x, at.t) + at.c_skip * x
