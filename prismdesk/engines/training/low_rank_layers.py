"""Low-rank layers put into a network by peft, with start values and results of our own."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from peft import LoraConfig, inject_adapter_in_model
from peft.tuners.lora import Linear as LoraLinear
from torch import Tensor, nn

from prismdesk.engines.adapting.conversion import true_pair_of_pissa
from prismdesk.engines.nets.channel_last import SequenceConv
from prismdesk.engines.nets.low_rank import LowRank
from prismdesk.engines.training.draws import derived_seed
from prismdesk.engines.training.options import OptionError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prismdesk.engines.training.options import TrainingOptions

_ADAPTER = "default"
_START_DOWN, _START_UP = "start_A", "start_B"


class LoraSequenceConv(LoraLinear):
    """peft's layer for convolutions whose channels come last: A has the width, B none.

    peft's own convolution builds A as the base layer's class with arguments that ours doesn't
    take, and wants channels first.
    """

    def update_layer(self, adapter_name: str, r: int, *args: Any, **kwargs: Any) -> None:
        """Make A and B of one adapter."""
        super().update_layer(adapter_name, r, *args, **kwargs)
        base = self.get_base_layer()
        assert isinstance(base, SequenceConv)
        taps = base.kernel_size[0]
        self.lora_A[adapter_name] = SequenceConv(base.in_channels, r, taps, bias=False)


@dataclass(frozen=True, slots=True)
class StartValues:
    """A and B as principal components gave them; the base has lost their product."""

    down: Tensor
    up: Tensor


def layers_of(network: nn.Module, suffixes: Sequence[str]) -> dict[str, nn.Module]:
    """Return the linear and convolutional layers whose names end in one of the suffixes.

    Raises:
        OptionError: a suffix finds none.
    """
    possible = {
        name: module
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear | SequenceConv)
    }
    found: dict[str, nn.Module] = {}
    for suffix in suffixes:
        fitting = {name for name in possible if f".{name}".endswith(f".{suffix}")}
        if not fitting:
            ends = sorted({name.split(".", 2)[-1] for name in possible})
            raise OptionError(
                f"The option 'targets' of training names '{suffix}', but no layer of this model "
                f"ends so; there are {', '.join(ends[:12])}."
            )
        found.update({name: possible[name] for name in fitting})
    return dict(sorted(found.items()))


class LowRankLayers:
    """The adapter that learns inside a network, layer by layer.

    The network must not be fused, now or later. Its weights change in main memory only, and only
    where the adapter starts from principal components.

    Args:
        network: what it is put into.
        suffixes: which layers learn.
        options: rank, scale, dropout, start and seed.
    """

    def __init__(
        self, network: nn.Module, suffixes: Sequence[str], options: TrainingOptions
    ) -> None:
        self._options = options
        self.names = tuple(layers_of(network, suffixes))
        config = LoraConfig(
            r=options.rank,
            # A fraction is fine: it is only divided by the rank or its root.
            lora_alpha=options.alpha_used,  # type: ignore[arg-type]  # see above
            target_modules=list(self.names),
            lora_dropout=options.dropout_used,
            use_rslora=options.rank_stabilised,
            init_lora_weights=False,
        )
        config._register_custom_module({SequenceConv: LoraSequenceConv})
        inject_adapter_in_model(config, network, adapter_name=_ADAPTER)
        self._layers = {name: _lora_in(network, name) for name in self.names}
        self._starts: dict[str, StartValues] = {}
        for name, layer in self._layers.items():
            # Blocks ask their projections whether these are fused.
            layer.is_fused = False
            layer.lora_A.float()
            layer.lora_B.float()
            self._begin(name, layer)

    @property
    def scale(self) -> float:
        """What B A is multiplied by."""
        return self._options.scale

    def down(self) -> dict[str, nn.Parameter]:
        """Return A of every layer, by the layer's name."""
        return {name: layer.lora_A[_ADAPTER].weight for name, layer in self._layers.items()}

    def up(self) -> dict[str, nn.Parameter]:
        """Return B of every layer, by the layer's name."""
        return {name: layer.lora_B[_ADAPTER].weight for name, layer in self._layers.items()}

    def fixed(self) -> dict[str, Tensor]:
        """Return the start values that the base has lost, none for a standard start."""
        tensors = {}
        for name, start in self._starts.items():
            tensors[f"{name}.{_START_DOWN}"] = start.down
            tensors[f"{name}.{_START_UP}"] = start.up
        return tensors

    def restore_fixed(self, tensors: Mapping[str, Tensor]) -> None:
        """Take back what ``fixed`` returned: the base loses these start values, not the others."""
        for name, start in list(self._starts.items()):
            kept = StartValues(tensors[f"{name}.{_START_DOWN}"], tensors[f"{name}.{_START_UP}"])
            if torch.equal(kept.down, start.down) and torch.equal(kept.up, start.up):
                continue
            # Another processor may find components of other signs; what was begun with counts.
            weight = self._layers[name].get_base_layer().weight
            whole = weight.data.float() + self._product(start, weight)
            weight.data.copy_(whole - self._product(kept, weight))
            self._starts[name] = kept

    def learned(self) -> dict[str, LowRank]:
        """Return what was learned, as changes of the pretrained weights.

        From principal components it is the exact difference s (B A - B0 A0), of twice the rank.
        """
        found = {}
        for name, layer in self._layers.items():
            down = layer.lora_A[_ADAPTER].weight.detach().float().cpu().clone()
            up = layer.lora_B[_ADAPTER].weight.detach().float().cpu().clone()
            start = self._starts.get(name)
            start_up = None if start is None else start.up
            if down.dim() == 3:
                up = up[..., None]
                start_up = None if start_up is None else start_up[..., None]
            if start is None or start_up is None:
                found[name] = LowRank(down=down, up=up, scale=self.scale)
            else:
                found[name] = true_pair_of_pissa(start.down, start_up, down, up, self.scale)
        return found

    def _begin(self, name: str, layer: Any) -> None:
        down, up = layer.lora_A[_ADAPTER].weight, layer.lora_B[_ADAPTER].weight
        if self._options.start == "standard":
            generator = torch.Generator(device="cpu")
            generator.manual_seed(derived_seed(self._options.seed, "start", name))
            bound = 1 / math.sqrt(down[0].numel())
            uniform = torch.rand(down.shape, generator=generator, device="cpu")
            down.data.copy_((2 * uniform - 1) * bound)
            up.data.zero_()
            return
        weight = layer.get_base_layer().weight
        start = _principal(weight.detach(), self._options.rank)
        down.data.copy_(start.down)
        up.data.copy_(start.up)
        weight.data.copy_(weight.data.float() - self._product(start, weight))
        self._starts[name] = start

    def _product(self, start: StartValues, like: Tensor) -> Tensor:
        """Return s B0 A0 in the shape of a weight, float32."""
        up, down = start.up.to(like.device), start.down.to(like.device)
        return self.scale * (up @ down.flatten(1)).view(like.shape)


def _lora_in(network: nn.Module, name: str) -> Any:
    return network.get_submodule(name)


def _principal(weight: Tensor, rank: int) -> StartValues:
    """Return A = sqrt(S) V^T and B = U sqrt(S) of the largest singular values; on the CPU.

    A layer with fewer of them than the rank gets zeros for the rest.
    """
    flat = weight.float().cpu().flatten(1)
    u, s, vh = torch.linalg.svd(flat, full_matrices=False)
    root = s[:rank].sqrt()
    down = torch.zeros(rank, flat.shape[1])
    up = torch.zeros(flat.shape[0], rank)
    down[: len(root)] = root[:, None] * vh[:rank]
    up[:, : len(root)] = u[:, :rank] * root
    return StartValues(down.view(rank, *weight.shape[1:]), up)
