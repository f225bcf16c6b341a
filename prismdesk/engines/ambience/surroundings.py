"""The sound around a region, cleaned and cut into what touches it and what may be borrowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from prismdesk.engines.errors import UnusableContextError

if TYPE_CHECKING:
    from prismdesk.engines.request import Request

_LEAST_DC_BLOCKS = 4

Signal = npt.NDArray[np.float64]
"""float64 (channels, samples), full scale 1.0: what the algorithms work on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known around a region.

    ``left`` ends right before the region and ``right`` begins right after it; either has length
    0 where nothing lies there. ``others`` are further stretches within reach that don't touch
    the region. All are (channels, samples), finite and free of DC; ``dc_left`` and ``dc_right``
    are the constants taken off, (channels, 1).
    """

    left: Signal
    right: Signal
    others: tuple[Signal, ...]
    dc_left: Signal
    dc_right: Signal
    rate_hz: int
    gap_samples: int

    @property
    def channels(self) -> int:
        """Number of channels."""
        return int(self.left.shape[0])

    @property
    def peak(self) -> float:
        """Largest magnitude anywhere in the surroundings, DC left out."""
        sides = (self.left, self.right, *self.others)
        return max((float(np.abs(side).max()) for side in sides if side.size), default=0.0)

    @property
    def is_silent(self) -> bool:
        """Whether there is nothing but digital silence (or a constant) around the region."""
        return self.peak < 1e-9

    def mirrored(self) -> Surroundings:
        """The same with time running backwards: what was right is left."""
        return Surroundings(
            left=np.ascontiguousarray(self.right[:, ::-1]),
            right=np.ascontiguousarray(self.left[:, ::-1]),
            others=tuple(np.ascontiguousarray(other[:, ::-1]) for other in self.others),
            dc_left=self.dc_right,
            dc_right=self.dc_left,
            rate_hz=self.rate_hz,
            gap_samples=self.gap_samples,
        )


def read_surroundings(request: Request, *, reach_seconds: float) -> Surroundings:
    """Cut the context of a request into usable stretches no farther than ``reach_seconds``.

    Samples that aren't finite count as missing. DC is taken off where it is beyond doubt.

    Raises:
        UnusableContextError: the request's numbers contradict each other, or nothing at all is
            known around the region.
    """
    _check_shape(request)
    start, end = request.region_start_samples, request.region_end_samples
    reach = round(reach_seconds * request.rate_hz)
    first, last = max(0, start - reach), min(request.context.shape[1], end + reach)
    left_runs = _usable_runs(request, first, start)
    right_runs = _usable_runs(request, min(end, last), last)
    if not left_runs and not right_runs:
        raise UnusableContextError(
            "There is no sound on either side of the region to work from; "
            "move the region next to a clip, or widen the surroundings in the settings."
        )
    touches_left = bool(left_runs) and left_runs[-1][1] == start
    touches_right = bool(right_runs) and right_runs[0][0] == end
    left, dc_left = _without_dc(request, *(left_runs.pop() if touches_left else (0, 0)))
    right, dc_right = _without_dc(request, *(right_runs.pop(0) if touches_right else (0, 0)))
    return Surroundings(
        left=left,
        right=right,
        others=tuple(_without_dc(request, *run)[0] for run in left_runs + right_runs),
        dc_left=dc_left if touches_left else dc_right,
        dc_right=dc_right if touches_right else dc_left,
        rate_hz=request.rate_hz,
        gap_samples=end - start,
    )


def _check_shape(request: Request) -> None:
    context, start, end = request.context, request.region_start_samples, request.region_end_samples
    if context.ndim != 2 or context.shape[0] < 1 or request.valid.shape != (context.shape[1],):
        raise UnusableContextError(
            f"The sound handed over has the shape {context.shape} with {request.valid.shape} "
            "marks of validity; it must be (channels, samples) with one mark for each sample."
        )
    if request.rate_hz < 1:
        raise UnusableContextError(f"A rate of {request.rate_hz} Hz is impossible.")
    if not 0 <= start < end <= context.shape[1]:
        raise UnusableContextError(
            f"The region from sample {start} to {end} is empty or lies outside the "
            f"{context.shape[1]} samples handed over."
        )


def _usable_runs(request: Request, first: int, last: int) -> list[tuple[int, int]]:
    """Stretches of [first, last) where sound exists and is finite, as (start, end)."""
    part = request.context[:, first:last]
    usable = request.valid[first:last] & np.isfinite(part).all(axis=0)
    edges = np.flatnonzero(np.diff(np.concatenate(([False], usable, [False])).astype(np.int8)))
    return [(first + int(a), first + int(b)) for a, b in edges.reshape(-1, 2)]


def _without_dc(request: Request, start: int, end: int) -> tuple[Signal, Signal]:
    sound = request.context[:, start:end].astype(np.float64)
    dc = _dc(sound, request.rate_hz)
    return sound - dc, dc


def _dc(sound: Signal, rate_hz: int) -> Signal:
    """The constant in each channel, (channels, 1); 0 where the mean may as well be low rumble.

    The means of a few blocks must agree: a constant counts from four standard errors up.
    """
    block = max(1, rate_hz // 20)
    count = sound.shape[1] // block
    if count < _LEAST_DC_BLOCKS:
        return np.zeros((sound.shape[0], 1))
    means = sound[:, : count * block].reshape(len(sound), count, block).mean(axis=2)
    mean = means.mean(axis=1, keepdims=True)
    error = means.std(axis=1, keepdims=True) / np.sqrt(count)
    return np.asarray(np.where(np.abs(mean) > 4.0 * error, mean, 0.0))
