"""Which parts of a sound are cut out of it so that a model learns to fill them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_MOST_SEGMENTS = 10


def gap_of(frames: int, real_frames: int, version: int) -> npt.NDArray[np.bool_]:
    """Return where sound is missing in one version of a pair, (frames,), some but not all of it.

    Odd versions miss one to ten segments, each 1 to real_frames // count frames long, beginning
    anywhere; even ones miss all after a beginning of any length, as when sound is continued. Past
    the sound's end everything is missing. The same numbers give the same gap.

    Args:
        frames: of the window.
        real_frames: that hold sound, 2 at least.
        version: from 1 on.
    """
    draws = np.random.default_rng([frames, real_frames, version])
    gap = np.zeros(frames, bool)
    gap[real_frames:] = True
    if version % 2 == 0:
        gap[int(draws.integers(1, max(2, real_frames))) :] = True
        return gap
    count = int(draws.integers(1, _MOST_SEGMENTS, endpoint=True))
    for _ in range(count):
        length = int(draws.integers(1, max(1, real_frames // count), endpoint=True))
        start = int(draws.integers(0, real_frames - length, endpoint=True))
        gap[start : start + length] = True
    if gap.all():
        gap[int(draws.integers(real_frames))] = False
    return gap
