"""What a BigVGAN vocoder is built with: published sizes, and how far its convolutions reach."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from prismdesk.engines.nets.snake import REACH_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Mapping

OUTER_WIDTH = 7
"""Width of the first and the last convolution."""


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
        outer = (OUTER_WIDTH - 1) // 2
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
