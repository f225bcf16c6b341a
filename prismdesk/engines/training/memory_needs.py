"""What training takes of a graphics card's memory, estimated before it begins, and what would fit.

The figures of the large model are fitted to published ones of training it with low-rank adapters
(9, 12, 15 and 20 GB for batches of 1, 4, 8 and 16); those of other models follow from their sizes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.weights.model import Model

GB = 1_000_000_000

_FILE_BYTES_PER_NUMBER = 4
_DENOISER_OF_AUDIOX_FILE = 0.82
_AUDIOX_WIDTH, _AUDIOX_DEPTH, _AUDIOX_TOKENS = 1536, 24, 238
_SELVA_LATENT_FRAMES = {16_000: 250, 44_100: 345}
_SELVA_OTHER_TOKENS = 64 + 77
_STREAMS = 3

_BASE_SHARE = 3.0
"""Of the base's numbers: themselves, and what lies beside them while they are loaded and used."""

_FIXED_BYTES = 2 * GB
"""The driver's own share, and the networks that make listening examples."""

_KEPT_PER_TOKEN = 53
"""Vectors that a block keeps for each token until the way back."""

_LEARNED_BYTES_PER_NUMBER = 16
"""Of what learns: itself, its gradient and two running means, in float32."""


@dataclass(frozen=True, slots=True)
class TrainedSize:
    """The network that is trained.

    Attributes:
        numbers: weights of the base.
        width: of its tokens.
        depth: blocks.
        tokens: of all blocks together, for one pair.
        layers: that learn usually.
    """

    numbers: int
    width: int
    depth: int
    tokens: int
    layers: int


def trained_size(model: Model) -> TrainedSize:
    """Return the sizes of the network of a model that is trained."""
    if model.engine == "audiox":
        return TrainedSize(
            numbers=int(
                model.files["model"].size_bytes * _DENOISER_OF_AUDIOX_FILE / _FILE_BYTES_PER_NUMBER
            ),
            width=_AUDIOX_WIDTH,
            depth=_AUDIOX_DEPTH,
            tokens=_AUDIOX_DEPTH * _AUDIOX_TOKENS,
            layers=5 * _AUDIOX_DEPTH,
        )
    sizes = model.hyper_parameters["generator"]
    depth, fused = int(sizes["depth"]), int(sizes["fused_depth"])
    latent = _SELVA_LATENT_FRAMES.get(model.native_rate_hz, max(_SELVA_LATENT_FRAMES.values()))
    joint = depth - fused
    return TrainedSize(
        numbers=model.files["generator"].size_bytes // _FILE_BYTES_PER_NUMBER,
        width=int(sizes["hidden_dim"]),
        depth=depth,
        tokens=depth * latent + joint * _SELVA_OTHER_TOKENS,
        layers=_STREAMS * joint + fused,
    )


def needed_bytes(size: TrainedSize, options: TrainingOptions, *, is_half: bool = True) -> int:
    """Return what training takes of the graphics card.

    Args:
        size: of the network.
        options: of the run.
        is_half: whether the base has 16-bit numbers.
    """
    number_bytes = 2 if is_half else 4
    # Most targets are the projection to queries, keys and values: D in, 3 D out.
    learned = size.layers * 4 * size.width * options.rank * _LEARNED_BYTES_PER_NUMBER
    vector_bytes = size.tokens * size.width * number_bytes
    kept = float(_KEPT_PER_TOKEN)
    if options.gradient_checkpointing:
        # What enters each block, and all of the one that is worked out again.
        kept = 2.0 + _KEPT_PER_TOKEN / size.depth
    base = _BASE_SHARE * size.numbers * number_bytes
    return int(base + learned + options.batch * kept * vector_bytes + _FIXED_BYTES)


def what_would_fit(
    size: TrainedSize, options: TrainingOptions, free_bytes: int, *, is_half: bool = True
) -> TrainingOptions | None:
    """Return options that fit and train the same, or None if none do.

    A smaller batch goes with more accumulation, so that a step sees as many pairs; saving memory
    comes in once a batch of one doesn't fit, or at once if that keeps the batch.
    """
    for checkpointing in (options.gradient_checkpointing, True):
        batch = options.batch
        while batch:
            smaller = replace(
                options,
                batch=batch,
                accumulation=min(64, options.accumulation * options.batch // batch),
                gradient_checkpointing=checkpointing,
            )
            if needed_bytes(size, smaller, is_half=is_half) <= free_bytes:
                return smaller
            batch //= 2
    return None


def advice(
    size: TrainedSize, options: TrainingOptions, free_bytes: int, *, is_half: bool = True
) -> str:
    """Return what to do so that it fits, as the end of a sentence."""
    fitting = what_would_fit(size, options, free_bytes, is_half=is_half)
    if fitting is None:
        return "choose a smaller model, or close what else uses the graphics card"
    if fitting == options:
        return "close what else uses the graphics card, or choose a smaller batch"
    changes = []
    if fitting.batch != options.batch:
        changes.append(f"a batch of {fitting.batch} with accumulation {fitting.accumulation}")
    if fitting.gradient_checkpointing != options.gradient_checkpointing:
        changes.append("saving memory switched on (gradient_checkpointing)")
    return f"choose {' and '.join(changes)}, which takes about {_gb(size, fitting, is_half)}"


def refusal(
    model: Model, options: TrainingOptions, free_bytes: int, *, is_half: bool = True
) -> str:
    """Return why a run doesn't fit the graphics card and what would; empty if it fits.

    Args:
        model: that is trained on.
        options: of the run.
        free_bytes: of the graphics card.
        is_half: whether the base has 16-bit numbers.
    """
    size = trained_size(model)
    if needed_bytes(size, options, is_half=is_half) <= free_bytes:
        return ""
    return (
        f"Training {model.name} with a batch of {options.batch} takes about "
        f"{_gb(size, options, is_half)} of the graphics card, where {free_bytes / GB:.1f} GB are "
        f"free; {advice(size, options, free_bytes, is_half=is_half)}."
    )


def _gb(size: TrainedSize, options: TrainingOptions, is_half: bool) -> str:
    return f"{needed_bytes(size, options, is_half=is_half) / GB:.1f} GB"
