"""The learning rate over a run."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prismdesk.engines.training.options import TrainingOptions

_LEAST_LR = 1e-6


def learning_rate(options: TrainingOptions, step: int) -> float:
    """Return the learning rate of step number ``step``, from 0.

    It rises in a line over the warm-up, the first step above 0 and the last one of it in full,
    then stays, or falls as half a cosine to 1e-6 (or stays where it is smaller already).
    """
    if step < options.warm_up:
        return options.lr * (step + 1) / options.warm_up
    if options.lr_schedule == "constant":
        return options.lr
    least = min(_LEAST_LR, options.lr)
    falling = max(1, options.steps - 1 - options.warm_up)
    share = min(1.0, (step - options.warm_up) / falling)
    return least + (options.lr - least) * (1 + math.cos(math.pi * share)) / 2
