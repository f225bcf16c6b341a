"""The block that fuses the tokens of words, picture and sound before the denoiser reads them.

Multimodal adaptive fusion: each group is weighted by a gate that sees the means of all three,
learned experts read the weighted tokens by cross-attention and talk to each other, and what the
experts of a group hold is added to each of its tokens (Tian et al., "AudioX: Diffusion
Transformer for Anything-to-Audio Generation", 2025).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, linear, scaled_dot_product_attention

from prismdesk.engines.loading.published import Published

if TYPE_CHECKING:
    from prismdesk.engines.audiox.denoiser_config import MafConfig

_HIDDEN_RATIO = 4


class Maf(nn.Module):
    """Three groups of tokens to the same three, each told what the others hold.

    The slots are named after the tensors of the file. Published models put words into ``v``, the
    picture into ``t`` and sound into ``a``.
    """

    def __init__(self, config: MafConfig) -> None:
        super().__init__()
        dim = config.dim
        self.config = config
        self.gating_network = nn.Sequential(nn.Linear(3 * dim, dim), nn.GELU(), nn.Linear(dim, 3))
        self.unified_experts = nn.Parameter(torch.zeros(3 * config.num_experts_per_modality, dim))
        self.cross_attn = JoinedAttention(dim, config.num_heads)
        self.norm1 = nn.LayerNorm(dim)
        self.fusion_transformer = _FusionLayers(config)
        self.norm_v2 = nn.LayerNorm(dim)
        self.norm_t2 = nn.LayerNorm(dim)
        self.norm_a2 = nn.LayerNorm(dim)
        self.bypass_gate_v = nn.Parameter(torch.zeros(()))
        self.bypass_gate_t = nn.Parameter(torch.zeros(()))
        self.bypass_gate_a = nn.Parameter(torch.zeros(()))

    def gates(self, v: Tensor, t: Tensor, a: Tensor) -> Tensor:
        """Return how much of each group the experts read, [B, 3] in (0, 1)."""
        means = torch.cat([group.mean(dim=1) for group in (v, t, a)], dim=1)
        gates: Tensor = self.gating_network(means)
        return gates.sigmoid()

    def forward(self, v: Tensor, t: Tensor, a: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Return the fused groups, each as long as it was: [B, S, dim]."""
        gates = self.gates(v, t, a)
        weighted = [gates[:, index, None, None] * group for index, group in enumerate((v, t, a))]
        experts = self.unified_experts.expand(len(v), -1, -1)
        read = self.cross_attn(experts, torch.cat(weighted, dim=1))
        fused = self.fusion_transformer(self.norm1(experts + read))
        of_v, of_t, of_a = (third.mean(dim=1, keepdim=True) for third in fused.chunk(3, dim=1))
        return (
            v + self.bypass_gate_v.sigmoid() * self.norm_v2(of_v),
            t + self.bypass_gate_t.sigmoid() * self.norm_t2(of_t),
            a + self.bypass_gate_a.sigmoid() * self.norm_a2(of_a),
        )


class JoinedAttention(nn.Module):
    """Multi-head attention whose file holds the rows of q, k and v in one tensor."""

    def __init__(self, dim: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.in_proj_weight = nn.Parameter(torch.zeros(3 * dim, dim))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * dim))
        self.out_proj = nn.Linear(dim, dim)

    def forward(self, queries: Tensor, context: Tensor) -> Tensor:
        """Return [B, L, dim] of queries [B, L, dim] that read a context [B, S, dim]."""
        dim = queries.shape[2]
        weight, bias = self.in_proj_weight, self.in_proj_bias
        q = self._heads(linear(queries, weight[:dim], bias[:dim]))
        k, v = linear(context, weight[dim:], bias[dim:]).chunk(2, dim=2)
        read = scaled_dot_product_attention(q, self._heads(k), self._heads(v))
        out: Tensor = self.out_proj(read.transpose(1, 2).flatten(2))
        return out

    def _heads(self, x: Tensor) -> Tensor:
        return x.view(len(x), x.shape[1], self.num_heads, -1).transpose(1, 2)


class _FusionLayers(nn.Module):
    """A pre-norm transformer over the experts, without a norm at its end."""

    def __init__(self, config: MafConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            _FusionLayer(config.dim, config.num_heads) for _ in range(config.num_fusion_layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, E, dim]."""
        for layer in self.layers:
            x = layer(x)
        return x


class _FusionLayer(nn.Module):
    def __init__(self, dim: int, num_heads: int) -> None:
        super().__init__()
        self.self_attn = JoinedAttention(dim, num_heads)
        self.linear1 = nn.Linear(dim, _HIDDEN_RATIO * dim)
        self.linear2 = nn.Linear(_HIDDEN_RATIO * dim, dim)
        self.norm1 = nn.LayerNorm(dim)
        self.norm2 = nn.LayerNorm(dim)

    def forward(self, x: Tensor) -> Tensor:
        """Return [B, E, dim]."""
        normed = self.norm1(x)
        x = x + self.self_attn(normed, normed)
        y: Tensor = x + self.linear2(gelu(self.linear1(self.norm2(x))))
        return y


def maf_checkpoint(config: MafConfig) -> Published[Maf]:
    """Return how the fusing block's part of a checkpoint fills it."""
    return Published(what="fusing block of AudioX", build=partial(Maf, config))
