"""What a checkpoint's own files say about it, read once while they stay unchanged."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.checkpoint import conditioner_part, read_parts
from prismdesk.engines.audiox.conditioner_config import (
    EncodedPromptConfig,
    MelPromptConfig,
    VideoPromptConfig,
)
from prismdesk.engines.audiox.conditioning.video_prompt import clip_of
from prismdesk.engines.audiox.config import AudioxConfig, read_config
from prismdesk.engines.audiox.config_fields import ConfigError
from prismdesk.engines.audiox.synchformer_sizes import synchformer_sizes
from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.loading.state_file import read_state

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from prismdesk.engines.audiox.conditioner_config import ConditionerConfig
    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.nets.clip_vision import ClipVisionConfig
    from prismdesk.engines.nets.synchformer import SynchformerConfig


@dataclass(frozen=True)
class ModelFiles:
    """The files of one checkpoint; what is large is mapped, not read.

    Attributes:
        config_path: ``config.json``.
        model_path: the weights.
        sync_path: the Synchformer's, None if the checkpoint has none.
    """

    config_path: Path
    model_path: Path
    sync_path: Path | None

    @cached_property
    def config(self) -> AudioxConfig:
        """What ``config.json`` states.

        Raises:
            ConfigError: it can't be read or asks for what isn't supported.
        """
        config = read_config(self.config_path)
        known = {one.id for one in (config.text, config.picture, config.sound) if one}
        for name in sorted(config.assembly.ids - known):
            raise ConfigError(
                f"{self.config_path} wants {name[:40]!r} besides words, picture and sound, which "
                "can't be given to it."
            )
        if self.needs_sync(config) and self.sync_path is None:
            raise ConfigError(
                f"{self.config_path} wants a Synchformer, but the model has none; add "
                "synchformer_state_dict.pth to its files."
            )
        return config

    @cached_property
    def parts(self) -> dict[str, dict[str, Tensor]]:
        """The tensors of each part, mapped to the file.

        Raises:
            CheckpointError: the file isn't one of this configuration.
        """
        return read_parts(self.model_path, self.config)

    @cached_property
    def clip(self) -> ClipVisionConfig:
        """Sizes of CLIP."""
        return clip_of(self.parts[conditioner_part(self.picture.id)], where=str(self.model_path))

    @cached_property
    def sync(self) -> SynchformerConfig | None:
        """Sizes of the Synchformer; None if the model doesn't look at movement."""
        if self.sync_path is None or not self.needs_sync(self.config):
            return None
        state = read_state(self.sync_path, names=lambda name: name.startswith("vfeat_extractor."))
        return synchformer_sizes(state, where=str(self.sync_path))

    @property
    def parts_of_words(self) -> dict[str, Tensor]:
        """The tensors of the conditioner of words, mostly none."""
        return self.parts[conditioner_part(self.text.id)]

    def learned(self, conditioner: ConditionerConfig, name: str) -> Tensor:
        """Return what a conditioner learned to give for nothing, float32 [1, tokens, width].

        So nothing needs the networks of what isn't there.

        Raises:
            CheckpointError: the file holds other numbers than it should.
        """
        tokens = self.parts[conditioner_part(conditioner.id)].get(name)
        wanted = (1, conditioner.token_count, conditioner.token_width)
        if tokens is None or tuple(tokens.shape) != wanted or not bool(tokens.isfinite().all()):
            raise CheckpointError(f"{self.model_path} holds no usable {name}; fetch it again.")
        return tokens.float()

    @property
    def has_picture(self) -> bool:
        """Whether the model looks at pictures."""
        return self.config.picture is not None

    @property
    def picture(self) -> ConditionerConfig:
        """The picture's conditioner."""
        return _there(self.config.picture, self.config_path, "picture")

    @property
    def video_options(self) -> VideoPromptConfig:
        """Its options."""
        options = self.picture.options
        assert isinstance(options, VideoPromptConfig)
        return options

    @property
    def text(self) -> ConditionerConfig:
        """The conditioner of words."""
        return _there(self.config.text, self.config_path, "words")

    @property
    def sound(self) -> ConditionerConfig:
        """The conditioner of sound."""
        return _there(self.config.sound, self.config_path, "sound")

    @property
    def sound_options(self) -> EncodedPromptConfig | MelPromptConfig:
        """Its options."""
        options = self.sound.options
        assert isinstance(options, EncodedPromptConfig | MelPromptConfig)
        return options

    @staticmethod
    def needs_sync(config: AudioxConfig) -> bool:
        """Whether the picture's conditioner takes features of movement."""
        options = None if config.picture is None else config.picture.options
        return isinstance(options, VideoPromptConfig) and options.has_sync


def files_of(checkpoint: Checkpoint) -> ModelFiles:
    """Return what the files of a checkpoint say."""
    files = checkpoint.files
    return _read(
        files["config"], files["model"], files.get("sync"), tuple(map(_stamp, files.values()))
    )


def forget_files() -> None:
    """Let go of files that are mapped."""
    _read.cache_clear()


@lru_cache(maxsize=1)
def _read(
    config_path: Path, model_path: Path, sync_path: Path | None, stamp: tuple[object, ...]
) -> ModelFiles:
    del stamp  # Only says when to look again.
    return ModelFiles(config_path, model_path, sync_path)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size


def _there(found: ConditionerConfig | None, where: Path, what: str) -> ConditionerConfig:
    if found is None:
        raise ConfigError(f"{where} has no conditioner of {what}; choose a published model's.")
    return found
