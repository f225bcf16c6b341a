"""Projections to queries, keys and values whose rows are interleaved in the file."""

from __future__ import annotations

from functools import lru_cache

import torch
from torch import Tensor

from prismdesk.engines.nets.channel_last import SequenceLinear


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
