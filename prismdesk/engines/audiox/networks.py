"""The networks of one checkpoint of AudioX: which part of its files each is in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import torch

from prismdesk.engines.audiox.autoencoder import encode_alike, oobleck_of
from prismdesk.engines.audiox.checkpoint import (
    AUTOENCODER,
    DENOISER,
    FUSION,
    conditioner_part,
    read_parts,
)
from prismdesk.engines.audiox.conditioner_config import EncodedPromptConfig, TextPromptConfig
from prismdesk.engines.audiox.conditioning.audio_prompt import (
    AnyAudioPrompt,
    audio_prompt_checkpoint,
    prompt_autoencoder_state,
)
from prismdesk.engines.audiox.conditioning.maf import Maf, maf_checkpoint
from prismdesk.engines.audiox.conditioning.prompt_mel import MelPrompt, mel_prompt_checkpoint
from prismdesk.engines.audiox.conditioning.text_prompt import TextPrompt, text_prompt_checkpoint
from prismdesk.engines.audiox.conditioning.video_prompt import VideoPrompt, video_prompt_checkpoint
from prismdesk.engines.audiox.config_fields import ConfigError
from prismdesk.engines.audiox.denoiser.checkpoint import denoiser_checkpoint
from prismdesk.engines.audiox.model_files import files_of
from prismdesk.engines.hosting.network import Network, filled
from prismdesk.engines.loading.filling import fill
from prismdesk.engines.nets.oobleck import (
    OobleckDecoder,
    OobleckEncoder,
    oobleck_decoder_checkpoint,
    oobleck_encoder_checkpoint,
)
from prismdesk.engines.nets.synchformer import Synchformer, synchformer_checkpoint
from prismdesk.engines.nets.t5 import T5TextEncoder, load_t5

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from prismdesk.engines.audiox.denoiser.network import DenoisingNetwork
    from prismdesk.engines.hosting.network import Checkpoint
    from prismdesk.engines.loading.published import Published

ModuleT = TypeVar("ModuleT", bound=torch.nn.Module)


@dataclass(frozen=True)
class Words:
    """T5, and what makes tokens of its states."""

    t5: T5TextEncoder
    prompt: TextPrompt

    @property
    def encoder(self) -> torch.nn.Module:
        """The large one of the two networks."""
        return self.t5.encoder


def _of_part(
    checkpoint: Checkpoint,
    part: str,
    published: Published[ModuleT],
    *,
    precision: torch.dtype | None = None,
    state: Mapping[str, Tensor] | None = None,
) -> ModuleT:
    files = files_of(checkpoint)
    return fill(
        published,
        files.parts[part] if state is None else state,
        where=str(files.model_path),
        device=checkpoint.device,
        dtype=precision or checkpoint.precision,
    )


def _load_words(checkpoint: Checkpoint) -> Words:
    text = files_of(checkpoint).text
    options = text.options
    fixed = options.max_length if isinstance(options, TextPromptConfig) else None
    t5 = load_t5(
        checkpoint.files["t5"],
        device=checkpoint.device,
        dtype=checkpoint.precision,
        fixed_tokens=fixed,
    )
    published = text_prompt_checkpoint(text, t5_dim=t5.encoder.sizes.d_model)
    # Its projection, where there is one, is tiny and stays beside the numbers that T5 gives.
    return Words(t5, _of_part(checkpoint, conditioner_part(text.id), published))


def _load_video_prompt(checkpoint: Checkpoint) -> VideoPrompt:
    files = files_of(checkpoint)
    published = video_prompt_checkpoint(files.picture, clip=files.clip)
    return _of_part(checkpoint, conditioner_part(files.picture.id), published)


def _load_sync(checkpoint: Checkpoint) -> Synchformer:
    sizes = files_of(checkpoint).sync
    if sizes is None:
        raise ConfigError(f"{checkpoint.model.name} has no Synchformer; choose another model.")
    return filled(checkpoint, "sync", synchformer_checkpoint(sizes))


def _load_audio_prompt(checkpoint: Checkpoint) -> AnyAudioPrompt:
    sound = files_of(checkpoint).sound
    return _of_part(checkpoint, conditioner_part(sound.id), audio_prompt_checkpoint(sound))


def _load_mel_prompt(checkpoint: Checkpoint) -> MelPrompt:
    sound = files_of(checkpoint).sound
    return _of_part(checkpoint, conditioner_part(sound.id), mel_prompt_checkpoint(sound))


def _load_prompt_encoder(checkpoint: Checkpoint) -> OobleckEncoder:
    files = files_of(checkpoint)
    options = files.sound.options
    if not isinstance(options, EncodedPromptConfig):
        raise ConfigError(f"{files.config_path} encodes no sound prompt.")
    return _of_part(
        checkpoint,
        conditioner_part(files.sound.id),
        oobleck_encoder_checkpoint(oobleck_of(options.autoencoder)),
        precision=torch.float32,
        state=prompt_autoencoder_state(files.parts[conditioner_part(files.sound.id)]),
    )


def _load_encoder(checkpoint: Checkpoint) -> OobleckEncoder:
    config = oobleck_of(files_of(checkpoint).config.pretransform)
    published = oobleck_encoder_checkpoint(config)
    return _of_part(checkpoint, AUTOENCODER, published, precision=torch.float32)


def _load_decoder(checkpoint: Checkpoint) -> OobleckDecoder:
    config = oobleck_of(files_of(checkpoint).config.pretransform)
    published = oobleck_decoder_checkpoint(config)
    return _of_part(checkpoint, AUTOENCODER, published, precision=torch.float32)


def _load_maf(checkpoint: Checkpoint) -> Maf:
    gate = files_of(checkpoint).config.gate
    if gate is None:
        raise ConfigError(f"{checkpoint.model.name} fuses nothing.")
    return _of_part(checkpoint, FUSION, maf_checkpoint(gate))


def _load_denoiser(checkpoint: Checkpoint) -> DenoisingNetwork:
    files = files_of(checkpoint)
    # Mapped anew: adapters change these weights in place, and no other network's.
    state = read_parts(files.model_path, files.config)[DENOISER]
    return _of_part(checkpoint, DENOISER, denoiser_checkpoint(files.config.diffusion), state=state)


def _stored_denoiser(checkpoint: Checkpoint) -> dict[str, Tensor]:
    files = files_of(checkpoint)
    return denoiser_checkpoint(files.config.diffusion).translate(files.parts[DENOISER])


WORDS: Network[Words] = Network(name="T5", role="t5", load=_load_words)
VIDEO_PROMPT: Network[VideoPrompt] = Network(
    name="the picture's conditioner", role="model", load=_load_video_prompt
)
SYNC: Network[Synchformer] = Network(name="Synchformer", role="sync", load=_load_sync)
AUDIO_PROMPT: Network[AnyAudioPrompt] = Network(
    name="the sound prompt's conditioner", role="model", load=_load_audio_prompt
)
MEL_PROMPT: Network[MelPrompt] = Network(
    name="the sound prompt's spectrogram", role="model", load=_load_mel_prompt
)
MAF: Network[Maf] = Network(name="the fusing block", role="model", load=_load_maf)
DENOISER_NETWORK: Network[DenoisingNetwork] = Network(
    name="the denoiser", role="model", load=_load_denoiser, stored=_stored_denoiser
)
ENCODER: Network[OobleckEncoder] = Network(
    name="the autoencoder's encoder", role="model", load=_load_encoder, keeps_float32=True
)
DECODER: Network[OobleckDecoder] = Network(
    name="the autoencoder's decoder", role="model", load=_load_decoder, keeps_float32=True
)
_PROMPT_ENCODER: Network[OobleckEncoder] = Network(
    name="the sound prompt's encoder", role="model", load=_load_prompt_encoder, keeps_float32=True
)


def prompt_encoder(checkpoint: Checkpoint) -> Network[OobleckEncoder]:
    """Return what encodes sound prompts: the encoder of the latents, where it does the same."""
    files = files_of(checkpoint)
    options, config = files.sound.options, files.config.pretransform
    if isinstance(options, EncodedPromptConfig):
        own = prompt_autoencoder_state(files.parts[conditioner_part(files.sound.id)])
        if encode_alike(options.autoencoder, own, config, files.parts[AUTOENCODER]):
            return ENCODER
    return _PROMPT_ENCODER
