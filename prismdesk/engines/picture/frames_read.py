"""The film's frames for an encoder: read, sized and masked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from prismdesk.engines.picture.frame_mask import apply_mask
from prismdesk.engines.picture.frames import (
    node_resize,
    squashed_bilinear,
    to_clip_input,
    to_sync_input,
)

if TYPE_CHECKING:
    import numpy.typing as npt
    from torch import Tensor

    from prismdesk.engines.hosting.run import HostedRun
    from prismdesk.engines.picture.frames import Geometry
    from prismdesk.engines.request import PictureSource

_MOST_READ_BYTES = 64 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class FramesToRead:
    """Which frames of the film one encoder looks at, and how.

    Attributes:
        picture: the film.
        times_seconds: of the frames, ascending, in the time of the context.
        size_px: side of the square that the encoder wants.
        geometry: how a frame becomes a square.
        resize: who scales: "decoder", "published" (bicubic), "bilinear" or "node".
        mask: [n, h, w], what the encoder listens to, or None.
        mask_indices: which frame of the mask is for which of the frames.
        mask_strength: how fully the mask hides.
    """

    picture: PictureSource
    times_seconds: npt.NDArray[np.float64]
    size_px: int
    geometry: Geometry
    resize: str
    mask: Tensor | None
    mask_indices: npt.NDArray[np.int64]
    mask_strength: float

    def __len__(self) -> int:
        return len(self.times_seconds)

    def about(self) -> dict[str, object]:
        """All that decides the pixels, as JSON values."""
        masked: dict[str, object] = {}
        if self.mask is not None:
            masked = {
                "mask": _digest(self.mask.numpy()),
                "mask_frames": _digest(self.mask_indices),
                "mask_strength": self.mask_strength,
            }
        return {
            "picture": self.picture.key,
            "times": _digest(self.times_seconds),
            "size_px": self.size_px,
            "geometry": self.geometry,
            "resize": self.resize,
            **masked,
        }

    def read(self, run: HostedRun, start: int, end: int) -> Tensor:
        """Return frames ``start`` to ``end`` as float32 [T, 3, size, size] in [0, 1].

        Whole frames of a large film are read few at a time.
        """
        width_px, height_px = self._read_size_px
        at_once = max(1, _MOST_READ_BYTES // (3 * width_px * height_px))
        parts = [
            self._part(run, first, min(first + at_once, end))
            for first in range(start, end, at_once)
        ]
        return torch.cat(parts)

    def _part(self, run: HostedRun, start: int, end: int) -> Tensor:
        video = torch.from_numpy(self._pixels(run, start, end))
        if self.resize == "node":
            frames = node_resize(video, self.size_px)
        elif self.resize == "bilinear":
            frames = squashed_bilinear(video, self.size_px).float().div_(255)
        elif self.geometry == "squash":
            frames = to_clip_input(video, self.size_px)
        else:
            frames = to_sync_input(video, self.size_px, self.geometry).mul_(0.5).add_(0.5)
        if self.mask is None:
            return frames
        return apply_mask(frames, self.mask, self.mask_strength, self.mask_indices[start:end])

    @property
    def _read_size_px(self) -> tuple[int, int]:
        scales_itself = self.resize == "decoder"
        return (self.size_px, self.size_px) if scales_itself else self.picture.size_px

    def _pixels(self, run: HostedRun, start: int, end: int) -> npt.NDArray[np.uint8]:
        width_px, height_px = self._read_size_px
        return self.picture.read(
            self.times_seconds[start:end],
            width_px=width_px,
            height_px=height_px,
            fit=self.geometry if self.resize == "decoder" else "squash",
            cancelled=run.monitor.cancelled,
        )


def _digest(array: npt.NDArray[np.generic]) -> str:
    told = f"{array.dtype} {array.shape} ".encode()
    return hashlib.sha256(told + np.ascontiguousarray(array).tobytes()).hexdigest()
