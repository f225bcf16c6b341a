"""What CLIP's tensors are called in open_clip's checkpoints and in Hugging Face's networks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor


class _Rule(NamedTuple):
    """One published name (a pattern for the whole of it), the tower's names for it, and how.

    Several names mean that the tensor's rows are cut into as many equal parts.
    """

    published: str
    names: tuple[str, ...]
    is_transposed: bool = False


def _encoder_rules(published: str, tower: str) -> tuple[_Rule, ...]:
    layer = rf"{tower}.encoder.layers.\1"
    published = rf"{published}transformer\.resblocks\.(\d+)"
    either = r"(weight|bias)"
    return (
        _Rule(rf"{published}\.ln_([12])\.{either}", (rf"{layer}.layer_norm\2.\3",)),
        _Rule(
            rf"{published}\.attn\.in_proj_{either}",
            tuple(rf"{layer}.self_attn.{part}_proj.\2" for part in "qkv"),
        ),
        _Rule(rf"{published}\.attn\.out_proj\.{either}", (rf"{layer}.self_attn.out_proj.\2",)),
        _Rule(rf"{published}\.mlp\.c_fc\.{either}", (rf"{layer}.mlp.fc1.\2",)),
        _Rule(rf"{published}\.mlp\.c_proj\.{either}", (rf"{layer}.mlp.fc2.\2",)),
    )


_IMAGE = (
    _Rule(r"visual\.class_embedding", ("vision_model.embeddings.class_embedding",)),
    _Rule(r"visual\.positional_embedding", ("vision_model.embeddings.position_embedding.weight",)),
    _Rule(r"visual\.conv1\.weight", ("vision_model.embeddings.patch_embedding.weight",)),
    _Rule(r"visual\.ln_pre\.(weight|bias)", (r"vision_model.pre_layrnorm.\1",)),
    _Rule(r"visual\.ln_post\.(weight|bias)", (r"vision_model.post_layernorm.\1",)),
    _Rule(r"visual\.proj", ("visual_projection.weight",), is_transposed=True),
    *_encoder_rules(r"visual\.", "vision_model"),
)

_TEXT = (
    _Rule(r"positional_embedding", ("text_model.embeddings.position_embedding.weight",)),
    _Rule(r"token_embedding\.weight", ("text_model.embeddings.token_embedding.weight",)),
    _Rule(r"ln_final\.(weight|bias)", (r"text_model.final_layer_norm.\1",)),
    *_encoder_rules("", "text_model"),
)

_BELONGS_TO_NEITHER = frozenset({"text_projection", "logit_scale", "logit_bias", "attn_mask"})


def is_of_image_tower(name: str) -> bool:
    """Whether a published name belongs to the tower that looks at pictures."""
    return name.startswith("visual.")


def is_of_text_tower(name: str) -> bool:
    """Whether a published name belongs to the tower that reads prompts."""
    return not is_of_image_tower(name) and name not in _BELONGS_TO_NEITHER


def image_tower_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the image tower's tensors of a checkpoint under its own names."""
    return _renamed(state, _IMAGE, is_of_image_tower)


def text_tower_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the text tower's tensors of a checkpoint under its own names.

    The projection into the space of pictures is left out: the states before it are used.
    """
    return _renamed(state, _TEXT, is_of_text_tower)


def _renamed(
    state: Mapping[str, Tensor], rules: tuple[_Rule, ...], is_wanted: Callable[[str], bool]
) -> dict[str, Tensor]:
    renamed: dict[str, Tensor] = {}
    for published, tensor in state.items():
        if is_wanted(published):
            renamed.update(_under_new_names(published, tensor, rules))
    return renamed


def _under_new_names(published: str, tensor: Tensor, rules: tuple[_Rule, ...]) -> dict[str, Tensor]:
    for rule in rules:
        match = re.fullmatch(rule.published, published)
        if match is not None:
            names = [match.expand(name) for name in rule.names]
            parts = tensor.tensor_split(len(names)) if tensor.dim() else (tensor,)
            return {
                name: part.mT if rule.is_transposed and part.dim() >= 2 else part
                for name, part in zip(names, parts, strict=False)
            }
    return {published: tensor}
