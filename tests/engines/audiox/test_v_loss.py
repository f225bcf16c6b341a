from __future__ import annotations

from typing import Any

import pytest
import torch

from prismdesk.engines.audiox.v_loss import v_loss
from tests.engines.audiox.denoiser.tiny import (
    DIT,
    DITS,
    MMDIT,
    tiny_conditions,
    tiny_denoiser,
    tiny_latents,
)

T = torch.tensor([0.2, 0.7])
X0, NOISE = tiny_latents(seed=5), tiny_latents(seed=6)


@pytest.mark.parametrize("arguments", [DIT, MMDIT], ids=["dit", "mmdit"])
def test_gradients_reach_every_weight_of_the_layers(arguments: dict[str, Any]) -> None:
    network = tiny_denoiser(arguments, fused=False).requires_grad_()

    v_loss(network, X0, NOISE, T, tiny_conditions(arguments)).loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped

    gradients = {name: p.grad for name, p in network.named_parameters()}
    assert [name for name, one in gradients.items() if one is None or not one.any()] == []


def test_target_is_the_velocity_of_the_path() -> None:
    result = v_loss(tiny_denoiser(), X0, NOISE, torch.tensor([0.0, 1.0]), tiny_conditions())

    assert torch.allclose(result.target[0], NOISE[0], atol=1e-6)
    assert torch.allclose(result.target[1], -X0[1], atol=1e-6)
    assert torch.allclose(result.loss, (result.output - result.target).square().mean())


@pytest.mark.parametrize("arguments", [DIT, DITS["tokens in front"]])
def test_dropped_items_are_as_if_nothing_was_said(arguments: dict[str, Any]) -> None:
    network, conditions = tiny_denoiser(arguments), tiny_conditions(arguments, groups=2)
    other = tiny_conditions(arguments, groups=2, seed=9)

    def output(given: Any) -> torch.Tensor:
        drop = torch.tensor([1, 0])
        return v_loss(network, X0, NOISE, T, given, cond_drop=drop).output

    assert torch.equal(output(conditions)[0], output(other)[0])
    assert not torch.allclose(output(conditions)[1], output(other)[1], atol=1e-3)


def test_padding_counts_for_nothing() -> None:
    network, conditions = tiny_denoiser(), tiny_conditions()
    padding = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]], dtype=torch.uint8)
    result = v_loss(network, X0, NOISE, T, conditions, padding_mask=padding)
    square = (result.output - result.target).square()

    # Five places of the mask stand for two latent frames each.
    kept = torch.cat([square[0, :, :6].flatten(), square[1].flatten()])
    assert torch.allclose(result.loss, kept.mean())
