"""Carrying tones through a region from one edge to the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.ambience.tones import Tones, find_tones, without_tones

if TYPE_CHECKING:
    from prismdesk.engines.ambience.bands import Levels
    from prismdesk.engines.ambience.run_monitor import RunMonitor
    from prismdesk.engines.ambience.surroundings import Signal, Surroundings

_SAME_TONE_HZ = 1.5
_SAME_TONE_SHARE = 0.004
_SAME_LEVEL_DB = 12.0
_SAMPLES_AT_ONCE = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True)
class ToneBridge:
    """Tones through a region and the surroundings without them.

    ``sound`` is (channels, gap samples); ``left`` and ``right`` are the sides with the same
    tones taken out; ``count`` says how many tones there are.
    """

    sound: Signal
    left: Signal
    right: Signal
    count: int


def bridge_tones(around: Surroundings, monitor: RunMonitor) -> ToneBridge | None:
    """Find tones that both sides share, or that the only side has, and carry them across.

    A tone that one of two sides lacks has ended or begun in between, no one knows where; it is
    left to the texture. Returns None where there is no tone to carry.
    """
    ahead = find_tones(around.left, around.rate_hz) if around.left.shape[1] else None
    monitor.check()
    mirrored = around.right[:, ::-1]
    behind = find_tones(mirrored, around.rate_hz) if around.right.shape[1] else None
    monitor.check()
    if around.left.shape[1] and around.right.shape[1]:
        pair = _shared(ahead, behind)
        if pair is None:
            return None
        ahead, behind = pair
    sound = _carried(ahead, behind, around, monitor)
    left, right = around.left, around.right
    if ahead is not None:
        left = without_tones(left, ahead, around.rate_hz, monitor)
    if behind is not None:
        right = without_tones(mirrored, behind, around.rate_hz, monitor)[:, ::-1]
    some = ahead or behind
    if some is None:
        return None
    return ToneBridge(sound=sound, left=left, right=right, count=some.count)


def _shared(ahead: Tones | None, behind: Tones | None) -> tuple[Tones, Tones] | None:
    """The tones that both sides have, paired by index."""
    if ahead is None or behind is None:
        return None
    pairs: list[tuple[int, int]] = []
    taken: set[int] = set()
    for index, frequency in enumerate(ahead.frequencies_hz):
        nearest = int(np.argmin(np.abs(behind.frequencies_hz - frequency)))
        away = abs(float(behind.frequencies_hz[nearest] - frequency))
        strengths = [
            float(np.linalg.norm(tones.phasors[:, i])) + 1e-12
            for tones, i in ((ahead, index), (behind, nearest))
        ]
        differs_db = abs(20.0 * np.log10(strengths[0] / strengths[1]))
        is_same = away < max(_SAME_TONE_HZ, _SAME_TONE_SHARE * frequency)
        if is_same and differs_db < _SAME_LEVEL_DB and nearest not in taken:
            pairs.append((index, nearest))
            taken.add(nearest)
    if not pairs:
        return None
    lefts, rights = np.array(pairs).T
    return ahead.only(lefts), behind.only(rights)


def _carried(
    ahead: Tones | None, behind: Tones | None, around: Surroundings, monitor: RunMonitor
) -> Signal:
    """Samples of the tones through the gap."""
    gap, rate_hz = around.gap_samples, around.rate_hz
    sound = np.zeros((around.channels, gap))
    for first in range(0, gap, _SAMPLES_AT_ONCE):
        monitor.check()
        count = min(_SAMPLES_AT_ONCE, gap - first)
        part = slice(first, first + count)
        if ahead is not None and behind is not None:
            sound[:, part] = _between(ahead, behind, first, count, gap, rate_hz)
        elif ahead is not None:
            sound[:, part] = ahead.sound(first, count, rate_hz)
        elif behind is not None:
            sound[:, part] = behind.sound(gap - first - count, count, rate_hz)[:, ::-1]
    return sound


def _between(ahead: Tones, behind: Tones, first: int, count: int, gap: int, rate_hz: int) -> Signal:
    """Tones whose phase and frequency fit at both ends; amplitudes move evenly in dB."""
    length = max(gap - 1, 1) / rate_hz  # both edges are counted from samples inside the gap
    moments = np.arange(first, first + count) / rate_hz
    share = moments / length
    sound = np.zeros((len(ahead.phasors), count))
    for tone in range(ahead.count):
        speeds = 2.0 * np.pi * ahead.frequencies_hz[tone], 2.0 * np.pi * behind.frequencies_hz[tone]
        for channel in range(len(sound)):
            begin = ahead.phasors[channel, tone]
            # The far side was analysed backwards in time, so its phase runs the other way.
            end = np.conj(behind.phasors[channel, tone])
            low, high = abs(begin) + 1e-12, abs(end) + 1e-12
            amplitude = low * (high / low) ** share
            phase = _cubic_phase(
                float(np.angle(begin)), float(np.angle(end)), speeds, length, moments
            )
            sound[channel] += amplitude * np.cos(phase)
    return sound


def _cubic_phase(
    begin: float, end: float, speeds: tuple[float, float], length: float, moments: Levels
) -> Levels:
    """McAulay & Quatieri 1986, eqs. 34 to 37: the cubic with the least bend."""
    first, last = speeds
    turns = round(((begin + first * length - end) + (last - first) * length / 2.0) / (2.0 * np.pi))
    miss = end - begin - first * length + 2.0 * np.pi * turns
    quadratic = 3.0 * miss / length**2 - (last - first) / length
    cubic = -2.0 * miss / length**3 + (last - first) / length**2
    return begin + first * moments + quadratic * moments**2 + cubic * moments**3
