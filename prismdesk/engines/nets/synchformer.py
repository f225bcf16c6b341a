"""The visual encoder of Synchformer: what happens when, from half-second segments of a film.

A ViT with divided space-time attention (Patrick et al., "Keeping Your Eye on the Ball", 2021)
over short overlapping segments, and a pooling layer that keeps one vector per two frames
(Iashin et al., "Synchformer: Efficient Synchronization from Sparse Cues", 2024).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn.functional import gelu, linear

from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.divided_attention import DividedAttention
from prismdesk.engines.nets.one_query_pooling import SpatialPooling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

_NORM_EPS = 1e-6

AfterSegments = Callable[[int, int], None]
"""Called with the segments done and their number; may raise to stop the work."""


def go_on(done: int, total: int) -> None:
    """Take a count of segments and do nothing with it."""


@dataclass(frozen=True, kw_only=True)
class SynchformerConfig:
    """Sizes of the network; the defaults are those of the published weights.

    ``img_size`` and ``patch_size`` in pixels, ``patch_frames`` and the segment's length and step
    in frames; ``mlp_ratio`` is the inner width of the feed-forward layers over ``embed_dim``.
    """

    img_size: int = 224
    patch_size: int = 16
    patch_frames: int = 2
    embed_dim: int = 768
    depth: int = 12
    num_heads: int = 12
    mlp_ratio: float = 4
    segment_frames: int = 16
    segment_step: int = 8

    def __post_init__(self) -> None:
        sizes = (self.img_size, self.patch_size, self.patch_frames, self.embed_dim, self.num_heads)
        if min(*sizes, self.segment_frames, self.segment_step) < 1 or self.depth < 0:
            raise ValueError("sizes of a Synchformer must be positive")
        if self.img_size < self.patch_size or self.segment_frames < self.patch_frames:
            raise ValueError("a segment of a Synchformer must hold at least one patch")
        if self.embed_dim % self.num_heads:
            raise ValueError(
                f"{self.embed_dim} channels can't be split into {self.num_heads} heads"
            )

    @property
    def places(self) -> int:
        """Patches of one frame."""
        return (self.img_size // self.patch_size) ** 2

    @property
    def features_per_segment(self) -> int:
        """Feature vectors that one segment gives."""
        return self.segment_frames // self.patch_frames

    @property
    def inner_dim(self) -> int:
        """Inner width of the feed-forward layers."""
        return int(self.embed_dim * self.mlp_ratio)


class Synchformer(nn.Module):
    """Features of the picture's movement, 24 a second at 25 frames a second."""

    def __init__(self, config: SynchformerConfig) -> None:
        super().__init__()
        width = config.embed_dim
        self.config = config
        self.patch_embed_3d = PatchEmbedding(config)
        self.cls_token = nn.Parameter(torch.zeros(1, 1, width))
        self.pos_embed = nn.Parameter(torch.zeros(1, 1 + config.places, width))
        self.temp_embed = nn.Parameter(torch.zeros(1, config.features_per_segment, width))
        self.blocks = nn.ModuleList(DividedBlock(config) for _ in range(config.depth))
        self.norm = nn.LayerNorm(width, eps=_NORM_EPS)
        self.spatial_attn_agg = SpatialPooling(width, config.num_heads, config.inner_dim)

    def tokens(self, segments: Tensor) -> Tensor:
        """Return the normalised tokens of segments, all at once.

        Args:
            segments: [N, 3, T, H, W] in [-1, 1] with the T, H and W of the configuration.

        Returns:
            [N, F·P, D]: F = T / patch_frames, slowest; then rows, then columns.
        """
        patches = self.patch_embed_3d(segments.to(self.cls_token))
        frames = self.config.features_per_segment
        places = self.pos_embed[:, None, 1:] + self.temp_embed[:, :, None]
        of_class = (self.cls_token + self.pos_embed[:, :1]).expand(len(segments), -1, -1)
        x = torch.cat([of_class, patches + places.flatten(1, 2)], dim=1)
        for block in self.blocks:
            x = block(x, frames)
        normed: Tensor = self.norm(x[:, 1:])
        return normed

    def pool(self, tokens: Tensor) -> Tensor:
        """Return one vector for each frame of tokens: [N, F·P, D] to [N, F, D]."""
        places, width = self.config.places, tokens.shape[2]
        pooled: Tensor = self.spatial_attn_agg(tokens.view(-1, places, width))
        return pooled.view(len(tokens), -1, width)

    def features(
        self, frames: Tensor, *, segments_at_once: int = 4, after_segments: AfterSegments = go_on
    ) -> Tensor:
        """Return the features of a film.

        Args:
            frames: [B, T, 3, H, W] in [-1, 1], 25 a second; T of at least one segment.
            segments_at_once: bounds the memory.
            after_segments: told how far it is.

        Returns:
            [B, S·F, D], in the order of segments.
        """
        segments = cut_segments(frames, self.config)
        pooled = [
            self.pool(self.tokens(some))
            for _, some in some_at_once(segments, segments_at_once, after_segments)
        ]
        return torch.cat(pooled).reshape(len(frames), -1, self.config.embed_dim)


