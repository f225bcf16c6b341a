"""Pixels as the conditioners want them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch.nn.functional import interpolate

if TYPE_CHECKING:
    from torch import Tensor


def to_clip_frames(video: Tensor, size_px: int) -> Tensor:
    """Return frames squashed to a square, in 0 to 255.

    Args:
        video: uint8 RGB [T, H, W, 3].
        size_px: side of the square.

    Returns:
        float32 [T, 3, size, size].
    """
    return squashed(video, size_px).float()


def to_sync_frames(video: Tensor, size_px: int) -> Tensor:
    """Return frames squashed to a square, in -1 to 1, float32 [T, 3, size, size]."""
    return (squashed(video, size_px).float() / 255 - 0.5) / 0.5


def still_frames(image: Tensor, count: int) -> Tensor:
    """Return an image [H, W, 3] as a film of ``count`` frames, without a copy."""
    return image[None].expand(count, -1, -1, -1)


def squashed(video: Tensor, size_px: int) -> Tensor:
    """Return uint8 [T, 3, size, size] of uint8 [T, H, W, 3], by antialiased bilinear scaling.

    Neither cropped nor kept in proportion; frames of the right size stay as they are.
    """
    frames = video.movedim(-1, 1)
    if frames.shape[2:] == (size_px, size_px):
        return frames
    return interpolate(
        frames, (size_px, size_px), mode="bilinear", align_corners=False, antialias=True
    )
