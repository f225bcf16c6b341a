"""Pixels as the encoders of the picture want them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from torch.nn.functional import interpolate

if TYPE_CHECKING:
    from torch import Tensor

Geometry = Literal["squash", "crop"]


def to_clip_input(video: Tensor, size_px: int) -> Tensor:
    """Return frames squashed to a square, in [0, 1].

    Args:
        video: uint8 RGB [T, H, W, 3]; only scaled by value where it has the size already.
        size_px: side of the square.

    Returns:
        float32 [T, 3, size, size].
    """
    return resized(video, size_px, size_px).float().div_(255)


def to_sync_input(video: Tensor, size_px: int, geometry: Geometry = "squash") -> Tensor:
    """Return frames fitted to a square, in [-1, 1].

    Args:
        video: uint8 RGB [T, H, W, 3]; only scaled by value where it has the size already.
        size_px: side of the square.
        geometry: ``squash`` distorts; ``crop`` brings the shorter side to the size and keeps the
            middle of the longer one.

    Returns:
        float32 [T, 3, size, size].
    """
    fitted = resized if geometry == "squash" else _cropped
    return centred(fitted(video, size_px, size_px).float().div_(255))


def centred(frames: Tensor) -> Tensor:
    """Return frames in [-1, 1] of frames in [0, 1]: the movement's encoder wants grey at 0."""
    return (frames - 0.5) / 0.5


def resized(video: Tensor, height_px: int, width_px: int) -> Tensor:
    """Return uint8 [T, 3, height, width] of uint8 [T, H, W, 3], by antialiased bicubic scaling.

    Keys' cubic with a = -0.5, widened by the factor of shrinking; rounded and clamped to 8 bits.
    """
    frames = video.movedim(-1, 1)
    if frames.shape[2:] == (height_px, width_px):
        return frames
    return interpolate(
        frames, (height_px, width_px), mode="bicubic", align_corners=False, antialias=True
    )


def squashed_bilinear(video: Tensor, size_px: int) -> Tensor:
    """Return uint8 [T, 3, size, size] of uint8 [T, H, W, 3], by antialiased bilinear scaling.

    Neither cropped nor kept in proportion; frames of the right size stay as they are.
    """
    frames = video.movedim(-1, 1)
    size = (size_px, size_px)
    if frames.shape[2:] == size:
        return frames
    return interpolate(frames, size, mode="bilinear", align_corners=False, antialias=True)


def node_resize(video: Tensor, size_px: int) -> Tensor:
    """Return frames squashed to a square by plain bicubic scaling, in [0, 1].

    Cubic with a = -0.75 and no antialiasing, on floating point values: what features made by the
    ComfyUI nodes have seen.

    Args:
        video: uint8 RGB [T, H, W, 3].
        size_px: side of the square.

    Returns:
        float32 [T, 3, size, size].
    """
    frames = video.movedim(-1, 1).float().div_(255)
    size = (size_px, size_px)
    return interpolate(frames, size, mode="bicubic", align_corners=False).clamp_(0, 1)


def _cropped(video: Tensor, height_px: int, width_px: int) -> Tensor:
    """Return uint8 [T, 3, height, width]: scaled to fill the square, and its middle."""
    size = height_px
    height, width = video.shape[1:3]
    shorter = min(height, width)
    high, wide = int(size * height / shorter), int(size * width / shorter)
    scaled = resized(video, high, wide)
    top, left = round((high - height_px) / 2), round((wide - width_px) / 2)
    return scaled[..., top : top + height_px, left : left + width_px]
