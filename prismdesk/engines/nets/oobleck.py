"""Oobleck: an autoencoder of waveforms, for latent diffusion.

Z. Evans et al., "Stable Audio Open", 2024. Strided convolutions shorten the waveform stage by
stage, residual units of dilated convolutions (1, 3, 9) in between; the decoder is the mirror image.
The activations are ``x + sin²(a x) / b`` (L. Ziyin et al., 2020) with a frequency and a size per
channel, stored as logarithms. The bottleneck is variational: the encoder gives mean m and scale s,
``z = m + (softplus(s) + 1e-4) noise``.

Between convolutions everything is float32; only the convolutions run in the weights' type.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn
from torch.nn import functional

from prismdesk.engines.loading.published import Published, named_under
from prismdesk.engines.nets.oobleck_config import (
    LATENT_WIDTH,
    OUTER_WIDTH,
    UNIT_DILATIONS,
    UNIT_WIDTH,
    OobleckConfig,
    across,
)
from prismdesk.engines.nets.reach import in_tiles
from prismdesk.engines.nets.snake import Snake
from prismdesk.engines.nets.weight_norm import (
    WeightNormConv1d,
    WeightNormConvTranspose1d,
    fold_all,
    with_pair_names,
)
from prismdesk.progress import ignore_progress

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.nets.reach import Chain
    from prismdesk.progress import FractionDone

_SMALLEST_DEVIATION = 1e-4
_NUMBERS_IN_CACHE = 2**19
_SHORTEST_TILE = 1024
"""Samples of a tile at the higher rate of its stage; the units hear 39 more on either side."""

_ACTIVATION_COST = 20
"""What one sample of one activation costs beside one multiply-add of a convolution."""


@dataclass(frozen=True, slots=True)
class Posterior:
    """What the encoder knows of the latents: independent normal distributions.

    Attributes:
        mean: [B, D, L], float32.
        deviation: standard deviation, as large, above 0.
    """

    mean: Tensor
    deviation: Tensor

    def sample(self, noise: Tensor | None) -> Tensor:
        """Return the latents [B, D, L] for unit noise as large; their mean without noise."""
        return self.mean if noise is None else self.mean + self.deviation * noise

    def divergence(self) -> Tensor:
        """Return how far it is from unit normal: summed over channels, mean over all else.

        Twice the Kullback-Leibler divergence: ``m² + v - ln v - 1`` with the variance v.
        """
        variance = self.deviation.square()
        terms = self.mean.square() + variance - variance.log() - 1.0
        return terms.sum(dim=1).mean()


class ResidualUnit(nn.Module):
    """Snake, dilated convolution, snake, convolution of width 1, added to what came in."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            Snake(channels),
            WeightNormConv1d(channels, channels, UNIT_WIDTH, dilation=dilation),
            Snake(channels),
            WeightNormConv1d(channels, channels, 1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, N] to [B, C, N]."""
        added: Tensor = self.layers(x)
        return added.add_(x)


class Stage(nn.Module):
    """The layers of one rate, under one name."""

    def __init__(self, *layers: nn.Module) -> None:
        super().__init__()
        self.layers = nn.ModuleList(layers)


class OobleckHalf(nn.Module):
    """A layer, stages, an activation and a layer. ``finish`` folds their weights, once.

    On the CPU each part works in tiles of time, which fit the cache.

    Args:
        config: of both halves.
        parts: the convolutions of the first layer, of each stage, and of the last layer.
        layers: those.
    """

    def __init__(self, config: OobleckConfig, parts: tuple[Chain, ...], *layers: nn.Module) -> None:
        super().__init__()
        self.config = config
        self.parts = parts
        self.layers = nn.ModuleList(layers)

    def finish(self) -> None:
        """Fold the weight norms."""
        fold_all(self)

    @property
    def device(self) -> torch.device:
        """Where it works."""
        return next(self.parameters()).device

    def run(self, x: Tensor, progress: FractionDone) -> Tensor:
        """Send [B, C, N] through all layers; ``progress`` may raise to stop."""
        groups = self._groups()
        costs = _costs(groups)
        total, done = sum(costs), 0.0
        for chain, group, cost in zip(self.parts, groups, costs, strict=True):

            def report(part: float, done: float = done, cost: float = cost) -> None:
                progress(min(1.0, (done + cost * part) / total))

            tile = max(_SHORTEST_TILE, _NUMBERS_IN_CACHE // x.shape[1]) // chain.down
            if x.device.type != "cpu":
                tile = chain.length_after(x.shape[2])
            x = in_tiles(nn.Sequential(*group), chain, x, tile=max(1, tile), progress=report)
            done += cost
        return x

    def _groups(self) -> list[list[nn.Module]]:
        """Return the layers of each part; the last activation goes with the last layer."""
        first, *stages, activation, last = self.layers
        return [
            [first],
            *(list(stage.get_submodule("layers").children()) for stage in stages),
            [activation, last],
        ]


class OobleckEncoder(OobleckHalf):
    """From waveforms to distributions of latents."""

    def __init__(self, config: OobleckConfig) -> None:
        stack = config.encoder
        widths = stack.widths
        super().__init__(
            config,
            stack.encoder_parts(),
            WeightNormConv1d(stack.signal_channels, widths[0], OUTER_WIDTH),
            *(
                Stage(
                    *(ResidualUnit(width, dilation) for dilation in UNIT_DILATIONS),
                    Snake(width),
                    _shortening(width, following, stride),
                )
                for width, following, stride in zip(
                    widths[:-1], widths[1:], stack.strides, strict=True
                )
            ),
            Snake(widths[-1]),
            WeightNormConv1d(widths[-1], stack.latent_dim, LATENT_WIDTH),
        )

    def posterior(self, audio: Tensor, *, progress: FractionDone = ignore_progress) -> Posterior:
        """Return the distribution of the latents, before they are scaled.

        Args:
            audio: [B, C, N], at least as long as one latent frame.
            progress: called after each tile; may raise to stop.
        """
        mean, raw_scale = self.run(audio.float(), progress).chunk(2, dim=1)
        return Posterior(mean, functional.softplus(raw_scale) + _SMALLEST_DEVIATION)

    def encode(self, audio: Tensor, noise: Tensor | None = None) -> Tensor:
        """Return latents [B, D, L] of a waveform [B, C, N], L being N / ratio rounded down.

        With unit noise [B, D, L] they are a sample, without they are the mean.
        """
        return self.posterior(audio).sample(noise) / self.config.scale


class OobleckDecoder(OobleckHalf):
    """From latents to waveforms."""

    def __init__(self, config: OobleckConfig) -> None:
        stack = config.decoder
        narrowing = stack.widths[::-1]
        super().__init__(
            config,
            stack.decoder_parts(),
            WeightNormConv1d(stack.latent_dim, narrowing[0], OUTER_WIDTH),
            *(
                Stage(
                    Snake(width),
                    _lengthening(width, following, stride),
                    *(ResidualUnit(following, dilation) for dilation in UNIT_DILATIONS),
                )
                for width, following, stride in zip(
                    narrowing[:-1], narrowing[1:], stack.strides[::-1], strict=True
                )
            ),
            Snake(narrowing[-1]),
            WeightNormConv1d(narrowing[-1], stack.signal_channels, OUTER_WIDTH, bias=False),
        )

    def decode(self, latents: Tensor, *, progress: FractionDone = ignore_progress) -> Tensor:
        """Return the waveform [B, C, L * ratio], float32, of latents [B, D, L].

        Odd strides make it a little shorter. ``progress`` is called after each tile and may
        raise to stop.
        """
        wave = self.run(latents.float() * self.config.scale, progress)
        if self.config.decoder.final_tanh:
            wave = wave.tanh_()
        return wave.tanh_() if self.config.soft_clip else wave


class Oobleck(nn.Module):
    """The whole autoencoder; its halves can be loaded apart."""

    def __init__(self, config: OobleckConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = OobleckEncoder(config)
        self.decoder = OobleckDecoder(config)

    def finish(self) -> None:
        """Fold the weight norms of both halves."""
        fold_all(self)

    def encode(self, audio: Tensor, noise: Tensor | None = None) -> Tensor:
        """Return latents [B, D, L] of a waveform [B, C, N]; as the encoder does."""
        return self.encoder.encode(audio, noise)

    def decode(self, latents: Tensor) -> Tensor:
        """Return the waveform [B, C, L * ratio] of latents [B, D, L]; as the decoder does."""
        return self.decoder.decode(latents)

    def kl(self, audio: Tensor, noise: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return what training adds to its loss, and the latents [B, D, L] before scaling."""
        posterior = self.encoder.posterior(audio)
        return posterior.divergence(), posterior.sample(noise)


