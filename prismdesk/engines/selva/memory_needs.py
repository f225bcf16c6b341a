"""What each stage of a run takes of memory and work, estimated from sizes alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.hosting.memory import StageNeeds
from prismdesk.engines.selva.lengths import NATURAL_SECONDS, lengths_of
from prismdesk.engines.selva.networks import listens

if TYPE_CHECKING:
    from prismdesk.engines.hosting.network import Checkpoint

_FLOAT_BYTES = 4
_T5_ENCODER_SHARE = 0.44

_KEPT_PER_TOKEN = 14
"""Vectors that a transformer's block holds for each token: itself, q, k, v and the inner layer."""

_KEPT_PER_LATENT_FRAME = 30
"""The same for the generator, whose gated convolutions are wider."""

_KEPT_PER_SAMPLE = 12
"""Numbers that the vocoder holds for each channel and sample, filters at double rate included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSize:
    """What decides the memory of a run.

    Attributes:
        window_seconds: the longest stretch that is worked on at once.
        has_meaning: whether CLIP looks at the picture.
        has_timing: whether the sync encoder does.
        has_known_sound: whether sound is encoded.
    """

    window_seconds: float
    has_meaning: bool
    has_timing: bool
    has_known_sound: bool


def stage_needs(checkpoint: Checkpoint, size: RunSize) -> list[StageNeeds]:
    """Return the needs of every stage that a run has."""
    number_bytes = checkpoint.precision.itemsize
    stages = [_words(checkpoint, number_bytes)]
    if listens(checkpoint) and size.has_timing:
        stages.append(_words_of_t5(checkpoint))
    if size.has_meaning:
        stages.append(_picture_meaning(checkpoint, number_bytes))
    if size.has_timing:
        stages.append(_picture_timing(checkpoint, number_bytes))
    if size.has_known_sound:
        stages.append(_known_sound(checkpoint))
    stages.append(_sampling(checkpoint, number_bytes, size))
    stages.append(_decoding(checkpoint))
    return stages


def _words(checkpoint: Checkpoint, number_bytes: int) -> StageNeeds:
    text = checkpoint.sizes("clip")["text"]
    tower = 12 * text["width"] ** 2 * text["layers"] + text["vocab_size"] * text["width"]
    working = text["context_length"] * text["width"] * _KEPT_PER_TOKEN * number_bytes
    return StageNeeds(
        name="words",
        weight_bytes=tower * number_bytes,
        working_bytes=lambda plan: working,
    )


def _words_of_t5(checkpoint: Checkpoint) -> StageNeeds:
    # T5 overflows in fp16 and is then kept in float32.
    is_kept_whole = checkpoint.precision == torch.float16
    number_bytes = _FLOAT_BYTES if is_kept_whole else checkpoint.precision.itemsize
    weights = int(checkpoint.file_bytes("t5") * _T5_ENCODER_SHARE) // _FLOAT_BYTES
    return StageNeeds(
        name="words", weight_bytes=weights * number_bytes, working_bytes=lambda plan: 0
    )


def _picture_meaning(checkpoint: Checkpoint, number_bytes: int) -> StageNeeds:
    vision = checkpoint.sizes("clip")["vision"]
    tokens = (vision["image_size"] // vision["patch_size"]) ** 2 + 1
    per_frame = tokens * vision["width"] * _KEPT_PER_TOKEN * number_bytes
    return StageNeeds(
        name="picture meaning",
        weight_bytes=12 * vision["width"] ** 2 * vision["layers"] * number_bytes,
        working_bytes=lambda plan: plan.clip_frames_at_once * per_frame,
    )


def _picture_timing(checkpoint: Checkpoint, number_bytes: int) -> StageNeeds:
    sync = checkpoint.sizes("sync")
    width = sync["embed_dim"]
    places = (sync["img_size"] // sync["patch_size"]) ** 2
    tokens = places * sync["segment_frames"] // sync["patch_frames"] + 1
    per_segment = tokens * width * _KEPT_PER_TOKEN * number_bytes
    pixels = 72 * sync["img_size"] ** 2 * 3 * 2 * _FLOAT_BYTES
    return StageNeeds(
        name="picture timing",
        weight_bytes=16 * width**2 * (sync["depth"] + 1) * number_bytes,
        working_bytes=lambda plan: plan.segments_at_once * per_segment + pixels,
    )


def _sampling(checkpoint: Checkpoint, number_bytes: int, size: RunSize) -> StageNeeds:
    width = checkpoint.sizes("generator")["hidden_dim"]
    lengths = lengths_of(max(size.window_seconds, 1.0), checkpoint.model.native_rate_hz)
    tokens = lengths.latent_frames + lengths.clip_frames + 77
    per_take = 2 * tokens * width * _KEPT_PER_LATENT_FRAME * number_bytes
    return StageNeeds(
        name="sampling",
        weight_bytes=checkpoint.file_bytes("generator") * number_bytes // _FLOAT_BYTES,
        working_bytes=lambda plan: plan.takes_at_once * per_take,
    )


def _decoding(checkpoint: Checkpoint) -> StageNeeds:
    vocoder = checkpoint.sizes("vocoder")
    last = vocoder["upsample_initial_channel"] >> len(vocoder["upsample_rates"])
    samples = lengths_of(NATURAL_SECONDS, checkpoint.model.native_rate_hz).audio_samples
    per_take = samples * max(1, last) * _KEPT_PER_SAMPLE * _FLOAT_BYTES
    return StageNeeds(
        name="decoding",
        weight_bytes=checkpoint.file_bytes("vae") // 2 + checkpoint.file_bytes("vocoder"),
        working_bytes=lambda plan: plan.takes_at_once * per_take,
    )


def _known_sound(checkpoint: Checkpoint) -> StageNeeds:
    lengths = lengths_of(NATURAL_SECONDS, checkpoint.model.native_rate_hz)
    frames, width = 2 * lengths.latent_frames, checkpoint.sizes("vae")["hidden_dim"]
    working = frames * width * _KEPT_PER_TOKEN * _FLOAT_BYTES
    return StageNeeds(
        name="known sound",
        weight_bytes=checkpoint.file_bytes("vae") // 2,
        working_bytes=lambda plan: working,
    )
