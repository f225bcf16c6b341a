"""The picture mask of a job: stills in the project's folder become weights for the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from prismdesk.engines.request import PictureMask
from prismdesk.errors import InputError
from prismdesk.jobs.spec import inside
from prismdesk.progress import raise_if_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from prismdesk.progress import IsCancelled

MAX_MASKS = 1000
MAX_SIDE_PX = 1024
"""Larger masks are thinned out: no engine looks at pictures this large."""
_MAX_WEIGHTS = 2**28


def mask_of_pictures(
    project_folder: Path, masks: tuple[str, ...], cancelled: IsCancelled
) -> PictureMask | None:
    """Read a job's masks, one after another; None if it has none.

    Args:
        project_folder: of the project.
        masks: paths relative to it.
        cancelled: asked before each.

    Raises:
        MediaError: one is missing, too large or no picture.
        InputError: they are too many, or differ in size.
        Cancelled: as told.
    """
    if not masks:
        return None
    if len(masks) > MAX_MASKS:
        raise InputError(f"{len(masks)} masks are too many for one region; at most {MAX_MASKS}.")
    # Only now: it brings the decoders, and most jobs have no masks.
    from prismdesk.media.still_picture import read_grey

    frames: list[npt.NDArray[np.float32]] = []
    for mask in masks:
        raise_if_cancelled(cancelled)
        frame = _thinned(read_grey(inside(project_folder, mask)))
        if frames and frame.shape != frames[0].shape:
            raise InputError(
                f"The mask {mask} has another size than {masks[0]}; give all masks of a region "
                "the same size."
            )
        if (len(frames) + 1) * frame.size > _MAX_WEIGHTS:
            raise InputError(
                f"The {len(masks)} masks of this region are too large together; save them smaller."
            )
        frames.append(frame)
    return PictureMask(weights=np.stack(frames))


def _thinned(frame: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Take the nearest pixels of a picture whose longer side is above ``MAX_SIDE_PX``."""
    step = max(1, -(-max(frame.shape) // MAX_SIDE_PX))
    return np.ascontiguousarray(frame[step // 2 :: step, step // 2 :: step])
