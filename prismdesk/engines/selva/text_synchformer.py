"""SelVA's encoder of the picture's movement, which listens to the prompt.

A Synchformer whose tokens look at the words by cross-attention before they are pooled, so that
only what the prompt names drives the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import torch
from torch import nn
from torch.nn.functional import pad, scaled_dot_product_attention

from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.gated_mlp import GatedMlp
from prismdesk.engines.nets.rms_norm import RmsNorm
from prismdesk.engines.nets.synchformer import (
    AfterSegments,
    Synchformer,
    SynchformerConfig,
    cut_segments,
    go_on,
    some_at_once,
    visual_state,
)

if TYPE_CHECKING:
    from torch import Tensor

_READ = ("text_proj.", "synch_text_cross_blocks.", "sup_text_feat")


@dataclass(frozen=True, kw_only=True)
class TextSynchformerConfig(SynchformerConfig):
    """Sizes of the network; the defaults are those of the published weights.

    ``text_dim`` is the width of the words' features, ``num_sup_tokens`` the number of learned
    ones before them, ``xattn_depth`` the number of blocks of cross-attention.
    """

    text_dim: int = 768
    num_sup_tokens: int = 5
    xattn_depth: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.text_dim < 1 or min(self.num_sup_tokens, self.xattn_depth) < 0:
            raise ValueError("sizes of a TextSynchformer must not be negative")


@dataclass(frozen=True)
class PreparedText:
    """A prompt as the blocks of cross-attention want it; good for any film.

    ``keys_values`` holds keys and values [B, h, L, d] of each block; ``mask`` is [B, 1, 1, L],
    True where there is a word, or None if all are.
    """

    keys_values: tuple[tuple[Tensor, Tensor], ...]
    mask: Tensor | None

    def rows(self, items: Tensor) -> PreparedText:
        """Return the texts of the items given by index, one after the other."""
        return PreparedText(
            tuple((key[items], value[items]) for key, value in self.keys_values),
            None if self.mask is None else self.mask[items],
        )


class TextSynchformer(nn.Module):
    """Features of the picture's movement that depend on the prompt.

    In three parts, so that each can be kept: ``visual.tokens`` depends on the film alone, ``text``
    on the prompt alone, ``attend`` and ``pool`` join them.
    """

    def __init__(self, config: TextSynchformerConfig) -> None:
        super().__init__()
        width = config.embed_dim
        self.config = config
        self.visual = Synchformer(config)
        self.sup_text_feat = nn.Parameter(torch.zeros(config.num_sup_tokens, config.text_dim))
        self.text_proj = nn.Sequential(
            nn.Linear(config.text_dim, width), nn.SiLU(), GatedMlp(width)
        )
        self.synch_text_cross_blocks = nn.ModuleList(
            CrossBlock(width, config.num_heads) for _ in range(config.xattn_depth)
        )

    def text(
        self, features: Tensor, mask: Tensor | None = None, *, prepends_learned: bool = True
    ) -> PreparedText:
        """Prepare prompts.

        Args:
            features: of the words, [B, L, text_dim].
            mask: [B, L], true where there is a word; all if None.
            prepends_learned: whether the learned tokens stand before the words, as they did in
                training.
        """
        learned = self.sup_text_feat.expand(len(features), -1, -1)
        words = features.to(learned)
        seen = None if mask is None else mask.to(words.device, torch.bool)
        if prepends_learned:
            words = torch.cat([learned, words], dim=1)
            seen = None if seen is None else pad(seen, (learned.shape[1], 0), value=True)
        if seen is not None and len(words) == 1:
            words, seen = words[:, seen[0]], None
        projected = self.text_proj(words)
        return PreparedText(
            tuple(block.keys_values(projected) for block in self._cross_blocks),
            None if seen is None else seen[:, None, None],
        )

    def tokens(self, segments: Tensor) -> Tensor:
        """Return what the film alone decides: [N, 3, T, H, W] in [-1, 1] to [N, F·P, D]."""
        return self.visual.tokens(segments)

    def attend(self, tokens: Tensor, text: PreparedText) -> Tensor:
        """Return tokens [N, F·P, D] that have looked at the words: one text for all, or N."""
        x = tokens.to(self.sup_text_feat)
        for block, (key, value) in zip(self._cross_blocks, text.keys_values, strict=True):
            x = block(x, key, value, text.mask)
        return x

    def pool(self, tokens: Tensor) -> Tensor:
        """Return one vector for each frame of tokens: [N, F·P, D] to [N, F, D]."""
        return self.visual.pool(tokens)

    def features(
        self,
        frames: Tensor,
        words: Tensor,
        mask: Tensor | None = None,
        *,
        prepends_learned: bool = True,
        segments_at_once: int = 4,
        after_segments: AfterSegments = go_on,
    ) -> Tensor:
        """Return the features of films.

        Args:
            frames: [B, T, 3, H, W] in [-1, 1], 25 a second; T of at least one segment.
            words: features of the prompts' words, [B, L, text_dim].
            mask: [B, L], true where there is a word; all if None.
            prepends_learned: as in ``text``.
            segments_at_once: bounds the memory.
            after_segments: told how far it is.

        Returns:
            [B, S·F, D], in the order of segments.
        """
        text = self.text(words, mask, prepends_learned=prepends_learned)
        segments = cut_segments(frames, self.config)
        pooled = [
            self.pool(self.attend(self.tokens(some), text.rows(items)))
            for items, some in some_at_once(segments, segments_at_once, after_segments)
        ]
        return torch.cat(pooled).reshape(len(frames), -1, self.config.embed_dim)

    @property
    def _cross_blocks(self) -> list[CrossBlock]:
        return cast("list[CrossBlock]", list(self.synch_text_cross_blocks))


class CrossBlock(nn.Module):
    """Cross-attention to the words and a gated feed-forward layer."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.attn = CrossAttention(width, heads)
        self.linear1 = nn.Linear(width, width)
        self.norm1 = nn.LayerNorm(width)
        self.norm2 = nn.LayerNorm(width)
        self.ffn = GatedMlp(width)

    def keys_values(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return keys and values [B, h, L, d] of projected words [B, L, D]."""
        return self.attn.keys_values(words)

    def forward(self, x: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
        """Return the tokens after the block, [N, K, D]."""
        # No norm before the attention; this one stands after it.
        x = x + self.norm1(self.linear1(self.attn(x, key, value, mask)))
        y: Tensor = x + self.ffn(self.norm2(x))
        return y


class CrossAttention(nn.Module):
    """Attention of tokens to words, with normalised queries and keys."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.kv_proj = nn.Linear(width, 2 * width)
        self.q_norm = RmsNorm(width // heads)
        self.k_norm = RmsNorm(width // heads)

    def keys_values(self, words: Tensor) -> tuple[Tensor, Tensor]:
        """Return keys and values [B, h, L, d] of projected words [B, L, D]."""
        # Keys and values are interleaved: channel (head, d, k or v).
        split = self.kv_proj(words).view(*words.shape[:2], self.heads, -1, 2).transpose(1, 2)
        key, value = split.unbind(-1)
        return self.k_norm(key), value.contiguous()

    def forward(self, x: Tensor, key: Tensor, value: Tensor, mask: Tensor | None) -> Tensor:
        """Return [N, K, D]; one text may stand for all tokens."""
        query = self.q_norm(self.q_proj(x).view(*x.shape[:2], self.heads, -1)).transpose(1, 2)
        key, value = (each.expand(len(x), -1, -1, -1) for each in (key, value))
        seen = scaled_dot_product_attention(query, key, value, attn_mask=mask)
        return seen.transpose(1, 2).flatten(2)


def text_synchformer_checkpoint(config: TextSynchformerConfig) -> Published[TextSynchformer]:
    """Describe the published file of SelVA's video encoder; names of other parts are ignored."""
    return Published(
        what="video encoder of SelVA",
        build=lambda: TextSynchformer(config),
        translate=_translated,
    )


def _translated(state: dict[str, Tensor]) -> dict[str, Tensor]:
    visual = {f"visual.{name}": tensor for name, tensor in visual_state(state).items()}
    return visual | {name: tensor for name, tensor in state.items() if name.startswith(_READ)}
