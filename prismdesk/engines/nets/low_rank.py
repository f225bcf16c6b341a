"""Low-rank adapters of linear layers (Hu et al., "LoRA", 2021) merged into their weights.

An adapter changes a weight by scale * B A. One that began from the weight's principal components
(Meng et al., "PiSSA", 2024) carries its own residual base: its change is what base and product
differ from the pretrained weight by.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from prismdesk.engines.errors import AdapterRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

_NAMED_AT_MOST = 3
_DOWN, _UP, _BASE, _BASE_BIAS = ".lora_A", ".lora_B", ".linear.weight", ".linear.bias"


class AdapterError(AdapterRefusedError):
    """What an adapter holds can't be used; the message says why."""


@runtime_checkable
class _Rearranged(Protocol):
    """A linear layer whose rows may lie in another order than those of the file."""

    def to_stored_order(self, rows: Tensor) -> Tensor: ...

    def to_file_order(self, rows: Tensor) -> Tensor: ...


def scale_of(rank: int, alpha: float, *, rank_stabilised: bool) -> float:
    """Return what B A is multiplied by: alpha / rank, or alpha / sqrt(rank) if stabilised."""
    return alpha / (math.sqrt(rank) if rank_stabilised else rank)


def merged_weight(
    weight: Tensor,
    down: Tensor,
    up: Tensor,
    *,
    rank: int,
    alpha: float,
    rank_stabilised: bool,
    strength: float = 1.0,
) -> Tensor:
    """Return weight + strength * scale * up @ down in the weight's type, reckoned in float32.

    Args:
        weight: [out, in].
        down: A, [rank, in].
        up: B, [out, rank].
        rank: of the adapter.
        alpha: of the adapter.
        rank_stabilised: see ``scale_of``.
        strength: how much of the change is wanted.
    """
    layer = LowRank(down=down, up=up, scale=scale_of(rank, alpha, rank_stabilised=rank_stabilised))
    return (weight.float() + strength * layer.difference(weight)).to(weight.dtype)


@dataclass(frozen=True, slots=True, kw_only=True)
class LowRank:
    """What an adapter holds for one linear layer, rows in the order of the file.

    Attributes:
        down: A, [rank, in].
        up: B, [out, rank].
        scale: what B A is multiplied by.
        base: the residual base [out, in] that stands in for the weight, or None.
        base_bias: the bias [out] that stands in for the layer's, or None.
    """

    down: Tensor
    up: Tensor
    scale: float
    base: Tensor | None = None
    base_bias: Tensor | None = None

    def difference(self, weight: Tensor) -> Tensor:
        """Return the change of a pretrained weight [out, in] at full strength, float32."""
        product = self.scale * (self._near(self.up, weight) @ self._near(self.down, weight))
        if self.base is None:
            return product
        return self._near(self.base, weight) + product - weight.float()

    def bias_difference(self, bias: Tensor) -> Tensor | None:
        """Return the change of a pretrained bias [out] at full strength, None if there is none."""
        return None if self.base_bias is None else self._near(self.base_bias, bias) - bias.float()

    @staticmethod
    def _near(tensor: Tensor, other: Tensor) -> Tensor:
        return tensor.to(device=other.device, dtype=torch.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adapter:
    """Changes of linear layers, by the layer's published name; ``name`` is for messages."""

    name: str
    layers: Mapping[str, LowRank] = field(default_factory=dict)


def adapter_of(state: Mapping[str, Tensor], meta: Mapping[str, Any], *, name: str) -> Adapter:
    """Return the adapter that tensors and their description make.

    Args:
        state: ``<layer>.lora_A`` and ``.lora_B``, perhaps ``.linear.weight`` and ``.linear.bias``.
        meta: ``rank``, ``alpha`` and ``use_rslora``; what is absent is the rank of the tensors,
            the rank, and false.
        name: the file's, for messages.

    Raises:
        AdapterError: tensors don't fit each other, there are none, or others stand among them.
    """
    layers: dict[str, LowRank] = {}
    for path in sorted(key.removesuffix(_DOWN) for key in state if key.endswith(_DOWN)):
        if path + _UP not in state:
            raise AdapterError(f"{name} lacks {path}{_UP}; get the whole adapter again.")
        layers[path] = _layer_of(state, meta, path, name)
    understood = {path + end for path in layers for end in (_DOWN, _UP, _BASE, _BASE_BIAS)}
    unknown = sorted(set(state) - understood)
    if unknown:
        raise AdapterError(
            f"{name} holds {_listed(unknown)}, which no low-rank adapter has; choose an adapter."
        )
    if not layers:
        raise AdapterError(f"{name} holds no low-rank adapter; choose another file.")
    return Adapter(name=name, layers=layers)


def _layer_of(
    state: Mapping[str, Tensor], meta: Mapping[str, Any], path: str, name: str
) -> LowRank:
    down, up = state[path + _DOWN], state[path + _UP]
    if down.dim() != 2 or up.dim() != 2 or down.shape[0] != up.shape[1]:
        raise AdapterError(
            f"{name} is damaged at {path}: {tuple(up.shape)} and {tuple(down.shape)} don't fit."
        )
    rank = _number(meta, "rank", down.shape[0], name)
    if rank != down.shape[0]:
        raise AdapterError(
            f"{name} says rank {rank:g}, but {path} has rank {down.shape[0]}; get it again."
        )
    return LowRank(
        down=down,
        up=up,
        scale=scale_of(
            down.shape[0],
            _number(meta, "alpha", down.shape[0], name),
            rank_stabilised=bool(meta.get("use_rslora", False)),
        ),
        base=state.get(path + _BASE),
        base_bias=state.get(path + _BASE_BIAS),
    )


def _number(meta: Mapping[str, Any], key: str, default: float, name: str) -> float:
    value = meta.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise AdapterError(f"{name} says {key} {value!r}, which is no number above 0.")
    return value


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED_AT_MOST} more" if len(names) > _NAMED_AT_MOST else ""
    return ", ".join(names[:_NAMED_AT_MOST]) + more


