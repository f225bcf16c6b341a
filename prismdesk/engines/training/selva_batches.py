"""Batches of pairs as SelVA's and MMAudio's generator takes them, and its loss on them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.adapting.learned_words import with_words
from prismdesk.engines.selva.flow_loss import train_loss
from prismdesk.engines.selva.generator.conditions import Conditions
from prismdesk.engines.selva.lengths import NATURAL_SECONDS, lengths_of
from prismdesk.engines.training.encoded_set import CLIP, LATENT, SYNC, TEXT
from prismdesk.engines.training.latent_changes import changed_latents
from prismdesk.engines.training.low_rank_subject import stacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from prismdesk.engines.adapting.learned_words import LearnedWords
    from prismdesk.engines.selva.generator.network import Generator
    from prismdesk.engines.training.draws import Draws
    from prismdesk.engines.training.encoded_set import EncodedPair

_USUAL = lengths_of(NATURAL_SECONDS, 44100)


def flow_loss(
    generator: Generator,
    pairs: Sequence[EncodedPair],
    told: Conditions,
    draws: Draws,
    *,
    condition_drop: float = 0.0,
) -> Tensor:
    """Return the mean loss of a batch, [].

    Args:
        generator: with what learns in it.
        pairs: of the batch.
        told: what the generator is told of them.
        draws: of this pass.
        condition_drop: share of the pairs without picture, and of those without words.
    """
    device = generator.latent_mean.device
    latents = stacked([pair.tensors[LATENT] for pair in pairs], LATENT).to(device)
    mean, std = generator.latent_mean.float(), generator.latent_std.float()
    x1 = changed_latents((latents - mean) / std, draws)
    noise = draws.normal(*x1.shape).to(device)
    times = draws.times(len(pairs)).to(device)
    drop_video = draws.chances(len(pairs), condition_drop).to(device)
    drop_text = draws.chances(len(pairs), condition_drop).to(device)
    result = train_loss(
        generator, x1, noise, times, told, drop_video=drop_video, drop_text=drop_text
    )
    return result.mean


def conditions_of(generator: Generator, pairs: Sequence[EncodedPair]) -> Conditions:
    """Return what is told of each pair; the generator's empty rows where one lacks it."""
    clip = _or_empty(pairs, CLIP, generator.empty_clip_feat)
    sync = _or_empty(pairs, SYNC, generator.empty_sync_feat)
    text = _or_empty(pairs, TEXT, generator.empty_string_feat)
    return Conditions(
        clip=clip,
        sync=sync,
        text=text,
        batch=len(pairs),
        clip_frames=_USUAL.clip_frames if clip is None else clip.shape[1],
        sync_frames=_USUAL.sync_frames if sync is None else sync.shape[1],
    )


def told_with_words(
    generator: Generator, told: Conditions, words: Sequence[tuple[LearnedWords, float]]
) -> Conditions:
    """Return what is told with learned words in it by their strengths; no prompt is an empty one.

    Args:
        generator: whose empty prompt it is.
        told: of pairs.
        words: none leave it as it is.
    """
    if not words:
        return told
    states = told.text
    if states is None:
        states = generator.empty_string_feat.float().expand(told.batch, -1, -1)
    return replace(told, text=with_words(states, words))


def _or_empty(pairs: Sequence[EncodedPair], name: str, empty: Tensor) -> Tensor | None:
    """Return one tensor of all pairs, [B, ...] float32, with empty rows; None if none has it."""
    given = [pair.tensors.get(name) for pair in pairs]
    known = next((one for one in given if one is not None), None)
    if known is None:
        return None
    rows = stacked([torch.zeros_like(known) if one is None else one for one in given], name)
    lacking = torch.tensor([one is None for one in given], device=empty.device)
    return torch.where(lacking[:, None, None], empty.float(), rows.to(empty.device))
