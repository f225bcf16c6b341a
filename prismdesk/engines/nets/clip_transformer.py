"""The transformer of both of CLIP's towers, under the names of the published checkpoints.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021):
pre-norm attention and feed-forward layers, whose activation is GELU or its quick form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch
from torch import nn
from torch.nn.functional import gelu, linear, scaled_dot_product_attention

if TYPE_CHECKING:
    from torch import Tensor

Activation = Literal["quick_gelu", "gelu"]

_QUICK_SLOPE = 1.702


class ClipTransformer(nn.Module):
    """States [B, L, width] to the same.

    Args:
        width: of the states.
        layers: how many.
        heads: of the attention; the width is a multiple of them.
        inner: width between the two maps of a feed-forward layer.
        activation: that of the feed-forward layers.
        is_causal: whether a state looks only at itself and at what stands before it.
        epsilon: what the norms add to the variance.
    """

    def __init__(
        self,
        width: int,
        layers: int,
        heads: int,
        *,
        inner: int,
        activation: Activation,
        is_causal: bool,
        epsilon: float = 1e-5,
    ) -> None:
        super().__init__()
        self.resblocks = nn.ModuleList(
            _Block(
                _Attention(width, heads, is_causal=is_causal),
                _FeedForward(width, inner, activation),
                epsilon,
            )
            for _ in range(layers)
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return the output of the last layer, without a norm after it."""
        for block in self.resblocks:
            x = block(x)
        return x


class _Block(nn.Module):
    def __init__(self, attention: _Attention, feed_forward: _FeedForward, epsilon: float) -> None:
        super().__init__()
        self.ln_1 = nn.LayerNorm(attention.width, eps=epsilon)
        self.attn = attention
        self.ln_2 = nn.LayerNorm(attention.width, eps=epsilon)
        self.mlp = feed_forward

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.ln_1(x))
        y: Tensor = x + self.mlp(self.ln_2(x))
        return y


class _Attention(nn.Module):
    """Attention of several heads; one matrix gives queries, keys and values."""

    def __init__(self, width: int, heads: int, *, is_causal: bool) -> None:
        super().__init__()
        self.width = width
        self.heads = heads
        self.is_causal = is_causal
        self.in_proj_weight = nn.Parameter(torch.zeros(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, length, _ = x.shape
        qkv = linear(x, self.in_proj_weight, self.in_proj_bias)
        q, k, v = qkv.view(batch, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        read = scaled_dot_product_attention(q, k, v, is_causal=self.is_causal)
        y: Tensor = self.out_proj(read.transpose(1, 2).flatten(2))
        return y


class _FeedForward(nn.Module):
    def __init__(self, width: int, inner: int, activation: Activation) -> None:
        super().__init__()
        self.c_fc = nn.Linear(width, inner)
        self.c_proj = nn.Linear(inner, width)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        inner = self.c_fc(x)
        y: Tensor = self.c_proj(
            _quick_gelu(inner) if self.activation == "quick_gelu" else gelu(inner)
        )
        return y


def _quick_gelu(x: Tensor) -> Tensor:
    return x * torch.sigmoid(_QUICK_SLOPE * x)
