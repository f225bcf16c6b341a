"""A mask over the picture: what it leaves out turns grey before the encoders see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import interpolate

from prismdesk.engines.picture.mask_places import middle_of_mask

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    from torch import Tensor

_GREY = 0.5


def apply_mask(
    frames: Tensor, mask: Tensor, strength: float, indices: npt.NDArray[np.int64] | None = None
) -> Tensor:
    """Return frames in which what the mask leaves out is faded to grey.

    Grey is close to the mean picture of CLIP, and 0 for the movement's encoder.

    Args:
        frames: [T, 3, H, W] in [0, 1].
        mask: [n, h, w], 0 leaves out, 1 keeps; scaled to the frames by the nearest value.
        strength: 0 leaves the frames as they are, 1 leaves nothing of what is left out.
        indices: which frame of the mask is for which frame of the picture; a mask of one frame
            needs none.

    Raises:
        ValueError: the mask has several frames and there are no indices.
    """
    size = (frames.shape[-2], frames.shape[-1])
    fitted = interpolate(mask[:, None].to(frames), size, mode="nearest-exact")
    if len(fitted) > 1:
        if indices is None:
            raise ValueError("a mask of several frames needs to know which is for which")
        fitted = fitted[torch.as_tensor(indices, device=fitted.device)]
    share = 1 - strength * (1 - fitted)
    return frames * share + _GREY * (1 - share)


def centre_of_mask(mask: Tensor, picture_size_px: tuple[int, int]) -> Tensor:
    """Return the part of a mask [n, h, w] over the middle square of the picture it covers.

    For frames that were cropped; ``picture_size_px`` is width and height of the whole picture.
    """
    rows, columns = middle_of_mask((mask.shape[1], mask.shape[2]), picture_size_px)
    return mask[:, rows, columns]
