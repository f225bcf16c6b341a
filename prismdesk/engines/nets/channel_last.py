"""Linear maps and convolutions over sequences whose channels come last.

Each layer computes the same in two ways. Plain: as the framework's layers do. Fast (after
``fuse``): by the quickest routine that the device offers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

_FEW_ROWS = 32


class SequenceLinear(nn.Linear):
    """A linear map of the last axis: [..., in] -> [..., out]."""

    is_fused = False

    def fuse(self) -> None:
        """Work fast from now on."""
        self.is_fused = True

    def unfuse(self) -> None:
        """Work plainly again."""
        self.is_fused = False

    def forward(self, x: Tensor) -> Tensor:
        """Map [..., in] to [..., out]."""
        return self.with_weight(x, self.weight, self.bias)

    def with_weight(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """Map [..., in] to [..., out] with another weight of this layer's kind."""
        return linear(x, weight, bias) if self.is_fused else functional.linear(x, weight, bias)


class SequenceConv(nn.Conv1d):
    """A convolution along a sequence that keeps its length: [B, N, in] -> [B, N, out].

    The weight is [out, in, k] with k odd; the ends are padded with zeros.
    """

    is_fused = False

    def __init__(self, in_dim: int, out_dim: int, kernel_size: int, *, bias: bool = True) -> None:
        if kernel_size % 2 == 0:
            raise ValueError(f"a convolution that keeps the length has no width of {kernel_size}")
        super().__init__(in_dim, out_dim, kernel_size, padding=kernel_size // 2, bias=bias)

    def fuse(self) -> None:
        """Work fast from now on."""
        self.is_fused = True

    def unfuse(self) -> None:
        """Work plainly again."""
        self.is_fused = False

    def forward(self, x: Tensor) -> Tensor:
        """Convolve [B, N, in] to [B, N, out]."""
        return self.with_weight(x, self.weight, self.bias)

    def with_weight(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        """Convolve [B, N, in] to [B, N, out] with another weight of this layer's kind."""
        if self.is_fused and x.device.type == "cuda":
            return convolve_as_product(x, weight, bias)
        return functional.conv1d(x.mT, weight, bias, padding=weight.shape[-1] // 2).mT


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Map [..., in] to [..., out] by ``weight`` [out, in], as quickly as the device can.

    On CPUs float32 goes through the convolution routines, which know instruction sets that the
    matrix routines of some processors leave unused: there it is up to twice as fast.
    """
    rows = x.numel() // x.shape[-1]
    if x.device.type != "cpu" or x.dtype != torch.float32 or rows < _FEW_ROWS:
        return functional.linear(x, weight, bias)
    batch = x.shape[0] if x.dim() == 3 else 1
    picture = x.reshape(batch, 1, -1, x.shape[-1]).permute(0, 3, 1, 2)
    mapped = functional.conv2d(picture, weight[:, :, None, None], bias)
    return mapped.permute(0, 2, 3, 1).reshape(*x.shape[:-1], weight.shape[0])


def convolve_as_product(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """Convolve [B, N, in] to [B, N, out] by ``weight`` [out, in, k] and zeros at the ends.

    One matrix product with the k neighbours of each place side by side: on CUDA this needs no
    change of layout before and after, and no search for a convolution routine.
    """
    taps = weight.shape[-1]
    padded = functional.pad(x, (0, 0, taps // 2, taps // 2))
    neighbours = padded.unfold(1, taps, 1).flatten(2)
    return functional.linear(neighbours, weight.flatten(1), bias)
