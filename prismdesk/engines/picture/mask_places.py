"""Which part of a mask is for which part and which frame of the picture. No torch."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


def middle_of_mask(
    mask_size_px: tuple[int, int], picture_size_px: tuple[int, int]
) -> tuple[slice, slice]:
    """Return the rows and columns of a mask that lie over the middle square of its picture.

    Args:
        mask_size_px: its height and width.
        picture_size_px: width and height of the whole picture that it covers.
    """
    width_px, height_px = picture_size_px
    shorter = min(width_px, height_px)
    high = max(1, round(mask_size_px[0] * shorter / height_px))
    wide = max(1, round(mask_size_px[1] * shorter / width_px))
    top, left = (mask_size_px[0] - high) // 2, (mask_size_px[1] - wide) // 2
    return slice(top, top + high), slice(left, left + wide)


def evenly_spread(
    times_seconds: npt.NDArray[np.float64], *, mask_frames: int, duration_seconds: float
) -> npt.NDArray[np.int64]:
    """Return which frame of a mask is for which time, its frames lasting equally long."""
    places = np.floor(np.asarray(times_seconds) / duration_seconds * mask_frames)
    return np.clip(places, 0, mask_frames - 1).astype(np.int64)
