"""Pictures of a film at any times, found by timestamp and decoded once, in order."""

from __future__ import annotations

from contextlib import ExitStack, closing
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

import numpy as np

from prismdesk.errors import Cancelled
from prismdesk.media.container import open_media
from prismdesk.media.errors import MediaError
from prismdesk.media.frame_pixels import FramePixels
from prismdesk.media.picture_walk import PictureWalk
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy.typing as npt
    from av.video.frame import VideoFrame

Fit = Literal["squash", "crop"]


def read_frames(
    path: Path,
    times_seconds: Sequence[float] | npt.NDArray[np.float64],
    *,
    width_px: int,
    height_px: int,
    fit: Fit = "squash",
    cancelled: IsCancelled = never_cancelled,
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
    """Return the pictures that are on screen at the given times.

    On screen is the picture with the latest timestamp that isn't after the time (by more than
    half a tick of the film's clock, since files round to ticks, or a twentieth of a frame,
    whichever is less): the first one before it begins,
    the last one after it ended. Works for variable rates, and counts pictures in files without
    timestamps. The film is entered anew only where the next time is more than 8 s ahead.

    Args:
        path: the film.
        times_seconds: counted from the first picture, ascending; equal ones are allowed.
        width_px: of the pictures returned, which stand upright as shown.
        height_px: likewise.
        fit: ``squash`` scales to the size whatever the shape; ``crop`` keeps the shape, fills the
            size, and cuts what is over equally at both sides.
        cancelled: asked often.

    Returns:
        uint8 (times, height, width, 3) RGB, and float64 (times,) when each picture begins.

    Raises:
        MediaError: the film can't be read or has no picture that can be decoded.
        Cancelled: the work is no longer wanted.
        ValueError: the times aren't finite and ascending, or the size is empty.
    """
    with closing(FrameReader(path)) as reader:
        return reader.read(
            times_seconds, width_px=width_px, height_px=height_px, fit=fit, cancelled=cancelled
        )


class FrameReader:
    """Reads pictures of one film in several goes, as ``read_frames`` does in one.

    The film stays open where the last go ended, so that going on from there decodes nothing
    twice; it is opened when first needed.

    Args:
        path: the film.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open = ExitStack()
        self._walk: PictureWalk | None = None
        self._cancelled: IsCancelled = never_cancelled

    def close(self) -> None:
        """Let go of the file; reading opens it again."""
        self._walk = None
        self._open.close()

    def read(
        self,
        times_seconds: Sequence[float] | npt.NDArray[np.float64],
        *,
        width_px: int,
        height_px: int,
        fit: Fit = "squash",
        cancelled: IsCancelled = never_cancelled,
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float64]]:
        """Return what ``read_frames`` returns, and raise what it raises."""
        times = np.asarray(times_seconds, np.float64).reshape(-1)
        if not np.isfinite(times).all() or (np.diff(times) < 0).any():
            raise ValueError("times must be finite and ascending")
        if width_px < 1 or height_px < 1:
            raise ValueError(f"no picture is {width_px} x {height_px}")
        pixels = np.zeros((len(times), height_px, width_px, 3), np.uint8)
        shown_seconds = np.zeros(len(times), np.float64)
        if not len(times):
            return pixels, shown_seconds
        self._cancelled = cancelled
        try:
            self._fill(pixels, shown_seconds, times, crops=fit == "crop")
        except (MediaError, Cancelled):
            # What was cut short doesn't know where it stands.
            self.close()
            raise
        return pixels, shown_seconds

    def _fill(
        self,
        pixels: npt.NDArray[np.uint8],
        shown_seconds: npt.NDArray[np.float64],
        times: npt.NDArray[np.float64],
        *,
        crops: bool,
    ) -> None:
        walk = self._opened()
        _, height_px, width_px, _ = pixels.shape
        converter = FramePixels(
            width_px,
            height_px,
            crops=crops,
            pixel_aspect=walk.pixel_aspect,
            full_colour=True,
        )
        last: VideoFrame | None = None
        for place, time in enumerate(times):
            frame, begin = walk.at(Fraction(float(time)), cancelled=self._cancelled)
            if frame is last:
                pixels[place] = pixels[place - 1]
            else:
                pixels[place] = converter.convert(self._path, frame)
            shown_seconds[place] = float(begin)
            last = frame

    def _opened(self) -> PictureWalk:
        if self._walk is None:
            with ExitStack() as opening:
                container = opening.enter_context(open_media(self._path))
                # The walk goes on asking whoever reads then.
                self._walk = PictureWalk(self._path, container, cancelled=lambda: self._cancelled())
                self._open = opening.pop_all()
        return self._walk
