"""What is known of a film: the values that ``probe`` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction
    from pathlib import Path

    from prismdesk.project.model import ChannelLayout


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureInfo:
    """The picture of a film.

    ``rate`` is frames per second, exact; the average where the rate is variable. Width and height
    are as coded; ``rotation_degrees`` (0, 90, 180, 270, clockwise) is to be applied for showing,
    and pixels are ``sample_aspect`` times as wide as high. Colours are FFmpeg's names, empty where
    the file doesn't say. ``duration_seconds`` runs from the first picture to the end of the last;
    ``has_timestamps`` is False where times follow from counting frames. ``longest_group_frames`` is
    the most pictures that lie from one keyframe to before the next: 1 if each is coded for itself.
    """

    stream_index: int
    codec: str
    width_px: int
    height_px: int
    rate: Fraction
    is_variable_rate: bool
    frame_count: int
    duration_seconds: Fraction
    has_timestamps: bool
    rotation_degrees: int
    sample_aspect: Fraction
    pixel_format: str
    colour_space: str
    colour_primaries: str
    colour_transfer: str
    colour_range: str
    title: str = ""
    language: str = ""
    longest_group_frames: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundInfo:
    """One audio stream.

    ``start_seconds`` is when its first sample is heard after the film's first picture (negative:
    before), None where the file has no timestamps. ``bits`` is None for lossy codecs.
    """

    stream_index: int
    codec: str
    layout: ChannelLayout
    layout_name: str
    rate_hz: int
    bits: int | None
    start_seconds: Fraction | None
    duration_seconds: Fraction
    is_default: bool
    title: str = ""
    language: str = ""

    @property
    def channels(self) -> int:
        """Number of channels."""
        return self.layout.channels


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherStream:
    """A stream that is neither the picture nor usable sound: subtitles, timecode, cover art."""

    stream_index: int
    kind: str
    codec: str
    title: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """A chapter; times count from the first picture."""

    title: str
    start_seconds: Fraction
    end_seconds: Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class FilmInfo:
    """Everything that is known of a film without decoding it whole.

    ``origin_seconds`` is the presentation time of the first picture in the file's own clock (of
    the first sound if there is no picture): position 0 of a project. ``start_timecode`` is the
    label of the first picture as the file gives it, or empty.
    """

    path: Path
    container: str
    size_bytes: int
    origin_seconds: Fraction
    duration_seconds: Fraction
    picture: PictureInfo | None
    sounds: tuple[SoundInfo, ...]
    other_streams: tuple[OtherStream, ...] = ()
    start_timecode: str = ""
    chapters: tuple[Chapter, ...] = ()
    metadata: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = ()
