"""The autoencoder between log-mel spectrograms and the latents that a generator makes.

One-dimensional, over time: every level is made of magnitude-preserving residual blocks, one
attention stands in the middle, and two frames of the spectrogram make one latent frame. Encoder and
decoder are networks of their own and can be loaded apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import nn

from prismdesk.engines.loading.published import Published, named_under
from prismdesk.engines.nets.magnitude_preserving import (
    PreservingAttention,
    PreservingBlock,
    PreservingConv1d,
    prepare_all,
    scaled_silu,
)

if TYPE_CHECKING:
    from torch import Tensor

MEL_FRAMES_PER_LATENT = 2

_LARGEST = 256.0
_LARGEST_LOG_VARIANCE = 20.0
_SMALLEST_LOG_VARIANCE = -30.0
_STATISTICS = ("data_mean", "data_std")


@dataclass(frozen=True, slots=True)
class MelVaeConfig:
    """Sizes of the autoencoder.

    Attributes:
        mel_bands: bands of the spectrogram.
        latent_dim: channels of the latent.
        hidden_dim: channels of the outermost level; doubled twice on the way in.

    Raises:
        ValueError: a size isn't positive.
    """

    mel_bands: int
    latent_dim: int
    hidden_dim: int

    def __post_init__(self) -> None:
        if min(self.mel_bands, self.latent_dim, self.hidden_dim) < 1:
            raise ValueError("The autoencoder can't be built: its sizes must be positive.")

    @property
    def widths(self) -> tuple[int, int, int]:
        """Channels of the three levels, outermost first."""
        return self.hidden_dim, 2 * self.hidden_dim, 4 * self.hidden_dim


MEL_VAE_16K = MelVaeConfig(mel_bands=80, latent_dim=20, hidden_dim=384)
MEL_VAE_44K = MelVaeConfig(mel_bands=128, latent_dim=40, hidden_dim=512)


class _Middle(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.block_1 = PreservingBlock(channels, channels)
        self.attn_1 = PreservingAttention(channels)
        self.block_2 = PreservingBlock(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.block_2(self.attn_1(self.block_1(x)))
        return _limited(result)


class _Downsample(nn.Module):
    """Halve the frames: averages of pairs, an odd last frame dropped."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = PreservingConv1d(channels, channels, 1)
        self.conv2 = PreservingConv1d(channels, channels, 1)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.conv2(nn.functional.avg_pool1d(self.conv1(x), 2))
        return result


class _Upsample(nn.Module):
    """Double the frames: each twice, then a convolution."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv = PreservingConv1d(channels, channels, 3)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.conv(x.repeat_interleave(2, dim=2))
        return result


class _Level(nn.Module):
    """Blocks of one level, the first of which changes the channels; then a resampling, if any."""

    def __init__(self, channels: int, out_channels: int, count: int) -> None:
        super().__init__()
        self.block = nn.ModuleList(
            PreservingBlock(channels if index == 0 else out_channels, out_channels)
            for index in range(count)
        )
        self.downsample: _Downsample | None = None
        self.upsample: _Upsample | None = None

    def forward(self, x: Tensor) -> Tensor:
        for block in self.block:
            x = _limited(block(x))
        for resample in (self.downsample, self.upsample):
            if resample is not None:
                x = resample(x)
        return x


class MelVaeEncoder(nn.Module):
    """From a log-mel spectrogram to the mean and deviation of its latent."""

    def __init__(self, config: MelVaeConfig) -> None:
        super().__init__()
        self.config = config
        outer, middle, inner = config.widths
        self.data_mean = nn.Parameter(torch.empty(1, config.mel_bands, 1))
        self.data_std = nn.Parameter(torch.empty(1, config.mel_bands, 1))
        self.conv_in = PreservingConv1d(config.mel_bands, outer, 3)
        self.down = nn.ModuleList(
            [_Level(outer, outer, 2), _Level(outer, middle, 2), _Level(middle, inner, 2)]
        )
        self.down[0].downsample = _Downsample(outer)
        self.mid = _Middle(inner)
        self.conv_out = PreservingConv1d(inner, 2 * config.latent_dim, 3)
        self.learnable_gain = nn.Parameter(torch.empty(()))

    def finish(self) -> None:
        """Prepare the weights."""
        prepare_all(self)

    def encode(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and standard deviation, each [B, C, F // 2] float32, of [B, bands, F]."""
        x = (mel.float() - self.data_mean.float()) / self.data_std.float()
        x = self.conv_in(x.to(self.conv_in.weight.dtype))
        for level in self.down:
            x = level(x)
        x = self.conv_out(scaled_silu(self.mid(x))).float() * (1.0 + self.learnable_gain.float())
        mean, log_variance = x.chunk(2, dim=1)
        log_variance = log_variance.clamp(_SMALLEST_LOG_VARIANCE, _LARGEST_LOG_VARIANCE)
        return mean, torch.exp(0.5 * log_variance)


