"""BigVGAN: from a log-mel spectrogram to a waveform.

S. Lee, W. Ping, B. Ginsburg, B. Catanzaro, S. Yoon, "BigVGAN: A Universal Neural Vocoder with
Large-Scale Training", ICLR 2023. Transposed convolutions lengthen the spectrogram stage by stage to
the sample rate; after each, residual blocks of several widths, with anti-aliased snakes between
their dilated convolutions, are averaged.

Between convolutions everything is float32; only the convolutions run in the weights' type.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

from prismdesk.engines.loading.published import Published
from prismdesk.engines.nets.snake import REACH_SAMPLES, AntiAliasedSnake
from prismdesk.engines.nets.weight_norm import (
    WeightNormConv1d,
    WeightNormConvTranspose1d,
    fold_all,
    with_pair_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from torch import Tensor

_OUTER_WIDTH = 7
_CPU_TILE_SAMPLES = 8192


@dataclass(frozen=True, slots=True)
class BigVganConfig:
    """Sizes, under the names of the published ``config.json``.

    Attributes:
        num_mels: bands of the spectrogram.
        upsample_rates: factor of each stage; their product is the hop in samples.
        upsample_kernel_sizes: width of each stage's transposed convolution.
        upsample_initial_channel: channels before the first stage, halved by each.
        resblock_kernel_sizes: width of each residual block of a stage.
        resblock_dilation_sizes: dilations inside each residual block.
        activation: "snakebeta", or "snake" where one tensor is frequency and size.
        snake_logscale: the snakes' tensors hold logarithms.
        resblock: "1", two convolutions per dilation; no other is known.
        use_bias_at_final: the last convolution has a bias.
        use_tanh_at_final: the waveform ends in tanh, otherwise it is clamped to [-1, 1].

    Raises:
        ValueError: the numbers don't fit each other.
    """

    num_mels: int
    upsample_rates: tuple[int, ...]
    upsample_kernel_sizes: tuple[int, ...]
    upsample_initial_channel: int
    resblock_kernel_sizes: tuple[int, ...] = (3, 7, 11)
    resblock_dilation_sizes: tuple[tuple[int, ...], ...] = ((1, 3, 5), (1, 3, 5), (1, 3, 5))
    activation: str = "snakebeta"
    snake_logscale: bool = True
    resblock: str = "1"
    use_bias_at_final: bool = True
    use_tanh_at_final: bool = True

    def __post_init__(self) -> None:
        _require(self.resblock == "1", f"residual blocks of kind {self.resblock!r} aren't known")
        _require(
            self.activation in ("snake", "snakebeta"), f"{self.activation!r} is no known activation"
        )
        _require(
            len(self.upsample_rates) == len(self.upsample_kernel_sizes) > 0,
            "each upsampling needs a rate and a kernel size",
        )
        _require(
            all(
                0 < rate <= width and (width - rate) % 2 == 0
                for rate, width in zip(self.upsample_rates, self.upsample_kernel_sizes, strict=True)
            ),
            "an upsampling kernel is as long as its rate or longer by an even number",
        )
        _require(
            len(self.resblock_kernel_sizes) == len(self.resblock_dilation_sizes) > 0,
            "each residual block needs a kernel size and dilations",
        )
        _require(all(width % 2 for width in self.resblock_kernel_sizes), "kernel sizes are odd")
        _require(
            all(dilations and min(dilations) > 0 for dilations in self.resblock_dilation_sizes),
            "dilations are positive",
        )
        _require(self.num_mels > 0, "there is at least one band")
        _require(self.channels(len(self.upsample_rates)) > 0, "every stage needs a channel")

    @classmethod
    def from_published(cls, options: Mapping[str, Any]) -> BigVganConfig:
        """Pick what a published ``config.json`` says about the network; the rest is training's.

        Raises:
            ValueError: something is missing, has another type, or doesn't fit.
        """
        try:
            known = {
                field.name: _as_tuples(options[field.name])
                for field in fields(cls)
                if field.name in options
            }
            return cls(**known)
        except TypeError as error:
            raise ValueError(f"this is no configuration of a vocoder ({error})") from error

    @property
    def hop_samples(self) -> int:
        """Samples per frame of the spectrogram."""
        return math.prod(self.upsample_rates)

    def channels(self, stage: int) -> int:
        """Channels before a stage; one past the last gives those of the end."""
        return self.upsample_initial_channel >> stage

    @property
    def stage_reach_samples(self) -> int:
        """How far to either side the residual blocks of a stage look, at the stage's rate."""
        return max(
            sum((width - 1) // 2 * (dilation + 1) + 2 * REACH_SAMPLES for dilation in dilations)
            for width, dilations in zip(
                self.resblock_kernel_sizes, self.resblock_dilation_sizes, strict=True
            )
        )

    @property
    def reach_frames(self) -> int:
        """How many frames to either side a sample depends on, rounded up."""
        outer = (_OUTER_WIDTH - 1) // 2
        reach, rate = float(outer), 1
        for factor, width in zip(self.upsample_rates, self.upsample_kernel_sizes, strict=True):
            reach += math.ceil(width / factor) / rate
            rate *= factor
            reach += self.stage_reach_samples / rate
        return math.ceil(reach + (outer + REACH_SAMPLES) / rate)


def _require(is_so: bool, sentence: str) -> None:
    if not is_so:
        raise ValueError(f"The vocoder can't be built: {sentence}.")


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(one) for one in value) if isinstance(value, list | tuple) else value


