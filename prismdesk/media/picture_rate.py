"""The rate of a picture from its timestamps: constant or variable, exact where it is constant."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.project.timebase import FRAME_RATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

FALLBACK_RATE = Fraction(25)
"""Where a file tells neither times nor a rate."""

_MAX_RATE = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTiming:
    """When pictures are shown; ``first_seconds`` in the file's own clock."""

    first_seconds: Fraction
    rate: Fraction
    is_variable: bool
    frame_count: int
    duration_seconds: Fraction
    has_timestamps: bool


def picture_timing(
    ticks: Sequence[int],
    *,
    last_duration_ticks: int,
    time_base: Fraction,
    named_rates: Iterable[Fraction | None],
    untimed_frames: int = 0,
) -> PictureTiming:
    """Find the rate that explains the timestamps.

    The rate is constant if all pictures are equally far apart, or if some rate puts every one
    within one tick of its timestamp (files round to ticks): tried are, in this order, rates of
    the trade that the file names, the nearest rate of the trade, other rates that the file names,
    and the average. Of a variable rate the average is given.

    Args:
        ticks: timestamps of the pictures in any order; empty if the file has none.
        last_duration_ticks: how long the last picture is shown; 0 where unknown.
        time_base: seconds per tick.
        named_rates: what the file claims, most credible first.
        untimed_frames: pictures in a file without timestamps.
    """
    claims = [r for r in named_rates if r is not None and 0 < r <= _MAX_RATE]
    if not ticks:
        rate = claims[0] if claims else FALLBACK_RATE
        return PictureTiming(
            first_seconds=Fraction(0),
            rate=rate,
            is_variable=False,
            frame_count=untimed_frames,
            duration_seconds=untimed_frames / rate,
            has_timestamps=False,
        )
    shown = np.unique(np.array(ticks, np.int64))
    first, last, count = int(shown[0]), int(shown[-1]), len(shown)
    constant = _constant_rate(shown - first, time_base, claims)
    average = Fraction(count - 1, last - first) / time_base if count > 1 else None
    rate = constant or average or FALLBACK_RATE
    last_duration = max(last_duration_ticks * time_base, Fraction(0)) or 1 / rate
    duration = count / rate if constant else (last - first) * time_base + last_duration
    return PictureTiming(
        first_seconds=first * time_base,
        rate=rate.limit_denominator(1_000_000) or rate,
        is_variable=constant is None,
        frame_count=count,
        duration_seconds=duration,
        has_timestamps=True,
    )


def _constant_rate(
    ticks: npt.NDArray[np.int64], time_base: Fraction, claims: Sequence[Fraction]
) -> Fraction | None:
    """Return the rate of sorted timestamps that begin at 0, None if they have no constant one."""
    if len(ticks) == 1:
        return claims[0] if claims else FALLBACK_RATE
    steps = np.diff(ticks)
    if len(ticks) > 2 and steps.min() == steps.max():
        return 1 / (int(steps[0]) * time_base)
    trade = sorted(FRAME_RATES.values(), key=lambda rate: _worst_ticks(ticks, rate * time_base))
    average = Fraction(len(ticks) - 1, int(ticks[-1])) / time_base
    for rate in (*(c for c in claims if c in trade), trade[0], *claims, average):
        if _worst_ticks(ticks, rate * time_base) <= 1.0 + 1e-9 * int(ticks[-1]):
            return rate
    return None


def _worst_ticks(ticks: npt.NDArray[np.int64], frames_per_tick: Fraction) -> float:
    """Return how far the worst frame n lies from n / rate, in ticks."""
    expected = np.arange(len(ticks)) / float(frames_per_tick)
    return float(np.abs(ticks - expected).max())
