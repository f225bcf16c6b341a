"""Reads a film's pictures at any time and size, for one thread; what a viewer is served by."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

import numpy as np

from prismdesk.media.container import open_media
from prismdesk.media.frame_pixels import FramePixels, fitted_size, shown_size
from prismdesk.media.picture_walk import Picture, PictureWalk
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    import numpy.typing as npt

_FAR_AHEAD_SECONDS = 0.5


class PictureReader:
    """An open film; close it, or use it as a context manager.

    Args:
        path: the film or its proxy.
        remembered_bytes: how much of decoded pictures just passed is kept, for going back in a
            film whose keyframes are far apart.
        cancelled: asked while packets are read; once it says so the reader is of no use.

    Raises:
        MediaError: the film can't be read, or has no picture.
        Cancelled: as told.
    """

    def __init__(
        self,
        path: Path,
        *,
        remembered_bytes: int = 0,
        cancelled: IsCancelled = never_cancelled,
    ) -> None:
        self._path = path
        self._pixels: tuple[tuple[int, int], FramePixels] | None = None
        with ExitStack() as stack:
            container = stack.enter_context(open_media(path))
            self._walk = PictureWalk(
                path,
                container,
                far_ahead_seconds=_FAR_AHEAD_SECONDS,
                remembered_bytes=remembered_bytes,
                cancelled=cancelled,
            )
            self._open = stack.pop_all()

    @property
    def shown_px(self) -> tuple[int, int]:
        """Width and height of the film as it is to be shown: upright, in square pixels."""
        width, height = shown_size(self._walk.shown.frame, self._walk.pixel_aspect)
        return round(width), round(height)

    @property
    def clock(self) -> Fraction:
        """Seconds that two pictures are apart at least."""
        return self._walk.clock

    @property
    def reached(self) -> Picture:
        """The picture that decoding has come to."""
        return self._walk.shown

    def at(self, seconds: Fraction, *, cancelled: IsCancelled = never_cancelled) -> Picture:
        """Return the picture on screen at a time; see ``PictureWalk.at``."""
        return self._walk.at(seconds, cancelled=cancelled)

    def keyframe_at(self, seconds: Fraction) -> Picture:
        """Return a picture near before a time that is reached quickly."""
        return self._walk.keyframe_at(seconds)

    def is_on_screen(self, picture: Picture, seconds: Fraction) -> bool:
        """Whether a picture that was just returned is the one on screen at a time."""
        following = self._walk.following_of(picture)
        return following is None or following.seconds > seconds + self._walk.tolerance

    def following_of(self, picture: Picture) -> Picture | None:
        """Return the picture after one that was just returned, without going there."""
        return self._walk.following_of(picture)

    def after(self, picture: Picture) -> Picture | None:
        """Go on from a picture that was just returned to the next, None at the end."""
        if picture is self._walk.shown:
            return self._walk.step()
        return self._walk.following_of(picture)

    def pixels(self, picture: Picture, box_px: tuple[int, int]) -> npt.NDArray[np.uint8]:
        """Return uint8 (height, width, 3) RGB, as large as fits a box, and never enlarged.

        Raises:
            MediaError: the picture can't be converted.
        """
        aspect = self._walk.pixel_aspect
        size = fitted_size(shown_size(picture.frame, aspect), box_px)
        if self._pixels is None or self._pixels[0] != size:
            self._pixels = size, FramePixels(*size, crops=False, pixel_aspect=aspect)
        return np.ascontiguousarray(self._pixels[1].convert(self._path, picture.frame))

    def close(self) -> None:
        """Let go of the file."""
        self._open.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