BIGVGAN_16K = BigVganConfig(
    num_mels=80,
    upsample_rates=(4, 4, 2, 2, 2, 2),
    upsample_kernel_sizes=(8, 8, 4, 4, 4, 4),
    upsample_initial_channel=1536,
)
"""The vocoder of the 16 kHz models."""

BIGVGAN_V2_44K = BigVganConfig(
    num_mels=128,
    upsample_rates=(8, 4, 2, 2, 2, 2),
    upsample_kernel_sizes=(16, 8, 4, 4, 4, 4),
    upsample_initial_channel=1536,
    use_bias_at_final=False,
    use_tanh_at_final=False,
)
"""The vocoder of the 44.1 kHz models, ``bigvgan_v2_44khz_128band_512x``."""


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

    def forward(self, x: Tensor, activate: Callable[[nn.Module, Tensor], Tensor]) -> Tensor:
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
        self.conv_pre = WeightNormConv1d(config.num_mels, config.channels(0), _OUTER_WIDTH)
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
            config.channels(len(stages)), 1, _OUTER_WIDTH, bias=config.use_bias_at_final
        )

    def finish(self) -> None:
        """Fold the weight norms."""
        fold_all(self)

    def forward(self, mel: Tensor) -> Tensor:
        """Return the waveform [B, 1, F * hop] in [-1, 1], float32, of a log-mel [B, bands, F]."""
        tile_samples = _CPU_TILE_SAMPLES if mel.device.type == "cpu" else None
        return self._vocode(mel, _activate, tile_samples)

    def plain(self, mel: Tensor) -> Tensor:
        """Return the same waveform the textbook way, without tiles: slower, for comparison."""
        return self._vocode(mel, _activate_plainly, None)

    def _vocode(
        self,
        mel: Tensor,
        activate: Callable[[nn.Module, Tensor], Tensor],
        tile_samples: int | None,
    ) -> Tensor:
        x = self.conv_pre(mel)
        for stage in range(len(self.ups)):
            x = self._lengthened(stage, x)
            blocks = partial(self._mean_of_blocks, stage, activate=activate)
            x = _in_tiles(blocks, x, tile_samples, self.config.stage_reach_samples)
        wave: Tensor = self.conv_post(activate(self.activation_post, x))
        return wave.tanh_() if self.config.use_tanh_at_final else wave.clamp_(-1.0, 1.0)

    def _lengthened(self, stage: int, x: Tensor) -> Tensor:
        up = self.get_submodule(f"ups.{stage}.0")
        result: Tensor = up(x)
        return result

    def _mean_of_blocks(
        self, stage: int, x: Tensor, activate: Callable[[nn.Module, Tensor], Tensor]
    ) -> Tensor:
        count = len(self.config.resblock_kernel_sizes)
        first, *others = self.resblocks[stage * count : (stage + 1) * count]
        total: Tensor = first(x, activate)
        for block in others:
            total += block(x, activate)
        return total.div_(count)


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
    work: Callable[[Tensor], Tensor], x: Tensor, tile_samples: int | None, reach_samples: int
) -> Tensor:
    """Do local work on [B, C, N] in tiles of time, which fit the cache, each with its context."""
    length = x.shape[-1]
    if tile_samples is None or length <= tile_samples:
        return work(x)
    result = torch.empty_like(x)
    for start in range(0, length, tile_samples):
        stop = min(start + tile_samples, length)
        first = max(0, start - reach_samples)
        done = work(x[..., first : stop + reach_samples])
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
