"""What the denoiser is trained on: how far its velocity is from that of the path it is on."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor
from torch.nn import functional

if TYPE_CHECKING:
    from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork


@dataclass(frozen=True, slots=True)
class VLoss:
    """The loss [], with the velocity that came and the one that was wanted, [B, C, N]."""

    loss: Tensor
    output: Tensor
    target: Tensor


def v_loss(
    network: DenoisingNetwork,
    x0: Tensor,
    noise: Tensor,
    t: Tensor,
    conditions: ConditioningInputs | None,
    *,
    cond_drop: Tensor | None = None,
    padding_mask: Tensor | None = None,
) -> VLoss:
    """Return the mean square of v(x_t, t) - (a noise - s x0) at x_t = a x0 + s noise.

    With a = cos(pi t / 2) and s = sin(pi t / 2) (Salimans and Ho, 2022). Gradients are kept.

    Args:
        network: the denoiser, not fused if it is trained.
        x0: latents [B, C, N].
        noise: standard normal, [B, C, N].
        t: time of each item, [B], 0 to 1.
        conditions: of the batch.
        cond_drop: true where context and tokens in front are zeros, [B]; nowhere if None.
        padding_mask: true where there is sound [B, any length]; the loss is taken there alone,
            everywhere if None.
    """
    angle = (t * (math.pi / 2))[:, None, None]
    target = angle.cos() * noise - angle.sin() * x0
    x_t = angle.cos() * x0 + angle.sin() * noise
    if conditions is not None and cond_drop is not None:
        conditions = _dropped(conditions, cond_drop.bool())
    output = network(x_t, t, conditions).float()
    square = (output - target).square()
    if padding_mask is None:
        return VLoss(square.mean(), output, target)
    real = functional.interpolate(padding_mask[:, None].float(), size=x0.shape[-1], mode="nearest")
    weight = real.expand_as(square)
    return VLoss((square * weight).sum() / weight.sum(), output, target)


def _dropped(conditions: ConditioningInputs, drop: Tensor) -> ConditioningInputs:
    def without(tokens: Tensor | None) -> Tensor | None:
        return None if tokens is None else torch.where(drop[:, None, None], 0, tokens)

    return replace(
        conditions,
        cross_tokens=without(conditions.cross_tokens),
        prepend=without(conditions.prepend),
    )
