"""What the samplers are measured on: a mixture of Gaussians, whose denoiser is known, and a DiT."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.audiox.config import read_denoiser
from prismdesk.engines.audiox.denoiser.checkpoint import PREFIX, denoiser_checkpoint
from prismdesk.engines.audiox.denoiser.guidance import GuidedDenoiser
from prismdesk.engines.audiox.denoiser.v_denoiser import VDenoiser
from prismdesk.engines.loading.filling import fill
from tests.conformance.det_v1 import det_v1_state

if TYPE_CHECKING:
    from prismdesk.engines.sampling.samplers.run import Denoiser

_MODES = 8
_MODES_ASKED_FOR = 2
_DIMENSIONS = 16
_SPREAD = 0.3


@dataclass(frozen=True)
class Target:
    """Something to sample from.

    Attributes:
        name: for the table.
        denoiser: D(x, sigma).
        shape: of one result, [C, N].
        takes: how many to sample at once.
        truth: results drawn directly, [takes, C, N], where that is possible.
    """

    name: str
    denoiser: Denoiser
    shape: tuple[int, int]
    takes: int
    truth: Tensor | None = None


def targets() -> list[Target]:
    """Return all of them."""
    modes = _modes()
    everything, asked_for = _mixture(modes), _mixture(modes[:_MODES_ASKED_FOR])

    def guided(x: Tensor, sigma: float) -> Tensor:
        plain = everything(x, sigma)
        return plain + 7.0 * (asked_for(x, sigma) - plain)

    shape = (_DIMENSIONS, 1)
    return [
        Target("mixture", everything, shape, 512, _drawn(modes, 512)),
        Target("mixture, guidance 7", guided, shape, 512),
        Target("DiT, guidance 1", _dit(1.0), (4, 32), 4),
        Target("DiT, guidance 7", _dit(7.0), (4, 32), 4),
    ]


def _modes() -> Tensor:
    generator = torch.Generator().manual_seed(11)
    directions = torch.randn(_MODES, _DIMENSIONS, 1, generator=generator)
    radius = math.sqrt(_DIMENSIONS * (1.0 - _SPREAD**2))
    modes: Tensor = directions / directions.norm(dim=1, keepdim=True) * radius
    return modes


def _drawn(modes: Tensor, count: int) -> Tensor:
    generator = torch.Generator().manual_seed(12)
    chosen = modes[torch.randint(0, len(modes), (count,), generator=generator)]
    return chosen + _SPREAD * torch.randn(chosen.shape, generator=generator)


def _mixture(modes: Tensor) -> Denoiser:
    def denoiser(x: Tensor, sigma: float) -> Tensor:
        variance = _SPREAD**2 + sigma**2
        offsets = x[:, None] - modes[None]
        weights = torch.softmax(-offsets.square().sum((2, 3)) / (2.0 * variance), dim=1)
        means = modes[None] + _SPREAD**2 / variance * offsets
        estimate: Tensor = (weights[:, :, None, None] * means).sum(1)
        return estimate

    return denoiser


def _dit(guidance: float) -> Denoiser:
    arguments = {
        "io_channels": 4,
        "embed_dim": 64,
        "depth": 3,
        "num_heads": 1,
        "cond_token_dim": 64,
        "global_cond_dim": 0,
        "project_cond_tokens": False,
        "transformer_type": "continuous_transformer",
    }
    config = read_denoiser({"type": "dit", "config": arguments}, where="det-v1")
    published = denoiser_checkpoint(config)
    with torch.device("meta"):
        empty = published.build()
    shapes = {PREFIX + name: one.shape for name, one in empty.state_dict().items()}
    network = fill(published, det_v1_state(shapes), where="det-v1")
    tokens = torch.randn(1, 6, 64, generator=torch.Generator().manual_seed(13)).expand(4, -1, -1)
    conditions = ConditioningInputs(cross_tokens=tokens)
    return VDenoiser(GuidedDenoiser.of(network, conditions, 32, cfg_scale=guidance))
