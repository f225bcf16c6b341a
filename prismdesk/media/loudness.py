"""Loudness and true peak of sound that comes in blocks: ITU-R BS.1770-4, EBU R 128.

Momentary (0.4 s), short-term (3 s) and gated integrated loudness as EBU Tech 3341 has them, the
loudness range of EBU Tech 3342, and the true peak of BS.1770-4, annex 2. Windows move on in
steps of 0.1 s. Memory is constant, and the size of the blocks doesn't matter.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.media.block_memory import keep_freed_memory
from prismdesk.media.k_weighting import KWeightingFilter
from prismdesk.media.loudness_gates import LoudnessHistogram, lufs
from prismdesk.media.true_peak import TruePeakMeter
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
    raise_if_cancelled,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.media.audio import AudioBlock
    from prismdesk.project.model import ChannelLayout

_STEPS_PER_SECOND = 10
_PARTS_PER_SECOND = 4
_MOMENTARY_STEPS, _SHORT_TERM_STEPS = 4, 30
_INTEGRATED_GATE_LU, _RANGE_GATE_LU = -10.0, -20.0
_RANGE_LOW, _RANGE_HIGH = 0.10, 0.95

_SIDE_WEIGHT = 1.41
_SIDES = frozenset({"Ls", "Rs"})


def channel_weights(layout: ChannelLayout) -> tuple[float, ...]:
    """Return the weights of the channels' powers: BS.1770-4, tables 3 and 4.

    1.41 for Ls and Rs, which stand between 60 and 120 degrees; 0.0 for LFE; 1.0 for all others,
    those behind the listener (Cb, Lb, Rb) too.
    """
    return tuple(
        0.0 if name == "LFE" else _SIDE_WEIGHT if name in _SIDES else 1.0
        for name in layout.channel_names
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """What was measured over a whole sound; -inf where it is silent or too short."""

    integrated_lufs: float
    range_lu: float
    true_peak_dbtp: float
    max_momentary_lufs: float
    max_short_term_lufs: float


class LoudnessMeter:
    """Measures sound as it goes by; one thread at a time.

    Figures are those of the last full step of 0.1 s. Samples that aren't finite count as 0.0.

    Args:
        rate_hz: samples per second; below 8000 the weighting is not that of the standard.
        layout: which channels are side channels, and which is the LFE.
    """

    def __init__(self, rate_hz: int, layout: ChannelLayout) -> None:
        self._rate_hz = rate_hz
        self._channels = layout.channels
        self._weights = np.array(channel_weights(layout))
        self._filter = KWeightingFilter(rate_hz, layout.channels)
        self._true_peak = TruePeakMeter(layout.channels)
        self._momentary_blocks = LoudnessHistogram()
        self._short_term_blocks = LoudnessHistogram()
        self._window: deque[float] = deque(maxlen=_SHORT_TERM_STEPS)
        self._waiting: list[AudioBlock] = []
        self._waiting_samples = 0
        self.reset()

    @property
    def steps(self) -> int:
        """Steps of 0.1 s so far: where it hasn't changed, no figure has."""
        return self._steps

    @property
    def momentary_lufs(self) -> float:
        """Loudness of the last 0.4 s, silence before the start; -inf for silence."""
        return self._windowed_lufs(_MOMENTARY_STEPS)

    @property
    def short_term_lufs(self) -> float:
        """Loudness of the last 3 s, silence before the start; -inf for silence."""
        return self._windowed_lufs(_SHORT_TERM_STEPS)

    @property
    def integrated_lufs(self) -> float:
        """Gated loudness since the start; -inf before 0.4 s, or where all is silent."""
        return lufs(self._momentary_blocks.gated_mean_square(_INTEGRATED_GATE_LU))

    @property
    def range_lu(self) -> float:
        """Loudness range since the start; 0.0 before 3 s, or where all is silent."""
        low = self._short_term_blocks.percentile_lufs(_RANGE_LOW, _RANGE_GATE_LU)
        high = self._short_term_blocks.percentile_lufs(_RANGE_HIGH, _RANGE_GATE_LU)
        return high - low if math.isfinite(low) else 0.0

    @property
    def true_peak_dbtp(self) -> float:
        """Highest true peak of any channel since the start; -inf for silence."""
        peak = self._true_peak.peak
        return 20 * math.log10(peak) if peak > 0 else -math.inf

    @property
    def max_momentary_lufs(self) -> float:
        """Highest momentary loudness since the start."""
        return self._max_momentary_lufs

    @property
    def max_short_term_lufs(self) -> float:
        """Highest short-term loudness since the start."""
        return self._max_short_term_lufs

    def add(self, block: AudioBlock) -> None:
        """Go on with a block, float32 (channels, samples) of any length."""
        if block.ndim != 2 or block.shape[0] != self._channels:
            raise ValueError(f"a block of shape {block.shape} for {self._channels} channels")
        part_samples = max(
            1, self._rate_hz // _PARTS_PER_SECOND
        )  # what filtering needs stays small
        for start in range(0, block.shape[1], part_samples):
            self._add_part(block[:, start : start + part_samples])

    def finish(self) -> None:
        """Take in the last samples' true peak: nothing follows.

        A last step that isn't full counts for the true peak alone (BS.1770-4: no part of a
        gating block is measured).
        """
        for block in self._waiting:
            self._true_peak.add(_finite(block))
        self._true_peak.finish()
        self._waiting, self._waiting_samples = [], 0

    def forget_windows(self) -> None:
        """Start momentary and short-term again, as after a pause; all else stays."""
        self._window.clear()
        self._waiting, self._waiting_samples = [], 0
        self._filter.reset()

    def reset(self) -> None:
        """Start again as if nothing had come."""
        self.forget_windows()
        self._momentary_blocks.reset()
        self._short_term_blocks.reset()
        self._true_peak.reset()
        self._steps = 0
        self._max_momentary_lufs = self._max_short_term_lufs = -math.inf

    def _add_part(self, block: AudioBlock) -> None:
        self._waiting.append(block.copy())
        self._waiting_samples += block.shape[1]
        ends = self._step_ends()
        if not ends:
            return
        known = np.concatenate(self._waiting, axis=1)
        self._waiting, self._waiting_samples = [known[:, ends[-1] :]], known.shape[1] - ends[-1]
        full = _finite(known[:, : ends[-1]])
        self._true_peak.add(full)
        weighted = self._filter.filter(full)
        powers = self._weights @ np.square(weighted, out=weighted)
        sums = np.add.reduceat(powers, [0, *ends[:-1]])
        for power, length in zip(sums, np.diff([0, *ends]), strict=True):
            self._end_step(float(power) / int(length))

    def _step_ends(self) -> list[int]:
        """Return where the full steps in what waits end; steps differ by a sample at odd rates."""
        first = self._step_edge(self._steps)
        ends: list[int] = []
        while (
            end := self._step_edge(self._steps + len(ends) + 1) - first
        ) <= self._waiting_samples:
            ends.append(end)
        return ends

    def _step_edge(self, step: int) -> int:
        return step * max(self._rate_hz, _STEPS_PER_SECOND) // _STEPS_PER_SECOND

    def _end_step(self, mean_square: float) -> None:
        self._steps += 1
        self._window.append(mean_square)
        self._max_momentary_lufs = max(self._max_momentary_lufs, self.momentary_lufs)
        self._max_short_term_lufs = max(self._max_short_term_lufs, self.short_term_lufs)
        if len(self._window) >= _MOMENTARY_STEPS:
            self._momentary_blocks.add(self._windowed_mean_square(_MOMENTARY_STEPS))
        if len(self._window) == _SHORT_TERM_STEPS:
            self._short_term_blocks.add(self._windowed_mean_square(_SHORT_TERM_STEPS))

    def _windowed_lufs(self, steps: int) -> float:
        return lufs(self._windowed_mean_square(steps))

    def _windowed_mean_square(self, steps: int) -> float:
        first = max(0, len(self._window) - steps)
        return sum(list(self._window)[first:]) / steps


