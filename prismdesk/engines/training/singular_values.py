"""Low-rank changes by their singular values: taken apart, weighed, and tried out in a network."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch.nn import functional

from prismdesk.engines.nets.low_rank import LowRank

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor, nn
    from torch.utils.hooks import RemovableHandle

_STEEPNESS = 5.0


@dataclass(frozen=True, slots=True)
class SingularLayer:
    """The change of one layer as ``U diag(values) V^T``, float32.

    Attributes:
        down: V^T, [r, in], of a convolution [r, in, k].
        values: [r], the largest first.
        up: U, [out, r].
    """

    down: Tensor
    values: Tensor
    up: Tensor

    @classmethod
    def of(cls, layer: LowRank) -> SingularLayer:
        """Take a change apart; what it is multiplied by is in the values."""
        up, r_up = torch.linalg.qr(layer.scale * layer.up.flatten(1).double())
        down, r_down = torch.linalg.qr(layer.down.flatten(1).double().T)
        u, values, vh = torch.linalg.svd(r_up @ r_down.T, full_matrices=False)
        rows = (vh @ down.T).float()
        return cls(rows.view(len(values), *layer.down.shape[1:]), values.float(), (up @ u).float())

    def with_values(self, values: Tensor) -> LowRank:
        """Return the change with other singular values, spread evenly over A and B."""
        root = values.clamp(min=0.0).sqrt()
        down = root.view(-1, *[1] * (self.down.dim() - 1)) * self.down
        up = self.up * root
        return LowRank(down=down, up=up[..., None] if down.dim() == 3 else up, scale=1.0)


def reweighted(values: Tensor, sensitivity: Tensor) -> Tensor:
    """Return singular values weighed by sensitivity; their sum stays.

    A value's weight is ``sigmoid(5 g / max g)``: from a half, where the loss doesn't feel it, to
    nearly one.

    Args:
        values: [r].
        sensitivity: g, [r], none below 0.
    """
    largest = float(sensitivity.max())
    if largest <= 0.0 or float(values.sum()) <= 0.0:
        return values
    weighed = values * torch.sigmoid(_STEEPNESS * sensitivity / largest)
    result: Tensor = weighed * (values.sum() / weighed.sum())
    return result


class ChangedValues:
    """Adds to singular values of changes that are in a network, while the block lasts.

    Each layer's output gets ``U diag(amount) V^T x`` more, whatever computes the rest of it; the
    derivative of a loss by an amount is that by the singular value itself.

    Args:
        network: with the changes in it.
        layers: the changes, by the names of the layers.
        amounts: what is added, [r] for each layer.
    """

    def __init__(
        self,
        network: nn.Module,
        layers: Mapping[str, SingularLayer],
        amounts: Mapping[str, Tensor],
    ) -> None:
        self._network = network
        self._layers = layers
        self._amounts = amounts
        self._hooks: list[RemovableHandle] = []

    def __enter__(self) -> None:
        """Begin to add."""
        for name, layer in self._layers.items():
            module = self._network.get_submodule(name)
            self._hooks.append(module.register_forward_hook(_Addition(layer, self._amounts[name])))

    def __exit__(self, *_: object) -> None:
        """Stop adding."""
        while self._hooks:
            self._hooks.pop().remove()


class _Addition:
    """What one layer's output gets more."""

    def __init__(self, layer: SingularLayer, amount: Tensor) -> None:
        self._layer = layer
        self._amount = amount

    def __call__(self, module: nn.Module, inputs: tuple[Any, ...], output: Tensor) -> Tensor:
        x = inputs[0]
        down, up = self._layer.down.to(x.device), self._layer.up.to(x.device)
        if down.dim() == 3:
            inner = functional.conv1d(x.mT, down, padding=down.shape[-1] // 2).mT
        else:
            inner = functional.linear(x, down)
        added = functional.linear(inner * self._amount.to(x.device), up)
        return output + added.to(output.dtype)
