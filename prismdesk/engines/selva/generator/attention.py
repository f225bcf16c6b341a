"""Attention over one or several streams, each with projections and gains of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from prismdesk.engines.nets.interleaved_qkv import QkvLinear
from prismdesk.engines.nets.rms_norm import RmsNorm, unit_rms
from prismdesk.engines.nets.rotary import rotate, turn_halves

if TYPE_CHECKING:
    from collections.abc import Sequence


class StreamAttention(nn.Module):
    """What one stream brings to an attention: ``qkv`` and the gains of queries and keys."""

    def __init__(self, dim: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.head_dim = dim // num_heads
        self.qkv = QkvLinear(dim, num_heads)
        self.q_norm = RmsNorm(self.head_dim)
        self.k_norm = RmsNorm(self.head_dim)

    def split(self, x: Tensor, angles: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Return normalised and turned queries and keys, and values, each [B, h, N, d]."""
        qkv: Tensor = self.qkv(x).view(*x.shape[:-1], self.num_heads, self.head_dim, 3)
        q, k, v = qkv.transpose(1, 2).unbind(-1)
        q, k = self.q_norm(q), self.k_norm(k)
        if angles is not None:
            q, k = rotate(q, angles), rotate(k, angles)
        return q, k, v

    def packed(self, x: Tensor) -> Tensor:
        """Return raw queries, keys and values in fused order, [B, N, 3, h, d]."""
        projected: Tensor = self.qkv(x)
        return projected.view(*x.shape[:-1], 3, self.num_heads, self.head_dim)

    def turning(self, angles: Tensor | None, places: int) -> Tensor:
        """Return gains and rotary turn as factors, float32 [2, N, 2, d] (see ``turned``)."""
        gains = torch.stack([self.q_norm.weight, self.k_norm.weight]).float()
        even, odd = gains[:, 0::2], gains[:, 1::2]
        if angles is None:
            angles = gains.new_zeros(places, self.head_dim // 2)
        cos, sin = angles.cos()[:, None], angles.sin()[:, None]
        own = torch.cat([even * cos, odd * cos], dim=-1)
        crossed = torch.cat([-odd * sin, even * sin], dim=-1)
        return torch.stack([own, crossed])


def attend_plainly(
    streams: Sequence[tuple[StreamAttention, Tensor, Tensor | None]],
) -> list[Tensor]:
    """Attend over streams joined one after the other; return each one's result, [B, N_i, D].

    Args:
        streams: attention, input [B, N_i, D] and rotary angles [N_i, d / 2] of each.
    """
    parts = [attention.split(x, angles) for attention, x, angles in streams]
    q, k, v = (torch.cat(same, dim=2) for same in zip(*parts, strict=True))
    attended = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
    return list(torch.split(attended, [x.shape[1] for _, x, _ in streams], dim=1))


def attend_fused(
    streams: Sequence[tuple[StreamAttention, Tensor]], turning: Tensor
) -> list[Tensor]:
    """Do what ``attend_plainly`` does with fused projections, in fewer and larger steps.

    Args:
        streams: attention and input [B, N_i, D] of each.
        turning: ``StreamAttention.turning`` of all, one after the other: [2, N, 2, d].
    """
    each = [attention.packed(x) for attention, x in streams]
    packed = each[0] if len(each) == 1 else torch.cat(each, dim=1)
    q, k = turned(packed[:, :, :2], turning).unbind(2)
    q, k, v = (one.transpose(1, 2) for one in (q, k, packed[:, :, 2]))
    attended = functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
    return list(torch.split(attended, [x.shape[1] for _, x in streams], dim=1))


def turned(queries_and_keys: Tensor, turning: Tensor) -> Tensor:
    """Normalise, scale by the gains and turn [B, N, 2, h, d], even channels before odd ones.

    ``turning`` holds what a channel and what its partner of the rotary pair are multiplied by.
    """
    normalised = unit_rms(queries_and_keys.float())
    return turn_halves(normalised, turning.unsqueeze(-2)).to(queries_and_keys.dtype)
