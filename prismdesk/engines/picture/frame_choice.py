"""Which frames of a film the encoders of the picture look at.

Two rules: by the time each frame is shown, for films of any rate, constant or not; and by
counting, for lists of frames at a constant rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

CLIP_RATE_HZ = 8.0
SYNC_RATE_HZ = 25.0


@dataclass(frozen=True)
class FrameChoice:
    """Frames for both encoders, as indices into the film's frames, ascending.

    ``duration_seconds`` is what they cover: ``int(8 T)`` and ``int(25 T)`` of them.
    """

    duration_seconds: float
    clip: npt.NDArray[np.int64]
    sync: npt.NDArray[np.int64]


def frames_at_rate(
    frame_times_seconds: npt.NDArray[np.float64],
    rate_hz: float,
    *,
    start_seconds: float = 0.0,
    end_seconds: float = math.inf,
) -> npt.NDArray[np.int64]:
    """Return for each time of an even grid the first frame at or after it.

    The grid begins at ``start_seconds`` and ends with the last frame in reach. Frames repeat
    where the film is slower than the rate, and are left out where it is faster.

    Args:
        frame_times_seconds: when each frame is shown, ascending.
        rate_hz: of the grid.
        start_seconds: only frames from here count.
        end_seconds: only frames up to here count, this time included.

    Raises:
        ValueError: the times aren't ascending, or the rate isn't positive.
    """
    times = np.asarray(frame_times_seconds, np.float64)
    if not (np.diff(times) >= 0).all() or not np.isfinite(times).all():
        raise ValueError("times of frames must be finite and ascending")
    if not rate_hz > 0:
        raise ValueError(f"frames can't be chosen at a rate of {rate_hz} Hz")
    first = int(np.searchsorted(times, start_seconds, "left"))
    in_reach = times[first : int(np.searchsorted(times, end_seconds, "right"))]
    if not len(in_reach):
        return np.zeros(0, np.int64)
    steps = math.ceil((in_reach[-1] - start_seconds) * rate_hz) + 1
    # Added up one by one: that is how the published rule rounds.
    grid = np.add.accumulate(np.concatenate([[start_seconds], np.full(steps, 1.0 / rate_hz)]))
    found = np.searchsorted(in_reach, grid, "left")
    return (first + found[found < len(in_reach)]).astype(np.int64)


def choose_frames(
    frame_times_seconds: npt.NDArray[np.float64],
    duration_seconds: float,
    *,
    start_seconds: float = 0.0,
    holds_last: bool = False,
) -> FrameChoice:
    """Choose the frames for both encoders over a stretch of the film.

    Args:
        frame_times_seconds: when each frame is shown, ascending.
        duration_seconds: of the stretch.
        start_seconds: where the stretch begins.
        holds_last: whether the last frame stands until the end of the stretch if the film gives
            too few frames; otherwise the stretch is shortened to what both encoders get, which
            is the published rule.

    Raises:
        ValueError: as ``frames_at_rate``; or the last frame shall be held and there is none.
    """
    end = start_seconds + duration_seconds
    clip, sync = (
        frames_at_rate(frame_times_seconds, rate, start_seconds=start_seconds, end_seconds=end)
        for rate in (CLIP_RATE_HZ, SYNC_RATE_HZ)
    )
    if holds_last:
        last = _last_in_reach(frame_times_seconds, end)
        clip = _held(clip, int(duration_seconds * CLIP_RATE_HZ), last)
        sync = _held(sync, int(duration_seconds * SYNC_RATE_HZ), last)
    covered = min(duration_seconds, len(clip) / CLIP_RATE_HZ, len(sync) / SYNC_RATE_HZ)
    covered = duration_seconds if holds_last else covered
    return FrameChoice(
        duration_seconds=covered,
        clip=clip[: int(CLIP_RATE_HZ * covered)],
        sync=sync[: int(SYNC_RATE_HZ * covered)],
    )


def _last_in_reach(frame_times_seconds: npt.NDArray[np.float64], end_seconds: float) -> int:
    """Return the last frame that begins by the end, or else the first of the film."""
    if not len(frame_times_seconds):
        raise ValueError("a film without frames has none to hold")
    return max(0, int(np.searchsorted(frame_times_seconds, end_seconds, "right")) - 1)


def _held(indices: npt.NDArray[np.int64], count: int, last: int) -> npt.NDArray[np.int64]:
    missing = max(0, count - len(indices))
    return np.concatenate([indices, np.full(missing, last, np.int64)])


def node_indices(
    frame_count: int,
    *,
    source_hz: float,
    target_hz: float,
    duration_seconds: float,
    at_least: int = 1,
) -> npt.NDArray[np.int64]:
    """Return frames by counting: for output i the source frame ``int(i / target · source)``.

    Past the end the last frame repeats; ``int(duration · target)`` of them, but ``at_least`` so
    many (a segment of the movement's encoder needs 16: the last one chosen is repeated).
    """
    count = max(1, int(duration_seconds * target_hz))
    # Divided first, then multiplied: 29 / 25 · 25 is a little less than 29.
    places = (np.arange(count, dtype=np.float64) / target_hz * source_hz).astype(np.int64)
    indices = np.minimum(places, frame_count - 1)
    return np.concatenate([indices, np.full(max(0, at_least - count), indices[-1], np.int64)])
