"""Stretches without a signal: digital zero, nearly zero, or one value held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.gap_windows import Window

SHORTEST_RUN_MS = 0.5
SHORTEST_RUN_SAMPLES = 16
"""At low rates and 8 bits, fewer equal samples are the ordinary thing."""
NEARLY_ZERO = 1.3 / 32768
"""-88 dBFS: one step of 16 bits."""
_EDGE_MS = 1.0
_NEAR_EDGE_MS = 20.0
_EDGE_OVER_STEPS = 12.0
_EDGE_OVER_NEARLY_ZERO = 8.0
_EDGE_OVER_NEIGHBOURHOOD = 0.1
_LEAST_EDGE = 1e-5
_FLAT_TOP = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadRun:
    """A stretch of one channel without a signal.

    ``is_exact``: every sample is 0. An edge is abrupt where sound was cut off rather than faded:
    its last millisecond is loud against the steps of quantisation and against its last 20 ms.
    """

    channel: int
    range: SampleRange
    is_exact: bool
    starts_abruptly: bool
    ends_abruptly: bool

    @property
    def length_samples(self) -> int:
        """Length of the stretch."""
        return self.range.length_samples


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundRuns:
    """All runs of a sound, and the sound's size."""

    runs: tuple[DeadRun, ...]
    channels: int
    length_samples: int


@dataclass(frozen=True, slots=True)
class _Edge:
    """How loud it is beside a run, against the run's own value: within 1 ms, and within 20 ms."""

    level: float
    neighbourhood: float

    def is_abrupt(self, least: float) -> bool:
        """Whether sound is cut here rather than faded."""
        return self.level >= max(least, _EDGE_OVER_NEIGHBOURHOOD * self.neighbourhood)


_NO_EDGE = _Edge(0.0, 0.0)


@dataclass(slots=True)
class _Open:
    """A run that has not ended yet."""

    start: int
    start_edge: _Edge
    value: float
    nonzero: int = 0


class RunFinder:
    """Takes a sound window by window and returns its dead runs at the end."""

    def __init__(self, rate_hz: int) -> None:
        self._least = max(SHORTEST_RUN_SAMPLES, round(SHORTEST_RUN_MS * rate_hz / 1000))
        self._edge = max(2, round(_EDGE_MS * rate_hz / 1000))
        self._near_edge = max(4, round(_NEAR_EDGE_MS * rate_hz / 1000))
        self._runs: list[DeadRun] = []
        self._channels = 0
        self._length = 0
        self._step: npt.NDArray[np.float32] = np.zeros(0, np.float32)
        self._peak: npt.NDArray[np.float32] = np.zeros(0, np.float32)
        self._open: dict[tuple[int, bool], _Open] = {}

    def take(self, window: Window) -> None:
        """Look at the next window."""
        core = window.core
        if not self._channels:
            self._channels = core.shape[0]
            self._step = np.full(self._channels, np.inf, np.float32)
            self._peak = np.zeros(self._channels, np.float32)
        start = window.surroundings_samples
        before = window.audio[:, start - 1 : start - 1 + window.core_samples]
        level = np.abs(core)
        is_near_zero = level <= NEARLY_ZERO
        np.maximum(self._peak, level.max(axis=1), out=self._peak)
        self._learn_step(core, before)
        self._collect(window, is_near_zero, is_held=False)
        self._collect(window, (core == before) & ~is_near_zero, is_held=True)
        self._length = window.core_end_samples

    def finish(self) -> FoundRuns:
        """Return what was found; the sound has ended."""
        for (channel, is_held), run in sorted(self._open.items()):
            if not is_held:
                self._close(channel, run, self._length, _NO_EDGE)
        self._open.clear()
        return FoundRuns(
            runs=tuple(self._runs), channels=self._channels, length_samples=self._length
        )

    def _learn_step(self, core: AudioBlock, before: AudioBlock) -> None:
        """Keep the smallest step between neighbours that was seen: that of quantisation."""
        steps = np.abs(core - before)
        steps[steps == 0] = np.inf
        np.minimum(self._step, steps.min(axis=1), out=self._step)

    def _collect(self, window: Window, mask: npt.NDArray[np.bool_], *, is_held: bool) -> None:
        """Follow the runs of a mask through the core, those long enough to matter."""
        edges = np.diff(mask.astype(np.int8), axis=1, prepend=0, append=0)
        channels, starts = np.nonzero(edges == 1)
        _, ends = np.nonzero(edges == -1)
        core_samples = window.core_samples
        is_kept = (ends - starts >= self._least) | (starts == 0) | (ends == core_samples)
        kept = zip(
            channels[is_kept].tolist(),
            starts[is_kept].tolist(),
            ends[is_kept].tolist(),
            strict=True,
        )
        goes_on = {channel for channel in range(self._channels) if mask[channel, 0]}
        for channel in range(self._channels):
            if channel not in goes_on:
                self._end(window, (channel, is_held), 0)
        for channel, start, end in kept:
            key = (channel, is_held)
            if start > 0 or key not in self._open:
                value = float(window.core[channel, start]) if is_held else 0.0
                edge = self._edge_before(window, channel, start, value)
                self._open[key] = _Open(window.core_start_samples + start, edge, value)
            self._open[key].nonzero += int(np.count_nonzero(window.core[channel, start:end]))
            if end < core_samples:
                self._end(window, key, end)

    def _end(self, window: Window, key: tuple[int, bool], at: int) -> None:
        """End an open run, if there is one, before a position of the core."""
        run = self._open.pop(key, None)
        if run is None:
            return
        channel, is_held = key
        if is_held and abs(run.value) >= _FLAT_TOP * float(self._peak[channel]):
            return  # a clipped peak, not a value that got stuck
        place = window.surroundings_samples + at
        beside = window.audio[channel, place : place + self._near_edge]
        edge = self._edge_of(beside - np.float32(run.value))
        self._close(channel, run, window.core_start_samples + at, edge)

    def _close(self, channel: int, run: _Open, end: int, end_edge: _Edge) -> None:
        if end - run.start < self._least:
            return
        is_exact = run.nonzero == 0
        step = float(self._step[channel])
        least = max(_LEAST_EDGE, _EDGE_OVER_STEPS * step if np.isfinite(step) else 0.0)
        if not is_exact:
            least = max(least, _EDGE_OVER_NEARLY_ZERO * NEARLY_ZERO)
        self._runs.append(
            DeadRun(
                channel=channel,
                range=SampleRange(run.start, end),
                is_exact=is_exact,
                starts_abruptly=run.start_edge.is_abrupt(least),
                ends_abruptly=end_edge.is_abrupt(least),
            )
        )

    def _edge_before(self, window: Window, channel: int, at: int, value: float) -> _Edge:
        place = window.surroundings_samples + at
        beside = window.audio[channel, place - self._near_edge : place][::-1]
        return self._edge_of(beside - np.float32(value))

    def _edge_of(self, beside: npt.NDArray[np.float32]) -> _Edge:
        return _Edge(level=_rms(beside[: self._edge]), neighbourhood=_rms(beside))


def _rms(stretch: npt.NDArray[np.float32]) -> float:
    return float(np.sqrt(np.mean(np.square(stretch, dtype=np.float64)))) if stretch.size else 0.0
