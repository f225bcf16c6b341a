"""What a film holds: streams, exact rates, durations by timestamps, start timecode, colour."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from av.stream import Disposition
from av.video.reformatter import ColorPrimaries, ColorRange, Colorspace, ColorTrc

from prismdesk.media.channels import layout_of
from prismdesk.media.container import (
    FOREIGN_ERRORS,
    decode,
    has_decoder,
    open_media,
    read_packets,
)
from prismdesk.media.errors import MediaError
from prismdesk.media.film_info import Chapter, FilmInfo, OtherStream, PictureInfo, SoundInfo
from prismdesk.media.picture_rate import PictureTiming, picture_timing
from prismdesk.progress import IsCancelled, never_cancelled
from prismdesk.project.errors import TimecodeError
from prismdesk.project.model import PictureStream
from prismdesk.project.timebase import (
    is_drop_frame_timecode,
    seconds_to_samples,
    timecode_to_frames,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from enum import IntEnum
    from pathlib import Path

    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.stream import VideoStream

__all__ = [
    "Chapter",
    "FilmInfo",
    "OtherStream",
    "PictureInfo",
    "SoundInfo",
    "choose_picture",
    "picture_stream",
    "probe",
]

_FIRST_FRAME_WITHIN_PACKETS = 500
_STILL = Disposition.attached_pic | Disposition.timed_thumbnails
_NO_TIMESTAMPS = 0x80  # AVFMT_NOTIMESTAMPS; the enumeration's values are no integers to mypy
_LOSSLESS = frozenset({"flac", "alac", "wavpack", "tta", "ape", "truehd", "mlp", "shorten"})


@dataclass(slots=True)
class _Scan:
    """What one pass over a stream's packets tells, in ticks of its time base."""

    ticks: list[int] = field(default_factory=list)
    last_duration_ticks: int = 0
    untimed: int = 0
    untimed_ticks: int = 0
    tried: int = 0
    group: int = 0
    longest_group: int = 0
    first_frame: Any = None

    def add(self, packet: Packet[Any]) -> None:
        """Count a packet; decode until the first frame is there."""
        if self.first_frame is None and self.tried < _FIRST_FRAME_WITHIN_PACKETS:
            self.tried += 1
            frames = decode(packet)
            self.first_frame = frames[0] if frames else None
        if not packet.size or packet.is_discard:
            return
        self.group = 1 if packet.is_keyframe else self.group + 1
        self.longest_group = max(self.longest_group, self.group)
        tick = packet.pts if packet.pts is not None else packet.dts
        if tick is None:
            self.untimed += 1
            self.untimed_ticks += packet.duration or 0
            return
        if not self.ticks or tick >= max(self.ticks[-1], self.ticks[0]):
            self.last_duration_ticks = packet.duration or 0
        self.ticks.append(tick)


def probe(path: Path, *, cancelled: IsCancelled = never_cancelled) -> FilmInfo:
    """Read what a film or sound file holds; all packets are read, first frames are decoded.

    Raises:
        MediaError: the file is missing, damaged beyond use, or has neither picture nor sound.
        Cancelled: the work is no longer wanted.
    """
    warnings: list[str] = []
    with open_media(path) as container:
        picture = choose_picture(container)
        sounds = [s for s in container.streams.audio if _is_usable(s, warnings)]
        streams: list[Stream] = [*sounds] if picture is None else [picture, *sounds]
        scans = {stream.index: _Scan() for stream in streams}
        for packet in read_packets(container, streams, warnings, cancelled=cancelled):
            scans[packet.stream.index].add(packet)
        sounds = [s for s in sounds if _gave_a_frame(s, scans, warnings)]
        if picture is not None and not _gave_a_frame(picture, scans, warnings):
            picture = None
        if picture is None and not sounds:
            raise MediaError(
                f"{path} holds neither picture nor sound that can be decoded; use another copy."
            )
        try:
            return _film_info(path, container, picture, sounds, scans, warnings)
        except FOREIGN_ERRORS as error:
            raise MediaError(f"{path} is damaged: its headers contradict themselves.") from error


