"""Adapters, their files, and small networks for them, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.adapting.facts import content_sha256
from prismdesk.engines.adapting.write import AdapterDescription, write_adapter
from prismdesk.engines.audiox.networks import DENOISER_NETWORK
from prismdesk.engines.hosting.chosen_checkpoint import chosen_checkpoint
from prismdesk.engines.nets.low_rank import Adapter, LowRank
from prismdesk.engines.request import AdapterOnRun
from prismdesk.engines.selva.networks import GENERATOR
from tests.engines.audiox.asking import BASE, MMDIT
from tests.engines.selva.asking import SELVA

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.hosting.network import Checkpoint, Network

ENDS = {
    SELVA: ("attn.qkv", "text_block.linear1", "latent_block.linear1", "ffn.w1"),
    BASE: ("self_attn.to_qkv", "cross_attn.to_kv", "ff.ff.2"),
    MMDIT: ("attn.qkv", "linear1", "ffn.w3", "adaLN_modulation.1"),
}
"""Layers that adapters change, by the small checkpoint: linear, joined, convolutions."""


def engine_of(variant: str) -> str:
    """The engine that a small checkpoint is for."""
    return "selva" if variant == SELVA else "audiox"


def network_of(variant: str) -> Network[Any]:
    """What adapters change of it."""
    return GENERATOR if variant == SELVA else DENOISER_NETWORK


def checkpoint_of(variant: str, *, precision: str = "fp32") -> Checkpoint:
    """Its files, on the processor."""
    return chosen_checkpoint(engine_of(variant), variant, device="cpu", precision=precision)


def parameters_of(variant: str) -> dict[str, Tensor]:
    """Its large network's parameters, as the file has them."""
    stored = network_of(variant).stored
    assert stored is not None
    return dict(stored(checkpoint_of(variant)))


def layers_of(parameters: Mapping[str, Tensor], ends: Sequence[str]) -> list[str]:
    """The layers whose names end so."""
    names = (name.removesuffix(".weight") for name in parameters if name.endswith(".weight"))
    return sorted(name for name in names if f".{name}".endswith(tuple(f".{end}" for end in ends)))


def an_adapter(
    parameters: Mapping[str, Tensor],
    layers: Sequence[str],
    *,
    seed: int = 1,
    rank: int = 2,
    amount: float = 0.3,
) -> Adapter:
    """An adapter that changes layers by a share of their weights."""
    random = torch.Generator().manual_seed(seed)
    changes = {}
    for name in layers:
        weight = parameters[f"{name}.weight"].float()
        down = torch.randn(rank, *weight.shape[1:], generator=random)
        up = torch.randn(weight.shape[0], rank, *[1] * (weight.dim() - 2), generator=random)
        size = float((up.flatten(1) @ down.flatten(1)).norm())
        changes[name] = LowRank(down=down, up=up, scale=amount * float(weight.norm()) / size)
    return Adapter(name="test", layers=changes)


def an_adapter_file(
    path: Path, variant: str, *, seed: int = 1, amount: float = 0.3, **about: Any
) -> Path:
    """A file of an adapter for a small checkpoint."""
    parameters = parameters_of(variant)
    adapter = an_adapter(parameters, layers_of(parameters, ENDS[variant]), seed=seed, amount=amount)
    write_adapter(path, adapter, description=AdapterDescription(**about))
    return path


def on_run(path: Path, strength: float = 1.0, *, name: str = "planks") -> AdapterOnRun:
    """What a request says of it."""
    sha256 = content_sha256(path)
    return AdapterOnRun(
        reference=f"{name}@{sha256[:12]}", path=path, sha256=sha256, strength=strength
    )
