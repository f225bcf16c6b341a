"""The tower of CLIP that looks at pictures.

Radford et al., "Learning Transferable Visual Models From Natural Language Supervision" (2021).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, get_args

import torch
from torch import Tensor, nn

from prismdesk.engines.nets.clip_transformer import Activation, ClipTransformer
from prismdesk.engines.nets.counts import check_counts, check_positive
from prismdesk.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

_MEAN_RGB = (0.48145466, 0.4578275, 0.40821073)
_STD_RGB = (0.26862954, 0.26130258, 0.27577711)
_ACTIVATIONS = get_args(Activation)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipVisionConfig:
    """Sizes under the names of Hugging Face's library; sides and patches are in px.

    The standard values are those of ``clip-vit-base-patch32``.
    """

    hidden_size: int = 768
    intermediate_size: int = 3072
    projection_dim: int = 512
    num_hidden_layers: int = 12
    num_attention_heads: int = 12
    image_size: int = 224
    patch_size: int = 32
    hidden_act: Activation = "quick_gelu"
    layer_norm_eps: float = 1e-5

    def __post_init__(self) -> None:
        counts = [one.name for one in fields(self) if one.name not in _NO_COUNTS]
        check_counts(self, *counts)
        check_positive(self, "layer_norm_eps")
        if self.hidden_act not in _ACTIVATIONS:
            raise ValueError(f"hidden_act is {self.hidden_act!r}")
        if self.hidden_size % self.num_attention_heads:
            raise ValueError(
                f"hidden_size {self.hidden_size} is no multiple of {self.num_attention_heads} heads"
            )
        if self.patch_size > self.image_size:
            raise ValueError(f"patches of {self.patch_size} px in pictures of {self.image_size} px")

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> ClipVisionConfig:
        """Return what JSON states under the library's names; the rest is left aside.

        Raises:
            InputError: a size is impossible.
        """
        known = {field.name for field in fields(cls)}
        try:
            return cls(**{name: value for name, value in values.items() if name in known})
        except (TypeError, ValueError) as error:
            raise InputError(f"The sizes given for CLIP can't be used ({error}).") from error

    @property
    def patches_per_side(self) -> int:
        """How many patches a row of the picture holds; what is left over isn't looked at."""
        return self.image_size // self.patch_size

    @property
    def positions(self) -> int:
        """Tokens of one picture: its class and its patches."""
        return 1 + self.patches_per_side**2


_NO_COUNTS = ("hidden_act", "layer_norm_eps")


class ClipVisionTower(nn.Module):
    """Pictures to states, one for the whole and one for every patch."""

    def __init__(self, config: ClipVisionConfig) -> None:
        super().__init__()
        width, patch_px = config.hidden_size, config.patch_size
        self.config = config
        self.class_embedding = nn.Parameter(torch.zeros(width))
        self.positional_embedding = nn.Parameter(torch.zeros(config.positions, width))
        self.conv1 = nn.Conv2d(3, width, patch_px, stride=patch_px, bias=False)
        self.ln_pre = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.transformer = ClipTransformer(
            width,
            config.num_hidden_layers,
            config.num_attention_heads,
            inner=config.intermediate_size,
            activation=config.hidden_act,
            is_causal=False,
            epsilon=config.layer_norm_eps,
        )
        self.ln_post = nn.LayerNorm(width, eps=config.layer_norm_eps)
        self.proj = nn.Parameter(torch.zeros(width, config.projection_dim))

    def states(self, frames: Tensor) -> Tensor:
        """Return the last layer's output without a norm after it, [N, 1 + patches, width].

        Args:
            frames: as for ``pooled``.
        """
        patches = self.conv1(self._pixels(frames)).flatten(2).transpose(1, 2)
        of_picture = self.class_embedding.expand(len(patches), 1, -1)
        tokens = torch.cat([of_picture, patches], dim=1) + self.positional_embedding
        states: Tensor = self.transformer(self.ln_pre(tokens))
        return states

    def pooled(self, frames: Tensor) -> Tensor:
        """Return the state of the whole picture, normalised, [N, width].

        Args:
            frames: [N, 3, side, side] RGB in [0, 1]. The side is that of the configuration, or
                another with as many patches; pixels beyond the last whole patch aren't looked at.
        """
        state: Tensor = self.ln_post(self.states(frames)[:, 0])
        return state

    def _pixels(self, frames: Tensor) -> Tensor:
        patch_px, patches = self.config.patch_size, self.config.patches_per_side
        seen_px = patches * patch_px
        sides = frames.shape[-2:]
        if any(side // patch_px != patches for side in sides):
            raise ValueError(f"pictures of {tuple(sides)} px for a tower of {seen_px} px")
        mean = frames.new_tensor(_MEAN_RGB, dtype=torch.float32).view(3, 1, 1)
        std = frames.new_tensor(_STD_RGB, dtype=torch.float32).view(3, 1, 1)
        pixels = (frames[..., :seen_px, :seen_px].float() - mean) / std
        return pixels.to(self.proj)
