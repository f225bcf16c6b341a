"""A small transformer over time, for each place of the picture by itself.

Pre-norm attention and feed-forward layers (Vaswani et al., "Attention Is All You Need", 2017) in
the layout of the widespread vision transformer: ``fn`` inside ``norm`` inside a residual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import nn
from torch.nn.functional import gelu, scaled_dot_product_attention

if TYPE_CHECKING:
    from torch import Tensor

DEPTH = 4
NUM_HEADS = 16
HEAD_DIM = 64
HIDDEN_DIM = 3072


class TemporalTransformer(nn.Module):
    """[N, T, dim] to the same; nothing passes between the N."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            nn.ModuleList([_Normed(dim, _Attention(dim)), _Normed(dim, _FeedForward(dim))])
            for _ in range(DEPTH)
        )
        self.norm = nn.LayerNorm(dim)

    def forward(self, x: Tensor) -> Tensor:
        """Return the normalised states, [N, T, dim]."""
        for layer in self.layers:
            for residual in layer.children():
                x = x + residual(x)
        normed: Tensor = self.norm(x)
        return normed


class _Normed(nn.Module):
    def __init__(self, dim: int, fn: nn.Module) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.fn = fn

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.fn(self.norm(x))
        return y


class _Attention(nn.Module):
    def __init__(self, dim: int) -> None:
        super().__init__()
        inner = NUM_HEADS * HEAD_DIM
        self.to_qkv = nn.Linear(dim, 3 * inner, bias=False)
        self.to_out = nn.ModuleList([nn.Linear(inner, dim)])

    def forward(self, x: Tensor) -> Tensor:
        count, length, _ = x.shape
        qkv = self.to_qkv(x).view(count, length, 3, NUM_HEADS, HEAD_DIM)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        read = scaled_dot_product_attention(q, k, v)
        y: Tensor = self.to_out[0](read.transpose(1, 2).flatten(2))
        return y


class _FeedForward(nn.Module):
    """Linear, exact GELU, linear; the file counts two layers that only training has."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.net = nn.ModuleDict({"0": nn.Linear(dim, HIDDEN_DIM), "3": nn.Linear(HIDDEN_DIM, dim)})

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.net["3"](gelu(self.net["0"](x)))
        return y
