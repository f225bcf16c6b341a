"""Autoencoder and vocoder with the published structure and small sizes, filled by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import torch

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.bigvgan import BigVgan, bigvgan_checkpoint
from prismdesk.engines.nets.bigvgan_config import BigVganConfig
from prismdesk.engines.nets.mel_vae import MelVae, MelVaeConfig, mel_vae_checkpoint
from tests.conformance.det_v1 import det_v1_state

if TYPE_CHECKING:
    from torch import Tensor, nn

    from prismdesk.engines.loading.published import Published

    ModuleT = TypeVar("ModuleT", bound=nn.Module)

VAE_CONFIG = MelVaeConfig(mel_bands=80, latent_dim=6, hidden_dim=8)
VOCODER_CONFIG = BigVganConfig(
    num_mels=80,
    upsample_rates=(4, 2),
    upsample_kernel_sizes=(8, 4),
    upsample_initial_channel=16,
    resblock_kernel_sizes=(3, 5),
    resblock_dilation_sizes=((1, 3), (1, 2)),
)


def shapes_of(published: Published[ModuleT]) -> dict[str, torch.Size]:
    with torch.device("meta"):
        return {name: tensor.shape for name, tensor in published.build().state_dict().items()}


def vae_state(config: MelVaeConfig = VAE_CONFIG) -> dict[str, Tensor]:
    """The state of a file, under its published names."""
    names = {
        name: shape
        for name, shape in shapes_of(mel_vae_checkpoint(config)).items()
        if not name.endswith(("data_mean", "data_std"))
    }
    statistics = (1, config.mel_bands, 1)
    return det_v1_state(names) | {
        "data_mean": torch.full(statistics, -2.0),
        "data_std": torch.full(statistics, 0.7),
    }


def small_vae(dtype: torch.dtype = torch.float32) -> MelVae:
    return fill(mel_vae_checkpoint(VAE_CONFIG), vae_state(), where="v1.pth", dtype=dtype)


def small_vocoder(
    config: BigVganConfig = VOCODER_CONFIG, dtype: torch.dtype = torch.float32
) -> BigVgan:
    checkpoint = bigvgan_checkpoint(config)
    return fill(checkpoint, det_v1_state(shapes_of(checkpoint)), where="netG.pt", dtype=dtype)


def relative_error(result: Tensor, expected: Tensor) -> float:
    difference = (result.float() - expected.float()).norm()
    return float(difference / expected.float().norm())
