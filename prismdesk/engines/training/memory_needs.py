"""What training takes of a graphics card's memory, estimated before it begins, and what would fit.

The figures of the large model are fitted to published ones of training it with low-rank adapters
(9, 12, 15 and 20 GB for batches of 1, 4, 8 and 16); those of other models follow from their sizes.
Learned words need as much but for what learns. What the tuning of a vocoder keeps was counted
tensor by tensor at its published sizes, from the way in to the way back.
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

_TRAINING = {"words": "Learning words for", "vocoder": "Tuning the vocoder of"}

_CROP_FRAMES = 64
"""Of the spectrogram, in one pass of a vocoder."""

_KEPT_PER_ACTIVATION = {"alphas": 10.3, "all": 12.4}
"""Vectors that an activation of a vocoder and the convolution behind it keep, by what learns."""

_TUNED_BYTES_PER_NUMBER = 24
"""Of a vocoder's numbers that learn: as above, what they began as, and how far they went."""


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


@dataclass(frozen=True, slots=True)
class VocoderSize:
    """The vocoder that is tuned.

    Attributes:
        numbers: weights of it.
        beside_bytes: of what decodes the spectrograms that it learns from.
        vectors: numbers between its layers for one pair: of each stage those of one moment.
        widest: those of the stage that has most.
        activations: of a stage.
        in_block: of these in each residual block.
    """

    numbers: int
    beside_bytes: int
    vectors: int
    widest: int
    activations: int
    in_block: int


def trained_size(model: Model, method: str = "lora") -> TrainedSize | VocoderSize:
    """Return the sizes of the network of a model that is trained.

    Args:
        model: that is trained on.
        method: what learns of it.
    """
    if method == "vocoder" and "vocoder" in model.files:
        return _vocoder_size(model)
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


def _vocoder_size(model: Model) -> VocoderSize:
    sizes = model.hyper_parameters["vocoder"]
    samples, channels, stages = _CROP_FRAMES, int(sizes["upsample_initial_channel"]), []
    for factor in sizes["upsample_rates"]:
        samples, channels = samples * int(factor), channels // 2
        stages.append(samples * channels)
    # Two for each dilation, of which every known vocoder has three in each of three blocks.
    dilations = sizes.get("resblock_dilation_sizes", ((1, 3, 5),) * 3)
    return VocoderSize(
        numbers=model.files["vocoder"].size_bytes // _FILE_BYTES_PER_NUMBER,
        beside_bytes=model.files["vae"].size_bytes,
        vectors=sum(stages),
        widest=max(stages),
        activations=2 * sum(map(len, dilations)),
        in_block=2 * max(map(len, dilations)),
    )


def needed_bytes(
    size: TrainedSize | VocoderSize, options: TrainingOptions, *, is_half: bool = True
) -> int:
    """Return what training takes of the graphics card.

    Args:
        size: of the network.
        options: of the run.
        is_half: whether the base has 16-bit numbers; a vocoder never has.
    """
    if isinstance(size, VocoderSize):
        return _needed_for_vocoder(size, options)
    number_bytes = 2 if is_half else 4
    # Most targets are the projection to queries, keys and values: D in, 3 D out.
    learned_numbers = size.layers * 4 * size.width * options.rank
    if options.method == "words":
        learned_numbers = options.words_count * size.width
    learned = learned_numbers * _LEARNED_BYTES_PER_NUMBER
    vector_bytes = size.tokens * size.width * number_bytes
    kept = float(_KEPT_PER_TOKEN)
    if options.gradient_checkpointing:
        # What enters each block, and all of the one that is worked out again.
        kept = 2.0 + _KEPT_PER_TOKEN / size.depth
    base = _BASE_SHARE * size.numbers * number_bytes
    return int(base + learned + options.batch * kept * vector_bytes + _FIXED_BYTES)


def _needed_for_vocoder(size: VocoderSize, options: TrainingOptions) -> int:
    of_activation = _KEPT_PER_ACTIVATION[options.vocoder_scope]
    kept = of_activation * size.activations * size.vectors
    if options.gradient_checkpointing:
        # What enters each block, and all of the one that is worked out again.
        blocks = size.activations // size.in_block
        kept = (blocks + 1) * size.vectors + of_activation * size.in_block * size.widest
    learned = size.numbers * _TUNED_BYTES_PER_NUMBER if options.vocoder_scope == "all" else 0
    base = size.numbers * _FILE_BYTES_PER_NUMBER + size.beside_bytes
    return int(base + learned + options.batch * kept * _FILE_BYTES_PER_NUMBER + _FIXED_BYTES)


def what_would_fit(
    size: TrainedSize | VocoderSize,
    options: TrainingOptions,
    free_bytes: int,
    *,
    is_half: bool = True,
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
    size: TrainedSize | VocoderSize,
    options: TrainingOptions,
    free_bytes: int,
    *,
    is_half: bool = True,
) -> str:
    """Return what to do so that it fits, as the end of a sentence."""
    fitting = what_would_fit(size, options, free_bytes, is_half=is_half)
    if fitting is None:
        return _advice_where_none_fits(size, options, free_bytes, is_half=is_half)
    if fitting == options:
        return "close what else uses the graphics card, or choose a smaller batch"
    changes = []
    if fitting.batch != options.batch:
        changes.append(f"a batch of {fitting.batch} with accumulation {fitting.accumulation}")
    changes.append(_saving(fitting, options).removeprefix(" and "))
    told = " and ".join(one for one in changes if one)
    return f"choose {told}, which takes about {_gb(size, fitting, is_half)}"


def _advice_where_none_fits(
    size: TrainedSize | VocoderSize, options: TrainingOptions, free_bytes: int, *, is_half: bool
) -> str:
    close = "close what else uses the graphics card"
    if isinstance(size, TrainedSize):
        return f"choose a smaller model, or {close}"
    alphas = replace(options, vocoder_scope="alphas")
    fitting = what_would_fit(size, alphas, free_bytes, is_half=is_half)
    if fitting is None or options.vocoder_scope == "alphas":
        return f"{close}, or train on the processor"
    return (
        f"tune the alphas alone (vocoder_scope) with a batch of {fitting.batch}"
        f"{_saving(fitting, options)}, which takes about {_gb(size, fitting, is_half)}"
    )


def _saving(fitting: TrainingOptions, options: TrainingOptions) -> str:
    is_new = fitting.gradient_checkpointing != options.gradient_checkpointing
    return " and saving memory switched on (gradient_checkpointing)" if is_new else ""


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
    size = trained_size(model, options.method)
    if needed_bytes(size, options, is_half=is_half) <= free_bytes:
        return ""
    what = _TRAINING.get(options.method, "Training")
    return (
        f"{what} {model.name} with a batch of {options.batch} takes about "
        f"{_gb(size, options, is_half)} of the graphics card, where {free_bytes / GB:.1f} GB are "
        f"free; {advice(size, options, free_bytes, is_half=is_half)}."
    )


def _gb(size: TrainedSize | VocoderSize, options: TrainingOptions, is_half: bool) -> str:
    return f"{needed_bytes(size, options, is_half=is_half) / GB:.1f} GB"
