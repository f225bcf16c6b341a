"""Sound is scanned for gaps: a film's, without a project, or that of a project's track."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from prismdesk.project.lookup import media_of, picture_of, track_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.media.audio import AudioBlock
    from prismdesk.media.sounds import Sounds, SoundSource
    from prismdesk.project.ids import TrackId
    from prismdesk.project.model import ChannelLayout, Clip, PictureStream, Project

_BLOCK_SAMPLES = 65536


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


def scan_track(
    project: Project,
    sounds: Sounds,
    track_id: TrackId,
    *,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> tuple[Gap, ...]:
    """Find gaps in the clips of a track's first lane; positions are those of the timeline.

    Each clip is scanned by itself, as its file sounds: what lies between clips is no gap, nor is
    a fade. The lane's last clip is expected to last as long as the picture does. Gaps that a
    region covers already are left out.

    Args:
        project: what is edited.
        sounds: where the sound of media is read.
        track_id: which track.
        progress: called with the share done.
        cancelled: asked often.

    Raises:
        MediaError: a file is missing or unlike what the project says of it.
        Cancelled: the user stopped it.
    """
    track = track_of(project, track_id)
    clips = [clip for clip in track.lanes[0].clips if not clip.is_muted]
    total_samples = max(1, sum(clip.length_samples for clip in clips))
    picture = picture_of(project)
    found: list[Gap] = []
    done_samples = 0
    for number, clip in enumerate(clips, 1):
        begun, share = done_samples / total_samples, clip.length_samples / total_samples
        expected = None
        if picture is not None and number == len(clips):
            expected = max(0, picture.duration_samples - clip.start_samples)
        gaps = find_gaps(
            _clip_blocks(sounds.stream(media_of(project, clip.media_id), clip.stream_index), clip),
            rate_hz=project.rate_hz,
            length_samples=clip.length_samples,
            picture_length_samples=expected,
            progress=_part_of(progress, begun, share),
            cancelled=cancelled,
        )
        found += [replace(gap, range=gap.range.shifted(clip.start_samples)) for gap in gaps]
        done_samples += clip.length_samples
    taken = [region.range for region in project.regions if region.track_id == track_id]
    return tuple(gap for gap in found if not any(gap.range.overlaps(span) for span in taken))


def _part_of(progress: FractionDone, begun: float, share: float) -> FractionDone:
    return lambda fraction: progress(begun + fraction * share)


def _clip_blocks(sound: SoundSource, clip: Clip) -> Iterator[AudioBlock]:
    for offset in range(0, clip.length_samples, _BLOCK_SAMPLES):
        count = min(_BLOCK_SAMPLES, clip.length_samples - offset)
        yield sound.read(clip.source_start_samples + offset, count)
