"""The sound that may be borrowed, with what is known of each of its frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.engines.ambience.bands import band_powers, to_db

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.engines.ambience.bands import BandGrid, Levels
    from prismdesk.engines.ambience.run_monitor import RunMonitor
    from prismdesk.engines.ambience.surroundings import Signal

Indices = npt.NDArray[np.int64]

_EVENT_SECONDS = 0.05
_PIECE_SECONDS = 0.35
_RANGE_DB = 75.0
_COMMON_EVENTS = 0.25
_SINGLE_EVENTS = 0.5
STEADY_DB = 3.0
"""Sound whose level wanders less than this from piece to piece counts as steady."""
_EVENT_DB = 3.0
"""Deviation from the usual that steady sound shows anyway: no event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Stretches of sound and their frames, one after the other in one table.

    ``powers`` is (channels, frames, bands), ``levels_db`` (frames, bands) over all channels.
    ``sides`` names for each stretch the side of the region it touches: left, right or neither;
    ``distance_seconds`` is how far from the region a frame lies. ``room_frames`` says how many
    frames follow in the same stretch, ``stretch`` and ``start_samples`` where a frame lies.
    ``eventfulness`` is how far a frame sticks out of its surroundings, in dB over what steady
    sound does. ``unrest_db`` (bands,) is how much the level differs from piece to piece.
    """

    stretches: tuple[Signal, ...]
    sides: tuple[str, ...]
    powers: Levels
    levels_db: Levels
    stretch: Indices
    start_samples: Indices
    room_frames: Indices
    distance_seconds: Levels
    eventfulness: Levels
    unrest_db: Levels
    grid: BandGrid

    @property
    def frames(self) -> int:
        """Number of frames in the table."""
        return len(self.stretch)

    @property
    def longest_frames(self) -> int:
        """Frames of the longest stretch."""
        return int(self.room_frames.max(initial=0))

    def cut(self, stretch: int, start: int, length: int) -> Signal:
        """Sound from a stretch, (channels, length); silent beyond its ends."""
        sound = self.stretches[stretch]
        part = np.zeros((sound.shape[0], length))
        first, last = max(0, start), min(sound.shape[1], start + length)
        if last > first:
            part[:, first - start : last - start] = sound[:, first:last]
        return part


def gather_material(
    stretches: Sequence[Signal], sides: Sequence[str], grid: BandGrid, monitor: RunMonitor
) -> Material | None:
    """Measure stretches of sound; those under a window's length are left out.

    ``sides`` says of each which side of the region it touches: left, right or neither.

    Returns None if none is left.
    """
    kept = [
        (sound, side)
        for sound, side in zip(stretches, sides, strict=True)
        if sound.shape[1] >= grid.window_samples
    ]
    long_enough = tuple(sound for sound, _ in kept)
    if not long_enough:
        return None
    powers = [band_powers(sound, grid, monitor) for sound in long_enough]
    counts = [part.shape[1] for part in powers]
    table = np.concatenate(powers, axis=1)
    levels_db = in_range(to_db(table.mean(axis=0)))
    return Material(
        stretches=long_enough,
        powers=table,
        levels_db=levels_db,
        stretch=np.repeat(np.arange(len(counts)), counts),
        start_samples=np.concatenate([np.arange(n) * grid.hop_samples for n in counts]),
        room_frames=np.concatenate([np.arange(n)[::-1] for n in counts]),
        distance_seconds=np.concatenate(
            [_distances(n, side) for n, (_, side) in zip(counts, kept, strict=True)]
        )
        * grid.seconds(1),
        sides=tuple(side for _, side in kept),
        eventfulness=find_events(levels_db, grid),
        unrest_db=_unrest(table.mean(axis=0), grid),
        grid=grid,
    )


def _distances(frames: int, side: str) -> Levels:
    """How many frames each frame of a stretch lies from the region."""
    ahead = np.arange(frames, dtype=np.float64)
    return ahead[::-1] if side == "left" else ahead if side == "right" else ahead + frames


def in_range(levels_db: Levels) -> Levels:
    """Lift what lies 75 dB and more below the loudest: it isn't heard beside it."""
    return np.asarray(np.maximum(levels_db, levels_db.max() - _RANGE_DB))


def find_events(levels_db: Levels, grid: BandGrid) -> Levels:
    """How far each frame, smoothed over 50 ms, rises above the median of its bands, in dB."""
    width = min(grid.frames(_EVENT_SECONDS), len(levels_db))
    sums = np.cumsum(np.vstack([np.zeros(levels_db.shape[1]), levels_db]), axis=0)
    smooth = np.empty_like(levels_db)
    first = np.clip(np.arange(len(levels_db)) - width // 2, 0, len(levels_db) - width)
    smooth[:] = (sums[first + width] - sums[first]) / width
    usual = np.median(smooth, axis=0)
    spread = np.median(np.abs(smooth - usual), axis=0) * 1.5
    return np.asarray(np.clip(smooth - usual - spread - _EVENT_DB, 0.0, None).mean(axis=1))


def rarity(eventfulness: Levels) -> float:
    """1 where events are single, falling to 0.1 where they are the rule."""
    return min(max(1.0 - float(np.mean(eventfulness > 1.0)) / _COMMON_EVENTS, 0.1), 1.0)


def without_single_events(powers: Levels, grid: BandGrid) -> Levels:
    """Frames (channels, frames, bands) with those of single events left out, if there are any."""
    eventfulness = find_events(in_range(to_db(powers.mean(axis=0))), grid)
    if rarity(eventfulness) < _SINGLE_EVENTS:
        return powers
    return powers[:, eventfulness < _EVENT_DB]


def _unrest(powers: Levels, grid: BandGrid) -> Levels:
    """Robust spread in dB, per band, of the levels of blocks as long as a piece."""
    size = min(grid.frames(_PIECE_SECONDS), len(powers))
    count = len(powers) // size
    blocks = powers[: count * size].reshape(count, size, -1).mean(axis=1)
    levels_db = to_db(blocks)
    usual = np.median(levels_db, axis=0)
    return np.asarray(1.48 * np.median(np.abs(levels_db - usual), axis=0))
