"""Divided attention over the patches of a short film: each token looks along time or over a frame.

After Bertasius, Wang and Torresani, "Is Space-Time Attention All You Need for Video
Understanding?" (2021): one class token sees everything; a patch token sees the class token and
either the tokens of its own place in all frames (time) or those of its own frame (space).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch
from torch import nn
from torch.nn.functional import scaled_dot_product_attention

if TYPE_CHECKING:
    from torch import Tensor

Along = Literal["time", "space"]


class DividedAttention(nn.Module):
    """Multi-head attention of tokens [N, 1+F·P, D]: a class token, then F frames of P patches."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)

    def forward(self, tokens: Tensor, frames: int, along: Along) -> Tensor:
        """Return the attended tokens, [N, 1+F·P, D]."""
        split = self.qkv(tokens).view(*tokens.shape[:2], 3, self.heads, -1)
        query, key, value = split.unbind(2)
        of_class = attended(query[:, :1], key, value)
        of_groups = attended(
            _grouped(query[:, 1:], frames, along).flatten(0, 1),
            _with_class(key, frames, along),
            _with_class(value, frames, along),
        )
        of_patches = _ungrouped(of_groups, len(tokens), along)
        joined: Tensor = self.proj(torch.cat([of_class, of_patches], dim=1).flatten(2))
        return joined


def attended(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """Return softmax(q kᵀ / √d) v for query [N, Q, h, d], key and value [N, K, h, d]."""
    query, key, value = query.transpose(1, 2), key.transpose(1, 2), value.transpose(1, 2)
    return scaled_dot_product_attention(query, key, value).transpose(1, 2)


def _with_class(tokens: Tensor, frames: int, along: Along) -> Tensor:
    """Put the class token of [N, 1+F·P, h, d] before each group of M: [N·G, 1+M, h, d]."""
    groups = _grouped(tokens[:, 1:], frames, along)
    of_class = tokens[:, None, :1].expand(-1, groups.shape[1], -1, -1, -1)
    return torch.cat([of_class, groups], dim=2).flatten(0, 1)


def _grouped(tokens: Tensor, frames: int, along: Along) -> Tensor:
    """Sort [N, F·P, h, d] into groups that see each other: [N, P, F, h, d] or [N, F, P, h, d]."""
    batch, count, heads, width = tokens.shape
    by_frame = tokens.view(batch, frames, count // frames, heads, width)
    return by_frame.transpose(1, 2) if along == "time" else by_frame


def _ungrouped(groups: Tensor, batch: int, along: Along) -> Tensor:
    """Undo ``_grouped``, of groups [N·G, M, h, d]."""
    by_group = groups.view(batch, len(groups) // batch, *groups.shape[1:])
    by_frame = by_group.transpose(1, 2) if along == "time" else by_group
    return by_frame.flatten(1, 2)
