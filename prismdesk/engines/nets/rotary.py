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


@lru_cache(maxsize=16)
def half_turning(places: int, width: int, device: torch.device) -> Tensor:
    """Return the rotary turn of halves as factors, float32 [2, places, width].

    Of the pair of channels i and i + width / 2: what a channel and what its partner is multiplied
    by; see ``turn_halves``.
    """
    angles = rotary_angles(places, width, 1.0, device)
    with torch.inference_mode(mode=False):
        cos, sin = angles.cos(), angles.sin()
        return torch.stack([torch.cat([cos, cos], dim=-1), torch.cat([-sin, sin], dim=-1)])


def turn_halves(x: Tensor, turning: Tensor) -> Tensor:
    """Turn the pairs of channels i and i + r / 2 of [..., width]; float32 inside.

    y[i] = x[i] cos - x[i + r/2] sin and y[i + r/2] = x[i + r/2] cos + x[i] sin for the r leading
    channels; the others stay.

    Args:
        x: [..., width].
        turning: factors of a channel and of its partner, float32 [2, ..., r], r at most the width.
    """
    own, crossed = turning
    rotated = own.shape[-1]
    leading = x[..., :rotated]
    first, second = leading.chunk(2, dim=-1)
    turned = torch.addcmul(leading * own, torch.cat([second, first], dim=-1), crossed).to(x.dtype)
    return turned if rotated == x.shape[-1] else torch.cat([turned, x[..., rotated:]], dim=-1)
