"""Holes: stretches where the sound falls away and comes back at a stroke.

A dropout is no longer digital zero once it has been through a lossy coder: the hole is smeared
with the coder's noise, 30 to 50 dB below the sound, and only the middle of a long one is empty.
What remains is how abruptly the level falls and rises, which speech and music don't do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.media.gap_windows import Window

_BIN_MS = 0.5
_EDGE_BINS = 4
_LEAST_FALL_DB = 28.0
_LEAST_DEPTH_DB = 26.0
_LEAST_LEVEL_DBFS = -60.0
_EDGE_DEPTH_DB = 20.0
_SMEARED_MS = 45.0
"""Two frames of AAC at 48 kHz: what is longer must be empty in the middle."""
_EMPTY = 2.0 / 32768

Powers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """A stretch of one channel where the sound is gone, as far as its coder let it."""

    channel: int
    range: SampleRange


@dataclass(slots=True)
class _Fall:
    """Where the sound fell away, and what came since."""

    start: int
    power: float
    loudest: float = 0.0
    quietest: float = np.inf


class HoleFinder:
    """Takes a sound window by window and returns its holes at the end."""

    def __init__(self, rate_hz: int) -> None:
        self._bin = max(8, round(_BIN_MS * rate_hz / 1000))
        self._smeared = round(_SMEARED_MS * rate_hz / 1000)
        self._open: dict[int, _Fall] = {}
        self._holes: list[Hole] = []

    def take(self, window: Window) -> None:
        """Look at the next window."""
        for channel in range(window.audio.shape[0]):
            self._take(window, channel)

    def finish(self) -> tuple[Hole, ...]:
        """Return what was found; a hole that never ended is none."""
        return tuple(self._holes)

    def _take(self, window: Window, channel: int) -> None:
        sound = window.audio[channel]
        bins = sound[: sound.size // self._bin * self._bin].reshape(-1, self._bin)
        power = np.einsum("ij,ij->i", bins, bins, dtype=np.float64) / self._bin
        first = window.surroundings_samples // self._bin
        last = (window.surroundings_samples + window.core_samples) // self._bin
        falls, rises = _strokes(power)
        at = first
        places = np.flatnonzero(falls[first:last] | rises[first:last]) + first
        for place in places.tolist():
            self._go_on(channel, power[at:place])
            at = place + 1
            if rises[place]:
                self._close(window, channel, place, _mean(power[place + 1 :][:_EDGE_BINS]))
            if falls[place] and channel not in self._open:
                before = _mean(power[place - _EDGE_BINS : place])
                edge = self._last_loud(window, channel, place, before) + 1
                self._open[channel] = _Fall(edge, before)
        self._go_on(channel, power[at:last])

    def _go_on(self, channel: int, power: Powers) -> None:
        """Let an open hole go on through bins; sound that comes back slowly ends it for good."""
        fall = self._open.get(channel)
        if fall is None or not power.size:
            return
        fall.loudest = max(fall.loudest, float(power.max()))
        fall.quietest = min(fall.quietest, float(power.min()))
        if fall.loudest > fall.power * _ratio(_LEAST_DEPTH_DB):
            del self._open[channel]

    def _close(self, window: Window, channel: int, place: int, after: float) -> None:
        """End the open hole where the sound comes back; a coder's noise inside it is no sound."""
        fall = self._open.get(channel)
        if fall is None or after <= fall.power * _ratio(_LEAST_DEPTH_DB):
            return
        del self._open[channel]
        if fall.loudest > after * _ratio(_LEAST_DEPTH_DB):
            return
        end = self._first_loud(window, channel, place, after)
        length = end - fall.start
        if length < 2 * self._bin or (length > self._smeared and fall.quietest > _EMPTY**2):
            return
        self._holes.append(Hole(channel=channel, range=SampleRange(fall.start, end)))

    def _last_loud(self, window: Window, channel: int, place: int, power: float) -> int:
        start = (place - 1) * self._bin
        loud = self._loud(window, channel, start, power)
        offset = int(loud[-1]) if loud.size else self._bin
        return window.core_start_samples - window.surroundings_samples + start + offset

    def _first_loud(self, window: Window, channel: int, place: int, power: float) -> int:
        start = (place - 1) * self._bin
        loud = self._loud(window, channel, start, power)
        offset = int(loud[0]) if loud.size else self._bin
        return window.core_start_samples - window.surroundings_samples + start + offset

    def _loud(self, window: Window, channel: int, start: int, power: float) -> npt.NDArray[np.intp]:
        """Samples of three bins that are no part of a hole beside sound of that power."""
        stretch = window.audio[channel, start : start + 3 * self._bin]
        return np.flatnonzero(np.abs(stretch) > np.sqrt(power * _ratio(_EDGE_DEPTH_DB)))


def _strokes(power: Powers) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return at which bins the level falls, and rises, by a lot between the bins around."""
    padded = np.pad(power, _EDGE_BINS)
    sums = np.concatenate([[0.0], np.cumsum(padded)])
    means = np.maximum(sums[_EDGE_BINS:] - sums[:-_EDGE_BINS], 0.0) / _EDGE_BINS
    before, after = means[: power.size], means[_EDGE_BINS + 1 :][: power.size]
    least = _ratio(-_LEAST_LEVEL_DBFS)
    deep = _ratio(_LEAST_FALL_DB)
    falls = (before > least) & (after < before * deep)
    rises = (after > least) & (before < after * deep)
    return _steepest(falls, before, after), _steepest(rises, after, before)


def _steepest(strokes: npt.NDArray[np.bool_], loud: Powers, quiet: Powers) -> npt.NDArray[np.bool_]:
    """Keep of neighbouring strokes the one with the greatest change."""
    change = np.where(strokes, loud / np.maximum(quiet, 1e-14), 0.0)
    around = np.lib.stride_tricks.sliding_window_view(
        np.pad(change, _EDGE_BINS), 2 * _EDGE_BINS + 1
    )
    steepest: npt.NDArray[np.bool_] = strokes & (change >= around.max(axis=1))
    return steepest


def _ratio(decibels: float) -> float:
    """Return the power that many decibels down."""
    return float(10 ** (-decibels / 10))


def _mean(power: Powers) -> float:
    return float(power.mean()) if power.size else 0.0
