"""Attention over one or several streams, each with projections and gains of its own."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from prismdesk.engines.nets.channel_last import SequenceLinear
from prismdesk.engines.nets.rms_norm import RmsNorm, unit_rms
from prismdesk.engines.nets.rotary import rotate

if TYPE_CHECKING:
    from collections.abc import Sequence


class QkvLinear(SequenceLinear):
    """The projection to queries, keys and values: [..., D] -> [..., 3 D].

    In the file, output channel ``head * 3 d + channel * 3 + j`` is query, key or value (j = 0, 1,
    2) number ``channel`` of a head of width d. Once fused, the rows lie as ``j, head, channel``,
    with the even channels of queries and keys before the odd ones, so that nothing has to be
    picked apart and rotary pairs are two halves.
    """

    def __init__(self, dim: int, num_heads: int) -> None:
        super().__init__(dim, 3 * dim)
        self.num_heads = num_heads

    def fuse(self) -> None:
        """Bring the rows into the order that is worked with."""
        if not self.is_fused:
            super().fuse()
            self.weight.data = self.to_stored_order(self.weight.data)
            self.bias.data = self.to_stored_order(self.bias.data)

    def unfuse(self) -> None:
        """Bring the rows back into the order of the file."""
        if self.is_fused:
            self.weight.data = self.to_file_order(self.weight.data)
            self.bias.data = self.to_file_order(self.bias.data)
            super().unfuse()

    def to_stored_order(self, rows: Tensor) -> Tensor:
        """Return rows [3 D, ...] of the file in the order they have here now."""
        return rows[_stored_rows(self.out_features, self.num_heads)] if self.is_fused else rows

    def to_file_order(self, rows: Tensor) -> Tensor:
        """Return rows [3 D, ...] of this layer in the order of the file."""
        if not self.is_fused:
            return rows
        return rows[_stored_rows(self.out_features, self.num_heads).argsort()]


@lru_cache(maxsize=16)
def _stored_rows(rows: int, num_heads: int) -> Tensor:
    """Return which row of the file lies at each row of a fused projection."""
    with torch.inference_mode(mode=False):
        of_file = torch.arange(rows, device="cpu").view(num_heads, -1, 3)
        halves = torch.cat([of_file[:, 0::2], of_file[:, 1::2]], dim=1)
        queries_and_keys = halves[..., :2].permute(2, 0, 1)
        return torch.cat([queries_and_keys.reshape(-1), of_file[..., 2].reshape(-1)])


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
    own, crossed = turning.unsqueeze(-2)
    x = unit_rms(queries_and_keys.float())
    first, second = x.chunk(2, dim=-1)
    result = torch.addcmul(x * own, torch.cat([second, first], dim=-1), crossed)
    return result.to(queries_and_keys.dtype)
