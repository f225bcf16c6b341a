"""The network of T5's encoder, under the names of the published checkpoints.

Raffel et al., "Exploring the Limits of Transfer Learning with a Unified Text-to-Text Transformer"
(2020): no biases, norms by the root mean square before each layer, attention whose scores aren't
divided by √d, and places that enter only as a learned number per head and distance between two
tokens. The first block holds these numbers, and every block adds them. Later checkpoints have
gated feed-forward layers (Shazeer, "GLU variants improve transformer", 2020).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn.functional import gelu, relu, scaled_dot_product_attention, silu

from prismdesk.engines.nets.counts import check_counts, check_positive
from prismdesk.engines.nets.rms_norm import RmsNorm
from prismdesk.engines.nets.row_table import RowTable
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_FEED_FORWARDS: dict[str, tuple[bool, Callable[[Tensor], Tensor]]] = {
    "relu": (False, relu),
    "gated-gelu": (True, partial(gelu, approximate="tanh")),
    "gated-silu": (True, silu),
}
"""Whether the layer has a gate, and its activation."""
_COUNTS = (
    "vocab_size",
    "d_model",
    "d_kv",
    "d_ff",
    "num_layers",
    "num_heads",
    "relative_attention_num_buckets",
    "relative_attention_max_distance",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class T5EncoderConfig:
    """Sizes of the encoder, named as in ``config.json``; the standard values are FLAN-T5 base's."""

    vocab_size: int = 32128
    d_model: int = 768
    d_kv: int = 64
    d_ff: int = 2048
    num_layers: int = 12
    num_heads: int = 12
    relative_attention_num_buckets: int = 32
    relative_attention_max_distance: int = 128
    layer_norm_epsilon: float = 1e-6
    feed_forward_proj: str = "gated-gelu"
    pad_token_id: int = 0

    def __post_init__(self) -> None:
        check_counts(self, *_COUNTS)
        check_positive(self, "layer_norm_epsilon")
        if self.pad_token_id not in range(self.vocab_size):
            raise ValueError(f"pad_token_id {self.pad_token_id!r} is outside the vocabulary")
        if self.feed_forward_proj not in _FEED_FORWARDS:
            raise ValueError(f"feed_forward_proj is {self.feed_forward_proj!r}")
        if not 1 <= self.exact_distances < self.relative_attention_max_distance:
            raise ValueError(
                f"{self.relative_attention_num_buckets} buckets for distances up to "
                f"{self.relative_attention_max_distance}"
            )

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> T5EncoderConfig:
        """Return what a ``config.json`` states about the encoder; the rest is left aside.

        Raises:
            InputError: a size is impossible.
        """
        known = {field.name for field in fields(cls)}
        try:
            return cls(**{name: value for name, value in values.items() if name in known})
        except (TypeError, ValueError) as error:
            raise InputError(f"The sizes given for T5 can't be used ({error}).") from error

    @property
    def exact_distances(self) -> int:
        """How many distances, from 0 on, have a bucket of their own in either direction."""
        return self.relative_attention_num_buckets // 4


