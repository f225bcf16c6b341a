"""A target whose denoiser and whose path are known in closed form."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass
class Gaussian:
    """Data of a mean and a spread; ``levels`` holds the level of every call."""

    mean: float = 0.7
    spread: float = 0.5
    levels: list[float] = field(default_factory=list)

    def __call__(self, x: Tensor, sigma: float) -> Tensor:
        """Return the expectation of the data, given x."""
        self.levels.append(sigma)
        share = self.spread**2 / (self.spread**2 + sigma**2)
        return self.mean + share * (x - self.mean)

    def led(self, x: Tensor, sigma: float, sigma_next: float) -> Tensor:
        """Return where the deterministic path through x leads."""
        before = math.hypot(self.spread, sigma)
        return self.mean + (x - self.mean) * math.hypot(self.spread, sigma_next) / before
