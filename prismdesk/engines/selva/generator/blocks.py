"""The blocks of the generator: three streams that attend jointly, and the latent alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from prismdesk.engines.nets.channel_last import SequenceConv, SequenceLinear
from prismdesk.engines.nets.gated_mlp import GatedConvMlp, GatedMlp
from prismdesk.engines.selva.generator.attention import (
    StreamAttention,
    attend_fused,
    attend_plainly,
)

_KERNEL = 3


class Streams(NamedTuple):
    """Latent [B, L, D], picture [B, Nc, D] and text [B, Nt, D] on their way."""

    latent: Tensor
    clip: Tensor
    text: Tensor


@dataclass(frozen=True, slots=True)
class Rotation:
    """How queries and keys are turned by their places.

    ``latent`` and ``clip`` are angles, [L, d / 2] and [Nc, d / 2], for plain blocks. ``joint``
    [joint blocks, 2, L + Nc + Nt, 2, d] and ``fused`` [fused blocks, 2, L, 2, d] are factors that
    hold the learned gains too, for blocks with fused projections; empty where those aren't.
    """

    latent: Tensor
    clip: Tensor
    joint: Tensor
    fused: Tensor


def modulated(x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    """Return LayerNorm(x) (1 + scale) + shift, the norm without learned parameters."""
    return torch.addcmul(shift, functional.layer_norm(x, x.shape[-1:]), 1 + scale)


class StreamBlock(nn.Module):
    """One stream's share of a block; every learned tensor of it is this stream's own.

    Args:
        dim: width D.
        num_heads: heads of attention.
        is_along_time: convolutions of width 3 instead of linear maps after the attention.
        ends: the stream brings queries, keys and values, and isn't needed afterwards.
    """

    def __init__(
        self, dim: int, num_heads: int, *, is_along_time: bool, ends: bool = False
    ) -> None:
        super().__init__()
        self.attn = StreamAttention(dim, num_heads)
        modulations = 2 if ends else 6
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), SequenceLinear(dim, modulations * dim))
        self.modulations = modulations
        if not ends:
            self.linear1 = (
                SequenceConv(dim, dim, _KERNEL) if is_along_time else SequenceLinear(dim, dim)
            )
            self.ffn = GatedConvMlp(dim, _KERNEL) if is_along_time else GatedMlp(dim)

    def modulation(self, activated: Tensor) -> tuple[Tensor, ...]:
        """Return shifts, scales and gates [B, N or 1, D] for silu(condition) of that shape."""
        modulation: Tensor = self.adaLN_modulation[1](activated)
        return modulation.chunk(self.modulations, dim=-1)

    def after_attention(
        self, x: Tensor, attended: Tensor, modulation: tuple[Tensor, ...]
    ) -> Tensor:
        """Add what attention found, [B, N, D], then the feed-forward layer."""
        _, _, gate1, shift2, scale2, gate2 = modulation
        x = torch.addcmul(x, self.linear1(attended), gate1)
        return torch.addcmul(x, self.ffn(modulated(x, shift2, scale2)), gate2)


class FusedBlock(StreamBlock):
    """The latent stream alone, attending to itself."""

    def __init__(self, dim: int, num_heads: int) -> None:
        super().__init__(dim, num_heads, is_along_time=True)

    def forward(
        self, x: Tensor, activated: Tensor, angles: Tensor, turning: Tensor | None
    ) -> Tensor:
        """Map the latent stream [B, L, D].

        Args:
            x: the stream.
            activated: silu of the condition of each frame, [B, L, D].
            angles: rotary angles [L, d / 2].
            turning: factors [2, L, 2, d] with fused projections, else None.
        """
        modulation = self.modulation(activated)
        entering = modulated(x, modulation[0], modulation[1])
        if turning is None:
            (attended,) = attend_plainly([(self.attn, entering, angles)])
        else:
            (attended,) = attend_fused([(self.attn, entering)], turning)
        return self.after_attention(x, attended, modulation)


class JointBlock(nn.Module):
    """Latent, picture and text in one attention, each with weights of its own.

    After the last of these blocks (``is_last``) picture and text end.
    """

    def __init__(self, dim: int, num_heads: int, *, is_last: bool) -> None:
        super().__init__()
        self.latent_block = StreamBlock(dim, num_heads, is_along_time=True)
        self.clip_block = StreamBlock(dim, num_heads, is_along_time=True, ends=is_last)
        self.text_block = StreamBlock(dim, num_heads, is_along_time=False, ends=is_last)
        self.is_last = is_last

    def turning(self, latent: Tensor, clip: Tensor, text_tokens: int) -> Tensor:
        """Return factors [2, L + Nc + Nt, 2, d] for rotary angles [L or Nc, d / 2]."""
        each = (
            self.latent_block.attn.turning(latent, latent.shape[0]),
            self.clip_block.attn.turning(clip, clip.shape[0]),
            self.text_block.attn.turning(None, text_tokens),
        )
        return torch.cat(each, dim=1)

    def forward(
        self,
        streams: Streams,
        per_frame: Tensor,
        overall: Tensor,
        rotation: Rotation,
        turning: Tensor | None,
    ) -> Streams:
        """Map the three streams.

        Args:
            streams: on entering.
            per_frame: silu of the condition of each latent frame, [B, L, D].
            overall: silu of the condition of the whole, [B, 1, D], for picture and text.
            rotation: angles of latent and picture.
            turning: factors [2, L + Nc + Nt, 2, d] with fused projections, else None.
        """
        blocks = (self.latent_block, self.clip_block, self.text_block)
        modulations = [
            block.modulation(activated)
            for block, activated in zip(blocks, (per_frame, overall, overall), strict=True)
        ]
        entering = [modulated(x, m[0], m[1]) for x, m in zip(streams, modulations, strict=True)]
        attentions = [block.attn for block in blocks]
        if turning is None:
            angles = (rotation.latent, rotation.clip, None)
            attended = attend_plainly(list(zip(attentions, entering, angles, strict=True)))
        else:
            attended = attend_fused(list(zip(attentions, entering, strict=True)), turning)
        latent, clip, text = (
            x
            if self.is_last and block is not self.latent_block
            else block.after_attention(x, found, modulation)
            for block, x, found, modulation in zip(
                blocks, streams, attended, modulations, strict=True
            )
        )
        return Streams(latent, clip, text)
