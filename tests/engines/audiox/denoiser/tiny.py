"""Small denoisers filled from names, latents and conditions for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.audiox.config import read_denoiser
from prismdesk.engines.audiox.denoiser.checkpoint import denoiser_checkpoint
from prismdesk.engines.loading.filling import fill
from tests.conformance.det_v1 import det_v1_state

if TYPE_CHECKING:
    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.audiox.denoiser_config import DenoiserConfig

CHANNELS = 4
FRAMES = 10
DIT: dict[str, Any] = {
    "io_channels": CHANNELS,
    "embed_dim": 128,
    "depth": 2,
    "num_heads": 4,
    "cond_token_dim": 64,
    "project_cond_tokens": False,
    "transformer_type": "continuous_transformer",
}
MMDIT: dict[str, Any] = DIT | {
    "embed_dim": 24,
    "num_heads": 6,
    "cond_token_dim": 768,
    "mlp_ratio": 1.0,
    "_latent_seq_len": 1 + FRAMES,
}
DITS = {
    "grouped heads": DIT,
    "heads turned whole": DIT | {"num_heads": 2},
    "projected context": DIT | {"project_cond_tokens": True, "cond_token_dim": 20},
    "modulated by time": DIT | {"global_cond_type": "adaLN", "global_cond_dim": 6},
    "global condition": DIT | {"global_cond_dim": 6},
    "global condition as it is": DIT | {"global_cond_dim": 128, "project_global_cond": False},
    "tokens in front": DIT | {"prepend_cond_dim": 5},
    "tokens in front of modulated ones": DIT | {"prepend_cond_dim": 5, "global_cond_type": "adaLN"},
    "more channels": DIT | {"input_concat_dim": 3},
    "patches": DIT | {"patch_size": 2, "input_concat_dim": 3},
    "no context": DIT | {"cond_token_dim": 0, "prepend_cond_dim": 5},
}
MMDITS = {
    "convolutions": MMDIT,
    "linear": MMDIT | {"kernel_size": 1},
    "wide convolutions": MMDIT | {"kernel_size": 5},
    "patches and channels": MMDIT
    | {"patch_size": 2, "_latent_seq_len": 6, "input_concat_dim": 2, "global_cond_dim": 9},
}
ALL = {f"dit, {name}": one for name, one in DITS.items()} | {
    f"mmdit, {name}": one for name, one in MMDITS.items()
}


def config_of(arguments: dict[str, Any]) -> DenoiserConfig:
    kind = "mmdit" if "_latent_seq_len" in arguments else "dit"
    return read_denoiser({"type": kind, "config": arguments})


def tiny_denoiser(
    arguments: dict[str, Any] = DIT, *, fused: bool = True, dtype: torch.dtype = torch.float32
) -> DenoisingNetwork:
    published = denoiser_checkpoint(config_of(arguments), fused=fused)
    with torch.device("meta"):
        shapes = {name: tuple(t.shape) for name, t in published.build().state_dict().items()}
    return fill(published, det_v1_state(shapes), where="tiny", dtype=dtype)


def tiny_conditions(
    arguments: dict[str, Any] = DIT, groups: int = 1, *, seed: int = 1
) -> ConditioningInputs:
    random = torch.Generator().manual_seed(seed)

    def drawn(tokens: int, width: int) -> torch.Tensor | None:
        return torch.randn(groups, tokens, width, generator=random) if width else None

    is_mmdit = "_latent_seq_len" in arguments
    global_ = None if is_mmdit else drawn(1, arguments.get("global_cond_dim", 0))
    concat = drawn(7, arguments.get("input_concat_dim", 0))
    return ConditioningInputs(
        cross_tokens=drawn(384 if is_mmdit else 9, arguments["cond_token_dim"]),
        global_=None if global_ is None else global_[:, 0],
        input_concat=None if concat is None else concat.mT,
        prepend=drawn(3, arguments.get("prepend_cond_dim", 0)),
    )


def tiny_latents(batch: int = 2, frames: int = FRAMES, *, seed: int = 3) -> torch.Tensor:
    random = torch.Generator().manual_seed(seed)
    return torch.randn(batch, CHANNELS, frames, generator=random)
