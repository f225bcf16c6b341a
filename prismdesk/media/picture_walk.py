"""Walks through the pictures of an open film, in the order shown, each with its exact time."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from prismdesk.media.container import FOREIGN_ERRORS, decode, read_packets
from prismdesk.media.errors import MediaError
from prismdesk.media.picture_rate import picture_timing
from prismdesk.media.probe import choose_picture, has_timestamps
from prismdesk.progress import IsCancelled, never_cancelled, raise_if_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_FAR_AHEAD_SECONDS = 8
_SEEK_MARGIN_SECONDS = (0, 2, 12)
_LARGEST_ROUNDING = Fraction(1, 20)
_FLOAT_ERROR = Fraction(1, 1_000_000)


class Picture(NamedTuple):
    """A decoded picture and when it begins, counted from the film's first picture."""

    frame: VideoFrame
    seconds: Fraction


class PictureWalk:
    """Answers what is on screen at a time; decodes forwards, and enters the film anew for leaps.

    On screen is the picture with the latest timestamp that isn't after the time by more than
    half a tick of the film's clock (files round to ticks) or a twentieth of a frame, whichever
    is less: the first one before it begins, the last one after it ended. Files without timestamps
    count pictures, and are walked from their start to go back.

    Args:
        path: for messages.
        container: the open film; the walk moves it as it likes.
        far_ahead_seconds: times that are further ahead are sought rather than walked to.
        remembered_bytes: how much of decoded pictures it has passed is kept to go back to.
        cancelled: asked while the first picture is sought.

    Raises:
        MediaError: the film has no picture that can be decoded.
    """

    def __init__(
        self,
        path: Path,
        container: InputContainer,
        *,
        far_ahead_seconds: float = _FAR_AHEAD_SECONDS,
        remembered_bytes: int = 0,
        cancelled: IsCancelled = never_cancelled,
    ) -> None:
        stream = choose_picture(container)
        if stream is None:
            raise MediaError(f"{path} has no picture that can be decoded; choose a film.")
        stream.codec_context.thread_type = "AUTO"
        self._path = path
        self._container = container
        self._stream: VideoStream = stream
        self._far_ahead = Fraction(far_ahead_seconds)
        self._remembered_bytes = remembered_bytes
        self._passed: deque[Picture] = deque()
        self._time_base = Fraction(stream.time_base or 1)
        self.is_timed = has_timestamps(container)
        self.rate = named_rate(stream)
        self._cancelled = cancelled
        self._origin: Fraction | None = None
        self._pictures = self._decoded()
        self._shown, self._next = self._first(), next(self._pictures, None)
        # Some containers could store times, and don't.
        self.is_timed = self.is_timed and self._shown.frame.pts is not None
        self.tolerance = tolerance_of(self.clock, self.rate)

    @property
    def stream(self) -> VideoStream:
        """The stream whose pictures these are."""
        return self._stream

    @property
    def origin_seconds(self) -> Fraction:
        """When the film's first picture is shown, by the file's own clock; 0 if it has none."""
        return self._origin if self.is_timed and self._origin is not None else Fraction(0)

    @property
    def pixel_aspect(self) -> Fraction:
        """How much wider than high a pixel is."""
        return Fraction(self._stream.sample_aspect_ratio or 1)

    @property
    def clock(self) -> Fraction:
        """Seconds of which every picture's time is a whole multiple."""
        return self._time_base if self.is_timed else 1 / self.rate

    @property
    def shown(self) -> Picture:
        """The picture that the walk stands at."""
        return self._shown

    @property
    def following(self) -> Picture | None:
        """The picture after the one it stands at, None at the end."""
        return self._next

    def duration_seconds(self) -> Fraction | None:
        """Return how long the film claims to be, None if it doesn't say."""
        if self._stream.duration:
            return self._stream.duration * self._time_base
        return Fraction(self._container.duration, 1_000_000) if self._container.duration else None

    def step(self) -> Picture | None:
        """Go on to the next picture and return it, None at the end."""
        if self._next is None:
            return None
        self._passed.append(self._shown)
        if len(self._passed) * _bytes_of(self._shown.frame) > self._remembered_bytes:
            self._passed.popleft()
        self._shown, self._next = self._next, next(self._pictures, None)
        return self._shown

    def following_of(self, picture: Picture) -> Picture | None:
        """Return the picture after one that was just returned, None at the film's end."""
        if picture is self._shown:
            return self._next
        after = next((p for p in self._passed if p.seconds > picture.seconds), None)
        return after or self._shown

    def at(self, seconds: Fraction, *, cancelled: IsCancelled = never_cancelled) -> Picture:
        """Return the picture on screen at a time; the walk then stands at it or, if later, stays.

        Raises:
            Cancelled: no longer wanted; the walk stays usable.
            MediaError: the film can't be read any more.
        """
        seconds += self.tolerance
        if (passed := self._passed_at(seconds)) is not None:
            return passed
        is_far = self._next is not None and seconds > self._next.seconds + self._far_ahead
        if seconds < self._shown.seconds > 0 or (is_far and self._can_leap_to(seconds)):
            self._enter(seconds)
        while self._next is not None and self._next.seconds <= seconds:
            raise_if_cancelled(cancelled)
            self.step()
        return self._shown

    def keyframe_at(self, seconds: Fraction) -> Picture:
        """Return the picture from which decoding reaches a time: nearly always a keyframe.

        Stays where it is if that is nearer.
        """
        seconds += self.tolerance
        if (passed := self._passed_at(seconds)) is not None:
            return passed
        is_behind = seconds < self._shown.seconds
        if (is_behind and self._shown.seconds > 0) or (
            self._next is not None and seconds >= self._next.seconds and self._can_leap_to(seconds)
        ):
            self._enter(seconds)
        return self._shown

    def _passed_at(self, seconds: Fraction) -> Picture | None:
        if seconds >= self._shown.seconds:
            return None
        return next((p for p in reversed(self._passed) if p.seconds <= seconds), None)

    def _can_leap_to(self, seconds: Fraction) -> bool:
        """Whether a keyframe lies between here and there, as far as the file's index says."""
        if not self.is_timed or self._origin is None or self._next is None:
            return False
        tick = int((self._origin + seconds) / self._time_base)
        entries = self._stream.index_entries
        place = entries.search_timestamp(tick) if len(entries) else -1
        if place < 0:
            return True
        return entries[place].timestamp * self._time_base - self._origin > self._next.seconds

    def _enter(self, seconds: Fraction) -> None:
        """Stand at a picture at or before a time, from which decoding reaches it."""
        self._passed.clear()
        if self.is_timed and self._origin is not None:
            for margin in _SEEK_MARGIN_SECONDS:
                target = self._origin + seconds - margin
                if target <= self._origin:
                    break
                if self._enters_at(int(target / self._time_base), seconds):
                    return
        self._enter_start()

    def _enters_at(self, tick: int, seconds: Fraction) -> bool:
        try:
            self._container.seek(tick, stream=self._stream)
        except FOREIGN_ERRORS:
            return False
        self._pictures = self._decoded()
        first = next(self._pictures, None)
        if first is None or not 0 <= first.seconds <= seconds:
            return False
        self._shown, self._next = first, next(self._pictures, None)
        return True

    def _enter_start(self) -> None:
        seek_start(self._path, self._container)
        self._pictures = self._decoded()
        self._shown, self._next = self._first(), next(self._pictures, None)

    def _first(self) -> Picture:
        first = next(self._pictures, None)
        if first is None:
            raise MediaError(f"The picture of {self._path} can't be decoded; use another copy.")
        return first

    def _decoded(self) -> Iterator[Picture]:
        """Yield pictures with their times, which rise; those out of order are left out."""
        latest: Fraction | None = None
        packets = read_packets(self._container, [self._stream], [], cancelled=self._cancelled)
        for packet in packets:
            frames: Any = decode(packet)
            for frame in frames or ():
                if self.is_timed and frame.pts is not None:
                    time = frame.pts * self._time_base
                else:
                    time = Fraction(0) if latest is None else latest + 1 / self.rate
                if latest is not None and time <= latest:
                    continue
                latest = time
                if self._origin is None:
                    self._origin = time
                yield Picture(frame, time - self._origin)


