from __future__ import annotations

from typing import Any

import pytest
import torch

from prismdesk.engines.audiox.denoiser.mmdit import Mmdit
from tests.engines.audiox.denoiser.tiny import (
    FRAMES,
    MMDIT,
    tiny_conditions,
    tiny_denoiser,
    tiny_latents,
)


def _mmdit(*, fused: bool = True) -> Mmdit:
    network = tiny_denoiser(MMDIT, fused=fused)
    assert isinstance(network, Mmdit)
    return network


def _calls(network: Mmdit, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Note the groups of every context that goes through the blocks."""
    calls: list[int] = []
    modulations = network._modulations

    def noted(context: torch.Tensor) -> torch.Tensor:
        calls.append(context.shape[0])
        return modulations(context)

    monkeypatch.setattr(network, "_modulations", noted)
    return calls


def _prepare(network: Mmdit, seed: int = 1) -> Any:
    with torch.no_grad():
        return network.prepare_guided(tiny_conditions(MMDIT, seed=seed), FRAMES)


def test_the_context_of_zeros_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    network = _mmdit()
    calls = _calls(network, monkeypatch)

    first, second = _prepare(network), _prepare(network, seed=2)

    assert len(calls) == 3
    assert torch.equal(first.context[:, :, 1], second.context[:, :, 1])
    assert not torch.equal(first.context[:, :, 0], second.context[:, :, 0])


@pytest.mark.parametrize("change", [Mmdit.forget_null, Mmdit.fuse, Mmdit.unfuse, Mmdit.double])
@pytest.mark.parametrize("fused", [True, False])
def test_what_was_kept_is_forgotten_with_the_weights(
    change: Any, fused: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    network = _mmdit(fused=fused)
    _prepare(network)
    change(network)
    calls = _calls(network, monkeypatch)

    _prepare(network)

    assert len(calls) == 2


def test_the_context_of_zeros_says_something() -> None:
    network, x, t = _mmdit(), tiny_latents(1), torch.tensor([0.5])
    told, null = network.velocity(x, t, _prepare(network))

    assert not torch.allclose(told, null, atol=1e-3)


@torch.no_grad()
def test_values_of_time_follow_changes_in_place() -> None:
    network = _mmdit()
    time = torch.randn(1, 24)
    before = network._values(time)

    network.get_parameter("transformer.layers.1.cross_attn.to_value.weight").data.neg_()
    after = network._values(time)

    assert torch.equal(after[0], before[0])
    assert torch.equal(after[1], -before[1])


def test_values_of_time_lie_together_wherever_the_network_goes() -> None:
    network = _mmdit()
    network.double().float()

    weights = [p for name, p in network.named_parameters() if name.endswith("to_value.weight")]

    assert len(weights) == 2
    assert len({one.untyped_storage().data_ptr() for one in weights}) == 1


@torch.no_grad()
def test_values_of_time_are_normalised_in_every_head() -> None:
    heads = _mmdit()._values(torch.randn(3, 24)).view(2, 3, 4, 6)

    assert torch.allclose(heads.square().mean(-1), torch.ones(2, 3, 4), atol=1e-3)


def test_gradients_reach_the_context_of_zeros() -> None:
    network = _mmdit(fused=False)
    _prepare(network)
    bias = network.get_parameter("transformer.proj_mm_tokens.bias").requires_grad_()
    prepared = network.prepare_guided(tiny_conditions(MMDIT), FRAMES)

    null = network.velocity(tiny_latents(1), torch.tensor([0.5]), prepared)[1]

    assert torch.autograd.grad(null.sum(), bias)[0].abs().sum() > 0
