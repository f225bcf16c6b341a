"""A learned query that sums up a set of tokens: the class token of one transformer layer."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import gelu, linear

if TYPE_CHECKING:
    from torch import Tensor

_NORM_EPS = 1e-6


class SpatialPooling(nn.Module):
    """The class output of a pre-norm transformer layer over a class token and the tokens [N, P, D].

    Only the class token's output is wanted, and its query is the same for all. So keys and values
    of the tokens are never made: qᵀ(W x + b) differs from (Wᵀ q)ᵀ x by the same for every token,
    which softmax ignores, and a mean of W x + b is W (mean of x) + b.
    """

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.norm1 = nn.LayerNorm(width, eps=_NORM_EPS)
        self.self_attn = _FirstTokenAttention(width, heads)
        self.norm2 = nn.LayerNorm(width, eps=_NORM_EPS)
        self.linear1 = nn.Linear(width, inner)
        self.linear2 = nn.Linear(inner, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, D]."""
        of_class = self.cls_token.expand(len(tokens), -1, -1)
        normed = self.norm1(torch.cat([of_class, tokens], dim=1))
        x = of_class[:, 0] + self.self_attn(normed)
        y: Tensor = x + self.linear2(gelu(self.linear1(self.norm2(x))))
        return y


class _FirstTokenAttention(nn.Module):
    """What multi-head self-attention gives the first token, which is the same in every set."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.in_proj_weight = nn.Parameter(torch.zeros(3 * width, width))
        self.in_proj_bias = nn.Parameter(torch.zeros(3 * width))
        self.out_proj = nn.Linear(width, width)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, D] of tokens [N, K, D]."""
        to_query, to_key, to_value = self.in_proj_weight.chunk(3)
        query_bias, _, value_bias = self.in_proj_bias.chunk(3)
        by_head = (self.heads, tokens.shape[-1] // self.heads, tokens.shape[-1])
        query = linear(tokens[0, 0], to_query, query_bias).view(by_head[:2])
        seen_by = torch.einsum("hd,hdc->hc", query, to_key.view(by_head))
        scores = linear(tokens, seen_by / math.sqrt(by_head[1])).transpose(1, 2)
        weights = scores.softmax(-1, dtype=torch.float32).to(tokens.dtype)
        mean = weights @ tokens  # [N, h, D]
        values = torch.einsum("nhc,hdc->nhd", mean, to_value.view(by_head))
        y: Tensor = self.out_proj(values.flatten(1) + value_bias)
        return y
