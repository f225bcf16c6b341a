"""Pictures of a film at any times, found by timestamp and decoded once, in order."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from prismdesk.media.container import FOREIGN_ERRORS, decode, open_media, read_packets
from prismdesk.media.errors import MediaError
from prismdesk.media.frame_pixels import FramePixels
from prismdesk.media.picture_rate import picture_timing
from prismdesk.media.probe import choose_picture, has_timestamps
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    import numpy.typing as npt
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

Fit = Literal["squash", "crop"]

_FAR_AHEAD_SECONDS = 8
_SEEK_MARGIN_SECONDS = (2, 12)
_LARGEST_ROUNDING = Fraction(1, 20)


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
    times = np.asarray(times_seconds, np.float64).reshape(-1)
    if not np.isfinite(times).all() or (np.diff(times) < 0).any():
        raise ValueError("times must be finite and ascending")
    if width_px < 1 or height_px < 1:
        raise ValueError(f"no picture is {width_px} x {height_px}")
    pixels = np.zeros((len(times), height_px, width_px, 3), np.uint8)
    shown_seconds = np.zeros(len(times), np.float64)
    if not len(times):
        return pixels, shown_seconds
    with open_media(path) as container:
        shown = _PicturesInOrder(path, container, cancelled)
        converter = FramePixels(
            width_px, height_px, crops=fit == "crop", pixel_aspect=shown.pixel_aspect
        )
        last: VideoFrame | None = None
        for place, time in enumerate(times):
            frame, begin = shown.at(float(time))
            if frame is last:
                pixels[place] = pixels[place - 1]
            else:
                pixels[place] = converter.convert(path, frame)
            shown_seconds[place] = begin
            last = frame
    return pixels, shown_seconds


class _PicturesInOrder:
    """Walks a film's pictures forwards, answering what is on screen at ascending times."""

    def __init__(self, path: Path, container: InputContainer, cancelled: IsCancelled) -> None:
        stream = choose_picture(container)
        if stream is None:
            raise MediaError(f"{path} has no picture that can be decoded; choose a film.")
        stream.codec_context.thread_type = "AUTO"
        self._path = path
        self._container = container
        self._stream: VideoStream = stream
        self._cancelled = cancelled
        self._time_base = Fraction(stream.time_base or 1)
        self._is_timed = has_timestamps(container)
        self._rate = picture_timing(
            [],
            last_duration_ticks=0,
            time_base=self._time_base,
            named_rates=(stream.guessed_rate, stream.average_rate, stream.base_rate),
        ).rate
        self._origin: Fraction | None = None
        rounding = min(self._time_base / 2, _LARGEST_ROUNDING / self._rate)
        self._tolerance = 1e-6 + (float(rounding) if self._is_timed else 0.0)
        self._pictures = self._decoded()
        self._shown, self._next = self._first(), next(self._pictures, None)

    @property
    def pixel_aspect(self) -> Fraction:
        """How much wider than high a pixel is."""
        return Fraction(self._stream.sample_aspect_ratio or 1)

    def at(self, time: float) -> tuple[VideoFrame, float]:
        """Return the picture on screen at ``time``, and when it begins."""
        time += self._tolerance
        if self._next is not None and time > self._next[1] + _FAR_AHEAD_SECONDS:
            self._leap(time)
        while self._next is not None and self._next[1] <= time:
            self._shown, self._next = self._next, next(self._pictures, None)
        return self._shown

    def _first(self) -> tuple[VideoFrame, float]:
        first = next(self._pictures, None)
        if first is None:
            raise MediaError(f"The picture of {self._path} can't be decoded; use another copy.")
        return first

    def _leap(self, time: float) -> None:
        """Enter the film shortly before ``time``; stay where it is if that doesn't work out."""
        if not self._is_timed or self._origin is None:
            return
        before = (self._shown, self._next)
        for margin in _SEEK_MARGIN_SECONDS:
            target = self._origin + Fraction(time - margin)
            if target <= self._origin + Fraction(before[0][1]):
                break
            try:
                self._container.seek(int(target / self._time_base), stream=self._stream)
            except FOREIGN_ERRORS:
                break
            self._pictures = self._decoded()
            first = next(self._pictures, None)
            if first is not None and before[0][1] <= first[1] <= time:
                self._shown, self._next = first, next(self._pictures, None)
                return
        self._walk_again(before[0][1])

    def _walk_again(self, seconds: float) -> None:
        """Begin at the film's start and walk to where it was, after a leap that missed."""
        try:
            self._container.seek(0, any_frame=False)
        except FOREIGN_ERRORS as error:
            raise MediaError(f"Can't find pictures in {self._path}; use another copy.") from error
        self._pictures = self._decoded()
        self._shown, self._next = self._first(), next(self._pictures, None)
        while self._next is not None and self._next[1] <= seconds:
            self._shown, self._next = self._next, next(self._pictures, None)

    def _decoded(self) -> Iterator[tuple[VideoFrame, float]]:
        """Yield pictures with their times, which rise; those out of order are left out."""
        latest: Fraction | None = None
        warnings: list[str] = []
        packets = read_packets(self._container, [self._stream], warnings, cancelled=self._cancelled)
        for packet in packets:
            frames: Any = decode(packet)
            for frame in frames or ():
                if self._is_timed and frame.pts is not None:
                    time = frame.pts * self._time_base
                else:
                    time = Fraction(0) if latest is None else latest + 1 / self._rate
                if latest is not None and time <= latest:
                    continue
                latest = time
                if self._origin is None:
                    self._origin = time
                yield frame, float(time - self._origin)
