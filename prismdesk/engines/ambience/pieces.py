"""Choosing which pieces of the surroundings to lay across a region, and where to cut them.

Unit selection as in concatenative synthesis (A. J. Hunt & A. W. Black, "Unit selection in a
concatenative speech synthesis system", ICASSP 1996): each piece costs what it misses of the
wished levels and what its seams jump by. Its varied order and the bar on using a place again
soon keep it from being heard as a loop, as in "audio texture" (L. Lu, L. Wenyin & H.-J. Zhang,
IEEE Trans. Speech and Audio Processing 12, 2004).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import maximum_filter1d

from prismdesk.engines.ambience.bands import to_db, to_power
from prismdesk.engines.ambience.material import STEADY_DB, rarity
from prismdesk.engines.ambience.precedents import STEP_FRAMES, STEPS, Precedents, as_history

if TYPE_CHECKING:
    from prismdesk.engines.ambience.bands import Levels
    from prismdesk.engines.ambience.course import Course
    from prismdesk.engines.ambience.material import Indices, Material

_SHORTEST_SECONDS = 0.18
_LONGEST_SECONDS = 0.7
_LENGTHS_TRIED = 4
_AUDIBLE_RANGE_DB = 60.0
_EDGE_FRAMES = 4
"""Frames that a seam needs beyond a piece's ends to cross over."""
_LEAST_FIRMNESS = 0.3

_SHAPE_WEIGHT = 1.0
_LEVEL_WEIGHT = 0.35
"""Level is put right afterwards, so it counts less than the shape of the spectrum."""
_SEAM_WEIGHT = 0.8
_EVENT_WEIGHT = 1.0
_REUSE_WEIGHT_DB = 12.0
_RANDOM_DB = 1.5
_DISTANCE_WEIGHT_DB = 3.0
"""What a piece costs that lies as far off as the gap is long, and half a second."""
_MOST_OWED_DB = 6.0


@dataclass(frozen=True, slots=True)
class Piece:
    """``length_samples`` from ``start_samples`` of a stretch, laid at ``at_samples`` of the gap.

    ``first_frame`` and ``frames`` name the same place in the material's table.
    """

    stretch: int
    start_samples: int
    length_samples: int
    at_samples: int
    first_frame: int
    frames: int


