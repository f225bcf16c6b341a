"""The networks of one checkpoint: which file each is in, and how it is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch

from prismdesk.engines.hosting.network import Checkpoint, Network, NetworkT, filled
from prismdesk.engines.loading.state_file import CheckpointError, read_state
from prismdesk.engines.nets.bigvgan import BigVgan, BigVganConfig, bigvgan_checkpoint
from prismdesk.engines.nets.clip import (
    ClipConfig,
    ClipImageTower,
    ClipTextTower,
    clip_image_checkpoint,
    clip_text_checkpoint,
)
from prismdesk.engines.nets.clip_words import ClipWords
from prismdesk.engines.nets.mel_vae import (
    MelVaeConfig,
    MelVaeDecoder,
    MelVaeEncoder,
    mel_vae_decoder_checkpoint,
    mel_vae_encoder_checkpoint,
)
from prismdesk.engines.nets.synchformer import (
    Synchformer,
    SynchformerConfig,
    synchformer_checkpoint,
)
from prismdesk.engines.nets.t5 import T5TextEncoder, load_t5
from prismdesk.engines.selva.generator.checkpoint import generator_checkpoint
from prismdesk.engines.selva.generator.config import GeneratorConfig
from prismdesk.engines.selva.looks import model_listens
from prismdesk.engines.selva.text_synchformer import (
    TextSynchformer,
    TextSynchformerConfig,
    text_synchformer_checkpoint,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from prismdesk.engines.loading.published import Published
    from prismdesk.engines.selva.generator.network import Generator

_VISION = "visual."


def listens(checkpoint: Checkpoint) -> bool:
    """Whether its sync encoder listens to the prompt, as SelVA's does."""
    return model_listens(checkpoint.model)


def _sized(
    checkpoint: Checkpoint, part: str, make: Callable[[dict[str, Any]], NetworkT]
) -> NetworkT:
    """Make a configuration of a part's sizes; what is impossible is told with the model's name."""
    try:
        return make(checkpoint.sizes(part))
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"The sizes that {checkpoint.model.name} gives for its {part} can't be used ({error})."
        ) from error


def _clip_config(checkpoint: Checkpoint) -> ClipConfig:
    return _sized(checkpoint, "clip", ClipConfig.from_mapping)


def _load_clip_text(checkpoint: Checkpoint) -> ClipTextTower:
    published = clip_text_checkpoint(_clip_config(checkpoint))
    return filled(checkpoint, "clip", published, names=lambda name: not name.startswith(_VISION))


def _load_clip_image(checkpoint: Checkpoint) -> ClipImageTower:
    published = clip_image_checkpoint(_clip_config(checkpoint))
    return filled(checkpoint, "clip", published, names=lambda name: name.startswith(_VISION))


def _load_t5(checkpoint: Checkpoint) -> T5TextEncoder:
    return load_t5(checkpoint.files["t5"], device=checkpoint.device, dtype=checkpoint.precision)


def _load_sync(checkpoint: Checkpoint) -> Synchformer:
    config = _sized(checkpoint, "sync", _sync_config)
    return filled(checkpoint, "sync", synchformer_checkpoint(config))


def _load_text_sync(checkpoint: Checkpoint) -> TextSynchformer:
    config = _sized(checkpoint, "sync", _text_sync_config)
    return filled(checkpoint, "sync", text_synchformer_checkpoint(config))


def _sync_config(sizes: dict[str, Any]) -> SynchformerConfig:
    sizes.pop("frame_px", None)
    return SynchformerConfig(**sizes)


def _text_sync_config(sizes: dict[str, Any]) -> TextSynchformerConfig:
    sizes.pop("frame_px", None)
    return TextSynchformerConfig(**sizes)


def _generator(checkpoint: Checkpoint) -> Published[Generator]:
    return generator_checkpoint(
        _sized(checkpoint, "generator", lambda sizes: GeneratorConfig(**sizes))
    )


def _load_generator(checkpoint: Checkpoint) -> Generator:
    return filled(checkpoint, "generator", _generator(checkpoint))


def _stored_generator(checkpoint: Checkpoint) -> dict[str, Tensor]:
    return _generator(checkpoint).translate(read_state(checkpoint.files["generator"]))


def _vae_config(checkpoint: Checkpoint) -> MelVaeConfig:
    return _sized(checkpoint, "vae", lambda sizes: MelVaeConfig(**sizes))


def _load_vae_encoder(checkpoint: Checkpoint) -> MelVaeEncoder:
    return filled(
        checkpoint,
        "vae",
        mel_vae_encoder_checkpoint(_vae_config(checkpoint)),
        precision=torch.float32,
    )


def _load_vae_decoder(checkpoint: Checkpoint) -> MelVaeDecoder:
    return filled(
        checkpoint,
        "vae",
        mel_vae_decoder_checkpoint(_vae_config(checkpoint)),
        precision=torch.float32,
    )


def _load_vocoder(checkpoint: Checkpoint) -> BigVgan:
    config = _sized(checkpoint, "vocoder", BigVganConfig.from_published)
    return filled(checkpoint, "vocoder", bigvgan_checkpoint(config), precision=torch.float32)


def _load_words(checkpoint: Checkpoint) -> ClipWords:
    return ClipWords(checkpoint.files["clip_vocabulary"])


CLIP_WORDS: Network[ClipWords] = Network(
    name="CLIP's vocabulary", role="clip_vocabulary", load=_load_words
)
CLIP_TEXT: Network[ClipTextTower] = Network(
    name="CLIP's text tower", role="clip", load=_load_clip_text
)
CLIP_IMAGE: Network[ClipImageTower] = Network(
    name="CLIP's image tower", role="clip", load=_load_clip_image
)
T5: Network[T5TextEncoder] = Network(name="T5", role="t5", load=_load_t5)
SYNC: Network[Synchformer] = Network(name="Synchformer", role="sync", load=_load_sync)
TEXT_SYNC: Network[TextSynchformer] = Network(
    name="SelVA's video encoder", role="sync", load=_load_text_sync
)
GENERATOR: Network[Generator] = Network(
    name="the generator", role="generator", load=_load_generator, stored=_stored_generator
)
VAE_ENCODER: Network[MelVaeEncoder] = Network(
    name="the VAE's encoder", role="vae", load=_load_vae_encoder, keeps_float32=True
)
VAE_DECODER: Network[MelVaeDecoder] = Network(
    name="the VAE's decoder", role="vae", load=_load_vae_decoder, keeps_float32=True
)
VOCODER: Network[BigVgan] = Network(
    name="the vocoder", role="vocoder", load=_load_vocoder, keeps_float32=True, is_tuned=True
)
