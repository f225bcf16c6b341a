"""Which streams of the film go along, and what the container can't take, in sentences."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import av
from av.stream import Disposition

from prismdesk.media.container import FOREIGN_ERRORS
from prismdesk.media.export.request import ExportRefusedError

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.stream import Stream

    from prismdesk.media.export.plan import Container
    from prismdesk.media.film_info import FilmInfo


@dataclass(slots=True)
class FilmStreams:
    """Streams of the film by what happens to them; ``notes`` are sentences for the report."""

    pictures: list[Stream] = field(default_factory=list)
    copied_sounds: list[Stream] = field(default_factory=list)
    coded_sound_indexes: list[int] = field(default_factory=list)
    others: list[Stream] = field(default_factory=list)
    attachments: list[Stream] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def sort_streams(
    source: InputContainer,
    info: FilmInfo,
    container: Container,
    *,
    keep_original: bool,
    is_cut: bool,
) -> FilmStreams:
    """Decide for every stream of the film.

    Raises:
        ExportRefusedError: the container can't hold the picture.
    """
    found = FilmStreams()
    usable = {sound.stream_index for sound in info.sounds}
    for stream in source.streams:
        if stream.type == "video":
            _sort_picture(stream, info, container, found)
        elif stream.type == "audio":
            if keep_original:
                _sort_sound(stream, container, found, is_usable=stream.index in usable, cut=is_cut)
        elif stream.type == "attachment":
            if container.muxer == "matroska":
                found.attachments.append(stream)
            else:
                found.notes.append(_left(stream, container))
        elif _is_remade_by_muxer(stream, source):
            continue
        elif can_hold(stream, container):
            found.others.append(stream)
        else:
            found.notes.append(_left(stream, container))
    return found


def can_hold(stream: Stream, container: Container) -> bool:
    """Whether a file of this kind can be made of this stream: tried in memory."""
    try:
        with av.open(io.BytesIO(), "w", format=container.muxer) as trial:
            copy = trial.add_stream_from_template(stream, opaque=True)
            copy.time_base = stream.time_base
            trial.start_encoding()
            if stream.type not in ("video", "attachment"):
                packet: av.Packet[Any] = av.Packet(bytes(1024))
                packet.time_base = stream.time_base or Fraction(1, 1000)
                packet.pts = packet.dts = 0
                packet.duration = 1
                packet.stream = copy
                trial.mux(packet)
    except FOREIGN_ERRORS:
        return False
    return True


def codec_name(stream: Stream) -> str:
    """Return FFmpeg's name of the codec, or the stream's kind where it has none."""
    context = stream.codec_context
    return str(context.name) if context is not None else stream.type


def _sort_picture(stream: Stream, info: FilmInfo, container: Container, found: FilmStreams) -> None:
    is_main = info.picture is not None and stream.index == info.picture.stream_index
    if can_hold(stream, container):
        found.pictures.append(stream)
    elif is_main:
        raise ExportRefusedError(
            f"{container.name} can't hold a {codec_name(stream)} picture as it is, and the "
            "picture is never coded again; write a .mkv instead."
        )
    elif stream.disposition & Disposition.attached_pic:
        found.notes.append(f"{container.name} can't hold the cover picture; it was left out.")
    else:
        found.notes.append(_left(stream, container))


def _sort_sound(
    stream: Stream, container: Container, found: FilmStreams, *, is_usable: bool, cut: bool
) -> None:
    if not cut and can_hold(stream, container):
        found.copied_sounds.append(stream)
    elif is_usable:
        found.coded_sound_indexes.append(stream.index)
        why = (
            "the film was cut"
            if cut
            else f"{container.name} can't hold {codec_name(stream)} as it is"
        )
        found.notes.append(
            f"The production sound in stream {stream.index} was coded again, because {why}."
        )
    else:
        found.notes.append(_left(stream, container))


def _is_remade_by_muxer(stream: Stream, source: InputContainer) -> bool:
    """Whether the muxer writes such a track itself: from the start timecode, from chapters."""
    if stream.type != "data" or "mov" not in source.format.name:
        return False
    if "timecode" in stream.metadata:
        return True
    return bool(source.chapters())


def _left(stream: Stream, container: Container) -> str:
    title = stream.metadata.get("title", "")
    named = f' "{title}"' if title else ""
    kind = {"subtitle": "subtitles", "video": "second picture"}.get(stream.type, stream.type)
    return (
        f"{container.name} can't hold the {kind} in stream {stream.index}{named} "
        f"({codec_name(stream)}); it was left out."
    )
