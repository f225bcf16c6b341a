"""Whether the parts of AudioX's ``config.json`` fit each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.audiox.denoiser_config import MMDIT_CONTEXT_TOKENS

if TYPE_CHECKING:
    from prismdesk.engines.audiox.config import AudioxConfig
    from prismdesk.engines.audiox.config_fields import Fields

_LISTS = ("cross_attention_cond_ids", "global_cond_ids", "input_concat_ids", "prepend_cond_ids")


def check_agreement(fields: Fields, config: AudioxConfig) -> None:
    """Refuse a configuration whose parts contradict each other.

    Args:
        fields: the whole file.
        config: what was read of it.

    Raises:
        ConfigError: they do; the message names one of the fields.
    """
    model = fields.section("model")
    diffusion = model.section("diffusion")
    _check_latents(fields, model, config)
    _check_groups(diffusion, config)
    _check_gate(diffusion, config)
    if config.is_of_fixed_length:
        _check_mmdit(diffusion, config)


def _check_latents(fields: Fields, model: Fields, config: AudioxConfig) -> None:
    of_autoencoder, of_denoiser = (
        config.pretransform.latent_dim,
        config.diffusion.arguments["io_channels"],
    )
    if config.io_channels != of_autoencoder:
        model.refuse(
            "io_channels", f"is {config.io_channels} where the autoencoder has {of_autoencoder}"
        )
    if config.io_channels != of_denoiser:
        model.refuse(
            "diffusion.config.io_channels",
            f"is {of_denoiser} where the model has {config.io_channels}",
        )
    if config.audio_channels != config.pretransform.io_channels:
        fields.refuse(
            "audio_channels",
            f"is {config.audio_channels} where the autoencoder has "
            f"{config.pretransform.io_channels}",
        )
    if not config.latent_frames:
        fields.refuse("sample_size", "is less than one latent frame")


def _check_groups(diffusion: Fields, config: AudioxConfig) -> None:
    known = {one.id for one in config.conditioners}
    for list_name in _LISTS:
        for name in getattr(config.assembly, list_name):
            if name not in known:
                diffusion.refuse(list_name, f"names {name[:40]!r}, which no conditioner has")
    arguments = config.diffusion.arguments
    for name in config.cross_attention_ids:
        _check_width(diffusion, config, name, "cond_token_dim")
    for name in config.prepend_ids:
        _check_width(diffusion, config, name, "prepend_cond_dim")
    joined = sum(config.conditioner(name).token_width for name in config.global_ids)
    if joined and joined != arguments["global_cond_dim"]:
        diffusion.refuse(
            "config.global_cond_dim",
            f"is {arguments['global_cond_dim']} where global_cond_ids give {joined} channels",
        )


def _check_gate(diffusion: Fields, config: AudioxConfig) -> None:
    if config.gate is None:
        return
    for name in config.cross_attention_ids:
        width = config.conditioner(name).token_width
        if width != config.gate.dim:
            diffusion.refuse(
                "gate", f"needs tokens of {config.gate.dim} channels, not {width} of {name}"
            )


def _check_width(diffusion: Fields, config: AudioxConfig, name: str, argument: str) -> None:
    expected, width = config.diffusion.arguments[argument], config.conditioner(name).token_width
    if width != expected:
        diffusion.refuse(
            f"config.{argument}",
            f"is {expected} where the tokens of {name} have {width} channels",
        )


def _check_mmdit(diffusion: Fields, config: AudioxConfig) -> None:
    for list_name in ("global_cond_ids", "prepend_cond_ids"):
        if getattr(config.assembly, list_name):
            diffusion.refuse(list_name, "must be empty in an mmdit")
    counts = [config.conditioner(name).token_count for name in config.cross_attention_ids]
    known = [count for count in counts if count is not None]
    if len(known) == len(counts) and sum(known) != MMDIT_CONTEXT_TOKENS:
        diffusion.refuse(
            "cross_attention_cond_ids",
            f"gives {sum(known)} tokens where an mmdit has {MMDIT_CONTEXT_TOKENS}",
        )