class PatchEmbedding(nn.Module):
    """Each block of pixels, a few frames deep, becomes a token."""

    def __init__(self, config: SynchformerConfig) -> None:
        super().__init__()
        kernel = (config.patch_frames, config.patch_size, config.patch_size)
        self.proj = nn.Conv3d(3, config.embed_dim, kernel, stride=kernel)

    def forward(self, segments: Tensor) -> Tensor:
        """Return [N, F·P, D] of segments [N, 3, T, H, W]; time slowest, then rows, then columns."""
        # Kernel and stride agree, so it is one product of matrices.
        deep, high, wide = self.proj.kernel_size
        frames, rows, columns = (
            size // step for size, step in zip(segments.shape[2:], (deep, high, wide), strict=True)
        )
        whole = segments[:, :, : frames * deep, : rows * high, : columns * wide]
        cut = whole.reshape(len(segments), 3, frames, deep, rows, high, columns, wide)
        patches = cut.permute(0, 2, 4, 6, 1, 3, 5, 7)
        flat = patches.reshape(len(segments), frames * rows * columns, -1)
        return linear(flat, self.proj.weight.flatten(1), self.proj.bias)


class DividedBlock(nn.Module):
    """Attention along time, then over each frame, then a feed-forward layer."""

    def __init__(self, config: SynchformerConfig) -> None:
        super().__init__()
        width = config.embed_dim
        self.norm1 = nn.LayerNorm(width, eps=_NORM_EPS)
        self.attn = DividedAttention(width, config.num_heads)
        self.timeattn = DividedAttention(width, config.num_heads)
        self.norm2 = nn.LayerNorm(width, eps=_NORM_EPS)
        self.mlp = FeedForward(width, config.inner_dim)
        self.norm3 = nn.LayerNorm(width, eps=_NORM_EPS)

    def forward(self, x: Tensor, frames: int) -> Tensor:
        """Return the tokens after the block, [N, 1+F·P, D]."""
        x = x + self.timeattn(self.norm3(x), frames, "time")
        x = x + self.attn(self.norm1(x), frames, "space")
        y: Tensor = x + self.mlp(self.norm2(x))
        return y


class FeedForward(nn.Module):
    """Linear, exact GELU, linear."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.fc1 = nn.Linear(width, inner)
        self.fc2 = nn.Linear(inner, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return [..., D]."""
        y: Tensor = self.fc2(gelu(self.fc1(x)))
        return y


def cut_segments(frames: Tensor, config: SynchformerConfig) -> Tensor:
    """Return the overlapping segments of frames as a view: [B, T, 3, H, W] to [B, S, 3, t, H, W].

    Raises:
        ValueError: there are fewer frames than one segment has.
    """
    if frames.shape[1] < config.segment_frames:
        raise ValueError(
            f"{frames.shape[1]} frames are less than a segment of {config.segment_frames}"
        )
    cut = frames.unfold(1, config.segment_frames, config.segment_step)
    return cut.movedim(-1, 3)


def some_at_once(
    segments: Tensor, count: int, after_segments: AfterSegments = go_on
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield segments [B, S, ...] a few at a time: the items of the batch they are from, and them.

    Only what is yielded is copied; ``after_segments`` is called when the caller comes back.
    """
    per_item = segments.shape[1]
    total = len(segments) * per_item
    for first in range(0, total, count):
        number = torch.arange(first, min(first + count, total), device=segments.device)
        items = number.div(per_item, rounding_mode="floor")
        yield items, segments[items, number % per_item]
        after_segments(min(first + count, total), total)


def synchformer_checkpoint(config: SynchformerConfig) -> Published[Synchformer]:
    """Describe the published file of Synchformer, of which only the visual encoder is read."""
    return Published(
        what="visual encoder of Synchformer",
        build=lambda: Synchformer(config),
        translate=visual_state,
        # SelVA's video encoder holds a visual encoder too, trained to listen to a prompt.
        foreign=frozenset({"sup_text_feat"}),
    )


def visual_state(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Keep what the visual encoder uses, under its own names.

    The file also holds the sound's encoder, and an embedding of single frames that isn't used.
    """
    prefix, unused = "vfeat_extractor.", "vfeat_extractor.patch_embed."
    return {
        name.removeprefix(prefix): tensor
        for name, tensor in state.items()
        if name.startswith(prefix) and not name.startswith(unused)
    }
