"""Laying windows of a model's natural length over a region of any length.

Windows begin on a grid, so that a window's picture features are a run of those of the whole
picture, worked out once. Where they overlap is chosen so that shot cuts fall into the overlaps:
there two scenes meet, and each window should see one of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

LONGER_BY_SECONDS = 0.64
"""How much longer than natural one window may be, before there are two.

0.64 s is 8 % of 8 s: positions hardly beyond those a model was trained on. Two windows would
cost twice the work to make less than a tenth more sound.
"""
_WINDOW_COST = 0.35
"""What one more window costs, beside a cut in the very middle of a window, which costs 1."""
_UNEVEN_COST = 0.05
"""What an overlap costs that takes twice its even share: decides where no cuts do."""
_TINY_SECONDS = 1e-9


@dataclass(frozen=True, slots=True)
class Window:
    """``latent_frames`` frames of the whole latent from ``latent_start`` on.

    ``start_seconds`` is ``grid_index`` steps of the grid; ``latent_start`` is the frame nearest
    to it.
    """

    latent_start: int
    latent_frames: int
    start_seconds: float
    grid_index: int

    @property
    def latent_end(self) -> int:
        """The first frame after it."""
        return self.latent_start + self.latent_frames


def plan_windows(
    length_frames: int,
    *,
    latent_rate_hz: float,
    window_seconds: float = 8.0,
    overlap_seconds: float,
    grid_seconds: float = 0.32,
    cuts_seconds: Sequence[float] = (),
    longer_by_seconds: float = LONGER_BY_SECONDS,
) -> tuple[Window, ...]:
    """Cover ``length_frames`` latent frames with windows of the natural length.

    All windows have the natural length, ``ceil(window_seconds * latent_rate_hz)`` frames, but
    the last, which ends with the region and so may be shorter by up to one step of the grid
    (and a frame of rounding). Neighbours share at least ``overlap_seconds``, rounded down to
    frames. A region no longer than natural and ``longer_by_seconds`` is one window as it is.

    Args:
        length_frames: frames of the whole latent, at least 1.
        latent_rate_hz: latent frames per second.
        window_seconds: the model's natural length.
        overlap_seconds: least that neighbours share; at most the window less a step of the grid.
        grid_seconds: windows begin at multiples of it.
        cuts_seconds: shot cuts, from the latent's start.
        longer_by_seconds: 0 for models that can't work on more than their natural length.

    Raises:
        ValueError: lengths below nothing, or an overlap that leaves no step forward.
    """
    if length_frames < 1 or latent_rate_hz <= 0.0 or grid_seconds <= 0.0:
        raise ValueError("a plan needs a length, a latent rate and a grid above zero")
    step_most = int((window_seconds - overlap_seconds) / grid_seconds + _TINY_SECONDS)
    if step_most < 1 or overlap_seconds < 0.0:
        raise ValueError(
            f"windows of {window_seconds:g} s can't overlap by {overlap_seconds:g} s on a grid "
            f"of {grid_seconds:g} s"
        )
    natural = ceil(window_seconds * latent_rate_hz - _TINY_SECONDS)
    longest = natural + int(longer_by_seconds * latent_rate_hz + _TINY_SECONDS)
    if length_frames <= longest:
        return (Window(0, length_frames, 0.0, 0),)

    def start_frame(grid_index: int) -> int:
        return round(grid_index * grid_seconds * latent_rate_hz)

    last = max(0, ceil((length_frames - natural) / (grid_seconds * latent_rate_hz)) - 1)
    while start_frame(last) + natural < length_frames:
        last += 1
    chosen = _choose_starts(
        last,
        step_most,
        window_seconds / grid_seconds,
        [cut / grid_seconds for cut in sorted(cuts_seconds)],
    )
    return tuple(
        Window(
            start_frame(index),
            min(natural, length_frames - start_frame(index)),
            index * grid_seconds,
            index,
        )
        for index in chosen
    )


def _choose_starts(
    last: int, step_most: int, window_steps: float, cuts: Sequence[float]
) -> list[int]:
    """The cheapest way from 0 to ``last`` in steps of the grid, none over ``step_most``.

    Each window costs itself, the square of how deep each cut lies in it, and how uneven its
    step is; the sum is least by dynamic programming over the grid.
    """
    fewest = -(-last // step_most)
    even = last / fewest
    step_least = max(1, min(step_most // 2, last))
    straddling = _straddling_costs(last, window_steps, cuts)
    steps = np.arange(step_least, step_most + 1)
    step_costs = _WINDOW_COST + _UNEVEN_COST * np.square((steps - even) / even)
    costs = np.full(last + 1, np.inf)
    costs[0] = straddling[0]
    came_from = np.zeros(last + 1, np.int64)
    for index in range(step_least, last + 1):
        reach = min(len(steps), index - step_least + 1)
        tried = costs[index - steps[:reach]] + step_costs[:reach]
        best = int(np.argmin(tried))
        costs[index] = tried[best] + straddling[index]
        came_from[index] = index - steps[best]
    chosen = [last]
    while chosen[-1] > 0:
        chosen.append(int(came_from[chosen[-1]]))
    return chosen[::-1]


def _straddling_costs(
    last: int, window_steps: float, cuts: Sequence[float]
) -> npt.NDArray[np.float64]:
    """What the cuts inside it cost a window that begins at each step of the grid.

    A cut's depth is its distance from the window's nearer end, as a share of half the window.
    Squared, so that a cut in the middle of an overlap costs less than one at its edge.
    """
    starts = np.arange(last + 1)
    costs = np.zeros(last + 1)
    for cut in cuts:
        first = max(0, ceil(cut - window_steps))
        reached = starts[first : max(first, int(cut) + 1)]
        depth = np.minimum(cut - reached, reached + window_steps - cut) / (0.5 * window_steps)
        costs[reached] += np.square(np.maximum(depth, 0.0))
    return costs
