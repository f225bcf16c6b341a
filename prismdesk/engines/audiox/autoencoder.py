"""AudioX's autoencoders: that of the latents, and that of a sound prompt, mostly the same one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.nets.oobleck_config import OobleckConfig, OobleckStack
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from prismdesk.engines.audiox.autoencoder_config import AutoencoderConfig, OobleckStackConfig

_ENCODER = "encoder."


def oobleck_of(config: AutoencoderConfig) -> OobleckConfig:
    """Return what the network is built with."""
    return OobleckConfig(
        encoder=_stack_of(config.encoder),
        decoder=_stack_of(config.decoder),
        scale=config.scale,
        soft_clip=config.soft_clip,
    )


def _stack_of(stack: OobleckStackConfig) -> OobleckStack:
    return OobleckStack(
        signal_channels=stack.signal_channels,
        channels=stack.channels,
        c_mults=stack.c_mults,
        strides=stack.strides,
        latent_dim=stack.latent_dim,
        final_tanh=stack.final_tanh,
    )


def encode_alike(
    config: AutoencoderConfig,
    state: Mapping[str, Tensor],
    other_config: AutoencoderConfig,
    other_state: Mapping[str, Tensor],
    *,
    cancelled: IsCancelled = never_cancelled,
) -> bool:
    """Whether two autoencoders encode alike, so that one network does for both.

    Every tensor of the encoders is compared, number by number; the decoders don't matter.

    Args:
        config: of the one.
        state: its tensors, named from ``encoder.`` on.
        other_config: of the other.
        other_state: its tensors, named alike.
        cancelled: asked before every tensor.

    Raises:
        Cancelled: as told.
    """
    if (config.encoder, config.scale) != (other_config.encoder, other_config.scale):
        return False
    names, others = _encoder_names(state), _encoder_names(other_state)
    return names == others and all(
        _are_equal(state[name], other_state[name], cancelled) for name in sorted(names)
    )


def _encoder_names(state: Mapping[str, Tensor]) -> set[str]:
    return {name for name in state if name.startswith(_ENCODER)}


def _are_equal(one: Tensor, other: Tensor, cancelled: IsCancelled) -> bool:
    raise_if_cancelled(cancelled)
    return one.dtype == other.dtype and torch.equal(one, other)
