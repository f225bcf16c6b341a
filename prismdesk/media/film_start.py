"""How a film begins: when its first picture is shown, by which clock, in which shape and colours.

As ``media.picture_walk`` has it, but quicker: mostly one keyframe is decoded.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from prismdesk.media.container import FOREIGN_ERRORS, read_packets
from prismdesk.media.errors import MediaError
from prismdesk.media.picture_walk import PictureWalk, named_rate, seek_start, tolerance_of
from prismdesk.media.probe import choose_picture, has_timestamps
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from pathlib import Path

    from av.container import InputContainer
    from av.packet import Packet
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmStart:
    """What a film's start tells.

    Attributes:
        stream: where the picture is.
        frame: the picture shown first.
        origin_seconds: when that is, by the file's own clock; 0 where it has none.
        is_timed: whether the file says when pictures are shown; else they are counted.
        rate: pictures per second, as the file claims.
    """

    stream: VideoStream
    frame: VideoFrame
    origin_seconds: Fraction
    is_timed: bool
    rate: Fraction

    @property
    def pixel_aspect(self) -> Fraction:
        """How much wider than high a pixel is."""
        return Fraction(self.stream.sample_aspect_ratio or 1)

    @property
    def tolerance(self) -> Fraction:
        """See ``PictureWalk``."""
        clock = Fraction(self.stream.time_base or 1) if self.is_timed else 1 / self.rate
        return tolerance_of(clock, self.rate)


def look_at_start(
    path: Path, container: InputContainer, *, cancelled: IsCancelled = never_cancelled
) -> FilmStart:
    """Look at a film that was just opened; where it stands afterwards is open.

    Raises:
        MediaError: it has no picture that can be decoded.
        Cancelled: no longer wanted.
    """
    stream = choose_picture(container)
    if stream is None:
        raise MediaError(f"{path} has no picture that can be decoded; choose a film.")
    key = _leading_keyframe(container, stream, cancelled) if has_timestamps(container) else None
    frame = None if key is None else _decoded_alone(stream, key)
    if key is not None and key.pts is not None and frame is not None and frame.pts == key.pts:
        return FilmStart(
            stream=stream,
            frame=frame,
            origin_seconds=key.pts * Fraction(stream.time_base or 1),
            is_timed=True,
            rate=named_rate(stream),
        )
    seek_start(path, container)
    walk = PictureWalk(path, container, cancelled=cancelled)
    return FilmStart(
        stream=walk.stream,
        frame=walk.shown.frame,
        origin_seconds=walk.origin_seconds,
        is_timed=walk.is_timed,
        rate=walk.rate,
    )


def _leading_keyframe(
    container: InputContainer, stream: VideoStream, cancelled: IsCancelled
) -> Packet[Any] | None:
    """Return the first packet if it is surely what is shown first, else None.

    It isn't where pictures that come after it are shown before it: whether these can be decoded
    without what came before the cut, only the decoder knows. Times of decoding never fall, and
    no picture is shown before it is decoded.
    """
    key: Packet[Any] | None = None
    for packet in read_packets(container, [stream], [], cancelled=cancelled):
        if packet.pts is None or packet.dts is None:
            return key if packet.size == 0 else None
        if key is None:
            if packet.is_discard or not packet.is_keyframe:
                return None
            key = packet
        elif packet.pts < (key.pts or 0):
            return None
        elif packet.dts >= (key.pts or 0):
            return key
    return key


def _decoded_alone(stream: VideoStream, key: Packet[Any]) -> VideoFrame | None:
    try:
        frames: Any = [*stream.codec_context.decode(key), *stream.codec_context.decode(None)]
    except FOREIGN_ERRORS:
        return None
    return frames[0] if frames else None
