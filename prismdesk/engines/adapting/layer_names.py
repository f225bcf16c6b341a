"""Names of layers in adapters: prefixes taken off, flattened names taken apart, families told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PREFIXES = (
    "base_model.model.",
    "model.diffusion_model.",
    "diffusion_model.",
    "model.model.",
    "generator.",
)
_FLAT_PREFIXES = ("lora_unet_", "lora_transformer_", "lora_generator_", "lora_dit_", "lora_model_")

_COMPOUND = (
    "joint_blocks", "fused_blocks", "latent_block", "clip_block", "text_block",
    "adaLN_modulation", "audio_input_proj", "clip_input_proj", "sync_input_proj",
    "text_input_proj", "clip_cond_proj", "text_cond_proj", "global_cond_mlp", "t_embed",
    "final_layer", "self_attn", "cross_attn", "to_qkv", "to_kv", "to_q", "to_value", "to_out",
    "to_scale_shift_gate", "to_timestep_embed", "to_cond_embed", "to_prepend_embed",
    "to_global_embed", "project_in", "project_out", "proj_mm_tokens", "proj_mm_seq_len",
    "preprocess_conv", "postprocess_conv",
)  # fmt: skip
"""Names of modules that have an underscore themselves."""

_SELVA = re.compile(
    r"(joint_blocks|fused_blocks)\.\d+\.|(audio|clip|sync|text)_input_proj\.|(clip|text)_cond_proj$"
    r"|global_cond_mlp\.|t_embed\.|final_layer\."
)
_AUDIOX_LAYER = (
    r"(self_attn\.to_(qkv|out)|cross_attn\.to_(q|kv|value|out)|ff\.ff\.\d|to_scale_shift_gate\.\d"
    r"|attn\.qkv|linear1$|ffn\.w\d|adaLN_modulation\.\d)"
)
_AUDIOX = re.compile(
    rf"transformer\.layers\.\d+\.{_AUDIOX_LAYER}|transformer\.(project_(in|out)|proj_mm_)"
    r"|to_(timestep|cond|prepend|global)_embed\.|(pre|post)process_conv$"
)
_FOREIGN: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"double_blocks|single_blocks|single_transformer_blocks"), "Flux"),
    (
        re.compile(
            r"(down|up|mid|input|output|middle)_blocks?[._]|lora_te\d?_|text_encoder|lora_unet_"
        ),
        "Stable Diffusion",
    ),
    (
        re.compile(
            r"self_attn\.(q|k|v|o)_proj|mlp\.(gate|up|down)_proj|attention\.(wq|wk|wv)|h\.\d"
        ),
        "a language model",
    ),
    (re.compile(r"transformer_blocks|patch_embed|caption_projection"), "a picture or video model"),
)
_ARCHITECTURES: tuple[tuple[str, str], ...] = (
    ("stable-diffusion", "Stable Diffusion"),
    ("sdxl", "Stable Diffusion XL"),
    ("sd3", "Stable Diffusion 3"),
    ("sd_", "Stable Diffusion"),
    ("sd1", "Stable Diffusion"),
    ("flux", "Flux"),
    ("hunyuan", "HunyuanVideo"),
    ("wan", "Wan"),
    ("stable-cascade", "Stable Cascade"),
    ("pixart", "PixArt"),
    ("stable-audio", "Stable Audio"),
)


def layer_of(name: str) -> str:
    """Return the dotted name of the layer that a file's name stands for."""
    for prefix in _FLAT_PREFIXES:
        if name.startswith(prefix):
            return dotted(name.removeprefix(prefix))
    changed = True
    while changed:
        changed = False
        for prefix in _PREFIXES:
            if name.startswith(prefix):
                name, changed = name.removeprefix(prefix), True
    return name


def is_flat(name: str) -> bool:
    """Whether a name is one whose dots became underscores."""
    return name.startswith(_FLAT_PREFIXES)


def dotted(flat: str) -> str:
    """Return a name whose dots became underscores with its dots: ``fused_blocks.0.attn.qkv``."""
    parts, place = [], 0
    while place < len(flat):
        rest = flat[place:]
        part = next(
            (one for one in _LONGEST_FIRST if rest == one or rest.startswith(f"{one}_")),
            rest.partition("_")[0],
        )
        parts.append(part)
        place += len(part) + 1
    return ".".join(parts)


def family_of(layers: Iterable[str]) -> str:
    """Return ``selva`` or ``audiox`` if all layers are such networks', else an empty text."""
    names = list(layers)
    for family, pattern in (("selva", _SELVA), ("audiox", _AUDIOX)):
        if names and all(pattern.match(name) for name in names):
            return family
    return ""


def foreign_origin(names: Iterable[str], architecture: str) -> str:
    """Return for which other program's model an adapter is, empty if that can't be told.

    Args:
        names: of its tensors, as the file has them.
        architecture: what its description calls its base.
    """
    said = architecture.casefold()
    for beginning, origin in _ARCHITECTURES:
        if said.startswith(beginning):
            return origin
    listed = list(names)
    for pattern, origin in _FOREIGN:
        if any(pattern.search(name) for name in listed):
            return origin
    return ""


_LONGEST_FIRST = sorted(_COMPOUND, key=len, reverse=True)
