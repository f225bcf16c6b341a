"""The sizes of a Synchformer, found in the shapes of its tensors: nothing states them."""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from prismdesk.engines.loading.checkpoint_error import CheckpointError
from prismdesk.engines.nets.synchformer import SynchformerConfig

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

_HEAD_WIDTH = 64
"""Channels of a head in the published one."""

_SYNC = "vfeat_extractor."


def synchformer_sizes(state: Mapping[str, Tensor], *, where: str) -> SynchformerConfig:
    """Return the sizes of a Synchformer's visual encoder.

    Args:
        state: tensors under their published names; others may be there too.
        where: their file, for messages.

    Raises:
        CheckpointError: it isn't one, or none that can be built.
    """
    try:
        patches = state[f"{_SYNC}patch_embed_3d.proj.weight"].shape
        width, patch_frames, patch_px = patches[0], patches[2], patches[4]
        places = state[f"{_SYNC}pos_embed"].shape[1] - 1
        frames = state[f"{_SYNC}temp_embed"].shape[1] * patch_frames
        inner = state[f"{_SYNC}blocks.0.mlp.fc1.weight"].shape[0]
        return SynchformerConfig(
            img_size=isqrt(places) * patch_px,
            patch_size=patch_px,
            patch_frames=patch_frames,
            embed_dim=width,
            depth=_layers(state, f"{_SYNC}blocks."),
            num_heads=max(1, width // _HEAD_WIDTH),
            mlp_ratio=inner / width,
            segment_frames=frames,
            segment_step=frames // 2,
        )
    except (LookupError, ValueError) as error:
        raise CheckpointError(f"{where} is no Synchformer that can be used ({error}).") from error


def _layers(state: Mapping[str, Tensor], prefix: str) -> int:
    numbers = {
        name.removeprefix(prefix).partition(".")[0] for name in state if name.startswith(prefix)
    }
    return len(numbers)