def picture_stream(info: FilmInfo, rate_hz: int) -> PictureStream:
    """Return the picture as a project keeps it, its length in samples rounded half up.

    A start timecode that doesn't exist at the picture's rate counts as 00:00:00:00.

    Raises:
        MediaError: the film has no picture.
    """
    picture = info.picture
    if picture is None:
        raise MediaError(f"{info.path} has no picture; choose a film.")
    start_frame, is_drop_frame = 0, False
    if info.start_timecode:
        try:
            start_frame = timecode_to_frames(info.start_timecode, frame_rate=picture.rate)
            is_drop_frame = is_drop_frame_timecode(info.start_timecode)
        except TimecodeError:
            start_frame, is_drop_frame = 0, False
    return PictureStream(
        stream_index=picture.stream_index,
        width_px=picture.width_px,
        height_px=picture.height_px,
        rate=picture.rate,
        frame_count=picture.frame_count,
        duration_samples=seconds_to_samples(picture.duration_seconds, rate_hz=rate_hz),
        is_variable_rate=picture.is_variable_rate,
        start_frame=start_frame,
        is_drop_frame=is_drop_frame,
    )


def choose_picture(container: InputContainer) -> VideoStream | None:
    """Return the stream that is shown: the default one, else the first that isn't cover art."""
    moving = [
        stream
        for stream in container.streams.video
        if not stream.disposition & _STILL and has_decoder(stream)
    ]
    default = [s for s in moving if s.disposition & Disposition.default]
    return next(iter(default or moving), None)


def _film_info(
    path: Path,
    container: InputContainer,
    picture: VideoStream | None,
    sounds: Sequence[AudioStream],
    scans: dict[int, _Scan],
    warnings: list[str],
) -> FilmInfo:
    origin = min((_first_seconds(scans[s.index]) or Fraction(0) for s in sounds), default=None)
    picture_info = None
    if picture is not None:
        timing = _timing(picture, scans[picture.index], has_timestamps=has_timestamps(container))
        picture_info = _picture_info(picture, scans[picture.index], timing)
        origin = timing.first_seconds
        if timing.is_variable:
            warnings.append(
                "The picture's frame rate is variable; frames are placed by their timestamps."
            )
    origin = origin if origin is not None else Fraction(0)
    sound_infos = tuple(_sound_info(s, scans[s.index], origin) for s in sounds)
    ends = [(s.start_seconds or Fraction(0)) + s.duration_seconds for s in sound_infos]
    if picture_info is not None:
        ends.append(picture_info.duration_seconds)
    used = {s.index for s in sounds} | ({picture.index} if picture is not None else set())
    return FilmInfo(
        path=path,
        container=container.format.name,
        size_bytes=path.stat().st_size,
        origin_seconds=origin,
        duration_seconds=max(ends),
        picture=picture_info,
        sounds=sound_infos,
        other_streams=tuple(_other_stream(s) for s in container.streams if s.index not in used),
        start_timecode=_start_timecode(container, picture),
        chapters=_chapters(container, origin),
        metadata=tuple(sorted(container.metadata.items())),
        warnings=tuple(warnings),
    )


def _is_usable(stream: AudioStream, warnings: list[str]) -> bool:
    if not has_decoder(stream):
        warnings.append(f"Sound stream {stream.index} is of an unknown kind and is left out.")
        return False
    channels = stream.codec_context.channels
    if not 0 <= channels <= 8:
        warnings.append(
            f"Sound stream {stream.index} has {channels} channels, more than 7.1, and is left out."
        )
        return False
    return True


def _gave_a_frame(stream: Stream, scans: dict[int, _Scan], warnings: list[str]) -> bool:
    if scans[stream.index].first_frame is not None:
        return True
    what = "The picture" if stream.type == "video" else "Sound"
    warnings.append(f"{what} (stream {stream.index}) can't be decoded and is left out.")
    return False


def _first_seconds(scan: _Scan) -> Fraction | None:
    frame = scan.first_frame
    if frame.pts is None or frame.time_base is None:
        return None
    return Fraction(frame.pts) * Fraction(frame.time_base)


def has_timestamps(container: InputContainer) -> bool:
    """Whether the container stores times; where not, the demuxer's guesses aren't believed."""
    return not container.format.flags & _NO_TIMESTAMPS


def _timing(stream: VideoStream, scan: _Scan, *, has_timestamps: bool) -> PictureTiming:
    time_base = Fraction(stream.time_base or 1)
    first = _first_seconds(scan) if has_timestamps else None
    # Pictures before the first that decodes (open groups of pictures) are never seen.
    seen = [] if first is None else [t for t in scan.ticks if t * time_base >= first]
    return picture_timing(
        seen,
        last_duration_ticks=scan.last_duration_ticks,
        time_base=time_base,
        named_rates=(stream.guessed_rate, stream.average_rate, stream.base_rate),
        untimed_frames=max(1, scan.untimed + len(scan.ticks)),
    )


