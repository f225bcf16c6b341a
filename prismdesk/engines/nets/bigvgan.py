"""BigVGAN: from a log-mel spectrogram to a waveform.

S. Lee, W. Ping, B. Ginsburg, B. Catanzaro, S. Yoon, "BigVGAN: A Universal Neural Vocoder with
Large-Scale Training", ICLR 2023. Transposed convolutions lengthen the spectrogram stage by stage to
the sample rate; after each, residual blocks of several widths, with anti-aliased snakes between
their dilated convolutions, are averaged.

Between convolutions everything is float32; only the convolutions run in the weights' type.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.bigvgan_config import (
    BIGVGAN_16K,
    BIGVGAN_V2_44K,
    OUTER_WIDTH,
    BigVganConfig,
)
from prismdesk.engines.nets.snake import AntiAliasedSnake
from prismdesk.engines.nets.weight_norm import (
    WeightNormConv1d,
    WeightNormConvTranspose1d,
    fold_all,
    with_pair_names,
)
from prismdesk.progress import ignore_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from prismdesk.progress import FractionDone

    Activate = Callable[[nn.Module, Tensor], Tensor]

__all__ = ["BIGVGAN_16K", "BIGVGAN_V2_44K", "BigVgan", "BigVganConfig", "bigvgan_checkpoint"]

_CPU_TILE_SAMPLES = 8192
_ACTIVATION_COST = 500
"""What one sample of one activation costs beside one multiply-add of a convolution."""


class ResidualBlock(nn.Module):
    """Per dilation: snake, dilated convolution, snake, convolution, added to what came in."""

    def __init__(
        self, channels: int, width: int, dilations: Sequence[int], snake: Callable[[], nn.Module]
    ) -> None:
        super().__init__()
        self.convs1 = nn.ModuleList(
            WeightNormConv1d(channels, channels, width, dilation=dilation) for dilation in dilations
        )
        self.convs2 = nn.ModuleList(WeightNormConv1d(channels, channels, width) for _ in dilations)
        self.activations = nn.ModuleList(snake() for _ in range(2 * len(dilations)))

    def forward(self, x: Tensor, activate: Activate) -> Tensor:
        """Map [B, C, N] to [B, C, N]."""
        for index, (dilated, straight) in enumerate(zip(self.convs1, self.convs2, strict=True)):
            y = dilated(activate(self.activations[2 * index], x))
            y = straight(activate(self.activations[2 * index + 1], y))
            x = y.add_(x)
        return x


class BigVgan(nn.Module):
    """The vocoder. Weights are folded by ``finish``, once, after loading."""

    def __init__(self, config: BigVganConfig) -> None:
        super().__init__()
        self.config = config
        stages = range(len(config.upsample_rates))
        self.conv_pre = WeightNormConv1d(config.num_mels, config.channels(0), OUTER_WIDTH)
        self.ups = nn.ModuleList(
            nn.ModuleList(
                [
                    WeightNormConvTranspose1d(
                        config.channels(stage),
                        config.channels(stage + 1),
                        config.upsample_kernel_sizes[stage],
                        factor=config.upsample_rates[stage],
                    )
                ]
            )
            for stage in stages
        )
        self.resblocks = nn.ModuleList(
            ResidualBlock(
                config.channels(stage + 1), width, dilations, partial(_snake, config, stage + 1)
            )
            for stage in stages
            for width, dilations in zip(
                config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True
            )
        )
        self.activation_post = _snake(config, len(stages))
        self.conv_post = WeightNormConv1d(
            config.channels(len(stages)), 1, OUTER_WIDTH, bias=config.use_bias_at_final
        )

    def finish(self) -> None:
        """Fold the weight norms."""
        fold_all(self)

    def forward(self, mel: Tensor, *, progress: FractionDone = ignore_progress) -> Tensor:
        """Return the waveform [B, 1, F * hop] in [-1, 1], float32, of a log-mel [B, bands, F].

        ``progress`` is called after each residual block of each tile and may raise to stop.
        """
        tile_samples = _CPU_TILE_SAMPLES if mel.device.type == "cpu" else None
        return self._vocode(mel, _activate, tile_samples, progress)

    def plain(self, mel: Tensor) -> Tensor:
        """Return the same waveform the textbook way, without tiles: slower, for comparison."""
        return self._vocode(mel, _activate_plainly, None, ignore_progress)

    def _vocode(
        self, mel: Tensor, activate: Activate, tile_samples: int | None, progress: FractionDone
    ) -> Tensor:
        work = _WorkDone(self.config, mel.shape[-1], progress)
        x = self.conv_pre(mel)
        for stage in range(len(self.ups)):
            x = self._lengthened(stage, x)

            def mean_of_blocks(x: Tensor, share: float, stage: int = stage) -> Tensor:
                return self._mean_of_blocks(stage, x, activate, work.for_tile(stage, share))

            x = _in_tiles(mean_of_blocks, x, tile_samples, self.config.stage_reach_samples)
        wave: Tensor = self.conv_post(activate(self.activation_post, x))
        progress(1.0)
        return wave.tanh_() if self.config.use_tanh_at_final else wave.clamp_(-1.0, 1.0)

    def _lengthened(self, stage: int, x: Tensor) -> Tensor:
        up = self.get_submodule(f"ups.{stage}.0")
        result: Tensor = up(x)
        return result

    def _mean_of_blocks(
        self, stage: int, x: Tensor, activate: Activate, on_block: Callable[[int], None]
    ) -> Tensor:
        count = len(self.config.resblock_kernel_sizes)
        total = torch.zeros_like(x)
        for index in range(count):
            total += self.resblocks[stage * count + index](x, activate)
            on_block(index)
        return total.div_(count)


class _WorkDone:
    """Adds up what the residual blocks cost, to tell how far the whole is."""

    def __init__(self, config: BigVganConfig, frames: int, progress: FractionDone) -> None:
        self._progress = progress
        self._done = 0.0
        rate, costs = frames, []
        for stage, factor in enumerate(config.upsample_rates):
            rate *= factor
            channels = config.channels(stage + 1)
            costs.append(
                [
                    rate * channels * len(dilations) * (channels * width + _ACTIVATION_COST)
                    for width, dilations in zip(
                        config.resblock_kernel_sizes, config.resblock_dilation_sizes, strict=True
                    )
                ]
            )
        total = sum(map(sum, costs))
        self._shares = [[cost / total for cost in of_stage] for of_stage in costs]

    def for_tile(self, stage: int, share: float) -> Callable[[int], None]:
        """Return what is called after each block of a tile with this share of the stage."""

        def on_block(index: int) -> None:
            self._done += share * self._shares[stage][index]
            self._progress(min(1.0, self._done))

        return on_block


def _snake(config: BigVganConfig, stage: int) -> AntiAliasedSnake:
    return AntiAliasedSnake(
        config.channels(stage),
        with_beta=config.activation == "snakebeta",
        log_scale=config.snake_logscale,
    )


def _activate(snake: nn.Module, x: Tensor) -> Tensor:
    result: Tensor = snake(x)
    return result


def _activate_plainly(snake: nn.Module, x: Tensor) -> Tensor:
    assert isinstance(snake, AntiAliasedSnake)
    return snake.plain(x)


def _in_tiles(
    work: Callable[[Tensor, float], Tensor],
    x: Tensor,
    tile_samples: int | None,
    reach_samples: int,
) -> Tensor:
    """Do local work on [B, C, N] in tiles of time, which fit the cache, each with its context.

    The work is told which share of the whole its tile is.
    """
    length = x.shape[-1]
    if tile_samples is None or length <= tile_samples:
        return work(x, 1.0)
    result = torch.empty_like(x)
    for start in range(0, length, tile_samples):
        stop = min(start + tile_samples, length)
        first = max(0, start - reach_samples)
        done = work(x[..., first : stop + reach_samples], (stop - start) / length)
        result[..., start:stop] = done[..., start - first : stop - first]
    return result


def _published_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Drop the low-pass filters, which are computed."""
    return {
        name: tensor
        for name, tensor in with_pair_names(state).items()
        if not name.endswith(".filter")
    }


def bigvgan_checkpoint(config: BigVganConfig) -> Published[BigVgan]:
    """Say how a file becomes a vocoder."""
    return Published(
        what="vocoder (BigVGAN)", build=partial(BigVgan, config), translate=_published_names
    )
