"""What CLIP's tensors are called: which of a checkpoint belong to which tower.

The towers keep the names of open_clip's checkpoints. AudioX's files hold the tower for pictures
under the names of Hugging Face's library, with queries, keys and values apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.loading.published import named_under

if TYPE_CHECKING:
    from torch import Tensor

_BELONGS_TO_NEITHER = frozenset({"text_projection", "logit_scale", "logit_bias", "attn_mask"})
_QUERIES = ".self_attn.q_proj."

# Beginnings and parts of names in the library's layout, and what they are here.
_OF_LIBRARY = (
    ("vision_model.embeddings.class_embedding", "class_embedding"),
    ("vision_model.embeddings.position_embedding.weight", "positional_embedding"),
    ("vision_model.embeddings.patch_embedding.", "conv1."),
    ("vision_model.pre_layrnorm.", "ln_pre."),
    ("vision_model.post_layernorm.", "ln_post."),
    ("vision_model.encoder.layers.", "transformer.resblocks."),
    (".layer_norm1.", ".ln_1."),
    (".layer_norm2.", ".ln_2."),
    (".self_attn.out_proj.", ".attn.out_proj."),
    (".self_attn.in_proj_", ".attn.in_proj_"),
    (".mlp.fc1.", ".mlp.c_fc."),
    (".mlp.fc2.", ".mlp.c_proj."),
)
_PROJECTION_OF_LIBRARY = "visual_projection.weight"


def is_of_image_tower(name: str) -> bool:
    """Whether a published name belongs to the tower that looks at pictures."""
    return name.startswith("visual.")


def is_of_text_tower(name: str) -> bool:
    """Whether a published name belongs to the tower that reads prompts."""
    return not is_of_image_tower(name) and name not in _BELONGS_TO_NEITHER


def image_tower_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the image tower's tensors of a checkpoint under its own names."""
    return named_under("visual", state)


def text_tower_names(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the text tower's tensors of a checkpoint.

    The projection into the space of pictures is left out: the states before it are used.
    """
    return {name: tensor for name, tensor in state.items() if is_of_text_tower(name)}


def names_of_library(tower: str, state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return a state with its tower for pictures out of the library's layout.

    Args:
        tower: what the tower is called in the state; all else stays as it is.
        state: by the names of the file.
    """
    prefix = f"{tower}."
    inside = _with_joined_attention(named_under(tower, state))
    renamed = {f"{prefix}{_renamed(name)}": tensor for name, tensor in inside.items()}
    projection = renamed.pop(f"{prefix}{_PROJECTION_OF_LIBRARY}", None)
    if projection is not None:
        renamed[f"{prefix}proj"] = projection.mT
    return renamed | {name: tensor for name, tensor in state.items() if not name.startswith(prefix)}


def _with_joined_attention(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Join queries, keys and values where all three are there; single ones are left to be found."""
    joined = dict(state)
    for name in [one for one in state if _QUERIES in one]:
        before, _, kind = name.partition(_QUERIES)
        names = [f"{before}.self_attn.{part}_proj.{kind}" for part in "qkv"]
        if all(one in joined for one in names):
            joined[f"{before}.self_attn.in_proj_{kind}"] = torch.cat(
                [joined.pop(one) for one in names]
            )
    return joined


def _renamed(name: str) -> str:
    for theirs, ours in _OF_LIBRARY:
        name = name.replace(theirs, ours)
    return name
