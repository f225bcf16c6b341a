"""Whether the networks of a checkpoint fit each other, told before any is loaded."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from prismdesk.engines.loading.state_file import CheckpointError
from prismdesk.engines.nets.mel_bands import MEL_16K, MEL_44K

if TYPE_CHECKING:
    from prismdesk.engines.nets.mel_bands import MelMode
    from prismdesk.engines.weights.model import Model

MEL_MODES: dict[int, MelMode] = {mode.rate_hz: mode for mode in (MEL_16K, MEL_44K)}
"""The spectrograms of the rates that there are networks for."""

_NEEDED = {
    "generator": ("latent_dim", "hidden_dim"),
    "sync": ("embed_dim", "depth", "img_size", "patch_size", "segment_frames", "patch_frames"),
    "clip.vision": ("image_size", "patch_size", "width", "layers"),
    "clip.text": ("width", "layers", "vocab_size", "context_length"),
    "vae": ("mel_bands", "latent_dim", "hidden_dim"),
    "vocoder": ("num_mels", "upsample_initial_channel"),
}


def check_sizes(model: Model) -> None:
    """Compare the sizes that a checkpoint states for its networks.

    Raises:
        CheckpointError: two of them don't fit, or one is missing or no size; the message names
            them.
    """
    mode = MEL_MODES.get(model.native_rate_hz)
    if mode is None:
        raise CheckpointError(
            f"{model.name} is for {model.native_rate_hz} Hz; these networks work at 16000 or "
            "44100 Hz."
        )
    _check_numbers(model)
    try:
        pairs = _pairs(model.hyper_parameters, mode)
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"The sizes given for {model.name} lack {error}.") from error
    for one, other in pairs:
        if one[1] != other[1]:
            raise CheckpointError(
                f"The networks of {model.name} don't fit each other: {one[0]} is {one[1]}, but "
                f"{other[0]} is {other[1]}."
            )


def _check_numbers(model: Model) -> None:
    """Require the sizes that the memory a run takes is estimated from."""
    for place, names in _NEEDED.items():
        node: Any = model.hyper_parameters
        for part in place.split("."):
            node = node.get(part) if isinstance(node, dict) else None
        for name in names:
            size = node.get(name) if isinstance(node, dict) else None
            if not isinstance(size, int) or isinstance(size, bool) or size < 1:
                raise CheckpointError(
                    f"The sizes given for {model.name} must say {place}.{name}, a whole number "
                    "above 0."
                )


def _pairs(
    sizes: dict[str, Any], mode: MelMode
) -> list[tuple[tuple[str, object], tuple[str, object]]]:
    generator, clip, vae = sizes["generator"], sizes["clip"], sizes["vae"]
    vocoder = sizes["vocoder"]

    def of(part: str, name: str) -> tuple[str, object]:
        return f"{part}.{name}", sizes[part][name]

    text = clip["text"]
    return [
        (("generator.clip_dim", generator.get("clip_dim", 1024)), of("clip", "embed_dim")),
        (
            ("generator.text_dim", generator.get("text_dim", 1024)),
            ("clip.text.width", text["width"]),
        ),
        (
            ("generator.text_tokens", generator.get("text_tokens", 77)),
            ("clip.text.context_length", text["context_length"]),
        ),
        (("generator.sync_dim", generator.get("sync_dim", 768)), of("sync", "embed_dim")),
        (of("generator", "latent_dim"), ("vae.latent_dim", vae["latent_dim"])),
        (of("vae", "mel_bands"), of("vocoder", "num_mels")),
        (of("vae", "mel_bands"), ("the spectrogram's bands", mode.bands)),
        (
            ("the product of vocoder.upsample_rates", prod(vocoder["upsample_rates"])),
            ("the spectrogram's hop", mode.hop_samples),
        ),
        (of("sync", "frame_px"), of("sync", "img_size")),
    ]
