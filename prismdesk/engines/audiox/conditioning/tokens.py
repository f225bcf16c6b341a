"""What every conditioner gives, and what the denoiser is given of them all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of one prompt.

    Attributes:
        tokens: [B, S, D].
        mask: ones and zeros as the model was trained with, mostly not [B, S]; no published
            denoiser reads it.
    """

    tokens: Tensor
    mask: Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditioningInputs:
    """What a denoiser is given besides latents and time; None where there is nothing.

    Attributes:
        cross_tokens: the context [B, M, D].
        cross_mask: the groups' masks, joined in the order of the configuration.
        global_: [B, G].
        input_concat: [B, C, N].
        prepend: tokens in front [B, P, D].
        prepend_mask: [B, P].
    """

    cross_tokens: Tensor | None = None
    cross_mask: Tensor | None = None
    global_: Tensor | None = None
    input_concat: Tensor | None = None
    prepend: Tensor | None = None
    prepend_mask: Tensor | None = None