def _finite(block: AudioBlock) -> AudioBlock:
    """Return the block with 0.0 for what isn't finite; the sum tells quickly whether all is."""
    if np.isfinite(block.sum(dtype=np.float64)):
        return block
    return np.where(np.isfinite(block), block, np.float32(0.0))


def measure_loudness(
    blocks: Iterable[AudioBlock],
    rate_hz: int,
    layout: ChannelLayout,
    *,
    length_samples: int | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> Loudness:
    """Measure a whole sound.

    Args:
        blocks: float32 (channels, samples), one after the other, of any lengths.
        rate_hz: samples per second.
        layout: the channels of the blocks.
        length_samples: of all blocks together; without it progress tells nothing before the end.
        progress: told after each block.
        cancelled: asked before each block.

    Raises:
        Cancelled: as ``cancelled`` wished.
    """
    keep_freed_memory()
    meter = LoudnessMeter(rate_hz, layout)
    done = 0
    for block in blocks:
        raise_if_cancelled(cancelled)
        meter.add(block)
        done += block.shape[1]
        if length_samples:
            progress(min(1.0, done / length_samples))
    meter.finish()
    progress(1.0)
    return Loudness(
        integrated_lufs=meter.integrated_lufs,
        range_lu=meter.range_lu,
        true_peak_dbtp=meter.true_peak_dbtp,
        max_momentary_lufs=meter.max_momentary_lufs,
        max_short_term_lufs=meter.max_short_term_lufs,
    )
