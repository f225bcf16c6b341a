"""What the generator is trained on: how far its velocity is from the straight path's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from prismdesk.engines.selva.generator.conditions import Conditions
    from prismdesk.engines.selva.generator.network import Generator


@dataclass(frozen=True, slots=True)
class FlowLoss:
    """The loss of each item, [B], and their mean, []."""

    per_item: Tensor
    mean: Tensor


def train_loss(
    generator: Generator,
    x1: Tensor,
    noise: Tensor,
    t: Tensor,
    conditions: Conditions,
    *,
    drop_video: Tensor | None = None,
    drop_text: Tensor | None = None,
) -> FlowLoss:
    """Return the mean square of v(x_t, t) - (x1 - noise) at x_t = (1 - t) noise + t x1.

    Gradients are kept.

    Args:
        generator: the network.
        x1: normalised latents [B, L, C].
        noise: standard normal, [B, L, C].
        t: time of each item, [B], 0 to 1.
        conditions: of the batch.
        drop_video: true where picture and synchronisation are left empty, [B]; nowhere if None.
        drop_text: true where the text is left empty, [B]; nowhere if None.
    """
    conditions = _with_empty_rows(generator, conditions, drop_video, drop_text)
    prepared = generator.prepare(conditions, latent_frames=x1.shape[1])
    time = t[:, None, None]
    x_t = (1 - time) * noise + time * x1
    velocity = generator.velocity(x_t.to(generator.dtype), t, prepared)
    per_item = (velocity.float() - (x1 - noise)).square().mean(dim=(1, 2))
    return FlowLoss(per_item, per_item.mean())


def _with_empty_rows(
    generator: Generator,
    conditions: Conditions,
    drop_video: Tensor | None,
    drop_text: Tensor | None,
) -> Conditions:
    return replace(
        conditions,
        clip=_emptied(conditions.clip, generator.empty_clip_feat, drop_video),
        sync=_emptied(conditions.sync, generator.empty_sync_feat, drop_video),
        text=_emptied(conditions.text, generator.empty_string_feat, drop_text),
    )


def _emptied(features: Tensor | None, empty: Tensor, drop: Tensor | None) -> Tensor | None:
    """Return features [B, N, width] with the empty row (or rows) where the item is dropped."""
    if features is None or drop is None:
        return features
    return torch.where(drop.bool()[:, None, None], empty.to(features), features)
