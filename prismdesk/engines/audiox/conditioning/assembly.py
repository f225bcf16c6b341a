"""The tokens of all prompts, put where the denoiser takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.audiox.conditioning.tokens import ConditioningInputs, Tokens

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from prismdesk.engines.audiox.conditioning.maf import Maf
    from prismdesk.engines.audiox.config import AudioxConfig
    from prismdesk.engines.audiox.denoiser_config import AssemblyConfig


def conditioning_inputs(
    config: AudioxConfig | AssemblyConfig, groups: Mapping[str, Tokens], maf: Maf | None
) -> ConditioningInputs:
    """Return what the denoiser is given.

    The context is the groups one after the other, in the order of the configuration. With the
    fusing block it is [second, first, third] of them, fused, though their masks stay in the
    order of the configuration: so were the published models trained.

    Args:
        config: the model's, or the part of it about conditions.
        groups: the tokens of every conditioner that is used, by its id; more may be there.
        maf: the fusing block, where the configuration has one.

    Raises:
        ValueError: a group is missing, or the block is there and shouldn't be, or the reverse.
    """
    assembly = config if not hasattr(config, "assembly") else config.assembly
    missing = sorted(assembly.ids - set(groups))
    if missing:
        raise ValueError(f"there are no tokens of {', '.join(missing)}")
    if (maf is None) != (assembly.gate is None):
        raise ValueError("the fusing block and the configuration don't agree")
    crossed = [_in_sequence(groups[name]) for name in assembly.cross_attention_cond_ids]
    prepended = [groups[name] for name in assembly.prepend_cond_ids]
    return ConditioningInputs(
        cross_tokens=_joined(_fused(crossed, maf), 1),
        cross_mask=_joined([one.mask for one in crossed], 1),
        global_=_global([groups[name].tokens for name in assembly.global_cond_ids]),
        input_concat=_joined([groups[name].tokens for name in assembly.input_concat_ids], 1),
        prepend=_joined([one.tokens for one in prepended], 1),
        prepend_mask=_joined([one.mask for one in prepended], 1),
    )


def _in_sequence(group: Tokens) -> Tokens:
    """Give a group that is one vector per item the axis of a sequence, and its mask too."""
    if group.tokens.dim() != 2:
        return group
    return Tokens(group.tokens.unsqueeze(1), group.mask.unsqueeze(1))


def _fused(groups: list[Tokens], maf: Maf | None) -> list[Tensor]:
    tokens = [one.tokens for one in groups]
    if maf is None:
        return tokens
    first, second, third = tokens
    return list(maf(second, first, third))


def _global(embeddings: list[Tensor]) -> Tensor | None:
    joined = _joined(embeddings, -1)
    if joined is not None and joined.dim() == 3 and joined.shape[1] == 1:
        return joined.squeeze(1)
    return joined


def _joined(tensors: list[Tensor], axis: int) -> Tensor | None:
    return torch.cat(tensors, dim=axis) if tensors else None
