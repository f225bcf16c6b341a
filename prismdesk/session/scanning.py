"""A film's sound is scanned for gaps, in one pass and without a project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.media.conform import decode_blocks
from prismdesk.media.gaps import Gap, find_gaps
from prismdesk.media.probe import FilmInfo, SoundInfo, picture_stream, probe
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)

if TYPE_CHECKING:
    from pathlib import Path

    from prismdesk.project.model import ChannelLayout, PictureStream


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannedGaps:
    """What a scan found; positions are samples at ``rate_hz``, the stream's own rate."""

    film: Path
    stream_index: int
    rate_hz: int
    layout: ChannelLayout
    picture: PictureStream | None
    gaps: tuple[Gap, ...]


def scan_gaps(
    film: Path,
    *,
    sound_number: int | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> ScannedGaps:
    """Find dropouts, digital silence and clicks in one sound stream of a film.

    Where the sound ends before the picture does, what is missing counts as silence.

    Args:
        film: the file.
        sound_number: which of its sound streams, from 1; None takes the first.
        progress: called with the share done.
        cancelled: asked often.

    Raises:
        MediaError: the file can't be read.
        InputError: it has no sound, or no stream of that number.
        Cancelled: the user stopped it.
    """
    info = probe(film, cancelled=cancelled)
    sound = _chosen_sound(info, sound_number)
    rate_hz = sound.rate_hz
    picture = None if info.picture is None else picture_stream(info, rate_hz)
    gaps = find_gaps(
        decode_blocks(
            film,
            sound.stream_index,
            rate_hz=rate_hz,
            origin_seconds=info.origin_seconds,
            cancelled=cancelled,
        ),
        rate_hz=rate_hz,
        length_samples=max(1, round(info.duration_seconds * rate_hz)),
        picture_length_samples=None if picture is None else picture.duration_samples,
        progress=progress,
        cancelled=cancelled,
    )
    return ScannedGaps(
        film=film,
        stream_index=sound.stream_index,
        rate_hz=rate_hz,
        layout=sound.layout,
        picture=picture,
        gaps=gaps,
    )


def _chosen_sound(info: FilmInfo, number: int | None) -> SoundInfo:
    if not info.sounds:
        raise InputError(f"{info.path.name} has no sound, so there is nothing to listen to.")
    index = 0 if number is None else number - 1
    if not 0 <= index < len(info.sounds):
        count = len(info.sounds)
        raise InputError(
            f"{info.path.name} has {count} sound stream{'s' * (count > 1)}, "
            f"so there is no number {number}."
        )
    return info.sounds[index]
