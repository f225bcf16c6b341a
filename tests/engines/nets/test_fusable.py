from __future__ import annotations

import torch
from torch import nn

from prismdesk.engines.nets.channel_last import SequenceLinear
from prismdesk.engines.nets.fusable import FusableNetwork
from prismdesk.engines.nets.gated_mlp import GatedMlp


class Small(FusableNetwork):
    """A linear layer and a gated one."""

    def __init__(self, *, fused: bool) -> None:
        super().__init__(fused=fused)
        self.layers = nn.Sequential(SequenceLinear(8, 8), GatedMlp(8))


def test_a_network_is_quick_only_where_it_was_built_to_be() -> None:
    quick, plain = Small(fused=True), Small(fused=False)
    quick.finish()
    plain.finish()
    assert (quick.is_fused, plain.is_fused) == (True, False)


def test_quick_and_plain_differ_by_rounding_alone() -> None:
    torch.manual_seed(1)
    network, x = Small(fused=True), torch.randn(2, 5, 8)
    before = network.layers(x)
    network.finish()
    torch.testing.assert_close(network.layers(x), before)
    network.unfuse()
    torch.testing.assert_close(network.layers(x), before)


def test_memory_is_another_after_each_move_and_never_that_of_another_network() -> None:
    network, other = Small(fused=True), Small(fused=True)
    seen = [network.memory, other.memory]
    for move in (network.finish, network.unfuse, network.double):
        move()
        seen.append(network.memory)
    assert len(set(seen)) == len(seen)
