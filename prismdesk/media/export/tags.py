"""Metadata and chapters, from the film to the new file."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av.container import InputContainer, OutputContainer
    from av.stream import Stream

    from prismdesk.media.export.cut import Cut
    from prismdesk.media.export.plan import Container

_OF_THE_FILE = frozenset(
    {"major_brand", "minor_version", "compatible_brands", "encoder", "duration", "timecode"}
)
"""What each muxer says of its own file; timecode is laid down with the picture."""

_OF_MOV = frozenset({"handler_name", "vendor_id"})
_CHAPTER_CLOCK = Fraction(1, 1_000_000)


def copy_film_tags(source: InputContainer, out: OutputContainer, container: Container) -> None:
    """Copy what the film says about itself as a whole."""
    out.metadata.update(carried_tags(source.metadata, container))


def copy_stream_tags(stream: Stream, copy: Stream, container: Container) -> None:
    """Copy title, language and the like of a stream."""
    copy.metadata.update(carried_tags(stream.metadata, container))
    if "timecode" in stream.metadata:
        copy.metadata["timecode"] = stream.metadata["timecode"]


def carried_tags(tags: dict[str, str], container: Container) -> dict[str, str]:
    """Return the tags that go along: all but those that describe the old file."""
    left_out = _OF_THE_FILE if container.is_mov else _OF_THE_FILE | _OF_MOV
    return {
        name: value
        for name, value in tags.items()
        if name.lower() not in left_out and not name.lower().startswith(("_statistics", "number_"))
    }


def copy_chapters(
    source: InputContainer, out: OutputContainer, shift_seconds: Fraction, cut: Cut | None
) -> None:
    """Copy chapters, moved with everything else, those outside a cut left out."""
    chapters = []
    for chapter in source.chapters():
        base = chapter["time_base"] or _CHAPTER_CLOCK
        start, end = chapter["start"] * base, chapter["end"] * base
        if cut is not None:
            start, end = max(start, cut.first_seconds), min(end, cut.end_seconds)
        if start < end:
            chapter["start"] = round((start - shift_seconds) / _CHAPTER_CLOCK)
            chapter["end"] = round((end - shift_seconds) / _CHAPTER_CLOCK)
            chapter["time_base"] = _CHAPTER_CLOCK
            chapters.append(chapter)
    if chapters:
        out.set_chapters(chapters)
