"""One frame as an encoder of the picture sees it, worked out without torch: for showing it.

What the encoders are given is made in ``frames`` and ``frame_mask``; here is the same in numpy, and
tests hold both to each other within a rounding.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from prismdesk.engines.picture.mask_places import middle_of_mask

if TYPE_CHECKING:
    import numpy.typing as npt

    Pixels = npt.NDArray[np.uint8]

_GREY = 0.5
_SMOOTH, _SHARP = -0.5, -0.75
"""Keys' cubic: for shrinking with antialiasing, and for the plain one of the nodes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How one encoder looks at the film.

    Attributes:
        purpose: what it reads from the picture: "timing" or "meaning".
        rate_hz: frames a second.
        size_px: side of the square.
        geometry: how a frame becomes a square.
        resize: who scales: "decoder", "published" or "node".
        mask_strength: how fully the mask hides; 0 where it isn't laid over.
        is_used: whether the model is given this look at all.
    """

    purpose: Literal["timing", "meaning"]
    rate_hz: float
    size_px: int
    geometry: Literal["squash", "crop"]
    resize: str
    mask_strength: float
    is_used: bool = True

    @property
    def scales_while_reading(self) -> bool:
        """Whether frames are read in the encoder's size, in its geometry."""
        return self.resize == "decoder"


def seen(
    frame: Pixels, look: Look, mask: Pixels | None, *, picture_size_px: tuple[int, int]
) -> Pixels:
    """Return a frame as an encoder sees it.

    Args:
        frame: uint8 RGB (height, width, 3): in the encoder's size where that
            ``scales_while_reading``, else whole.
        look: of the encoder.
        mask: uint8 (height, width) over the whole picture, 255 where to listen; None for none.
        picture_size_px: width and height of the whole picture.

    Returns:
        uint8 RGB (size, size, 3).
    """
    pixels = _fitted(frame, look).astype(np.float32) / np.float32(255)
    if mask is not None and look.mask_strength > 0:
        if look.geometry == "crop":
            rows, columns = middle_of_mask((mask.shape[0], mask.shape[1]), picture_size_px)
            mask = mask[rows, columns]
        weights = _nearest(mask, look.size_px).astype(np.float32)[..., None] / np.float32(255)
        share = 1 - look.mask_strength * (1 - weights)
        pixels = pixels * share + _GREY * (1 - share)
    return np.asarray(np.round(pixels * 255), np.uint8)


def _fitted(frame: Pixels, look: Look) -> npt.NDArray[Any]:
    size = look.size_px
    if look.resize == "node":
        return _scaled_plainly(frame, size)
    if look.geometry == "squash" or frame.shape[:2] == (size, size):
        return _scaled(frame, size, size)
    height, width = frame.shape[:2]
    shorter = min(height, width)
    high, wide = int(size * height / shorter), int(size * width / shorter)
    scaled = _scaled(frame, high, wide)
    top, left = round((high - size) / 2), round((wide - size) / 2)
    return scaled[top : top + size, left : left + size]


def _scaled(frame: Pixels, height_px: int, width_px: int) -> Pixels:
    """Scale by antialiased bicubic, rounded to 8 bits after each direction."""
    across = _along(frame.swapaxes(0, 1), width_px).swapaxes(0, 1)
    return _along(across, height_px)


def _along(frame: Pixels, size_px: int) -> Pixels:
    if frame.shape[0] == size_px:
        return frame
    weights = _weights(frame.shape[0], size_px, sharpness=_SMOOTH, widens=True)
    made = np.tensordot(weights, frame.astype(np.float32), axes=1)
    return np.asarray(np.clip(np.floor(made + 0.5), 0, 255), np.uint8)


def _scaled_plainly(frame: Pixels, size_px: int) -> npt.NDArray[np.float32]:
    made = frame.astype(np.float32)
    for axis in (0, 1):
        weights = _weights(frame.shape[axis], size_px, sharpness=_SHARP, widens=False)
        made = np.moveaxis(np.tensordot(weights, made, axes=(1, axis)), 0, axis)
    return np.asarray(np.clip(made, 0, 255), np.float32)


def _weights(
    from_px: int, to_px: int, *, sharpness: float, widens: bool
) -> npt.NDArray[np.float32]:
    """Return (to, from): how much of each pixel goes into each.

    Where the filter ``widens`` with shrinking, what is over the edge is left out and the rest made
    to sum to one; otherwise the pixel at the edge counts for what is beyond it.
    """
    scale = from_px / to_px
    width = max(1.0, scale) if widens else 1.0
    middle = (np.arange(to_px) + 0.5) * scale - 0.5
    reach = int(np.ceil(2 * width)) + 1
    places = np.floor(middle)[:, None] + np.arange(-reach, reach + 1)
    shares = _cubic((places - middle[:, None]) / width, sharpness)
    inside = (places >= 0) & (places < from_px)
    if widens:
        shares = np.where(inside, shares, 0)
        shares /= shares.sum(axis=1, keepdims=True)
    weights = np.zeros((to_px, from_px))
    columns = np.clip(places, 0, from_px - 1).astype(np.intp)
    np.add.at(weights, (np.arange(to_px)[:, None], columns), shares)
    return np.asarray(weights, np.float32)


def _cubic(x: npt.NDArray[np.float64], a: float) -> npt.NDArray[np.float64]:
    away = np.abs(x)
    near = ((a + 2) * away - (a + 3)) * away**2 + 1
    far = ((a * away - 5 * a) * away + 8 * a) * away - 4 * a
    return np.where(away <= 1, near, np.where(away < 2, far, 0.0))


def _nearest(mask: Pixels, size_px: int) -> Pixels:
    """Scale by the nearest value, counted from the middles of pixels."""
    rows, columns = (
        np.minimum(((np.arange(size_px) + 0.5) * side / size_px).astype(np.intp), side - 1)
        for side in mask.shape
    )
    return np.asarray(mask[rows[:, None], columns[None, :]])