def _picture_info(stream: VideoStream, scan: _Scan, timing: PictureTiming) -> PictureInfo:
    frame = scan.first_frame
    return PictureInfo(
        stream_index=stream.index,
        codec=stream.codec_context.name,
        width_px=frame.width,
        height_px=frame.height,
        rate=timing.rate,
        is_variable_rate=timing.is_variable,
        frame_count=timing.frame_count,
        duration_seconds=timing.duration_seconds,
        has_timestamps=timing.has_timestamps,
        rotation_degrees=rotation_degrees(frame),
        sample_aspect=Fraction(stream.sample_aspect_ratio or 1) or Fraction(1),
        pixel_format=frame.format.name,
        colour_space=_colour_name(Colorspace, frame.colorspace),
        colour_primaries=_colour_name(ColorPrimaries, frame.color_primaries),
        colour_transfer=_colour_name(ColorTrc, frame.color_trc),
        colour_range=_colour_name(ColorRange, frame.color_range),
        title=stream.metadata.get("title", ""),
        language=_language(stream),
        longest_group_frames=max(1, scan.longest_group),
    )


def rotation_degrees(frame: Any) -> int:
    """Return by how much a decoded picture is to be turned clockwise: 0, 90, 180 or 270."""
    return round(-(frame.rotation or 0) / 90) % 4 * 90


def _colour_name(kind: type[IntEnum], value: int) -> str:
    try:
        name = kind(value).name
    except ValueError:
        return ""
    return "" if name == "UNSPECIFIED" else name.lower()


def _sound_info(stream: AudioStream, scan: _Scan, origin: Fraction) -> SoundInfo:
    frame = scan.first_frame
    time_base = Fraction(stream.time_base or 1)
    first = _first_seconds(scan)
    end = (max(scan.ticks) + scan.last_duration_ticks) * time_base if scan.ticks else Fraction(0)
    duration = scan.untimed_ticks * time_base if first is None or end <= first else end - first
    return SoundInfo(
        stream_index=stream.index,
        codec=stream.codec_context.name,
        layout=layout_of(frame.layout.name, frame.layout.nb_channels),
        layout_name=frame.layout.name,
        rate_hz=frame.sample_rate,
        bits=native_bits(stream.codec_context.name, frame.format.name),
        start_seconds=None if first is None else first - origin,
        duration_seconds=duration,
        is_default=bool(stream.disposition & Disposition.default),
        title=stream.metadata.get("title", ""),
        language=_language(stream),
    )


def native_bits(codec: str, sample_format: str) -> int | None:
    """Return the bits of a lossless stream's samples, None for a lossy one.

    Lossless codecs hand out 16 or 32 bits; the latter is taken as 24, which is what is in use.
    """
    pcm = re.match(r"pcm_[a-z](\d+)", codec)
    if pcm:
        return int(pcm[1])
    if codec in _LOSSLESS:
        return 16 if sample_format.startswith("s16") else 24
    return None


def _other_stream(stream: Stream) -> OtherStream:
    codec = stream.codec_context.name if has_decoder(stream) else ""
    return OtherStream(
        stream_index=stream.index,
        kind=stream.type,
        codec=codec,
        title=stream.metadata.get("title", ""),
        language=_language(stream),
    )


def _language(stream: Stream) -> str:
    language = stream.metadata.get("language", "")
    return "" if language == "und" else language


def _start_timecode(container: InputContainer, picture: VideoStream | None) -> str:
    """Return the first timecode given: by the picture, a timecode track, or the file."""
    places = [picture.metadata] if picture is not None else []
    places += [s.metadata for s in container.streams if s.type == "data"]
    places.append(container.metadata)
    return next((str(p["timecode"]) for p in places if p.get("timecode")), "")


def _chapters(container: InputContainer, origin: Fraction) -> tuple[Chapter, ...]:
    found = []
    for chapter in container.chapters():
        time_base = Fraction(chapter["time_base"] or 1)
        found.append(
            Chapter(
                title=str(chapter["metadata"].get("title", "")),
                start_seconds=chapter["start"] * time_base - origin,
                end_seconds=chapter["end"] * time_base - origin,
            )
        )
    return tuple(found)
