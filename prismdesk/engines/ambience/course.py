"""The course of the levels across a region: what each band should do between its two ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.ambience.bands import FLOOR_DB, to_db
from prismdesk.engines.ambience.material import without_single_events

if TYPE_CHECKING:
    from prismdesk.engines.ambience.bands import BandGrid, Levels

_BLOCK_SECONDS = 0.096
_LOCAL_SECONDS = 0.08
_RELAX_SECONDS = 0.15
"""How soon the level at the very edge gives way to the usual one: about a syllable."""
_CHANCE_DB = 2.5
"""By so much the level of 80 ms of steady noise differs from its mean anyway."""
_DECAY_WINDOWS_SECONDS = (1.2, 0.6, 0.3)
_DECAY_DB_PER_SECOND = -6.0
_DECAY_CORRELATION = -0.85
_DECAY_DROP_DB = 5.0
_FLOOR_MARGIN_DB = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one side of a region says about its levels, all (channels, bands) in dB.

    ``local_db`` is the level right at the edge, ``usual_db`` that of the surroundings with
    single events left out, ``floor_db`` what a dying sound may fall to. ``slope_db_per_second``
    is 0 where the sound is steady and negative where it is dying away towards the region.
    """

    local_db: Levels
    usual_db: Levels
    floor_db: Levels
    slope_db_per_second: Levels

    @property
    def is_decaying(self) -> bool:
        """Whether the sound was dying away towards the region."""
        return bool((self.slope_db_per_second < 0.0).any())

    def at(self, seconds: Levels) -> Levels:
        """Levels so many seconds into the region, (channels, times, bands)."""
        times = seconds[None, :, None]
        if self.is_decaying:
            since = times + 0.5 * _LOCAL_SECONDS
            falling = self.local_db[:, None] + self.slope_db_per_second[:, None] * since
            return np.asarray(np.maximum(falling, self.floor_db[:, None]))
        away = self.local_db - self.usual_db
        away = (np.sign(away) * np.maximum(np.abs(away) - _CHANCE_DB, 0.0))[:, None]
        return np.asarray(self.usual_db[:, None] + away * np.exp(-times / _RELAX_SECONDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """Levels across a region of ``length_seconds``; at least one of the sides is known."""

    left: Side | None
    right: Side | None
    length_seconds: float

    @property
    def is_decaying(self) -> bool:
        """Whether the sound is to go on dying away from the left."""
        return self.left is not None and self.left.is_decaying

    def drift_from(self, side_name: str, seconds: Levels) -> Levels:
        """How the usual level has moved away from one side's, (channels, times, bands) in dB.

        ``side_name`` is "left", "right" or anything else for neither, which hasn't moved.
        """
        if self.left is None or self.right is None or side_name not in ("left", "right"):
            some = self.left or self.right
            bands = some.usual_db.shape if some else (1, 1)
            return np.zeros((bands[0], len(seconds), bands[1]))
        usual_db = self._blend(self.left.usual_db[:, None], self.right.usual_db[:, None], seconds)
        start = self.left if side_name == "left" else self.right
        return np.asarray(usual_db - start.usual_db[:, None])

    def at(self, seconds: Levels) -> Levels:
        """Levels at times in [0, length], (channels, times, bands) in dB.

        Both sides are blended in amplitude with a raised cosine: a small difference moves
        evenly, and of a large one the louder side prevails, for a swell of 40 dB is never real.
        """
        from_left = self.left.at(seconds) if self.left else None
        from_right = self.right.at(self.length_seconds - seconds) if self.right else None
        if from_left is None or from_right is None:
            known = from_right if from_left is None else from_left
            if known is None:
                raise ValueError("a course needs a side")
            return known
        return self._blend(from_left, from_right, seconds)

    def _blend(self, left_db: Levels, right_db: Levels, seconds: Levels) -> Levels:
        """From one level to the other, in amplitude."""
        share = self._share(seconds)[None, :, None]
        amplitude = 10.0 ** (left_db / 20.0) * (1.0 - share) + 10.0 ** (right_db / 20.0) * share
        return np.asarray(20.0 * np.log10(amplitude))

    def _share(self, seconds: Levels) -> Levels:
        """Share of the right side so many seconds into the region."""
        return np.asarray(
            0.5 - 0.5 * np.cos(np.pi * np.clip(seconds / self.length_seconds, 0.0, 1.0))
        )


def read_side(
    powers: Levels,
    grid: BandGrid,
    *,
    gap_seconds: float,
    memory_seconds: float,
    may_decay: bool,
) -> Side | None:
    """Read a side's levels from its frames, the last of which touches the region.

    Args:
        powers: (channels, frames, bands) as ``band_powers`` gives them; mirror time for the
            right side.
        grid: what they were measured with.
        gap_seconds: length of the region; the usual level is that of stretches as long, so
            that sparse events count by how often such a stretch has one.
        memory_seconds: how far back the usual level is asked for; nearer counts more.
        may_decay: whether a dying sound may go on dying, else it is held.
    """
    whole = powers[:, : powers.shape[1] - 2] if powers.shape[1] > 4 else powers
    if whole.shape[1] == 0:
        return None
    local = whole[:, -grid.frames(_LOCAL_SECONDS) :].mean(axis=1)
    calm = without_single_events(whole, grid)
    size = min(grid.frames(max(gap_seconds, _BLOCK_SECONDS)), max(1, calm.shape[1] * 2 // 5))
    blocks, ages = _overlapping_means(calm, size)
    weights = np.exp(-grid.seconds(1) * ages / memory_seconds)
    usual_db = _weighted_median(to_db(blocks), weights)
    slope = _decay(whole, grid) if may_decay else np.zeros_like(usual_db)
    local_db = to_db(local)
    return Side(
        local_db=local_db,
        usual_db=usual_db,
        floor_db=_floor(whole, grid, local_db),
        slope_db_per_second=slope,
    )


def _floor(powers: Levels, grid: BandGrid, local_db: Levels) -> Levels:
    """The quietest that each band was, if that was clearly quieter than now, else silence."""
    blocks_db = to_db(_block_means(powers, grid.frames(_BLOCK_SECONDS)))
    quietest_db = np.quantile(blocks_db, 0.05, axis=1)
    return np.where(quietest_db < local_db - _FLOOR_MARGIN_DB, quietest_db, FLOOR_DB)


def _block_means(powers: Levels, size: int) -> Levels:
    """Mean power of blocks counted from the end; one block of everything if there's less."""
    count = powers.shape[1] // size
    if count == 0:
        return np.asarray(powers.mean(axis=1, keepdims=True))
    recent = powers[:, powers.shape[1] - count * size :]
    shaped = recent.reshape(powers.shape[0], count, size, powers.shape[2])
    return np.asarray(shaped.mean(axis=2))


def _overlapping_means(powers: Levels, size: int) -> tuple[Levels, Levels]:
    """Mean power of blocks that overlap by three quarters, and each one's age in frames."""
    sums = np.concatenate([np.zeros_like(powers[:, :1]), np.cumsum(powers, axis=1)], axis=1)
    ends = np.arange(powers.shape[1], size - 1, -max(1, size // 4))
    ages = (powers.shape[1] - ends).astype(np.float64)
    return np.asarray((sums[:, ends] - sums[:, ends - size]) / size), ages


def _weighted_median(values: Levels, weights: Levels) -> Levels:
    """Weighted median over axis 1 of (channels, blocks, bands)."""
    order = np.argsort(values, axis=1)
    ranked = np.take_along_axis(values, order, axis=1)
    mass = np.cumsum(weights[order], axis=1)
    index = np.argmax(mass >= 0.5 * mass[:, -1:], axis=1)[:, None]
    return np.asarray(np.take_along_axis(ranked, index, axis=1)[:, 0])


def _decay(powers: Levels, grid: BandGrid) -> Levels:
    """Slope of each band in dB/s, negative; zeros unless the whole clearly dies away."""
    none = np.zeros((powers.shape[0], powers.shape[2]))
    step = grid.frames(0.032)
    for window_seconds in _DECAY_WINDOWS_SECONDS:
        frames = grid.frames(window_seconds)
        if frames > powers.shape[1] or frames < 4 * step:
            continue
        blocks = _block_means(powers[:, -frames:], step)
        seconds = np.arange(blocks.shape[1]) * grid.seconds(step)
        whole_db = to_db(blocks.sum(axis=(0, 2)))
        slope = float(np.polyfit(seconds, whole_db, 1)[0])
        drop_db = -slope * float(seconds[-1])
        if slope > _DECAY_DB_PER_SECOND or drop_db < _DECAY_DROP_DB:
            continue
        if float(np.corrcoef(seconds, whole_db)[0, 1]) > _DECAY_CORRELATION:
            continue
        centred = seconds - seconds.mean()
        slopes = np.tensordot(centred, to_db(blocks), axes=(0, 1)) / float(centred @ centred)
        return np.asarray(np.clip(slopes, 2.5 * slope, 0.4 * slope))
    return none
