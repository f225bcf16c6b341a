"""What each stage of a run takes of memory, estimated from sizes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.engines.audiox.checkpoint import (
    AUTOENCODER,
    DENOISER,
    FUSION,
    conditioner_part,
)
from prismdesk.engines.audiox.conditioner_config import EncodedPromptConfig
from prismdesk.engines.audiox.model_files import ModelFiles, files_of
from prismdesk.engines.audiox.stages import (
    decoding,
    fusing,
    known_sound,
    picture,
    sampling,
    sound_prompt,
    words,
)
from prismdesk.engines.hosting.memory import StageNeeds
from prismdesk.engines.nets.oobleck_pieces import PIECE_FRAMES

if TYPE_CHECKING:
    from prismdesk.engines.hosting.network import Checkpoint

_FLOAT_BYTES = 4
_T5_ENCODER_SHARE = 0.49
_KEPT_PER_TOKEN = 14
"""Vectors that a transformer's block holds for each token: itself, q, k, v and the inner layer."""

_KEPT_PER_SAMPLE = 4
"""Numbers that the autoencoder's widest layers hold for each channel and sample of a piece."""

_MOST_CONTEXT_TOKENS = 1979


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSize:
    """What decides the memory of a run.

    Attributes:
        window_frames: latent frames of the longest window.
        has_picture: whether there is a picture to look at.
        has_sound_prompt: whether the model may listen to sound.
        has_known_sound: whether sound is encoded.
    """

    window_frames: int
    has_picture: bool
    has_sound_prompt: bool
    has_known_sound: bool


def stage_needs(checkpoint: Checkpoint, size: RunSize) -> list[StageNeeds]:
    """Return the needs of every stage that a run has."""
    files = files_of(checkpoint)
    number_bytes = checkpoint.precision.itemsize
    stages = [_words(checkpoint, number_bytes)]
    if size.has_picture and files.sync is not None:
        stages.append(_movement(files, number_bytes))
    if size.has_picture and files.has_picture:
        stages.append(_meaning(files, number_bytes))
    if size.has_sound_prompt or not sound_prompt.has_empty_feature(files.sound_options):
        stages.append(_sound_prompt(files, number_bytes))
    if files.config.gate is not None:
        stages.append(_fusing(files, number_bytes))
    if size.has_known_sound:
        stages.append(_half_autoencoder(files, known_sound.STAGE))
    stages.append(_sampling(files, size, number_bytes))
    stages.append(_half_autoencoder(files, decoding.STAGE))
    return stages


def _numbers(files: ModelFiles, part: str, prefix: str = "") -> int:
    """Return how many numbers a part of the weights has."""
    tensors = files.parts[part]
    return sum(tensor.numel() for name, tensor in tensors.items() if name.startswith(prefix))


def _words(checkpoint: Checkpoint, number_bytes: int) -> StageNeeds:
    numbers = int(checkpoint.file_bytes("t5") * _T5_ENCODER_SHARE) // _FLOAT_BYTES
    return StageNeeds(
        name=words.STAGE, weight_bytes=numbers * number_bytes, working_bytes=lambda plan: 0
    )


def _movement(files: ModelFiles, number_bytes: int) -> StageNeeds:
    sizes = files.sync
    if sizes is None:
        raise ValueError("a model without a Synchformer looks at no movement")
    tokens = sizes.places * sizes.features_per_segment + 1
    per_segment = tokens * sizes.embed_dim * _KEPT_PER_TOKEN * number_bytes
    pixels = 72 * sizes.img_size**2 * 3 * 2 * _FLOAT_BYTES
    weights = 16 * sizes.embed_dim**2 * (sizes.depth + 1) * number_bytes
    return StageNeeds(
        name=picture.MOVEMENT_STAGE,
        weight_bytes=weights,
        working_bytes=lambda plan: plan.segments_at_once * per_segment + pixels,
    )


def _meaning(files: ModelFiles, number_bytes: int) -> StageNeeds:
    frames, clip = files.video_options.frames, files.clip
    states = frames * clip.positions * clip.hidden_size * number_bytes
    pixels = frames * 3 * clip.image_size**2 * _FLOAT_BYTES
    working = 3 * states + pixels
    return StageNeeds(
        name=picture.MEANING_STAGE,
        weight_bytes=_numbers(files, conditioner_part(files.picture.id)) * number_bytes,
        working_bytes=lambda plan: working,
    )


def _sound_prompt(files: ModelFiles, number_bytes: int) -> StageNeeds:
    part, options = conditioner_part(files.sound.id), files.sound_options
    own = _numbers(files, part) - _numbers(files, part, "pretransform.")
    encoder = _numbers(files, part, "pretransform.model.encoder.")
    working = 0
    if isinstance(options, EncodedPromptConfig):
        working = _piece_bytes(files)
    return StageNeeds(
        name=sound_prompt.STAGE,
        weight_bytes=own * number_bytes + encoder * _FLOAT_BYTES,
        working_bytes=lambda plan: working,
    )


def _fusing(files: ModelFiles, number_bytes: int) -> StageNeeds:
    working = _MOST_CONTEXT_TOKENS * files.config.cond_dim * _KEPT_PER_TOKEN * number_bytes
    return StageNeeds(
        name=fusing.STAGE,
        weight_bytes=_numbers(files, FUSION) * number_bytes,
        working_bytes=lambda plan: working,
    )


def _sampling(files: ModelFiles, size: RunSize, number_bytes: int) -> StageNeeds:
    arguments = files.config.diffusion.arguments
    width, depth = arguments["embed_dim"], arguments["depth"]
    frames = size.window_frames + 1
    per_take = 2 * frames * width * 2 * _KEPT_PER_TOKEN * number_bytes
    if files.config.diffusion.kind == "mmdit":
        kept = 2 * depth * frames * 6 * width * number_bytes
    else:
        kept = 2 * depth * _MOST_CONTEXT_TOKENS * files.config.cond_dim * number_bytes
    return StageNeeds(
        name=sampling.STAGE,
        weight_bytes=_numbers(files, DENOISER) * number_bytes,
        # What is prepared of the conditions is each take's own where prompts are blanked.
        working_bytes=lambda plan: plan.takes_at_once * (per_take + kept),
    )


def _half_autoencoder(files: ModelFiles, name: str) -> StageNeeds:
    # Pieces are worked on one by one, whatever the number of takes.
    working = _piece_bytes(files)
    return StageNeeds(
        name=name,
        weight_bytes=_numbers(files, AUTOENCODER) // 2 * _FLOAT_BYTES,
        working_bytes=lambda plan: working,
    )


def _piece_bytes(files: ModelFiles) -> int:
    stack = files.config.pretransform
    frames = 2 * PIECE_FRAMES
    widest = stack.decoder.channels * max(stack.decoder.c_mults[0], 1)
    return frames * stack.downsampling_ratio * widest * _KEPT_PER_SAMPLE * _FLOAT_BYTES
