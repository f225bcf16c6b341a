"""How well what stands around each place in the material resembles what stands around a seam.

Looking at most of a second, not just at the seam itself, lets a beat or a pattern of beeps go on
in step; for steady sound all places are alike and chance decides. After the similarity graphs of
N. Perraudin, N. Holighaus, P. Majdak & P. Balazs, "Inpainting of long audio segments with
similarity graphs" (IEEE/ACM Trans. Audio, Speech, and Language Processing 26, 2018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from prismdesk.engines.ambience.bands import Levels
    from prismdesk.engines.ambience.material import Indices

STEP_FRAMES = 4
"""Frames that are compared as one, about 32 ms."""
STEPS = 24
"""How many of them, about 0.77 s."""
_FADING_STEPS = 10.0


class Precedents:
    """Compares histories with every place in a table of frames.

    Args:
        levels_db: (frames, bands).
        stretch: (frames,), which stretch each frame is from.
    """

    def __init__(self, levels_db: Levels, stretch: Indices) -> None:
        self._means = step_means(levels_db)
        self._stretch = stretch
        self._weights = np.exp(-np.arange(STEPS) / _FADING_STEPS)

    def unlikeness(self, wanted_db: Levels, weights: Levels, *, forward: bool) -> Levels:
        """RMS difference in dB between what is wanted and what stands at each frame.

        Args:
            wanted_db: (steps, bands), the step nearest to the seam first.
            weights: (bands,), summing to one.
            forward: whether the steps follow the frame, else they lead up to it.

        Returns:
            (frames + 1,): for a seam right before each frame, and after the last.
        """
        steps = min(len(wanted_db), STEPS)
        frames = len(self._means)
        if steps == 0:
            return np.zeros(frames + 1)
        scaled = self._means * np.sqrt(weights)
        wanted = wanted_db[:steps] * np.sqrt(weights)
        squares = np.sum(scaled**2, axis=1)[:, None] + np.sum(wanted**2, axis=1)
        distances = np.maximum(squares - 2.0 * scaled @ wanted.T, 0.0)
        total = np.zeros(frames + 1)
        seams = np.arange(frames + 1)
        for step in range(steps):
            first = seams + STEP_FRAMES * step if forward else seams - STEP_FRAMES * (step + 1)
            anchor = np.clip(seams if forward else seams - 1, 0, frames - 1)
            safe = np.clip(first, 0, frames - 1)
            end = np.clip(first + STEP_FRAMES - 1, 0, frames - 1)
            known = (first >= 0) & (first + STEP_FRAMES <= frames)
            known &= (self._stretch[safe] == self._stretch[anchor]) & (
                self._stretch[end] == self._stretch[anchor]
            )
            usual = float(distances[:, step].mean())
            total += self._weights[step] * np.where(known, distances[safe, step], usual)
        return np.asarray(np.sqrt(total / self._weights[:steps].sum()))


def step_means(levels_db: Levels) -> Levels:
    """Mean of each frame and the next three, (frames, bands); fewer at the very end."""
    frames = len(levels_db)
    sums = np.concatenate([np.zeros((1, levels_db.shape[1])), np.cumsum(levels_db, axis=0)])
    starts = np.arange(frames)
    ends = np.minimum(starts + STEP_FRAMES, frames)
    return np.asarray((sums[ends] - sums[starts]) / (ends - starts)[:, None])


def as_history(levels_db: Levels) -> Levels:
    """Frames leading up to a seam, as steps with the nearest first, (steps, bands)."""
    steps = min(len(levels_db) // STEP_FRAMES, STEPS)
    recent = levels_db[len(levels_db) - steps * STEP_FRAMES :]
    return np.asarray(recent.reshape(steps, STEP_FRAMES, levels_db.shape[1]).mean(axis=1)[::-1])
