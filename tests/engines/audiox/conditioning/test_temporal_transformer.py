from __future__ import annotations

import pytest
import torch
from torch import Tensor

from prismdesk.engines.audiox.conditioning.temporal_transformer import TemporalTransformer


@pytest.fixture(scope="module")
def network() -> TemporalTransformer:
    torch.manual_seed(3)
    return TemporalTransformer(32).eval().requires_grad_(requires_grad=False)


@pytest.fixture(scope="module")
def states() -> Tensor:
    return torch.randn(4, 6, 32, generator=torch.Generator().manual_seed(4))


def test_every_time_sees_every_other_of_its_place(
    network: TemporalTransformer, states: Tensor
) -> None:
    changed = states.clone()
    changed[2, 5] = changed[2, 5].flip(0)

    moved = (network(changed) - network(states)).abs().amax(dim=2) > 1e-6

    assert moved[2].all()
    assert not moved[[0, 1, 3]].any()


def test_times_have_no_places_of_their_own(network: TemporalTransformer, states: Tensor) -> None:
    torch.testing.assert_close(network(states.flip(1)), network(states).flip(1))


def test_heads_read_in_the_order_of_the_file(network: TemporalTransformer, states: Tensor) -> None:
    attention = network.get_submodule("layers.0.0.fn")
    to_qkv, to_out = attention.get_submodule("to_qkv"), attention.get_submodule("to_out.0")
    q, k, v = to_qkv(states).chunk(3, dim=2)
    heads = [
        torch.softmax(one_q @ one_k.mT / 8, dim=2) @ one_v
        for one_q, one_k, one_v in zip(*(one.split(64, dim=2) for one in (q, k, v)), strict=True)
    ]

    expected = to_out(torch.cat(heads, dim=2))

    torch.testing.assert_close(attention(states), expected)


def test_is_pre_norm_with_exact_gelu(network: TemporalTransformer, states: Tensor) -> None:
    x = states
    for layer in range(4):
        read = network.get_submodule(f"layers.{layer}.0.fn")
        x = x + read(normed(x, network, f"layers.{layer}.0.norm"))
        first, second = (network.get_submodule(f"layers.{layer}.1.fn.net.{one}") for one in "03")
        inner = first(normed(x, network, f"layers.{layer}.1.norm"))
        x = x + second(inner * 0.5 * (1 + torch.erf(inner / 2**0.5)))

    torch.testing.assert_close(network(states), normed(x, network, "norm"))


def normed(x: Tensor, network: TemporalTransformer, name: str) -> Tensor:
    """Return what a layer norm of that name makes."""
    weight = network.get_parameter(f"{name}.weight")
    centred = x - x.mean(dim=2, keepdim=True)
    scale = (x.var(dim=2, correction=0, keepdim=True) + 1e-5).rsqrt()
    return centred * scale * weight + network.get_parameter(f"{name}.bias")
