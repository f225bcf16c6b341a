"""Adapters that began from principal components, turned into true differences of their base.

Such an adapter (Meng et al., "PiSSA", 2024) replaces W by W_res + s B A, where W_res = W - s B0 A0
for the B0, A0 that training began with. Its change of W is therefore s B A - s B0 A0: a low-rank
change of twice the rank, and a strength can scale it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.adapting.adapter_file_error import AdapterFileError
from prismdesk.engines.nets.low_rank import Adapter, LowRank

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

_CLOSE = 1e-4
"""How far the change may be from a low-rank one, as a share of what training began with."""


def true_pair_of_pissa(
    down0: Tensor, up0: Tensor, down: Tensor, up: Tensor, scale: float
) -> LowRank:
    """Return s B A - s B0 A0 as one low-rank change of twice the rank, float32.

    Args:
        down0: A0 [rank, in] that training began with.
        up0: B0 [out, rank].
        down: A [rank, in] as trained.
        up: B [out, rank].
        scale: s.
    """
    return LowRank(
        down=torch.cat([down.float(), down0.float()]),
        up=torch.cat([scale * up.float(), -scale * up0.float()], dim=1),
        scale=1.0,
    )


def as_true_difference(adapter: Adapter, parameter: Callable[[str], Tensor]) -> Adapter:
    """Return the same adapter without residual bases, for the base that it was trained on.

    Args:
        adapter: of layers with a residual base or without.
        parameter: returns a pretrained parameter of the base by name (``<layer>.weight``,
            ``<layer>.bias``), rows in the order of the file; raises ``KeyError`` for others.

    Raises:
        AdapterFileError: the base isn't the one that it was trained on.
    """
    layers = {
        name: _true_layer(adapter.name, name, one, parameter)
        for name, one in adapter.layers.items()
    }
    return Adapter(name=adapter.name, layers=layers)


def _true_layer(
    adapter: str, name: str, layer: LowRank, parameter: Callable[[str], Tensor]
) -> LowRank:
    if layer.base_bias is not None:
        change = layer.bias_difference(_found(adapter, f"{name}.bias", parameter))
        if change is not None and bool(change.any()):
            raise AdapterFileError(
                f"{adapter} also changes the bias of {name}, which a LoRA file can't hold; use the "
                "file as it is."
            )
    if layer.base is None:
        return LowRank(down=layer.down, up=layer.up, scale=layer.scale)
    weight = _found(adapter, f"{name}.weight", parameter).float()
    if weight.shape != layer.base.shape:
        raise AdapterFileError(
            f"{adapter} is for a network of another size: {name} is {tuple(weight.shape)} here, "
            f"not {tuple(layer.base.shape)}; choose the model that it was trained on."
        )
    removed = weight - layer.base.float()
    u, s, v = torch.linalg.svd(removed, full_matrices=False)
    root = s[: layer.rank].sqrt()
    up0, down0 = u[:, : layer.rank] * root, root[:, None] * v[: layer.rank]
    if float((removed - up0 @ down0).norm()) > _CLOSE * max(float(removed.norm()), 1e-12):
        raise AdapterFileError(
            f"{adapter} was trained on another base: what it took out of {name} isn't of rank "
            f"{layer.rank}; choose the model that it was trained on."
        )
    return true_pair_of_pissa(down0, up0 / layer.scale, layer.down, layer.up, layer.scale)


def _found(adapter: str, name: str, parameter: Callable[[str], Tensor]) -> Tensor:
    try:
        return parameter(name)
    except KeyError:
        raise AdapterFileError(
            f"{adapter} is for another network: {name} isn't in this one; choose the model that it "
            "was trained on."
        ) from None
