"""Where new sound is wanted in the latents of a run."""

from __future__ import annotations

from math import ceil, floor
from typing import TYPE_CHECKING

import torch

from prismdesk.engines.audiox.masks import soft_region

if TYPE_CHECKING:
    from torch import Tensor

    from prismdesk.engines.audiox.run_state import RunState
    from prismdesk.engines.hosting.surroundings import Surroundings

_TINY = 1e-6


def wanted_mask(run: RunState, around: Surroundings) -> Tensor:
    """Return [frames] float32: 0 keeps what is known, 1 makes it anew to the end.

    Frames that hold any of what isn't known are made anew; soft edges lie inside, where known
    sound follows.
    """
    frames, stretch, settings = run.stretch.latent_frames, run.stretch, run.settings
    per_sample = stretch.latent_rate_hz / stretch.project_rate_hz
    soft = round(settings.softness * stretch.latent_rate_hz)
    mask = torch.zeros(frames)
    length = len(around.known)
    for start, end in around.unknown_runs():
        first = max(0, floor(start * per_sample + _TINY))
        last = frames if end == length else min(frames, ceil(end * per_sample - _TINY))
        mask = torch.maximum(
            mask,
            soft_region(
                frames,
                first,
                last,
                left=soft if start > 0 else 0,
                right=soft if end < length else 0,
                marination=settings.marination,
            ),
        )
    if around.known[-1]:
        # Past the end of the stretch nothing is known.
        mask[min(frames, ceil(length * per_sample - _TINY)) :] = 1.0
    return mask
