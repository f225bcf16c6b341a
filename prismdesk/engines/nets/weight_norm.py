"""Convolutions whose weights are stored as length and direction, folded once into plain ones.

T. Salimans & D. P. Kingma, "Weight Normalization", 2016: ``W = g v / |v|`` with the norm over all
but the first axis, which is the output channel of a convolution and the input channel of a
transposed one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

_NEWER_NAMES = {
    "parametrizations.weight.original0": "weight_g",
    "parametrizations.weight.original1": "weight_v",
}


def with_pair_names(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Name every pair ``weight_g``, ``weight_v``, whichever of torch's two ways the file uses."""
    return {_with_pair_name(name): tensor for name, tensor in state.items()}


def _with_pair_name(name: str) -> str:
    for newer, older in _NEWER_NAMES.items():
        if name.endswith(newer):
            return name.removesuffix(newer) + older
    return name


def folded(g: Tensor, v: Tensor) -> Tensor:
    """Return ``g v / |v|`` in the type of ``v``, computed in float32.

    Args:
        g: length of each row, [n, 1, 1].
        v: direction, [n, ...].
    """
    direction = v.float()
    norm = torch.linalg.vector_norm(direction, dim=tuple(range(1, v.dim())), keepdim=True)
    weight: Tensor = direction * (g.float() / norm)
    return weight.to(v.dtype)


class WeightNormConv(nn.Module):
    """What both kinds of convolution share: the pair, the bias, the folding."""

    weight_g: nn.Parameter
    weight_v: nn.Parameter
    bias: nn.Parameter | None

    def __init__(self, shape: tuple[int, int, int], bias_channels: int | None) -> None:
        super().__init__()
        self.weight_g = nn.Parameter(torch.empty(shape[0], 1, 1))
        self.weight_v = nn.Parameter(torch.empty(shape))
        self.bias = None if bias_channels is None else nn.Parameter(torch.empty(bias_channels))

    def fold(self) -> None:
        """Replace the pair by the plain weight. A folded convolution can't be folded again."""
        weight = folded(self.weight_g, self.weight_v)
        del self.weight_g, self.weight_v
        self.weight = nn.Parameter(weight, requires_grad=False)


class WeightNormConv1d(WeightNormConv):
    """Convolution: float32 in and out, runs in its own type.

    Unless stride and padding are given, its width is odd and it keeps the length.
    """

    def __init__(
        self,
        channels: int,
        out_channels: int,
        width: int,
        *,
        dilation: int = 1,
        stride: int = 1,
        padding: int | None = None,
        bias: bool = True,
    ) -> None:
        super().__init__((out_channels, channels, width), out_channels if bias else None)
        self.dilation = dilation
        self.stride = stride
        self.padding = (width - 1) * dilation // 2 if padding is None else padding

    def forward(self, x: Tensor) -> Tensor:
        """Convolve [B, in, N] to [B, out, N / stride]."""
        return functional.conv1d(
            x.to(self.weight.dtype),
            self.weight,
            self.bias,
            stride=self.stride,
            padding=self.padding,
            dilation=self.dilation,
        ).float()


class WeightNormConvTranspose1d(WeightNormConv):
    """Transposed convolution that lengthens by a whole factor: float32 in and out.

    The padding is what is dropped at either end; by default half of what would be too much.
    """

    def __init__(
        self,
        channels: int,
        out_channels: int,
        width: int,
        *,
        factor: int,
        padding: int | None = None,
    ) -> None:
        super().__init__((channels, out_channels, width), out_channels)
        self.factor = factor
        self.padding = (width - factor) // 2 if padding is None else padding

    def forward(self, x: Tensor) -> Tensor:
        """Convolve [B, in, N] to [B, out, N * factor]."""
        return functional.conv_transpose1d(
            x.to(self.weight.dtype),
            self.weight,
            self.bias,
            stride=self.factor,
            padding=self.padding,
        ).float()


def fold_all(network: nn.Module) -> None:
    """Fold every convolution of a network."""
    for module in network.modules():
        if isinstance(module, WeightNormConv):
            module.fold()