class T5Encoder(nn.Module):
    """Ids to hidden states."""

    def __init__(self, config: T5EncoderConfig) -> None:
        super().__init__()
        self.sizes = config
        self.shared = RowTable(config.vocab_size, config.d_model)
        self.encoder = _Stack(config)

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return the last hidden states [B, L, d_model]; where masked they mean nothing.

        Args:
            ids: integers [B, L].
            mask: bool [B, L], True where there is a token.
        """
        if not 0 <= int(ids.min()) <= int(ids.max()) < self.sizes.vocab_size:
            raise ValueError(f"ids outside a vocabulary of {self.sizes.vocab_size}")
        device = self.shared.weight.device
        states: Tensor = self.encoder(self.shared(ids.to(device)), mask.to(device))
        return states


class _Stack(nn.Module):
    def __init__(self, config: T5EncoderConfig) -> None:
        super().__init__()
        self.sizes = config
        self.block = nn.ModuleList(
            _Block(config, holds_distances=index == 0) for index in range(config.num_layers)
        )
        self.final_layer_norm = RmsNorm(config.d_model, epsilon=config.layer_norm_epsilon)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        added = self._added_to_scores(mask)
        for block in self.block:
            x = block(x, added)
        normed: Tensor = self.final_layer_norm(x)
        return normed

    def _added_to_scores(self, mask: Tensor) -> Tensor:
        """Return what is added to the scores of a mask [B, L], [B, heads, L, L]."""
        table = self.get_parameter(_DISTANCES)
        buckets = distance_buckets(mask.shape[1], self.sizes).to(table.device)
        of_distances = table[buckets].permute(2, 0, 1)
        return of_distances.masked_fill(~mask[:, None, None, :], torch.finfo(table.dtype).min)


_DISTANCES = "block.0.layer.0.SelfAttention.relative_attention_bias.weight"


class _Block(nn.Module):
    def __init__(self, config: T5EncoderConfig, *, holds_distances: bool) -> None:
        super().__init__()
        self.layer = nn.ModuleList(
            [_AttentionLayer(config, holds_distances=holds_distances), _FeedForwardLayer(config)]
        )

    def forward(self, x: Tensor, added: Tensor) -> Tensor:
        attention, feed_forward = self.layer
        y: Tensor = feed_forward(attention(x, added))
        return y


class _AttentionLayer(nn.Module):
    def __init__(self, config: T5EncoderConfig, *, holds_distances: bool) -> None:
        super().__init__()
        self.SelfAttention = _Attention(config, holds_distances=holds_distances)
        self.layer_norm = RmsNorm(config.d_model, epsilon=config.layer_norm_epsilon)

    def forward(self, x: Tensor, added: Tensor) -> Tensor:
        y: Tensor = x + self.SelfAttention(self.layer_norm(x), added)
        return y


class _Attention(nn.Module):
    """softmax(q kᵀ + what is added) v for several heads; nothing is divided by √d."""

    def __init__(self, config: T5EncoderConfig, *, holds_distances: bool) -> None:
        super().__init__()
        inner = config.num_heads * config.d_kv
        self.heads = config.num_heads
        self.q = nn.Linear(config.d_model, inner, bias=False)
        self.k = nn.Linear(config.d_model, inner, bias=False)
        self.v = nn.Linear(config.d_model, inner, bias=False)
        self.o = nn.Linear(inner, config.d_model, bias=False)
        if holds_distances:
            buckets = config.relative_attention_num_buckets
            self.relative_attention_bias = RowTable(buckets, config.num_heads)

    def forward(self, x: Tensor, added: Tensor) -> Tensor:
        q, k, v = (
            layer(x).unflatten(2, (self.heads, -1)).transpose(1, 2)
            for layer in (self.q, self.k, self.v)
        )
        read = scaled_dot_product_attention(q, k, v, attn_mask=added, scale=1.0)
        y: Tensor = self.o(read.transpose(1, 2).flatten(2))
        return y


class _FeedForwardLayer(nn.Module):
    def __init__(self, config: T5EncoderConfig) -> None:
        super().__init__()
        is_gated, activation = _FEED_FORWARDS[config.feed_forward_proj]
        kind = _GatedFeedForward if is_gated else _FeedForward
        self.DenseReluDense = kind(config.d_model, config.d_ff, activation)
        self.layer_norm = RmsNorm(config.d_model, epsilon=config.layer_norm_epsilon)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x + self.DenseReluDense(self.layer_norm(x))
        return y


class _FeedForward(nn.Module):
    def __init__(self, width: int, inner: int, activation: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.wi = nn.Linear(width, inner, bias=False)
        self.wo = nn.Linear(inner, width, bias=False)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.wo(self.activation(self.wi(x)))
        return y


class _GatedFeedForward(nn.Module):
    def __init__(self, width: int, inner: int, activation: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.wi_0 = nn.Linear(width, inner, bias=False)
        self.wi_1 = nn.Linear(width, inner, bias=False)
        self.wo = nn.Linear(inner, width, bias=False)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.wo(self.activation(self.wi_0(x)) * self.wi_1(x))
        return y


def distance_buckets(length: int, config: T5EncoderConfig) -> Tensor:
    """Return the bucket of every query's distance to every key, int64 [length, length].

    One half of the buckets is for keys at or before the query, the other for those after it. In
    each, the first half are single distances; the rest grow by a constant factor up to the largest
    distance, and what is farther belongs to the last.
    """
    half, exact = config.relative_attention_num_buckets // 2, config.exact_distances
    places = torch.arange(length)
    ahead = places[None, :] - places[:, None]
    distance = ahead.abs()
    factor = config.relative_attention_max_distance / exact
    share = torch.log(distance.clamp(min=exact) / exact) / math.log(factor)
    wide = exact + (share * (half - exact)).long()
    bucket = torch.where(distance < exact, distance, wide.clamp(max=half - 1))
    return bucket + half * (ahead > 0)
