"""The embedding of the time of the flow: sinusoids and two linear maps."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor, nn


@lru_cache(maxsize=16)
def time_frequencies(features: int, scale: float, device: torch.device) -> Tensor:
    """Return scale / 10000^(2i / features) for i below features / 2, float32."""
    with torch.inference_mode(mode=False):
        index = torch.arange(0, features, 2, dtype=torch.float32, device=device)
        return scale * (1.0 / 10000.0 ** (index / features))


class TimeEmbedding(nn.Module):
    """t [B] in [0, 1] -> [B, D]: W2 silu(W1 [cos(t f), sin(t f)]); sinusoids in float32."""

    def __init__(self, dim: int, features: int, scale: float) -> None:
        super().__init__()
        self.features = features
        self.scale = scale
        self.mlp = nn.Sequential(nn.Linear(features, dim), nn.SiLU(), nn.Linear(dim, dim))

    def forward(self, t: Tensor) -> Tensor:
        """Embed t [B] as [B, D]."""
        angles = t.float()[:, None] * time_frequencies(self.features, self.scale, t.device)
        waves = torch.cat([angles.cos(), angles.sin()], dim=-1).to(
            next(self.mlp.parameters()).dtype
        )
        embedded: Tensor = self.mlp(waves)
        return embedded
