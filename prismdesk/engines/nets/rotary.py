"""Rotary positions (Su et al., "RoFormer", 2021): pairs of channels turned by their place."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

_BASE = 10000.0


@lru_cache(maxsize=16)
def rotary_angles(places: int, width: int, stretch: float, device: torch.device) -> Tensor:
    """Return the angle of each pair of channels at each place, float32 [places, width / 2].

    angle(p, i) = p * stretch * 10000^(-2i / width) for the pair of channels 2i and 2i + 1.
    """
    if width % 2:
        raise ValueError(f"channels are turned in pairs, and {width} is odd")
    with torch.inference_mode(mode=False):
        pairs = torch.arange(0, width, 2, dtype=torch.float32, device=device)
        frequencies = 1.0 / _BASE ** (pairs / width)
        position = torch.arange(places, dtype=torch.float32, device=device) * stretch
        return torch.outer(position, frequencies)


def rotate(x: Tensor, angles: Tensor) -> Tensor:
    """Turn the neighbouring pairs of channels of [..., places, width]; float32 inside.

    y[2i] = x[2i] cos - x[2i+1] sin and y[2i+1] = x[2i] sin + x[2i+1] cos.
    """
    even, odd = x.float().view(*x.shape[:-1], -1, 2).unbind(-1)
    cos, sin = angles.cos(), angles.sin()
    turned = torch.stack([even * cos - odd * sin, even * sin + odd * cos], dim=-1)
    return turned.flatten(-2).to(x.dtype)
