from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from prismdesk.engines.nets.channel_last import SequenceConv, SequenceLinear
from prismdesk.engines.training.low_rank_layers import LowRankLayers
from prismdesk.engines.training.options import OptionError, TrainingOptions


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(4)
        self.inner = nn.Module()
        self.inner.linear = SequenceLinear(6, 8)
        self.inner.conv = SequenceConv(8, 5, 3)
        self.outer = SequenceLinear(5, 3)
        self.requires_grad_(requires_grad=False)

    def forward(self, x: Tensor) -> Tensor:
        for name in ("inner.linear", "inner.conv", "outer"):
            x = self.get_submodule(name)(x)
        return x


X = torch.randn(2, 7, 6, generator=torch.Generator().manual_seed(1))
TARGETS = ("linear", "inner.conv")


def options(**changes: Any) -> TrainingOptions:
    return TrainingOptions(**{"rank": 2, "alpha": 3.0, **changes})


def disturb(layers: LowRankLayers) -> None:
    random = torch.Generator().manual_seed(8)
    for parameters in (layers.down(), layers.up()):
        for parameter in parameters.values():
            parameter.data += 0.3 * torch.randn(parameter.shape, generator=random)


@pytest.mark.parametrize("start", ["standard", "pissa"])
def test_output_is_the_base_s_at_the_start(start: str) -> None:
    network = Network()
    expected = network(X)

    layers = LowRankLayers(network, TARGETS, options(start=start))

    assert layers.names == ("inner.conv", "inner.linear")
    assert torch.allclose(network(X), expected, atol=1e-5)


@pytest.mark.parametrize("start", ["standard", "pissa"])
@pytest.mark.parametrize("rank_stabilised", [False, True])
def test_what_was_learned_added_to_the_base_gives_the_same_output(
    start: str, rank_stabilised: bool
) -> None:
    network, plain = Network(), Network()
    wanted = options(start=start, rank_stabilised=rank_stabilised)
    layers = LowRankLayers(network, TARGETS, wanted)
    disturb(layers)

    for name, layer in layers.learned().items():
        weight = plain.get_submodule(name).weight
        assert isinstance(weight, nn.Parameter)
        assert layer.down.shape[0] == (4 if start == "pissa" else 2)
        change = layer.up.flatten(1) @ layer.down.flatten(1) * layer.scale
        weight.data += change.view_as(weight)

    assert torch.allclose(network(X), plain(X), atol=1e-4)
    assert not torch.allclose(network(X), Network()(X), atol=1e-2)


def test_components_are_the_largest_ones_of_the_weight() -> None:
    plain = Network()
    layers = LowRankLayers(Network(), ("linear",), options(start="pissa", rank=3))
    up, down = layers.up()["inner.linear"], layers.down()["inner.linear"]

    weight = plain.get_submodule("inner.linear").weight
    assert isinstance(weight, Tensor)
    singular = torch.linalg.svdvals(weight)
    assert torch.allclose(torch.linalg.svdvals(up @ down)[:3], singular[:3], atol=1e-5)
    assert torch.allclose(up.norm(dim=0).square(), singular[:3], atol=1e-5)


def test_standard_start_is_bounded_by_what_enters() -> None:
    layers = LowRankLayers(Network(), TARGETS, options(start="standard", rank=64))

    assert 0.9 < float(layers.down()["inner.linear"].detach().abs().max()) * 6**0.5 <= 1
    assert 0.9 < float(layers.down()["inner.conv"].detach().abs().max()) * 24**0.5 <= 1
    assert not any(one.any() for one in layers.up().values())


def test_rank_above_a_layer_s_own_is_filled_with_nothing() -> None:
    network = Network()
    expected = network(X)

    layers = LowRankLayers(network, ("outer",), options(start="pissa", rank=8))

    assert layers.down()["outer"].shape == (8, 5)
    assert torch.allclose(network(X), expected, atol=1e-5)


def test_start_values_that_a_run_began_with_are_taken_back() -> None:
    network = Network()
    expected = network(X)
    layers = LowRankLayers(network, TARGETS, options(start="pissa"))
    turned = {name: -tensor for name, tensor in layers.fixed().items()}

    layers.restore_fixed(turned)
    for name, parameter in layers.down().items():
        parameter.data.copy_(turned[f"{name}.start_A"])
    for name, parameter in layers.up().items():
        parameter.data.copy_(turned[f"{name}.start_B"])

    assert torch.allclose(network(X), expected, atol=1e-5)
    assert torch.equal(layers.fixed()["inner.conv.start_A"], turned["inner.conv.start_A"])


def test_only_the_adapter_learns_and_in_float32() -> None:
    network = Network().bfloat16()

    layers = LowRankLayers(network, TARGETS, options())

    learning = [one for one in network.parameters() if one.requires_grad]
    assert len(learning) == 4
    assert {one.dtype for one in learning} == {torch.float32}
    assert layers.scale == pytest.approx(3 / 2**0.5)


def test_layer_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(OptionError, match=r"'attn\.qkv'.*there are .*conv"):
        LowRankLayers(Network(), ("linear", "attn.qkv"), options())
