"""The layers of the diffusion transformer (Peebles and Xie, 2022; Evans et al., 2024)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from prismdesk.engines.nets.channel_last import SequenceLinear
from prismdesk.engines.nets.rotary import turn_halves

if TYPE_CHECKING:
    from prismdesk.engines.audiox.denoiser.network_config import DitConfig

_EXPANSION = 4


class GainNorm(nn.Module):
    """LayerNorm with a learned gain and no shift."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(dim))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise [..., D]."""
        return functional.layer_norm(x, x.shape[-1:], self.gamma)


class SelfAttention(nn.Module):
    """Every token attends to every token; places turn queries and keys."""

    def __init__(self, config: DitConfig) -> None:
        super().__init__()
        dim = config.embed_dim
        self.head_dim = config.head_dim
        self.to_qkv = SequenceLinear(dim, 3 * dim, bias=False)
        self.to_out = SequenceLinear(dim, dim, bias=False)

    def forward(self, x: Tensor, turning: Tensor) -> Tensor:
        """Map [R, S, D]; ``turning`` is [2, S, r] of ``turn_halves``."""
        qkv: Tensor = self.to_qkv(x).unflatten(-1, (3, -1, self.head_dim))
        q, k = turn_halves(qkv[:, :, :2], turning[:, :, None, None]).unbind(2)
        q, k, v = (one.transpose(1, 2) for one in (q, k, qkv[:, :, 2]))
        attended = functional.scaled_dot_product_attention(q, k, v)
        mixed: Tensor = self.to_out(attended.transpose(1, 2).flatten(2))
        return mixed


class CrossAttention(nn.Module):
    """Tokens attend to the context, several heads of queries to one of keys and values.

    Head j of the queries goes with head floor(j h_kv / h) of the context.
    """

    def __init__(self, config: DitConfig) -> None:
        super().__init__()
        dim = config.embed_dim
        self.head_dim = config.head_dim
        self.context_heads = config.context_heads
        self.to_q = SequenceLinear(dim, dim, bias=False)
        self.to_kv = SequenceLinear(config.context_dim, 2 * config.context_dim, bias=False)
        self.to_out = SequenceLinear(dim, dim, bias=False)

    def keys_values(self, context: Tensor) -> Tensor:
        """Return keys and values [2, G, h_kv, M, d] of a context [G, M, C]."""
        both: Tensor = self.to_kv(context).unflatten(-1, (2, -1, self.head_dim))
        return both.permute(2, 0, 3, 1, 4)

    def forward(self, x: Tensor, keys_values: Tensor) -> Tensor:
        """Map [R, S, D], R a multiple of G; the takes of a group use its keys and values in place.

        Heads of queries that share keys, and takes that share a context, are more places of one
        attention: nothing is repeated.
        """
        keys, values = keys_values
        rows, places, _ = x.shape
        groups, heads = keys.shape[0], self.context_heads
        q: Tensor = self.to_q(x).view(groups, rows // groups * places, heads, -1, self.head_dim)
        sharing = q.shape[3]
        q = q.permute(0, 2, 3, 1, 4).flatten(2, 3)
        attended = functional.scaled_dot_product_attention(q, keys, values)
        attended = torch.unflatten(attended, 2, (sharing, -1)).permute(0, 3, 1, 2, 4)
        mixed: Tensor = self.to_out(attended.reshape(rows, places, -1))
        return mixed


class Gate(nn.Module):
    """a silu(b) for the halves a and b of a projection [..., D] -> [..., 2 M]."""

    def __init__(self, dim: int, hidden: int) -> None:
        super().__init__()
        self.proj = SequenceLinear(dim, 2 * hidden)

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., D] to [..., M]."""
        value, gate = self.proj(x).chunk(2, dim=-1)
        gated: Tensor = value * functional.silu(gate)
        return gated


class FeedForward(nn.Module):
    """Two linear layers with a gate between them."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        hidden = _EXPANSION * dim
        self.ff = nn.Sequential(Gate(dim, hidden), nn.Identity(), SequenceLinear(hidden, dim))

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., D]."""
        mapped: Tensor = self.ff(x)
        return mapped


class DitLayer(nn.Module):
    """Attention to itself, attention to the context, feed-forward; each added to the tokens."""

    def __init__(self, config: DitConfig) -> None:
        super().__init__()
        dim = config.embed_dim
        self.pre_norm = GainNorm(dim)
        self.self_attn = SelfAttention(config)
        self.has_context = bool(config.cond_token_dim)
        if self.has_context:
            self.cross_attend_norm = GainNorm(dim)
            self.cross_attn = CrossAttention(config)
        self.ff_norm = GainNorm(dim)
        self.ff = FeedForward(dim)
        self.is_modulated = not config.has_time_token
        if self.is_modulated:
            self.to_scale_shift_gate = nn.Sequential(
                nn.SiLU(), SequenceLinear(dim, 6 * dim, bias=False)
            )

    def forward(
        self,
        x: Tensor,
        turning: Tensor,
        keys_values: Tensor | None,
        told_rows: int,
        time: Tensor | None,
    ) -> Tensor:
        """Map the tokens [R, S, D].

        Args:
            x: the tokens.
            turning: [2, S, r] of ``turn_halves``.
            keys_values: of the context [2, G, h_kv, M, d], None without one.
            told_rows: how many rows, the first ones, have that context.
            time: the embedding of time [R, 1, D] where it modulates, else None.
        """
        entering, gate = self.pre_norm(x), None
        if time is not None:
            scale1, shift1, gate1, scale2, shift2, gate2 = self.to_scale_shift_gate(time).chunk(
                6, dim=-1
            )
            entering = torch.addcmul(shift1, entering, 1 + scale1)
            gate = torch.sigmoid(1 - gate1)
        x = _added(x, self.self_attn(entering, turning), gate)
        if keys_values is not None:
            x = self._informed(x, keys_values, told_rows)
        entering, gate = self.ff_norm(x), None
        if time is not None:
            entering = torch.addcmul(shift2, entering, 1 + scale2)
            gate = torch.sigmoid(1 - gate2)
        return _added(x, self.ff(entering), gate)

    def _informed(self, x: Tensor, keys_values: Tensor, told_rows: int) -> Tensor:
        """Add what the first rows find in the context; the others would find zeros."""
        told = x[:told_rows]
        told = told + self.cross_attn(self.cross_attend_norm(told), keys_values)
        return told if told_rows == x.shape[0] else torch.cat([told, x[told_rows:]])


def _added(x: Tensor, found: Tensor, gate: Tensor | None) -> Tensor:
    return x + found if gate is None else torch.addcmul(x, found, gate)
