"""Merged weights make what adapters computed beside the layers make."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import torch

from benchmarks.adapters_hot import hooked, inject, set_peft_strength
from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs
from prismdesk.engines.nets.adapter_stack import AdapterStack
from prismdesk.engines.selva.generator.conditions import Conditions
from prismdesk.engines.selva.generator.network import Generator
from tests.engines.adapting.adapters import (
    ENDS,
    an_adapter,
    checkpoint_of,
    layers_of,
    network_of,
    parameters_of,
)
from tests.engines.audiox.asking import BASE, MMDIT
from tests.engines.selva.asking import SELVA

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.nets.low_rank import Adapter

pytestmark = pytest.mark.usefixtures("small_models")


def _loaded(variant: str) -> Generator | DenoisingNetwork:
    network: Generator | DenoisingNetwork = network_of(variant).load(checkpoint_of(variant))
    return network


@torch.no_grad()
def _made(network: Generator | DenoisingNetwork) -> Tensor:
    random = torch.Generator().manual_seed(7)
    if isinstance(network, Generator):
        config = network.config
        text = torch.randn(1, config.text_tokens, config.text_dim, generator=random)
        given = Conditions(clip=None, sync=None, text=text, batch=1, clip_frames=8, sync_frames=24)
        latent = torch.randn(1, 31, config.latent_dim, generator=random)
        prepared = network.prepare(given, latent_frames=31)
        return network.velocity(latent, torch.tensor([0.4]), prepared)
    outer = network.outer
    frames = getattr(network.outer, "latent_frames", 16)
    cross = torch.randn(1, 384, outer.cond_token_dim or 768, generator=random)
    x = torch.randn(1, outer.io_channels, frames, generator=random)
    made: Tensor = network(x, torch.tensor([0.4]), ConditioningInputs(cross_tokens=cross))
    return made


def _adapters(variant: str, *ends: str) -> list[tuple[Adapter, float]]:
    parameters = parameters_of(variant)
    layers = layers_of(parameters, ends or ENDS[variant])
    return [
        (an_adapter(parameters, layers, seed=1), 0.8),
        (an_adapter(parameters, layers[:2], seed=2), -0.5),
    ]


def _difference(one: Tensor, other: Tensor) -> float:
    return float((one - other).norm() / other.norm())


@pytest.mark.parametrize("variant", [SELVA, BASE, MMDIT])
def test_merged_is_what_is_computed_beside(variant: str) -> None:
    network, weighted = _loaded(variant), _adapters(variant)
    plain = _made(network)
    AdapterStack(network).set(weighted)
    merged = _made(network)
    beside = _loaded(variant)
    beside.unfuse()
    with hooked(beside, weighted):
        hot = _made(beside)
    assert _difference(merged, hot) < 1e-5
    assert _difference(merged, plain) > 1e-2


@pytest.mark.parametrize(("variant", "end"), [(SELVA, "linear1"), (BASE, "to_qkv")])
def test_merged_is_what_peft_computes(variant: str, end: str) -> None:
    parameters = parameters_of(variant)
    names = [
        name for name in layers_of(parameters, [end]) if parameters[f"{name}.weight"].dim() == 2
    ]
    adapter = an_adapter(parameters, names)
    network = _loaded(variant)
    AdapterStack(network).set([(adapter, 0.8)])
    beside = _loaded(variant)
    beside.unfuse()
    inject(beside, adapter)
    set_peft_strength(beside, 0.8)
    assert _difference(_made(network), _made(beside)) < 1e-5
