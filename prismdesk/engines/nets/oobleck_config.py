"""What an Oobleck autoencoder is built with, and the convolutions that follow from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from prismdesk.engines.nets.counts import check_counts, check_positive
from prismdesk.engines.nets.reach import Chain, ConvStep

OUTER_WIDTH = 7
LATENT_WIDTH = 3
"""Width of the encoder's last convolution."""

UNIT_WIDTH = 7
UNIT_DILATIONS = (1, 3, 9)
"""Of the residual units of every stage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OobleckStack:
    """One half of the autoencoder.

    Attributes:
        signal_channels: channels of the waveform.
        channels: the base width.
        c_mults: width of each stage over the base width, from the waveform to the latents.
        strides: of each stage, in the same order.
        latent_dim: channels at the other end: mean and scale, or latents.
        final_tanh: a decoder ends in tanh.

    Raises:
        ValueError: the numbers don't fit each other.
    """

    signal_channels: int
    channels: int
    c_mults: tuple[int, ...]
    strides: tuple[int, ...]
    latent_dim: int
    final_tanh: bool = False

    def __post_init__(self) -> None:
        check_counts(self, "signal_channels", "channels", "latent_dim")
        if len(self.c_mults) != len(self.strides) or not self.strides:
            raise ValueError("every stage needs a width and a stride")
        if min(*self.c_mults, *self.strides) < 1:
            raise ValueError("widths and strides of the stages must be at least 1")

    @property
    def ratio(self) -> int:
        """Samples per latent frame."""
        return math.prod(self.strides)

    @property
    def widths(self) -> tuple[int, ...]:
        """Channels at each rate, from that of the waveform to that of the latents."""
        return (self.channels, *(self.channels * factor for factor in self.c_mults))

    def encoder_parts(self) -> tuple[Chain, ...]:
        """Return the convolutions of an encoder: the first, those of each stage, the last.

        Convolutions of width 1 reach nowhere and are left out.
        """
        return (
            Chain((straight(OUTER_WIDTH),)),
            *(Chain((*_UNITS, across(stride))) for stride in self.strides),
            Chain((straight(LATENT_WIDTH),)),
        )

    def decoder_parts(self) -> tuple[Chain, ...]:
        """Return the convolutions of a decoder, likewise."""
        return (
            Chain((straight(OUTER_WIDTH),)),
            *(
                Chain((across(stride, is_transposed=True), *_UNITS))
                for stride in reversed(self.strides)
            ),
            Chain((straight(OUTER_WIDTH),)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OobleckConfig:
    """Both halves, with what lies between.

    Attributes:
        encoder: its ``latent_dim`` is twice that of the latents.
        decoder: its ``latent_dim`` is that of the latents.
        scale: latents are divided by it after encoding and multiplied before decoding.
        soft_clip: the decoded waveform goes through tanh.

    Raises:
        ValueError: the halves don't fit each other.
    """

    encoder: OobleckStack
    decoder: OobleckStack
    scale: float = 1.0
    soft_clip: bool = False

    def __post_init__(self) -> None:
        check_positive(self, "scale")
        if self.encoder.latent_dim != 2 * self.decoder.latent_dim:
            raise ValueError("the encoder gives a mean and a scale for every latent channel")

    @property
    def latent_dim(self) -> int:
        """Channels of the latents."""
        return self.decoder.latent_dim


def straight(width: int, dilation: int = 1) -> ConvStep:
    """Return a convolution that keeps the length."""
    return ConvStep(width=width, dilation=dilation, padding=(width - 1) * dilation // 2)


def across(stride: int, *, is_transposed: bool = False) -> ConvStep:
    """Return the convolution that changes the rate.

    With an even stride lengths are divided or multiplied by it. With an odd one, a transposed
    convolution gives one sample less than that.
    """
    return ConvStep(
        width=2 * stride,
        stride=stride,
        padding=math.ceil(stride / 2),
        is_transposed=is_transposed,
    )


def joined(parts: tuple[Chain, ...]) -> Chain:
    """Return several chains as one."""
    return Chain(tuple(step for part in parts for step in part.steps))


_UNITS = tuple(straight(UNIT_WIDTH, dilation) for dilation in UNIT_DILATIONS)
