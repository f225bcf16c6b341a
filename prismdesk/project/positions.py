"""Positions as people type them: timecode of the film, seconds, or samples.

Read exactly (no floats), rounded once to a sample where the conversion in ``timebase`` says so.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from prismdesk.project.errors import PositionError, TimecodeError
from prismdesk.project.timebase import (
    SampleRange,
    frames_to_samples,
    is_drop_frame_timecode,
    samples_to_timecode,
    seconds_to_samples,
    supports_drop_frame,
    timecode_to_frames,
)

if TYPE_CHECKING:
    from prismdesk.project.model import PictureStream

__all__ = ["PositionError", "format_position", "parse_position", "parse_range"]

_ACCEPTED = "a timecode of the film (01:00:03:12), seconds (3.5s) or samples (168000sm)"
_SECONDS = re.compile(r"(\d{1,12}(?:\.\d{0,12})?|\.\d{1,12})\s*s", re.ASCII)
_SAMPLES = re.compile(r"(\d{1,15})\s*sm", re.ASCII)


def parse_position(text: str, *, rate_hz: int, picture: PictureStream | None) -> int:
    """Return the sample that a text names, counted from the film's first picture.

    * ``01:00:03:12`` is timecode of the film: its start timecode is subtracted. ``;`` or ``,``
      before the frames means drop frame. The film's own way of counting must be used, since the
      other one would name another frame; a film without a start timecode counts from zero and
      takes both ways where its rate has drop frame.
    * ``3.5s`` is seconds since the first picture, rounded half up to a sample.
    * ``168000sm`` is samples since the first picture.

    Args:
        text: spaces around it are ignored.
        rate_hz: samples per second, positive.
        picture: gives timecode its rate and start; without one, timecode is refused.

    Returns:
        0 or more. Positions past the film's end are allowed (sound may go on there).

    Raises:
        PositionError: the text is none of these, names a frame that doesn't exist, or lies
            before the film's start.
    """
    stripped = text.strip()
    if match := _SAMPLES.fullmatch(stripped):
        return int(match[1])
    if match := _SECONDS.fullmatch(stripped):
        return seconds_to_samples(Fraction(match[1]), rate_hz=rate_hz)
    if stripped.startswith("-"):
        raise PositionError(f'"{text}" lies before the film\'s start; positions are not negative.')
    if ":" in stripped:
        return _parse_timecode(stripped, rate_hz=rate_hz, picture=picture)
    raise PositionError(f'"{text}" is no position; write {_ACCEPTED}.')


def _parse_timecode(text: str, *, rate_hz: int, picture: PictureStream | None) -> int:
    if picture is None:
        raise PositionError(
            f'"{text}" is timecode, but there is no picture to count frames of; '
            "write seconds (3.5s) or samples (168000sm)."
        )
    _check_way_of_counting(text, picture)
    try:
        frames = timecode_to_frames(text, frame_rate=picture.rate)
    except TimecodeError as error:
        raise PositionError(str(error)) from None
    frames -= picture.start_frame
    if frames < 0:
        # Labels start again after 24 hours, so a film may run across midnight.
        day = _frames_per_day(picture, drop_frame=is_drop_frame_timecode(text))
        if frames + day >= picture.frame_count:
            start = format_position(0, rate_hz=rate_hz, picture=picture)
            raise PositionError(f'"{text}" lies before the film\'s start at {start}.')
        frames += day
    return frames_to_samples(frames, rate_hz=rate_hz, frame_rate=picture.rate)


def _frames_per_day(picture: PictureStream, *, drop_frame: bool) -> int:
    hour = "01:00:00;00" if drop_frame else "01:00:00:00"
    return 24 * timecode_to_frames(hour, frame_rate=picture.rate)


def _counts_drop_frame(picture: PictureStream) -> bool:
    return picture.is_drop_frame and supports_drop_frame(picture.rate)


def _check_way_of_counting(text: str, picture: PictureStream) -> None:
    drop_frame = is_drop_frame_timecode(text)
    if _counts_drop_frame(picture) and not drop_frame:
        # A comma needs no quotes in a shell; a semicolon does.
        as_drop_frame = ",".join(text.rsplit(":", 1))
        raise PositionError(
            f'"{text}" is non-drop timecode, but the film counts drop frame; '
            f"write it with ; or , before the frames: {as_drop_frame}."
        )
    if drop_frame and picture.start_frame > 0 and not _counts_drop_frame(picture):
        raise PositionError(
            f'"{text}" is drop-frame timecode, but the film counts non-drop; '
            "write : before the frames."
        )


def parse_range(text: str, *, rate_hz: int, picture: PictureStream | None) -> SampleRange:
    """Return the stretch between two positions written ``T-T``, the second one exclusive.

    Raises:
        PositionError: it is not two positions with a - between, one of them is wrong (see
            ``parse_position``), or the second doesn't lie after the first.
    """
    if text.strip().startswith("-"):
        raise PositionError(f'"{text}" lies before the film\'s start; positions are not negative.')
    parts = text.split("-")
    if len(parts) != 2:
        raise PositionError(
            f'"{text}" is no range; write two positions with a - between them, each {_ACCEPTED}.'
        )
    start, end = (parse_position(part, rate_hz=rate_hz, picture=picture) for part in parts)
    if end <= start:
        raise PositionError(f'The range "{text}" must end after it starts.')
    return SampleRange(start, end)


def format_position(samples: int, *, rate_hz: int, picture: PictureStream | None) -> str:
    """Return a position as the user reads it: timecode of the film, or seconds without a picture.

    Timecode names the frame that the sample belongs to; seconds are rounded half up to a
    millisecond. ``parse_position`` reads both back, to the frame or the millisecond.

    Args:
        samples: samples since the first picture; may be negative.
        rate_hz: samples per second, positive.
        picture: gives timecode its rate, start and way of counting.
    """
    if picture is None:
        milliseconds = seconds_to_samples(Fraction(samples, rate_hz), rate_hz=1000)
        sign = "-" if milliseconds < 0 else ""
        seconds, thousandths = divmod(abs(milliseconds), 1000)
        return f"{sign}{seconds}.{thousandths:03}s"
    return samples_to_timecode(
        samples,
        rate_hz=rate_hz,
        frame_rate=picture.rate,
        drop_frame=_counts_drop_frame(picture),
        start_frame=picture.start_frame,
    )
