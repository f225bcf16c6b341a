"""CLIP: the tower that looks at pictures and the one that reads prompts, each by itself.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021), in
the layout of open_clip's checkpoints.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.clip_names import image_tower_names, text_tower_names
from prismdesk.engines.nets.clip_transformer import Activation, ClipTransformer
from prismdesk.engines.nets.clip_vision import ClipVisionConfig, ClipVisionTower
from prismdesk.engines.nets.counts import check_counts, check_positive
from prismdesk.engines.nets.row_table import RowTable
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipVisionSizes:
    """Sizes of the tower that looks at pictures; sides and patches are in px."""

    image_size: int
    patch_size: int
    layers: int
    width: int
    head_width: int
    mlp_ratio: float = 4.0

    def __post_init__(self) -> None:
        check_counts(self, "image_size", "patch_size", "layers", "width", "head_width")
        check_positive(self, "mlp_ratio")
        if self.width % self.head_width:
            raise ValueError(f"width {self.width} is no multiple of head_width {self.head_width}")
        if self.patch_size > self.image_size:
            raise ValueError(f"patches of {self.patch_size} px in pictures of {self.image_size} px")

    @property
    def patches_per_side(self) -> int:
        """How many patches a row of the picture holds; what is left over isn't looked at."""
        return self.image_size // self.patch_size


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipTextSizes:
    """Sizes of the tower that reads prompts; ``context_length`` counts tokens."""

    context_length: int
    vocab_size: int
    width: int
    heads: int
    layers: int
    mlp_ratio: float = 4.0

    def __post_init__(self) -> None:
        check_counts(self, "context_length", "vocab_size", "width", "heads", "layers")
        check_positive(self, "mlp_ratio")
        if self.width % self.heads:
            raise ValueError(f"width {self.width} is no multiple of {self.heads} heads")


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipConfig:
    """A CLIP model. ``embed_dim`` is the width of the features of pictures."""

    embed_dim: int
    vision: ClipVisionSizes
    text: ClipTextSizes
    quick_gelu: bool = False

    def __post_init__(self) -> None:
        check_counts(self, "embed_dim")

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> ClipConfig:
        """Return the configuration that JSON states with these same names.

        Raises:
            InputError: a size is missing, unknown or impossible.
        """
        try:
            return cls(
                embed_dim=values["embed_dim"],
                quick_gelu=bool(values.get("quick_gelu", False)),
                vision=ClipVisionSizes(**values["vision"]),
                text=ClipTextSizes(**values["text"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(f"The sizes given for CLIP can't be used ({error}).") from error

    @property
    def activation(self) -> Activation:
        """The activation of the feed-forward layers; quick is x·sigmoid(1.702 x)."""
        return "quick_gelu" if self.quick_gelu else "gelu"


DFN5B_VIT_H_14 = ClipConfig(
    embed_dim=1024,
    quick_gelu=True,
    vision=ClipVisionSizes(image_size=384, patch_size=14, layers=32, width=1280, head_width=80),
    text=ClipTextSizes(context_length=77, vocab_size=49408, width=1024, heads=16, layers=24),
)

PUBLISHED_CLIP = {"dfn5b-clip-vit-h-14-384": DFN5B_VIT_H_14}
"""The published models by id."""


class ClipImageTower(ClipVisionTower):
    """Pictures to features of unit length."""

    def __init__(self, config: ClipConfig) -> None:
        super().__init__(_vision_config(config))

    def encode(self, frames: Tensor) -> Tensor:
        """Return features [N, embed_dim], each of unit length.

        Args:
            frames: [N, 3, side, side] RGB in [0, 1]. The side is that of the configuration, or
                another with as many patches; pixels beyond the last whole patch aren't looked at.
        """
        return _unit_length(self.pooled(frames) @ self.proj)


class ClipTextTower(nn.Module):
    """Prompts to one state of unit length for every token, padding included."""

    def __init__(self, config: ClipConfig) -> None:
        super().__init__()
        text = config.text
        self.sizes = text
        self.token_embedding = RowTable(text.vocab_size, text.width)
        self.positional_embedding = nn.Parameter(torch.zeros(text.context_length, text.width))
        self.transformer = ClipTransformer(
            text.width,
            text.layers,
            text.heads,
            inner=int(text.width * text.mlp_ratio),
            activation=config.activation,
            is_causal=True,
        )
        self.ln_final = nn.LayerNorm(text.width)

    def encode(self, ids: Tensor) -> Tensor:
        """Return the states after the last norm [B, L, width], each of unit length.

        Attention looks back only and masks nothing else, so padding has states of its own.

        Args:
            ids: integers [B, L], L up to the context's length.
        """
        if not 0 <= int(ids.min()) <= int(ids.max()) < self.sizes.vocab_size:
            raise ValueError(f"ids outside a vocabulary of {self.sizes.vocab_size}")
        places = self.positional_embedding[: ids.shape[1]]
        tokens = self.token_embedding(ids.to(places.device)) + places
        return _unit_length(self.ln_final(self.transformer(tokens)))


def clip_image_checkpoint(config: ClipConfig) -> Published[ClipImageTower]:
    """Return how a CLIP checkpoint fills the tower that looks at pictures."""
    return Published(
        what="CLIP model (its image tower)",
        build=partial(ClipImageTower, config),
        translate=image_tower_names,
    )


def clip_text_checkpoint(config: ClipConfig) -> Published[ClipTextTower]:
    """Return how a CLIP checkpoint fills the tower that reads prompts."""
    return Published(
        what="CLIP model (its text tower)",
        build=partial(ClipTextTower, config),
        translate=text_tower_names,
    )


def _vision_config(config: ClipConfig) -> ClipVisionConfig:
    vision = config.vision
    return ClipVisionConfig(
        hidden_size=vision.width,
        intermediate_size=int(vision.width * vision.mlp_ratio),
        projection_dim=config.embed_dim,
        num_hidden_layers=vision.layers,
        num_attention_heads=vision.width // vision.head_width,
        image_size=vision.patches_per_side * vision.patch_size,
        patch_size=vision.patch_size,
        hidden_act=config.activation,
    )


def _unit_length(features: Tensor) -> Tensor:
    return nn.functional.normalize(features.float(), dim=-1).to(features.dtype)