class MelVaeDecoder(nn.Module):
    """From a latent to a log-mel spectrogram."""

    def __init__(self, config: MelVaeConfig) -> None:
        super().__init__()
        self.config = config
        outer, middle, inner = config.widths
        self.data_mean = nn.Parameter(torch.empty(1, config.mel_bands, 1))
        self.data_std = nn.Parameter(torch.empty(1, config.mel_bands, 1))
        self.conv_in = PreservingConv1d(config.latent_dim, inner, 3)
        self.mid = _Middle(inner)
        self.up = nn.ModuleList(
            [_Level(middle, outer, 3), _Level(inner, middle, 3), _Level(inner, inner, 3)]
        )
        self.up[1].upsample = _Upsample(middle)
        self.conv_out = PreservingConv1d(outer, config.mel_bands, 3)
        self.learnable_gain = nn.Parameter(torch.empty(()))

    def finish(self) -> None:
        """Prepare the weights."""
        prepare_all(self)

    def decode(self, latent: Tensor) -> Tensor:
        """Return the log-mel [B, bands, 2 L], float32, of an unnormalised latent [B, C, L]."""
        x = self.mid(self.conv_in(latent.to(self.conv_in.weight.dtype)))
        for level in reversed(self.up):
            x = level(x)
        x = self.conv_out(scaled_silu(x)).float() * (1.0 + self.learnable_gain.float())
        mel: Tensor = x * self.data_std.float() + self.data_mean.float()
        return mel


class MelVae(nn.Module):
    """Both halves."""

    def __init__(self, config: MelVaeConfig) -> None:
        super().__init__()
        self.config = config
        self.encoder = MelVaeEncoder(config)
        self.decoder = MelVaeDecoder(config)

    def finish(self) -> None:
        """Prepare the weights."""
        prepare_all(self)

    def encode(self, mel: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean and standard deviation, each [B, C, F // 2] float32, of [B, bands, F]."""
        return self.encoder.encode(mel)

    def decode(self, latent: Tensor) -> Tensor:
        """Return the log-mel [B, bands, 2 L], float32, of an unnormalised latent [B, C, L]."""
        return self.decoder.decode(latent)


def _limited(x: Tensor) -> Tensor:
    return x.clamp(-_LARGEST, _LARGEST)


def _both_halves(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Give the statistics of the spectrogram to both halves."""
    halves = {name: tensor for name, tensor in state.items() if name not in _STATISTICS}
    for name in _STATISTICS:
        if name in state:
            halves |= {f"encoder.{name}": state[name], f"decoder.{name}": state[name]}
    return halves


def _one_half(half: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    return named_under(half, _both_halves(state))


def mel_vae_checkpoint(config: MelVaeConfig) -> Published[MelVae]:
    """Say how a file becomes the whole autoencoder."""
    return Published(
        what="autoencoder of spectrograms (VAE)",
        build=partial(MelVae, config),
        translate=_both_halves,
    )


def mel_vae_encoder_checkpoint(config: MelVaeConfig) -> Published[MelVaeEncoder]:
    """Say how the same file becomes the encoder alone."""
    return Published(
        what="encoder of spectrograms (VAE)",
        build=partial(MelVaeEncoder, config),
        translate=partial(_one_half, "encoder"),
    )


def mel_vae_decoder_checkpoint(config: MelVaeConfig) -> Published[MelVaeDecoder]:
    """Say how the same file becomes the decoder alone."""
    return Published(
        what="decoder of spectrograms (VAE)",
        build=partial(MelVaeDecoder, config),
        translate=partial(_one_half, "decoder"),
    )
