"""AudioX's ``config.json``, read once into what the rest of the engine builds from.

Everything the networks depend on is checked here: a field that is missing, that asks for what
isn't supported, or that contradicts another, is refused in one sentence that names it. Fields
that only training reads are left aside.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from prismdesk.engines.audiox.autoencoder_config import (
    AutoencoderConfig,
    OobleckStackConfig,
    autoencoder_of,
    read_autoencoder,
)
from prismdesk.engines.audiox.conditioner_config import (
    PICTURE_TYPES,
    SOUND_TYPES,
    TEXT_TYPE,
    ConditionerConfig,
    conditioner_of,
    read_conditioner,
)
from prismdesk.engines.audiox.config_agreement import check_agreement
from prismdesk.engines.audiox.config_fields import ConfigError, Fields
from prismdesk.engines.audiox.denoiser_config import (
    AssemblyConfig,
    DenoiserConfig,
    MafConfig,
    assembly_of,
    denoiser_of,
    read_assembly,
    read_denoiser,
    read_maf,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "AssemblyConfig",
    "AudioxConfig",
    "AutoencoderConfig",
    "ConditionerConfig",
    "ConfigError",
    "DenoiserConfig",
    "MafConfig",
    "OobleckStackConfig",
    "read_assembly",
    "read_autoencoder",
    "read_conditioner",
    "read_config",
    "read_denoiser",
    "read_maf",
]

_LARGEST_JSON_BYTES = 8 * 2**20
_USUAL_SECONDS = 11
_MODEL_TYPES = ("diffusion_cond", "diffusion_cond_inpaint")
_MOST_CONDITIONERS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioxConfig:
    """A whole model.

    Attributes:
        sample_rate_hz: of all its sound.
        sample_size_samples: length that it was trained with.
        video_fps: frames per second of the picture for CLIP.
        audio_channels: of the sound it makes.
        io_channels: channels of the latents.
        pretransform: the autoencoder of the latents.
        conditioners: what turns each kind of prompt into tokens.
        cond_dim: width of the tokens.
        diffusion: the denoiser.
        assembly: which tokens go where.
        objective: what the denoiser was trained to give; "v".
        default_keys: where a conditioner looks when a request lacks its own id.
    """

    sample_rate_hz: int
    sample_size_samples: int
    video_fps: int
    audio_channels: int
    io_channels: int
    pretransform: AutoencoderConfig
    conditioners: tuple[ConditionerConfig, ...]
    cond_dim: int
    diffusion: DenoiserConfig
    assembly: AssemblyConfig
    objective: str = "v"
    default_keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def cross_attention_ids(self) -> tuple[str, ...]:
        """Groups of tokens that become the context, in order."""
        return self.assembly.cross_attention_cond_ids

    @property
    def global_ids(self) -> tuple[str, ...]:
        """Groups that become the global condition."""
        return self.assembly.global_cond_ids

    @property
    def input_concat_ids(self) -> tuple[str, ...]:
        """Groups that join the latents as more channels."""
        return self.assembly.input_concat_ids

    @property
    def prepend_ids(self) -> tuple[str, ...]:
        """Groups whose tokens go in front."""
        return self.assembly.prepend_cond_ids

    @property
    def gate(self) -> MafConfig | None:
        """The block that fuses the context, if there is one."""
        return self.assembly.gate

    @property
    def latent_frames(self) -> int:
        """Latent frames of the length that it was trained with."""
        return self.sample_size_samples // self.pretransform.downsampling_ratio

    @property
    def is_of_fixed_length(self) -> bool:
        """Whether it makes results of one length only."""
        return self.diffusion.kind == "mmdit"

    @property
    def fixed_latent_frames(self) -> int | None:
        """The only number of latent frames that it makes; None if any will do."""
        if not self.is_of_fixed_length:
            return None
        arguments = self.diffusion.arguments
        return int((arguments["_latent_seq_len"] - 1) * arguments["patch_size"])

    @property
    def text(self) -> ConditionerConfig | None:
        """The conditioner of words, if there is one."""
        return self._first_of((TEXT_TYPE,))

    @property
    def picture(self) -> ConditionerConfig | None:
        """The conditioner of the picture, if there is one."""
        return self._first_of(PICTURE_TYPES)

    @property
    def sound(self) -> ConditionerConfig | None:
        """The conditioner of a sound, if there is one."""
        return self._first_of(SOUND_TYPES)

    def conditioner(self, name: str) -> ConditionerConfig:
        """Return a conditioner by its id; ``KeyError`` if there is none."""
        for one in self.conditioners:
            if one.id == name:
                return one
        raise KeyError(name)

    def _first_of(self, types: tuple[str, ...]) -> ConditionerConfig | None:
        return next((one for one in self.conditioners if one.type in types), None)


def read_config(source: Mapping[str, Any] | Path, *, where: str | None = None) -> AudioxConfig:
    """Return what a model's ``config.json`` states.

    Args:
        source: the file, or what is in it.
        where: the file's name for messages, if it isn't the source itself.

    Raises:
        ConfigError: the file can't be read, is no JSON, or a field is missing, impossible, asks
            for what isn't supported, or contradicts another.
    """
    if isinstance(source, Path):
        where = where or str(source)
        source = _json_of(source)
    fields = Fields(source, where=where or "config.json")
    fields.choice("model_type", _MODEL_TYPES)
    model = fields.section("model")
    conditioning, diffusion = model.section("conditioning"), model.section("diffusion")
    cond_dim = conditioning.count("cond_dim")
    rate_hz = fields.count("sample_rate", least=1000, most=768_000)
    pretransform = autoencoder_of(model.section("pretransform"))
    config = AudioxConfig(
        sample_rate_hz=rate_hz,
        sample_size_samples=fields.count("sample_size", _USUAL_SECONDS * rate_hz, most=2**31),
        video_fps=fields.count("video_fps", 5, most=120),
        audio_channels=fields.count("audio_channels", pretransform.io_channels, most=64),
        io_channels=model.count("io_channels"),
        pretransform=pretransform,
        conditioners=_conditioners(conditioning, cond_dim),
        cond_dim=cond_dim,
        diffusion=denoiser_of(diffusion),
        assembly=assembly_of(diffusion),
        default_keys=_default_keys(conditioning),
    )
    check_agreement(fields, config)
    return config


def _json_of(path: Path) -> Any:
    try:
        with path.open("rb") as file:
            content = file.read(_LARGEST_JSON_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{path} can't be read ({error.strerror or error}).") from error
    if len(content) > _LARGEST_JSON_BYTES:
        raise ConfigError(f"{path} is far larger than a configuration; choose the model's own.")
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{path} is no JSON; fetch it again.") from error


def _conditioners(conditioning: Fields, cond_dim: int) -> tuple[ConditionerConfig, ...]:
    sections = conditioning.sections("configs")
    if len(sections) > _MOST_CONDITIONERS:
        conditioning.refuse("configs", f"holds {len(sections)} conditioners, too many")
    found = tuple(conditioner_of(one, cond_dim=cond_dim) for one in sections)
    ids = [one.id for one in found]
    if len(set(ids)) != len(ids):
        conditioning.refuse("configs", "has two conditioners of the same id")
    return found


def _default_keys(conditioning: Fields) -> dict[str, str]:
    keys = conditioning.section_or_empty("default_keys")
    return {str(name): keys.text(name) for name in keys.values if keys.has(name)}
