"""A stretch of a film's picture: when its frames begin, what decides its pixels, the pixels.

Times and key come from the coded packets alone; pictures are decoded only when they are read.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from prismdesk.media.container import FOREIGN_ERRORS, open_media, read_packets
from prismdesk.media.errors import MediaError, reading
from prismdesk.media.film_start import FilmStart, look_at_start
from prismdesk.media.frame_pixels import shown_size
from prismdesk.media.frames import Fit, FrameReader
from prismdesk.media.picture_walk import PictureWalk, seek_start
from prismdesk.media.probe import rotation_degrees
from prismdesk.progress import IsCancelled, never_cancelled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import numpy.typing as npt
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.stream import VideoStream

_VERSION = 1
"""To be raised whenever the same packets would give other pixels than before."""

_SEEK_MARGINS_SECONDS = (0, 2, 12)
_REORDERING_SECONDS = 2
_VP8_IS_SHOWN = 0x10


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmStretch:
    """The picture of a film from one time to another.

    Attributes:
        path: the film.
        start_seconds: where the stretch begins, from the film's first picture.
        key: SHA-256, in hexadecimal, of all that decides the pixels: the coded pictures from the
            keyframe before the stretch to its end, their times within it, and how they are to
            be shown. Different pixels have different keys; the same pixels from another
            container may have another key too.
        frame_times_seconds: float64, ascending, from the start of the stretch; the first frame
            may have begun before it.
        cuts_seconds: where new shots begin inside the stretch, ascending; empty if not known.
        size_px: width and height as shown, upright, with square pixels.
        stamp: size and time of the film's file when it was looked at.
    """

    path: Path
    start_seconds: Fraction
    key: str
    frame_times_seconds: npt.NDArray[np.float64]
    cuts_seconds: tuple[float, ...]
    size_px: tuple[int, int]
    stamp: tuple[int, int]
    _reader: FrameReader = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_reader", FrameReader(self.path))

    def read(
        self,
        times_seconds: npt.NDArray[np.float64],
        *,
        width_px: int,
        height_px: int,
        fit: Fit,
        cancelled: IsCancelled,
    ) -> npt.NDArray[np.uint8]:
        """Return the frames on screen at ascending times, as ``media.frames.read_frames`` does.

        Reading goes on where the last reading ended, if it can; the film stays open for that.

        Args:
            times_seconds: from the start of the stretch.
            width_px: of the frames returned.
            height_px: likewise.
            fit: what is done to another shape.
            cancelled: asked often.

        Returns:
            uint8 (times, height, width, 3) RGB.

        Raises:
            MediaError: the film can't be read any more, or is another since it was looked at.
            Cancelled: as told.
        """
        times = np.asarray(times_seconds, np.float64) + float(self.start_seconds)
        pixels, _ = self._reader.read(
            times, width_px=width_px, height_px=height_px, fit=fit, cancelled=cancelled
        )
        if _stamp_of(self.path) != self.stamp:
            raise MediaError(
                f"{self.path} was changed while it was looked at; make the sound again."
            )
        return pixels


def film_stretch(
    path: Path,
    *,
    start_seconds: Fraction,
    end_seconds: Fraction,
    stream_index: int | None = None,
    cuts_seconds: tuple[Fraction, ...] = (),
    cancelled: IsCancelled = never_cancelled,
) -> FilmStretch:
    """Look at a stretch of a film; its packets are read, and only the film's start is decoded.

    Where a film's packets don't tell times (raw streams, some AVI), the stretch is decoded once.

    Args:
        path: the film.
        start_seconds: from the film's first picture.
        end_seconds: after the start; may lie past the film's end.
        stream_index: which stream the picture is expected in; None takes what is found.
        cuts_seconds: of the whole film, from its first picture.
        cancelled: asked often.

    Raises:
        MediaError: the film can't be read, or its picture isn't where it was.
        Cancelled: no longer wanted.
        ValueError: the stretch is empty or begins before the film.
    """
    if not 0 <= start_seconds < end_seconds:
        raise ValueError(f"a stretch from {start_seconds} s to {end_seconds} s")
    stamp = _stamp_of(path)
    with open_media(path) as container:
        head = look_at_start(path, container, cancelled=cancelled)
        if stream_index not in (None, head.stream.index):
            raise MediaError(
                f"The picture of {path} is in another stream than before; relink the film."
            )
        width, height = shown_size(head.frame, head.pixel_aspect)
        scan = _Scan(path, head, container, start_seconds, end_seconds, cancelled)
        return FilmStretch(
            path=path,
            start_seconds=start_seconds,
            key=scan.key,
            frame_times_seconds=scan.frame_times_seconds,
            cuts_seconds=tuple(
                float(cut - start_seconds)
                for cut in cuts_seconds
                if start_seconds < cut < end_seconds
            ),
            size_px=(round(width), round(height)),
            stamp=stamp,
        )


def _stamp_of(path: Path) -> tuple[int, int]:
    with reading(path):
        status = path.stat()
    return status.st_size, status.st_mtime_ns


class _Scan:
    """Reads the packets that a stretch is decoded from, and takes from them times and key."""

    def __init__(
        self,
        path: Path,
        head: FilmStart,
        container: InputContainer,
        start_seconds: Fraction,
        end_seconds: Fraction,
        cancelled: IsCancelled,
    ) -> None:
        self._path = path
        self._head = head
        self._container = container
        self._stream: VideoStream = head.stream
        self._start = start_seconds
        self._end = end_seconds
        self._cancelled = cancelled
        self._time_base = Fraction(head.stream.time_base or 1)
        self._origin_tick = round(head.origin_seconds / self._time_base)
        self._digest = hashlib.sha256(_facts(head, end_seconds - start_seconds))
        ticks = self._scanned() if head.is_timed else None
        if ticks is None:
            self._digest.update(b"from the start")
            self._add_all()
            self.frame_times_seconds = self._decoded_times()
        else:
            self.frame_times_seconds = self._times_of(ticks)
        self.key = self._digest.hexdigest()

    def _scanned(self) -> list[int] | None:
        """Hash the packets of the stretch, return the ticks they are shown at, None if untold."""
        ticks: list[int] = []
        first_tick: int | None = None
        for packet in self._packets():
            if packet.pts is None:
                return None
            if first_tick is None:
                first_tick = packet.pts
                offset = (first_tick - self._origin_tick) * self._time_base - self._start
                self._digest.update(str(offset).encode())
            _add(self._digest, packet, packet.pts - first_tick)
            if not packet.is_discard and _is_shown(packet, self._stream):
                ticks.append(packet.pts)
        return ticks

    def _packets(self) -> Iterator[Packet[Any]]:
        """Yield the packets from the keyframe before the stretch to those decoded at its end."""
        last_tick = self._origin_tick + self._end / self._time_base
        reordering_ticks = _REORDERING_SECONDS / self._time_base
        for packet in self._from_keyframe():
            if packet.dts is not None:
                is_past = packet.dts > last_tick
            else:
                is_past = packet.pts is not None and packet.pts - reordering_ticks > last_tick
            if is_past:
                return
            yield packet

    def _from_keyframe(self) -> Iterator[Packet[Any]]:
        latest_tick = self._origin_tick + (self._start + self._head.tolerance) / self._time_base
        for margin in _SEEK_MARGINS_SECONDS:
            tick = int(latest_tick - margin / self._time_base)
            if tick <= self._origin_tick:
                break
            try:
                self._container.seek(tick, stream=self._stream)
            except FOREIGN_ERRORS:
                continue
            packets = self._read()
            first = next((packet for packet in packets if packet.is_keyframe), None)
            if first is not None and first.pts is not None and first.pts <= latest_tick:
                yield first
                yield from packets
                return
        seek_start(self._path, self._container)
        yield from self._read()

    def _read(self) -> Iterator[Packet[Any]]:
        packets = read_packets(self._container, [self._stream], [], cancelled=self._cancelled)
        return (packet for packet in packets if packet.size)

    def _add_all(self) -> None:
        seek_start(self._path, self._container)
        for packet in self._read():
            _add(self._digest, packet, packet.pts if packet.pts is not None else -1)

    def _times_of(self, ticks: list[int]) -> npt.NDArray[np.float64]:
        """Return the times of those frames that are on screen inside the stretch."""
        shown = np.unique(np.array([t for t in ticks if t >= self._origin_tick], np.int64))
        tolerance = self._head.tolerance
        start = int((self._start + tolerance) // self._time_base) + self._origin_tick
        end = int((self._end - tolerance) // self._time_base) + self._origin_tick
        first = max(0, int(np.searchsorted(shown, start, "right")) - 1)
        last = max(first + 1, int(np.searchsorted(shown, end, "right")))
        since_origin = (shown[first:last] - self._origin_tick) * float(self._time_base)
        return np.asarray(since_origin - float(self._start), np.float64)

    def _decoded_times(self) -> npt.NDArray[np.float64]:
        with open_media(self._path) as container:
            walk = PictureWalk(self._path, container, cancelled=self._cancelled)
            times = [walk.at(self._start, cancelled=self._cancelled).seconds]
            while (picture := walk.step()) and picture.seconds < self._end - walk.tolerance:
                times.append(picture.seconds)
        return np.array([float(time - self._start) for time in times], np.float64)


def _add(digest: hashlib._Hash, packet: Packet[Any], tick: int) -> None:
    digest.update(f"\n{tick} {packet.is_discard:d} {packet.size} ".encode())
    digest.update(memoryview(packet))


def _facts(head: FilmStart, length_seconds: Fraction) -> bytes:
    """Return what decides the pixels besides the packets."""
    frame, context = head.frame, head.stream.codec_context
    extradata = hashlib.sha256(context.extradata or b"").hexdigest()
    facts = {
        "version": _VERSION,
        "codec": [context.name, extradata, context.width, context.height],
        "frame": [frame.width, frame.height, frame.format.name],
        "colour": [int(frame.colorspace), int(frame.color_range)],
        "shape": [str(head.pixel_aspect), rotation_degrees(frame)],
        "clock": [str(head.stream.time_base), str(head.rate), head.is_timed],
        "length_seconds": str(length_seconds),
    }
    return json.dumps(facts, sort_keys=True).encode()


def _is_shown(packet: Packet[Any], stream: VideoStream) -> bool:
    """Whether a packet is a picture; VP8 sends some only to be referred to (RFC 6386, 9.1)."""
    return stream.codec_context.name != "vp8" or bool(bytes(packet)[0] & _VP8_IS_SHOWN)
