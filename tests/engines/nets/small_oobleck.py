"""Autoencoders of waveforms with the published structure and small sizes, filled by name."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.oobleck import Oobleck, oobleck_checkpoint
from prismdesk.engines.nets.oobleck_config import OobleckConfig, OobleckStack
from tests.conformance.det_v1 import det_v1_state
from tests.engines.nets.small_sound_nets import shapes_of

if TYPE_CHECKING:
    from torch import Tensor


def small_config(
    strides: tuple[int, ...] = (2, 4), *, scale: float = 1.0, soft_clip: bool = False
) -> OobleckConfig:
    widths = (1, 2, 2, 3)[: len(strides)]
    return OobleckConfig(
        encoder=OobleckStack(
            signal_channels=2, channels=4, c_mults=widths, strides=strides, latent_dim=6
        ),
        decoder=OobleckStack(
            signal_channels=2, channels=4, c_mults=widths, strides=strides, latent_dim=3
        ),
        scale=scale,
        soft_clip=soft_clip,
    )


PUBLISHED = OobleckConfig(
    encoder=OobleckStack(
        signal_channels=2,
        channels=128,
        c_mults=(1, 2, 4, 8, 16),
        strides=(2, 4, 4, 8, 8),
        latent_dim=128,
    ),
    decoder=OobleckStack(
        signal_channels=2,
        channels=128,
        c_mults=(1, 2, 4, 8, 16),
        strides=(2, 4, 4, 8, 8),
        latent_dim=64,
    ),
)


def small_state(config: OobleckConfig) -> dict[str, Tensor]:
    return det_v1_state(shapes_of(oobleck_checkpoint(config)))


@cache
def small_oobleck(
    config: OobleckConfig = small_config(),  # noqa: B008  (frozen)
    dtype: torch.dtype = torch.float32,
) -> Oobleck:
    return fill(oobleck_checkpoint(config), small_state(config), where="VAE.ckpt", dtype=dtype)
