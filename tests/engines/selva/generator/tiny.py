"""A small generator filled from names, and conditions for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.loading.filling import fill
from prismdesk.engines.selva.generator.checkpoint import generator_checkpoint
from prismdesk.engines.selva.generator.conditions import Conditions
from prismdesk.engines.selva.generator.config import GeneratorConfig
from tests.conformance.det_v1 import det_v1_state

if TYPE_CHECKING:
    from prismdesk.engines.selva.generator.network import Generator

CONFIG = GeneratorConfig(
    latent_dim=5,
    hidden_dim=36,
    depth=4,
    fused_depth=2,
    num_heads=3,
    clip_dim=14,
    sync_dim=10,
    text_dim=12,
    text_tokens=9,
)
FRAMES = 21


def tiny_generator(
    config: GeneratorConfig = CONFIG, *, fused: bool = True, dtype: torch.dtype = torch.float32
) -> Generator:
    published = generator_checkpoint(config, fused=fused)
    with torch.device("meta"):
        shapes = {name: tuple(t.shape) for name, t in published.build().state_dict().items()}
    return fill(published, det_v1_state(shapes), where="tiny", dtype=dtype)


def tiny_conditions(
    batch: int = 2, config: GeneratorConfig = CONFIG, *, seed: int = 1
) -> Conditions:
    random = torch.Generator().manual_seed(seed)
    return Conditions(
        clip=torch.randn(batch, 6, config.clip_dim, generator=random),
        sync=torch.randn(batch, 16, config.sync_dim, generator=random),
        text=torch.randn(batch, config.text_tokens, config.text_dim, generator=random),
        batch=batch,
        clip_frames=6,
        sync_frames=16,
    )


def empty_conditions(batch: int = 2) -> Conditions:
    return Conditions(clip=None, sync=None, text=None, batch=batch, clip_frames=6, sync_frames=16)


def tiny_latent(batch: int = 2, *, seed: int = 3) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(batch, FRAMES, CONFIG.latent_dim, generator=random)
