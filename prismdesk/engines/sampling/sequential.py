"""One window after the other, each taking the end of the one before as known.

The first windows are heard sooner than with ``JointVelocity`` and no frame is evaluated twice
but in the overlaps; in return sound may drift from window to window.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from prismdesk.engines.sampling.keeping import feathered_mask
from prismdesk.progress import never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from prismdesk.engines.sampling.windows import Window
    from prismdesk.progress import IsCancelled

    SampleWindow = Callable[[int, Tensor, Tensor | None, Tensor | None], Tensor]
    """(window, noise, known, mask) -> latent, all [B, frames, C] but mask [frames, 1]; known and
    mask are None where nothing is known."""


def sample_in_turn(
    windows: Sequence[Window],
    noise: Tensor,
    sample_window: SampleWindow,
    *,
    feather_frames: float,
    known: Tensor | None = None,
    mask: Tensor | None = None,
    cancelled: IsCancelled = never_cancelled,
) -> Tensor:
    """Return the whole latent [B, frames, C], made window by window.

    Args:
        windows: as ``plan_windows`` gives them.
        noise: drawn once for the whole length, [B, frames, C].
        sample_window: makes one window of its part of the noise, keeping ``known`` where ``mask``
            is 0, as ``KeptLatent`` does.
        feather_frames: over so many frames at the end of an overlap, what the window before made
            passes into the new.
        known: what is known of the latent from the start, broadcast to [B, frames, C].
        mask: [frames, 1], 1 where new sound is wanted; everywhere if None.
        cancelled: asked before each window.
    """
    made = torch.zeros_like(noise) if known is None else known.expand_as(noise).clone()
    wanted = torch.ones(noise.shape[1], 1, device=noise.device) if mask is None else mask
    reached = 0
    for index, window in enumerate(windows):
        raise_if_cancelled(cancelled)
        span = slice(window.latent_start, window.latent_end)
        if index == 0 and known is None:
            made[:, span] = sample_window(index, noise[:, span], None, None)
        else:
            overlap = reached - window.latent_start
            # The feather lies before the first frame that is wholly new, within the overlap.
            fresh = feathered_mask(
                window.latent_frames,
                overlap,
                window.latent_frames,
                min(feather_frames, float(overlap)),
            )
            asked = wanted[span] * fresh.to(noise.device)
            made[:, span] = sample_window(index, noise[:, span], made[:, span].clone(), asked)
        reached = window.latent_end
    return made