def named_rate(stream: VideoStream) -> Fraction:
    """Return the rate that a file claims for its picture, or one that is likely."""
    return picture_timing(
        [],
        last_duration_ticks=0,
        time_base=Fraction(stream.time_base or 1),
        named_rates=(stream.guessed_rate, stream.average_rate, stream.base_rate),
    ).rate


def tolerance_of(clock: Fraction, rate: Fraction) -> Fraction:
    """Return by how many seconds a picture may begin after a time and still be on screen at it.

    Args:
        clock: seconds that a tick of the film's clock lasts.
        rate: pictures per second.
    """
    return _FLOAT_ERROR + min(clock / 2, _LARGEST_ROUNDING / rate)


def seek_start(path: Path, container: InputContainer) -> None:
    """Go to a film's first packet.

    Raises:
        MediaError: the film can't be read any more.
    """
    try:
        container.seek(0, any_frame=False)
    except FOREIGN_ERRORS:
        # A demuxer without times can't go to a time, but to the first byte.
        try:
            container.seek(0, unsupported_byte_offset=True)
        except FOREIGN_ERRORS as error:
            raise MediaError(f"Can't find pictures in {path}; use another copy.") from error


def _bytes_of(frame: VideoFrame) -> int:
    """Return about how much memory a decoded picture takes: at 4:2:0 with 8 bits."""
    return frame.width * frame.height * 3 // 2
