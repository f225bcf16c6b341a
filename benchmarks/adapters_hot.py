"""Adapters computed beside a network's layers at every step: what merging is measured against."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import LoraLayer
from torch.nn import functional

from prismdesk.engines.nets.adapter_stack import Rearranged, adaptable_layers
from prismdesk.engines.nets.channel_last import SequenceConv

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torch import Tensor, nn

    from prismdesk.engines.nets.low_rank import Adapter, LowRank

    Weighted = Sequence[tuple[Adapter, float]]


@contextmanager
def hooked(network: nn.Module, weighted: Weighted) -> Iterator[None]:
    """Add adapters to what layers return, for as long as the block lasts.

    Only layers that are called count: those whose weights are joined with others' are not, unless
    the network is unfused.
    """
    layers, handles = adaptable_layers(network), []
    for adapter, strength in weighted:
        for name, one in adapter.layers.items():
            handles.append(layers[name].register_forward_hook(_beside(layers[name], one, strength)))
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def _beside(layer: nn.Linear | nn.Conv1d, one: LowRank, strength: float) -> Any:
    down, up = one.down.to(layer.weight), (strength * one.scale * one.up).to(layer.weight)
    if isinstance(layer, Rearranged):
        up = layer.to_stored_order(up)

    def add(_: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> Tensor:
        x = inputs[0]
        if isinstance(layer, SequenceConv):
            small = functional.conv1d(x.mT, down, padding=down.shape[-1] // 2).mT
        else:
            small = functional.linear(x, down)
        return output + functional.linear(small, up.flatten(1))

    return add


def inject(network: nn.Module, adapter: Adapter, *, name: str = "default") -> None:
    """Let peft put its layers, with an adapter's numbers, around those of an unfused network."""
    ranks = {one.rank for one in adapter.layers.values()}
    config = LoraConfig(r=max(ranks), lora_alpha=max(ranks), target_modules=list(adapter.layers))
    inject_adapter_in_model(config, network, adapter_name=name)
    for path, one in adapter.layers.items():
        network.get_parameter(f"{path}.lora_A.{name}.weight").data.copy_(one.down)
        network.get_parameter(f"{path}.lora_B.{name}.weight").data.copy_(one.scale * one.up)


def set_peft_strength(network: nn.Module, strength: float, *, name: str = "default") -> None:
    """Set the strength of what ``inject`` put in."""
    for layer in network.modules():
        if isinstance(layer, LoraLayer):
            layer.set_scale(name, strength)
