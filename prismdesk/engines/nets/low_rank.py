"""Low-rank adapters (Hu et al., "LoRA", 2021) of linear layers and of convolutions.

An adapter changes a weight by scale * B A; of a convolution A has the kernel, B none. One that
began from the weight's principal components (Meng et al., "PiSSA", 2024) carries its own residual
base: its change is what base and product differ from the pretrained weight by.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from prismdesk.engines.errors import AdapterRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_NAMED_AT_MOST = 3
_DOWN, _UP, _ALPHA = ".lora_A", ".lora_B", ".alpha"
_BASE, _BASE_BIAS = ".linear.weight", ".linear.bias"
_ENDS = (_DOWN, _UP, _ALPHA, _BASE, _BASE_BIAS)


class AdapterError(AdapterRefusedError):
    """What an adapter holds can't be used; the message says why."""


def scale_of(rank: int, alpha: float, *, rank_stabilised: bool) -> float:
    """Return what B A is multiplied by: alpha / rank, or alpha / sqrt(rank) if stabilised."""
    return alpha / (math.sqrt(rank) if rank_stabilised else rank)


@dataclass(frozen=True, slots=True, kw_only=True)
class LowRank:
    """What an adapter holds for one layer, rows in the order of the file.

    Attributes:
        down: A, [rank, in], of a convolution [rank, in, k].
        up: B, [out, rank] or [out, rank, 1].
        scale: what B A is multiplied by.
        base: the residual base, shaped as the weight that it stands in for, or None.
        base_bias: the bias [out] that stands in for the layer's, or None.
    """

    down: Tensor
    up: Tensor
    scale: float
    base: Tensor | None = None
    base_bias: Tensor | None = None

    @property
    def rank(self) -> int:
        """How many directions it changes."""
        return self.down.shape[0]

    @property
    def weight_shape(self) -> tuple[int, ...]:
        """The shape of the weight that it changes."""
        return self.up.shape[0], *self.down.shape[1:]

    def difference(self, weight: Tensor) -> Tensor:
        """Return the change of a pretrained weight at full strength, float32."""
        up, down = self._near(self.up, weight), self._near(self.down, weight)
        product = self.scale * (up.flatten(1) @ down.flatten(1)).view(self.weight_shape)
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
    """Changes of layers, by their published names; ``name`` is for messages."""

    name: str
    layers: Mapping[str, LowRank] = field(default_factory=dict)


def adapter_of(state: Mapping[str, Tensor], meta: Mapping[str, Any], *, name: str) -> Adapter:
    """Return the adapter that tensors and their description make.

    Args:
        state: ``<layer>.lora_A`` and ``.lora_B``, perhaps ``.alpha`` (one number, which counts
            more than that of all), ``.linear.weight`` and ``.linear.bias``.
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
    understood = {path + end for path in layers for end in _ENDS}
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
    is_conv = down.dim() == 3
    if (
        down.dim() not in (2, 3)
        or up.dim() not in ((2, 3) if is_conv else (2,))
        or any(size != 1 for size in up.shape[2:])
        or down.shape[0] != up.shape[1]
    ):
        raise AdapterError(
            f"{name} is damaged at {path}: {tuple(up.shape)} and {tuple(down.shape)} don't fit."
        )
    rank = _number(meta, "rank", down.shape[0], name)
    if rank != down.shape[0]:
        raise AdapterError(
            f"{name} says rank {rank:g}, but {path} has rank {down.shape[0]}; get it again."
        )
    alpha = _number(meta, "alpha", down.shape[0], name)
    if path + _ALPHA in state:
        alpha = _number({"alpha": float(state[path + _ALPHA])}, "alpha", alpha, name)
    return LowRank(
        down=down,
        up=up,
        scale=scale_of(
            down.shape[0],
            alpha,
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
