"""The anti-aliased periodic activation of BigVGAN.

L. Ziyin et al., "Neural Networks Fail to Learn Periodic Functions and How to Fix It", 2020, gives
``x + sin²(a x) / b`` ("snake"); S. Lee et al., "BigVGAN: A Universal Neural Vocoder with
Large-Scale Training", 2023, applies it at twice the sample rate, so that the harmonics it makes
don't alias: up by two, snake, down by two, each through the same 12-tap low-pass.

``up_snake_down_plain`` says it as the paper does. ``up_snake_down`` is the same sum without the
zeros that a transposed convolution multiplies and without interleaving what is taken apart again:
even and odd samples of the doubled rate stay two separate rows.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

if TYPE_CHECKING:
    from torch import Tensor

TAPS = 12
REACH_SAMPLES = 5
"""How far to either side an output sample depends on the input."""

_PHASE_TAPS = TAPS // 2
_MARGIN = _PHASE_TAPS
"""Samples added to either side: half for the up-sampling filter, half for the other."""

_ROW_MARGIN = 3
_SAMPLES_IN_CACHE = 200_000
_SMALLEST_GAIN_DIVISOR = 1e-9


@cache
def low_pass_taps() -> tuple[float, ...]:
    """Return the 12 taps: a Kaiser-windowed sinc, cutoff a quarter of the rate, sum 1.

    The window's beta follows Kaiser's formula, ``0.1102 (A - 8.7)`` with the attenuation
    ``A = 2.285 (6 - 1) pi 1.2 + 7.95`` dB of a transition 1.2 quarter rates wide.
    """
    attenuation_db = 2.285 * (_PHASE_TAPS - 1) * np.pi * 1.2 + 7.95
    window = np.kaiser(TAPS, 0.1102 * (attenuation_db - 8.7))
    times = np.arange(TAPS) - (TAPS - 1) / 2
    taps = window * np.sinc(0.5 * times)
    return tuple(float(tap) for tap in taps / taps.sum())


class Snake(nn.Module):
    """The learned numbers of one activation: a frequency and a size per channel.

    Args:
        channels: of the activation.
        with_beta: the size has its own tensor ("snakebeta"); otherwise it is the frequency's.
        log_scale: the tensors hold natural logarithms.
    """

    def __init__(self, channels: int, *, with_beta: bool = True, log_scale: bool = True) -> None:
        super().__init__()
        self.log_scale = log_scale
        self.alpha = nn.Parameter(torch.empty(channels))
        self.beta = nn.Parameter(torch.empty(channels)) if with_beta else None

    def frequency_and_gain(self) -> tuple[Tensor, Tensor]:
        """Return a and 1 / b of ``x + sin²(a x) / b``, float32, each [C, 1]."""
        beta = self.alpha if self.beta is None else self.beta
        frequency, size = self.alpha.float(), beta.float()
        if self.log_scale:
            frequency, size = frequency.exp(), size.exp()
        return frequency[:, None], 1.0 / (size[:, None] + _SMALLEST_GAIN_DIVISOR)

    def forward(self, x: Tensor) -> Tensor:
        """Activate [B, C, N] in float32 at its own rate. No gradient flows through."""
        return snake(x, *self.frequency_and_gain())


class AntiAliasedSnake(nn.Module):
    """Up by two, snake, down by two; float32 in and out whatever the type of the weights.

    Squares and arguments of sines outgrow half precision long before the result does.
    """

    def __init__(self, channels: int, *, with_beta: bool = True, log_scale: bool = True) -> None:
        super().__init__()
        self.act = Snake(channels, with_beta=with_beta, log_scale=log_scale)

    def forward(self, x: Tensor) -> Tensor:
        """Activate [B, C, N]."""
        return up_snake_down(x, *self.act.frequency_and_gain())

    def plain(self, x: Tensor) -> Tensor:
        """Activate [B, C, N] the textbook way."""
        return up_snake_down_plain(x, *self.act.frequency_and_gain())


def snake(x: Tensor, frequency: Tensor, gain: Tensor) -> Tensor:
    """Return ``x + gain sin²(frequency x)`` of [B, C, N], with a frequency and a gain per channel.

    On the CPU as many channels are done at once as fit the cache.
    """
    result = torch.empty_like(x, memory_format=torch.contiguous_format)
    rows, length = x.shape[1], x.shape[0] * x.shape[2]
    at_once = max(1, _SAMPLES_IN_CACHE // max(1, length)) if x.device.type == "cpu" else rows
    for first in range(0, rows, at_once):
        some = slice(first, first + at_once)
        activated = torch.mul(x[:, some], frequency[some], out=result[:, some])
        activated.sin_().square_().mul_(gain[some]).add_(x[:, some])
    return result


def up_snake_down_plain(x: Tensor, frequency: Tensor, gain: Tensor) -> Tensor:
    """Activate [B, C, N] in float32 with ``x + gain sin²(frequency x)`` at twice the rate."""
    channels = x.shape[1]
    taps = torch.tensor(low_pass_taps(), device=x.device).expand(channels, 1, TAPS)
    padded = _ends_repeated(x, 5, 5)
    doubled = 2.0 * functional.conv_transpose1d(padded, taps, stride=2, groups=channels)
    doubled = doubled[..., 15:-15]
    activated = doubled + gain * torch.sin(frequency * doubled) ** 2
    padded = _ends_repeated(activated, 5, 6)
    return functional.conv1d(padded, taps, stride=2, groups=channels)


def _ends_repeated(x: Tensor, before: int, after: int) -> Tensor:
    """Repeat the first and the last sample of [B, C, N].

    Unlike the framework's own padding its gradient is the same to the bit on every device.
    """
    return torch.cat([x[..., :1].expand(-1, -1, before), x, x[..., -1:].expand(-1, -1, after)], -1)


def up_snake_down(x: Tensor, frequency: Tensor, gain: Tensor) -> Tensor:
    """Activate [B, C, N] in float32 with ``x + gain sin²(frequency x)`` at twice the rate.

    On the CPU the filters are sums of shifted rows, done for as many channels at once as fit the
    cache; elsewhere they are two convolutions, each channel its own group, which start few kernels.
    """
    if x.device.type != "cpu":
        return _down_by_groups(_snake_rows(_up_by_groups(_padded(x)), frequency, gain))
    result = torch.empty_like(x, memory_format=torch.contiguous_format)
    at_once = max(1, _SAMPLES_IN_CACHE // (x.shape[0] * x.shape[2]))
    for first in range(0, x.shape[1], at_once):
        some = slice(first, first + at_once)
        rows = _snake_rows(_up_by_shifts(_padded(x[:, some])), frequency[some], gain[some])
        _down_by_shifts(rows, result[:, some])
    return result


def _padded(x: Tensor) -> Tensor:
    """Repeat the first and the last sample of [B, C, N] for what both filters reach."""
    batch, channels, length = x.shape
    padded = x.new_empty(batch, channels, length + 2 * _MARGIN)
    padded[..., _MARGIN:-_MARGIN] = x
    padded[..., :_MARGIN] = x[..., :1]
    padded[..., -_MARGIN:] = x[..., -1:]
    return padded


def _snake_rows(rows: Tensor, frequency: Tensor, gain: Tensor) -> Tensor:
    """Put even and odd samples [B, C, 2, N + 6] through the snake, in place.

    The low-pass that follows repeats the first and the last sample of the doubled signal, not
    those that the margin of the first filter gave.
    """
    angles = torch.mul(rows, frequency[..., None]).sin_()
    rows.addcmul_(angles.square_(), gain[..., None])
    rows[..., :_ROW_MARGIN] = rows[..., :1, _ROW_MARGIN, None]
    rows[..., -_ROW_MARGIN:] = rows[..., 1:, -_ROW_MARGIN - 1, None]
    return rows


def _up_by_shifts(padded: Tensor) -> Tensor:
    """Double the rate of [B, C, N + 12]: even and odd samples as [B, C, 2, N + 6]."""
    batch, channels, length = padded.shape
    count = length - _MARGIN
    taps = [2.0 * tap for tap in low_pass_taps()]
    rows = padded.new_empty(batch, channels, 2, count)
    even, odd = rows.unbind(2)
    torch.mul(padded[..., :count], taps[11], out=even)
    torch.mul(padded[..., 1 : 1 + count], taps[10], out=odd)
    for step in range(1, _PHASE_TAPS):
        even.add_(padded[..., step : step + count], alpha=taps[11 - 2 * step])
        odd.add_(padded[..., step + 1 : step + 1 + count], alpha=taps[10 - 2 * step])
    return rows


def _down_by_shifts(rows: Tensor, result: Tensor) -> None:
    """Halve the rate of even and odd samples [B, C, 2, N + 6] into [B, C, N]."""
    count = result.shape[-1]
    taps = low_pass_taps()
    even, odd = rows.unbind(2)
    torch.mul(even[..., 1 : 1 + count], taps[1], out=result)
    for step in range(1, _PHASE_TAPS):
        result.add_(even[..., step + 1 : step + 1 + count], alpha=taps[2 * step + 1])
    for step in range(_PHASE_TAPS):
        result.add_(odd[..., step : step + count], alpha=taps[2 * step])


def _up_by_groups(padded: Tensor) -> Tensor:
    """As ``_up_by_shifts``, in one convolution."""
    batch, channels, length = padded.shape
    weight = _up_kernel(padded.device).repeat(channels, 1, 1)
    doubled = functional.conv1d(padded, weight, groups=channels)
    return doubled.view(batch, channels, 2, length - _MARGIN)


def _down_by_groups(rows: Tensor) -> Tensor:
    """As ``_down_by_shifts``, in one convolution over both rows."""
    channels = rows.shape[1]
    weight = _down_kernel(rows.device).repeat(channels, 1, 1, 1)
    return functional.conv2d(rows, weight, groups=channels).squeeze(2)


@cache
def _up_kernel(device: torch.device) -> Tensor:
    """Taps of even and of odd samples, [2, 1, 7]; the odd ones see one sample further on."""
    taps = 2.0 * torch.tensor(low_pass_taps(), dtype=torch.float32)
    kernel = torch.zeros(2, 1, _PHASE_TAPS + 1)
    kernel[0, 0, :-1] = taps[1::2].flip(0)
    kernel[1, 0, 1:] = taps[0::2].flip(0)
    return kernel.to(device)


@cache
def _down_kernel(device: torch.device) -> Tensor:
    """Taps for both rows, [1, 1, 2, 7]; the even samples are met one later."""
    taps = torch.tensor(low_pass_taps(), dtype=torch.float32)
    kernel = torch.zeros(1, 1, 2, _PHASE_TAPS + 1)
    kernel[0, 0, 0, 1:] = taps[1::2]
    kernel[0, 0, 1, :-1] = taps[0::2]
    return kernel.to(device)
