"""Root-mean-square normalisation (Zhang and Sennrich, 2019)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

EPSILON = torch.finfo(torch.float32).eps


class RmsNorm(nn.Module):
    """x / rms(x) over the last axis, times a learned gain [dim]; reckoned in float32.

    Args:
        dim: the length of the axis.
        epsilon: what is added to the mean square.
    """

    def __init__(self, dim: int, *, epsilon: float = EPSILON) -> None:
        super().__init__()
        self.epsilon = epsilon
        self.weight = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [..., dim]; the type stays."""
        return (unit_rms(x.float(), self.epsilon) * self.weight.float()).to(x.dtype)


def unit_rms(x: Tensor, epsilon: float = EPSILON) -> Tensor:
    """Return float32 [..., dim] scaled to a root mean square of one along the last axis."""
    return functional.rms_norm(x, (x.shape[-1],), None, epsilon)
