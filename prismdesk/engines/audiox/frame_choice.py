"""Which frames of a film the conditioners look at: by time, or by counting as published."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from prismdesk.errors import InputError

if TYPE_CHECKING:
    import numpy.typing as npt


def counted_frame_ids(
    *,
    source_hz: float,
    frame_count: int,
    start_seconds: float,
    duration_seconds: float,
    target_hz: float,
) -> npt.NDArray[np.int32]:
    """Return every so-manieth frame; the last one is repeated until there are enough.

    The distance is whole, ceil(source / target), so a film of 30 frames a second gives 15 where
    25 are wanted.

    Args:
        source_hz: rate of the film.
        frame_count: of the film.
        start_seconds: where to begin.
        duration_seconds: what is to be covered.
        target_hz: rate wanted.

    Returns:
        int(target * duration) indices.

    Raises:
        InputError: the film ends before the beginning.
    """
    distance = math.ceil(source_hz / target_hz)
    first, wanted = int(start_seconds * source_hz), int(target_hz * duration_seconds)
    end = min(first + wanted * distance, frame_count)
    if first >= end:
        raise InputError(
            f"The picture ends before {start_seconds:g} s; choose a region where there is picture."
        )
    return _filled(np.arange(first, end, distance, dtype=np.int32)[:wanted], wanted)


def timed_frame_ids(
    frame_times_seconds: npt.NDArray[np.float64],
    *,
    start_seconds: float,
    duration_seconds: float,
    target_hz: float,
) -> npt.NDArray[np.int32]:
    """Return for each time of an even grid the frame that is shown then.

    Before the first frame that one is taken, after the last one that.

    Args:
        frame_times_seconds: when each frame begins, ascending.
        start_seconds: first time of the grid.
        duration_seconds: what is to be covered.
        target_hz: rate of the grid.

    Returns:
        int(target * duration) indices.

    Raises:
        InputError: there is no frame.
    """
    if not len(frame_times_seconds):
        raise InputError("The picture has no frame here; choose a region where there is picture.")
    grid = start_seconds + np.arange(int(target_hz * duration_seconds)) / target_hz
    # Times are sums of fractions: a frame that begins a microsecond late is on time.
    shown = np.searchsorted(frame_times_seconds, grid + 1e-6, "right") - 1
    return np.clip(shown, 0, len(frame_times_seconds) - 1).astype(np.int32)


def _filled(ids: npt.NDArray[np.int32], wanted: int) -> npt.NDArray[np.int32]:
    return np.concatenate([ids, np.full(wanted - len(ids), ids[-1], np.int32)])
