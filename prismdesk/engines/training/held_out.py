"""The loss on held-out pairs, comparable from step to step and from run to run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.training.draws import Draws
from prismdesk.engines.training.timesteps import measuring_times

if TYPE_CHECKING:
    from prismdesk.engines.training.encoded_set import EncodedSet
    from prismdesk.engines.training.options import TrainingOptions
    from prismdesk.engines.training.subject import TrainingSubject

_TIMES = 8
_AT_ONCE = 4
_MOST_PAIRS = 32
_SEED = 1


def held_out_loss(
    subject: TrainingSubject, pairs: EncodedSet, options: TrainingOptions
) -> float | None:
    """Return the mean loss on the held-out pairs, None if there are none.

    Noise and times of a pair are always the same: they depend on its place in the list alone, not
    on the run's seed, its batch or its step. Of very many pairs the first 32 are measured.
    """
    entries = pairs.held_out[:_MOST_PAIRS]
    measuring = replace(options, seed=_SEED)
    losses = []
    with torch.no_grad():
        for place, entry in enumerate(entries):
            pair = pairs.pair(entry)
            for part, times in enumerate(torch.split(measuring_times(_TIMES), _AT_ONCE)):
                draws = Draws(measuring, place, part, times=times, purpose="held out")
                losses.append(float(subject.loss([pair] * len(times), draws)))
    return sum(losses) / len(losses) if losses else None