class PieceChooser:
    """Chooses piece after piece, remembering what was used when."""

    def __init__(
        self,
        material: Material,
        course: Course,
        *,
        before_db: Levels,
        after_db: Levels,
        variation: float,
        generator: np.random.Generator,
    ) -> None:
        self._material = material
        self._course = course
        self._history_db = before_db
        self._after_db = as_history(after_db[::-1])
        self._precedents = Precedents(material.levels_db, material.stretch)
        firmness = 1.0 / (1.0 + np.square(material.unrest_db / STEADY_DB))
        self._firmness = max(float(firmness.mean()), _LEAST_FIRMNESS)
        self._event_weight = _EVENT_WEIGHT * rarity(material.eventfulness)
        self._random_db = _RANDOM_DB * variation
        self._generator = generator
        self._power_sums = _sums(material.powers.mean(axis=0))
        self._owed_db = 0.0
        self._wished_power = 0.0
        self._laid_power = 0.0
        gap_seconds = course.length_seconds
        self._distance_cost = _DISTANCE_WEIGHT_DB * material.distance_seconds / (gap_seconds + 0.5)
        self._last_used = np.full(material.frames, -np.inf)
        self._memory_seconds = 0.6 * material.grid.seconds(material.frames)

    def next_piece(self, at_samples: int, left_samples: int) -> Piece:
        """The piece to lay at ``at_samples`` when ``left_samples`` of the gap are still empty."""
        hop = self._material.grid.hop_samples
        best: tuple[float, int, int] | None = None
        weights = _audible(self._wished_db(at_samples, 1))
        seam = self._precedents.unlikeness(as_history(self._history_db), weights, forward=False)
        for frames in self._lengths(left_samples):
            is_last = frames * hop >= left_samples
            costs = self._costs(at_samples, frames, seam[:-1], is_last=is_last)
            first = int(np.argmin(costs))
            if best is None or costs[first] < best[0]:
                best = (float(costs[first]), first, frames)
        if best is None:
            raise ValueError("no length fits the material")
        _, first, frames = best
        self._remember(first, frames, at_samples)
        self._settle(first, frames, at_samples)
        return Piece(
            stretch=int(self._material.stretch[first]),
            start_samples=int(self._material.start_samples[first]),
            length_samples=min(frames * hop, left_samples),
            at_samples=at_samples,
            first_frame=first,
            frames=frames,
        )

    def _lengths(self, left_samples: int) -> Indices:
        """Lengths in frames worth trying, none leaving a rest too short for a piece."""
        grid = self._material.grid
        most = max(2, min(grid.frames(_LONGEST_SECONDS), (self._material.longest_frames * 2) // 3))
        least = max(2, min(grid.frames(_SHORTEST_SECONDS), most // 2))
        left = -(-left_samples // grid.hop_samples)
        if left <= most:
            return np.array([left])
        high = min(most, left - least)
        low = min(least, high)
        return self._generator.integers(low, high + 1, size=_LENGTHS_TRIED)

    def _costs(self, at_samples: int, frames: int, seam: Levels, *, is_last: bool) -> Levels:
        """Cost in dB of starting at each frame of the material; inf where it can't."""
        material = self._material
        starts = np.arange(material.frames)
        ends = np.minimum(starts + frames, material.frames)
        mean_db = to_db((self._power_sums[ends] - self._power_sums[starts]) / frames)
        wanted_db = self._wished_db(at_samples, frames) + self._owed_db
        weights = _audible(wanted_db)
        off = mean_db - wanted_db
        level = off @ weights
        shape = np.sqrt(np.square(off - level[:, None]) @ weights)
        costs = self._firmness * (_SHAPE_WEIGHT * shape + _LEVEL_WEIGHT * np.abs(level))
        costs += self._event_weight * self._worst_event(frames)
        costs += _SEAM_WEIGHT * seam
        if is_last and len(self._after_db):
            after = self._precedents.unlikeness(self._after_db, weights, forward=True)
            costs += _SEAM_WEIGHT * after[ends]
        costs += self._distance_cost
        costs += self._reuse(starts, ends, at_samples)
        if self._random_db > 0.0:
            costs += self._random_db * self._generator.gumbel(size=len(costs))
        margin = 0 if is_last else _EDGE_FRAMES
        fits = material.room_frames >= frames + margin
        if at_samples > 0:
            fits &= material.start_samples >= _EDGE_FRAMES * material.grid.hop_samples
        if not fits.any():
            fits = material.room_frames == material.room_frames.max()
        costs[~fits] = np.inf
        return np.asarray(costs)

    def _worst_event(self, frames: int) -> Levels:
        """The strongest event in or right beside so many frames from each frame on, in dB."""
        size = frames + 2 * _EDGE_FRAMES
        origin = _EDGE_FRAMES - size // 2
        return np.asarray(
            maximum_filter1d(self._material.eventfulness, size, origin=origin, mode="nearest")
        )

    def _reuse(self, starts: Indices, ends: Indices, at_samples: int) -> Levels:
        """Penalty for places used not long ago, by the share of the piece that was."""
        now = at_samples / self._material.grid.rate_hz
        freshness = np.exp(-(now - self._last_used) / max(self._memory_seconds, 0.1))
        sums = np.concatenate(([0.0], np.cumsum(freshness)))
        frames = np.maximum(ends - starts, 1)
        return np.asarray(_REUSE_WEIGHT_DB * (sums[ends] - sums[starts]) / frames)

    def _settle(self, first: int, frames: int, at_samples: int) -> None:
        """Keep account of the power wished for and laid, so that a soft piece calls a loud one."""
        end = min(first + frames, self._material.frames)
        wished = float(to_power(self._wished_db(at_samples, frames)).sum()) * frames
        self._wished_power += wished
        self._laid_power += float((self._power_sums[end] - self._power_sums[first]).sum())
        owed = (self._wished_power + wished - self._laid_power) / max(wished, 1e-20)
        self._owed_db = min(
            max(float(10.0 * np.log10(max(owed, 1e-3))), -_MOST_OWED_DB), _MOST_OWED_DB
        )

    def _wished_db(self, at_samples: int, frames: int) -> Levels:
        """Levels (bands,) in the middle of a piece, over all channels."""
        grid = self._material.grid
        middle = (at_samples / grid.hop_samples + 0.5 * frames) * grid.seconds(1)
        wished = to_power(self._course.at(np.array([middle]))[:, 0])
        return to_db(wished.mean(axis=0))

    def _remember(self, first: int, frames: int, at_samples: int) -> None:
        """Mark a place as used, with a margin so that it isn't simply run on."""
        margin = max(2, frames // 4)
        low, high = max(0, first - margin), min(self._material.frames, first + frames + margin)
        self._last_used[low:high] = at_samples / self._material.grid.rate_hz
        laid_db = self._material.levels_db[first : first + frames]
        self._history_db = np.concatenate([self._history_db, laid_db])[-STEPS * STEP_FRAMES :]


def _sums(values: Levels) -> Levels:
    """Running sums along axis 0 with a leading zero row."""
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])


def _audible(levels_db: Levels) -> Levels:
    """Weights of bands, summing to one: those far below the loudest count little."""
    below = np.clip((levels_db - levels_db.max()) / _AUDIBLE_RANGE_DB + 1.0, 0.05, 1.0)
    return np.asarray(below / below.sum())
