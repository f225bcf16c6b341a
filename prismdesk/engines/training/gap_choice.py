"""Which parts of a sound are cut out of it so that a model learns to fill them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

_SUFFIX_SHARE = 0.5
_SHORTEST_SHARE, _LONGEST_SHARE = 0.1, 0.6
_LEAST_FRAMES = 2


def gap_of(frames: int, real_frames: int, version: int) -> npt.NDArray[np.bool_]:
    """Return where sound is missing in one version of a pair, (frames,), some but not all of it.

    Half of the versions miss all from some place on, as when sound is continued; the others a part
    of 10 to 60 % somewhere. Past the sound's end everything is missing. The same numbers give the
    same gap.

    Args:
        frames: of the window.
        real_frames: that hold sound.
        version: from 1 on.
    """
    draws = np.random.default_rng([frames, real_frames, version])
    gap = np.zeros(frames, bool)
    gap[real_frames:] = True
    if draws.random() < _SUFFIX_SHARE:
        gap[int(draws.integers(1, max(2, real_frames))) :] = True
        return gap
    share = draws.uniform(_SHORTEST_SHARE, _LONGEST_SHARE)
    length = min(max(_LEAST_FRAMES, round(share * real_frames)), max(1, real_frames - 1))
    start = int(draws.integers(0, max(1, real_frames - length + 1)))
    gap[start : start + length] = True
    return gap
