"""Pieces of a network that keep the size of what flows through them near one.

T. Karras et al., "Analyzing and Improving the Training Dynamics of Diffusion Models", 2024: weights
have rows of fixed length and no biases, nonlinearities are divided by what they do to unit noise,
sums are divided by the length of their coefficients.

Root mean squares are taken in float32: half precision can't hold the squares.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

_ADDED_TO_ROOT = 1e-4
_SILU_OF_NOISE = 0.596
_BRANCH_SHARE = 0.3
_MIX_LENGTH = math.hypot(1.0 - _BRANCH_SHARE, _BRANCH_SHARE)


def unit_rms(x: Tensor, dims: int | tuple[int, ...]) -> Tensor:
    """Return ``x / (1e-4 + root of the mean square over the dimensions)`` in the type of x."""
    wide = x.float()
    root = wide.square().mean(dim=dims, keepdim=True).sqrt_()
    return (wide / root.add_(_ADDED_TO_ROOT)).to(x.dtype)


def scaled_silu(x: Tensor) -> Tensor:
    """Return ``silu(x) / 0.596``, of unit size for unit noise."""
    return functional.silu(x) / _SILU_OF_NOISE


def mix(x: Tensor, branch: Tensor) -> Tensor:
    """Return ``(0.7 x + 0.3 branch) / sqrt(0.58)``."""
    return torch.lerp(x, branch, _BRANCH_SHARE) / _MIX_LENGTH


class PreservingConv1d(nn.Module):
    """Convolution of odd width without bias whose stored weight is raw until ``prepare``."""

    def __init__(self, channels: int, out_channels: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.empty(out_channels, channels, width))
        self.is_prepared = False

    def prepare(self) -> None:
        """Scale every row of the weight to unit length.

        Raises:
            RuntimeError: it was done before; the 1e-4 would be added twice.
        """
        if self.is_prepared:
            raise RuntimeError("the weight is prepared already")
        fan_in = self.weight.shape[1] * self.weight.shape[2]
        rows = unit_rms(self.weight.detach().float(), (1, 2)) / math.sqrt(fan_in)
        self.weight = nn.Parameter(rows.to(self.weight.dtype), requires_grad=False)
        self.is_prepared = True

    def forward(self, x: Tensor) -> Tensor:
        """Convolve [B, in, N] to [B, out, N]."""
        assert self.is_prepared, "weights are raw before prepare()"
        return functional.conv1d(x, self.weight, padding=self.weight.shape[2] // 2)


class PreservingBlock(nn.Module):
    """Two convolutions mixed into the normalised input, which is the skip branch as well."""

    def __init__(self, channels: int, out_channels: int) -> None:
        super().__init__()
        self.conv1 = PreservingConv1d(channels, out_channels, 3)
        self.conv2 = PreservingConv1d(out_channels, out_channels, 3)
        self.nin_shortcut = (
            PreservingConv1d(channels, out_channels, 1) if channels != out_channels else None
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, in, N] to [B, out, N]."""
        x = unit_rms(x, 1)
        branch = self.conv2(scaled_silu(self.conv1(scaled_silu(x))))
        if self.nin_shortcut is not None:
            x = self.nin_shortcut(x)
        return mix(x, branch)


class PreservingAttention(nn.Module):
    """Attention of one head over all positions, queries, keys and values of unit size."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.qkv = PreservingConv1d(channels, 3 * channels, 1)
        self.proj_out = PreservingConv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, N] to [B, C, N]."""
        batch, channels, length = x.shape
        mixed = self.qkv(x).view(batch, channels, 3, length)
        q, k, v = unit_rms(mixed, 1).transpose(1, 3).unbind(2)
        heard = functional.scaled_dot_product_attention(q[:, None], k[:, None], v[:, None])
        return mix(x, self.proj_out(heard[:, 0].transpose(1, 2)))


def prepare_all(network: nn.Module) -> None:
    """Prepare every convolution of a network, once."""
    for module in network.modules():
        if isinstance(module, PreservingConv1d):
            module.prepare()