def _shortening(channels: int, out_channels: int, stride: int) -> WeightNormConv1d:
    step = across(stride)
    return WeightNormConv1d(
        channels, out_channels, step.width, stride=step.stride, padding=step.padding
    )


def _lengthening(channels: int, out_channels: int, stride: int) -> WeightNormConvTranspose1d:
    step = across(stride, is_transposed=True)
    return WeightNormConvTranspose1d(
        channels, out_channels, step.width, factor=step.stride, padding=step.padding
    )


def _costs(groups: list[list[nn.Module]]) -> list[float]:
    """Return what each group of layers costs, to a common factor."""
    rate, costs = 1.0, []
    for group in groups:
        cost = 0.0
        for layer in group:
            if isinstance(layer, WeightNormConv1d):
                rate /= layer.stride
            cost += rate * _cost_per_frame(layer)
            if isinstance(layer, WeightNormConvTranspose1d):
                rate *= layer.factor
        costs.append(cost)
    return costs


def _cost_per_frame(layer: nn.Module) -> int:
    return sum(
        tensor.numel() * (_ACTIVATION_COST if tensor.dim() == 1 else 1)
        for tensor in layer.parameters()
    )


def _one_half(half: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return named_under(half, with_pair_names(state))


def oobleck_checkpoint(config: OobleckConfig) -> Published[Oobleck]:
    """Say how a file becomes the whole autoencoder."""
    return Published(
        what="autoencoder of sound (Oobleck)",
        build=partial(Oobleck, config),
        translate=with_pair_names,
    )


def oobleck_encoder_checkpoint(config: OobleckConfig) -> Published[OobleckEncoder]:
    """Say how the same file becomes the encoder alone."""
    return Published(
        what="encoder of sound (Oobleck)",
        build=partial(OobleckEncoder, config),
        translate=partial(_one_half, "encoder"),
    )


def oobleck_decoder_checkpoint(config: OobleckConfig) -> Published[OobleckDecoder]:
    """Say how the same file becomes the decoder alone."""
    return Published(
        what="decoder of sound (Oobleck)",
        build=partial(OobleckDecoder, config),
        translate=partial(_one_half, "decoder"),
    )
