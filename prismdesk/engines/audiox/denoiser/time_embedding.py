"""The time of the diffusion as a vector, by random Fourier features (Tancik et al., 2020)."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

_FEATURES = 256


class FourierFeatures(nn.Module):
    """t [B] -> [cos 2 pi t w, sin 2 pi t w], [B, 256], for learned frequencies w [128, 1]."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(_FEATURES // 2, 1))

    def forward(self, t: Tensor) -> Tensor:
        """Map [B] to [B, 256]."""
        angles = 2 * math.pi * t[:, None].to(self.weight.dtype) * self.weight[:, 0]
        return torch.cat([angles.cos(), angles.sin()], dim=-1)


def time_layers(dim: int) -> nn.Sequential:
    """Return the layers that follow the features: [B, 256] -> [B, dim]."""
    return nn.Sequential(nn.Linear(_FEATURES, dim), nn.SiLU(), nn.Linear(dim, dim))