def linears_ending_in(network: nn.Module, suffixes: Iterable[str]) -> dict[str, nn.Linear]:
    """Return the linear layers whose names end in one of the suffixes, by name.

    A suffix is whole names between dots: ``linear1`` finds ``text_block.linear1``, not
    ``my_linear1``.
    """
    dotted = tuple(f".{suffix}" for suffix in suffixes)
    return {
        name: module
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear) and f".{name}".endswith(dotted)
    }


class AdapterStack:
    """The adapters that are merged into a network's weights at the moment.

    The weights that they change are kept in main memory as they were, so that taking adapters
    off brings back every bit, and putting others on starts from the pretrained weights. The
    network may be moved and its rows rearranged meanwhile, but not cast to another type.
    """

    def __init__(self, network: nn.Module) -> None:
        self._network = network
        self._pretrained: dict[str, tuple[Tensor, Tensor | None]] = {}

    def set(self, weighted: Iterable[tuple[Adapter, float]]) -> None:
        """Merge these adapters with their strengths, and no others.

        Raises:
            AdapterError: an adapter is for another network; the weights are as they were before.
        """
        wanted = [(adapter, strength) for adapter, strength in weighted if strength != 0.0]
        linears = {
            name: module
            for name, module in self._network.named_modules()
            if isinstance(module, nn.Linear)
        }
        for adapter, _ in wanted:
            _check(adapter, linears)
        self.clear()
        for name in sorted({name for adapter, _ in wanted for name in adapter.layers}):
            changes = [(a.layers[name], strength) for a, strength in wanted if name in a.layers]
            self._merge(name, linears[name], changes)

    def clear(self) -> None:
        """Take all adapters off."""
        for name, (weight, bias) in self._pretrained.items():
            linear = self._network.get_submodule(name)
            assert isinstance(linear, nn.Linear)
            linear.weight.data.copy_(_as_stored(linear, weight))
            if bias is not None:
                linear.bias.data.copy_(_as_stored(linear, bias))
        self._pretrained.clear()

    def _merge(
        self, name: str, linear: nn.Linear, changes: Sequence[tuple[LowRank, float]]
    ) -> None:
        weight, bias = _as_in_file(linear, linear.weight.data), None
        if linear.bias is not None and any(layer.base_bias is not None for layer, _ in changes):
            bias = _as_in_file(linear, linear.bias.data)
        self._pretrained[name] = (
            weight.to("cpu", copy=True),
            None if bias is None else bias.to("cpu", copy=True),
        )
        changed = _changed(weight, changes, LowRank.difference)
        linear.weight.data.copy_(_as_stored(linear, changed))
        if bias is not None:
            changed = _changed(bias, changes, LowRank.bias_difference)
            linear.bias.data.copy_(_as_stored(linear, changed))


def _as_in_file(linear: nn.Linear, rows: Tensor) -> Tensor:
    return linear.to_file_order(rows) if isinstance(linear, _Rearranged) else rows


def _as_stored(linear: nn.Linear, rows: Tensor) -> Tensor:
    return linear.to_stored_order(rows) if isinstance(linear, _Rearranged) else rows


def _changed(
    rows: Tensor,
    changes: Sequence[tuple[LowRank, float]],
    difference: Callable[[LowRank, Tensor], Tensor | None],
) -> Tensor:
    """Return rows of a layer plus every change times its strength, float32."""
    changed = rows.float()
    for layer, strength in changes:
        change = difference(layer, rows)
        if change is not None:
            changed = changed + strength * change
    return changed


def _check(adapter: Adapter, linears: Mapping[str, nn.Linear]) -> None:
    unknown = [name for name in adapter.layers if name not in linears]
    if unknown:
        raise AdapterError(
            f"{adapter.name} is for another network: {_listed(unknown)} isn't here; choose an "
            "adapter for this one."
        )
    for name, layer in adapter.layers.items():
        wanted = tuple(linears[name].weight.shape)
        shapes: set[tuple[int, ...]] = {(layer.up.shape[0], layer.down.shape[1])}
        if layer.base is not None:
            shapes.add(tuple(layer.base.shape))
        if layer.base_bias is not None:
            shapes.add((layer.base_bias.shape[0], wanted[1]))
        if shapes != {wanted}:
            raise AdapterError(
                f"{adapter.name} is for a network of another size: {name} is {wanted} here, not "
                f"{max(shapes - {wanted})}; choose an adapter for this one."
            )
