"""What ``config.json`` says about an autoencoder: that of the latents, or that of a prompt."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.config_fields import Fields

if TYPE_CHECKING:
    from collections.abc import Mapping

_LARGEST_STRIDE = 1024
_MOST_STAGES = 16
_STACK_OPTIONS = (
    "in_channels",
    "out_channels",
    "channels",
    "c_mults",
    "strides",
    "latent_dim",
    "use_snake",
    "final_tanh",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OobleckStackConfig:
    """One half of an Oobleck autoencoder.

    Attributes:
        signal_channels: channels of the waveform.
        channels: the base width.
        c_mults: width of each stage over the base width.
        strides: of each stage.
        latent_dim: channels of the encoder's output (mean and scale) or of the decoder's input.
        final_tanh: the decoder ends in tanh; false for an encoder.
    """

    signal_channels: int
    channels: int
    c_mults: tuple[int, ...]
    strides: tuple[int, ...]
    latent_dim: int
    final_tanh: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AutoencoderConfig:
    """An Oobleck autoencoder with a variational bottleneck.

    Attributes:
        encoder: waveform to mean and scale.
        decoder: latents to waveform.
        latent_dim: channels of the latents.
        downsampling_ratio: samples per latent frame.
        io_channels: channels of the waveform.
        scale: latents are divided by it after encoding and multiplied before decoding.
        soft_clip: the decoded waveform goes through tanh.
        model_half: it was made to work in float16.
        iterate_batch: it was made to take one item at a time.
        chunked: it was made to work in chunks.
    """

    encoder: OobleckStackConfig
    decoder: OobleckStackConfig
    latent_dim: int
    downsampling_ratio: int
    io_channels: int
    scale: float = 1.0
    soft_clip: bool = False
    model_half: bool = False
    iterate_batch: bool = False
    chunked: bool = False


def read_autoencoder(
    values: Mapping[str, object], *, where: str = "the config"
) -> AutoencoderConfig:
    """Return what a ``pretransform`` object states.

    Raises:
        ConfigError: a field is missing, impossible, or asks for what isn't supported.
    """
    return autoencoder_of(Fields(values, where=where))


def autoencoder_of(fields: Fields) -> AutoencoderConfig:
    """Return what a ``pretransform`` object states, with its place in the file for messages."""
    fields.choice("type", ["autoencoder"])
    inner = fields.section("config")
    inner.section("bottleneck").choice("type", ["vae"])
    if inner.has("pretransform"):
        inner.refuse("pretransform", "(one autoencoder inside another) isn't supported")
    latent_dim = inner.count("latent_dim")
    io_channels = inner.count("io_channels", most=64)
    decoder = inner.section("decoder")
    config = AutoencoderConfig(
        encoder=_stack(
            inner.section("encoder"), "in_channels", inner.count("in_channels", io_channels)
        ),
        decoder=_stack(decoder, "out_channels", inner.count("out_channels", io_channels)),
        latent_dim=latent_dim,
        downsampling_ratio=inner.count("downsampling_ratio"),
        io_channels=io_channels,
        scale=fields.number("scale", 1.0, least=1e-6, most=1e6),
        soft_clip=decoder.flag("soft_clip", default=False),
        model_half=fields.flag("model_half", default=False),
        iterate_batch=fields.flag("iterate_batch", default=False),
        chunked=fields.flag("chunked", default=False),
    )
    _check_agreement(inner, config)
    return config


def _stack(section: Fields, signal: str, signal_channels: int) -> OobleckStackConfig:
    section.choice("type", ["oobleck"])
    inner = section.section("config")
    inner.refuse_options_besides(_STACK_OPTIONS)
    if not inner.flag("use_snake", default=False):
        inner.refuse("use_snake", "must be true: no other activation is supported")
    c_mults, strides = inner.counts("c_mults"), inner.counts("strides", most=_LARGEST_STRIDE)
    if len(c_mults) != len(strides):
        inner.refuse("strides", f"has {len(strides)} stages where c_mults has {len(c_mults)}")
    if len(strides) > _MOST_STAGES:
        inner.refuse(
            "strides", f"has {len(strides)} stages, more than the {_MOST_STAGES} there can be"
        )
    channels = inner.count("channels")
    if channels * max(c_mults) > 65_536:
        inner.refuse("c_mults", f"gives stages of {channels * max(c_mults)} channels, too many")
    return OobleckStackConfig(
        signal_channels=inner.count(signal, signal_channels, most=64),
        channels=channels,
        c_mults=c_mults,
        strides=strides,
        latent_dim=inner.count("latent_dim"),
        final_tanh=signal == "out_channels" and inner.flag("final_tanh", default=True),
    )


def _check_agreement(fields: Fields, config: AutoencoderConfig) -> None:
    for name, stack, wanted in (
        ("encoder", config.encoder, 2 * config.latent_dim),
        ("decoder", config.decoder, config.latent_dim),
    ):
        ratio = math.prod(stack.strides)
        if ratio != config.downsampling_ratio:
            fields.refuse(
                "downsampling_ratio",
                f"is {config.downsampling_ratio} where the strides of the {name} make {ratio}",
            )
        if stack.latent_dim != wanted:
            fields.refuse(
                f"{name}.config.latent_dim",
                f"is {stack.latent_dim} where {config.latent_dim} latent channels need {wanted}",
            )
        if stack.signal_channels != config.io_channels:
            fields.refuse(
                f"{name}.config",
                f"has {stack.signal_channels} channels of sound where io_channels says "
                f"{config.io_channels}",
            )
