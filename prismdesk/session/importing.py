"""A film becomes a project: probed, its sound conformed, a track for each of its sound streams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.media.conform import Conformed, conform
from prismdesk.media.content_key import content_key
from prismdesk.media.probe import FilmInfo, SoundInfo, picture_stream, probe
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)
from prismdesk.project.ids import ClipId, LaneId, MediaId, TrackId, new_id
from prismdesk.project.lookup import bus_of_kind, new_project
from prismdesk.project.model import (
    BusKind,
    ChannelLayout,
    Clip,
    Lane,
    Media,
    Project,
    SoundStream,
    Track,
)

if TYPE_CHECKING:
    from prismdesk.media.cache import MediaCache

PRODUCTION_RATES_HZ = (44_100, 48_000, 88_200, 96_000, 176_400, 192_000)
"""Rates that a project keeps when its film has one of them; others are conformed to 48 kHz."""

DEFAULT_RATE_HZ = 48_000


def project_rate_hz(info: FilmInfo) -> int:
    """Return the rate a project of this film should have: the film's own where it is one in use.

    Keeping it means that sound nobody touches is never resampled, so it stays bit-identical.
    """
    if info.sounds and info.sounds[0].rate_hz in PRODUCTION_RATES_HZ:
        return info.sounds[0].rate_hz
    return DEFAULT_RATE_HZ


@dataclass(frozen=True, slots=True)
class ImportedFilm:
    """A project that holds one film, and sentences on what was noticed on the way."""

    project: Project
    warnings: tuple[str, ...]


def import_film(
    film: Path,
    *,
    name: str,
    cache: MediaCache,
    rate_hz: int | None = None,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> ImportedFilm:
    """Make a project from a film, conforming all of its sound into the cache.

    A film without sound gets a stereo track with an empty lane, ready to be filled.

    Args:
        film: the file.
        name: of the project.
        cache: where conformed sound goes.
        rate_hz: of the project; None keeps the film's own where it is a production rate.
        progress: called with the share done.
        cancelled: asked often.

    Raises:
        MediaError: the file can't be read.
        Cancelled: the user stopped it; what was conformed so far is kept for the next time.
    """
    film = film.resolve()
    info = probe(film, cancelled=cancelled)
    rate_hz = rate_hz or project_rate_hz(info)
    key = content_key(film)
    conformed: list[Conformed] = []
    for index, sound in enumerate(info.sounds):

        def report(fraction: float, done: int = index) -> None:
            progress((done + fraction) / len(info.sounds))

        conformed.append(
            conform(
                film,
                sound.stream_index,
                cache=cache,
                content_key=key,
                rate_hz=rate_hz,
                origin_seconds=info.origin_seconds,
                progress=report,
                cancelled=cancelled,
            )
        )
    media = Media(
        id=MediaId(new_id("media")),
        path=str(film),
        content_key=key,
        size_bytes=film.stat().st_size,
        picture=None if info.picture is None else picture_stream(info, rate_hz),
        sounds=tuple(
            _sound_stream(sound, done) for sound, done in zip(info.sounds, conformed, strict=True)
        ),
    )
    warnings = (*info.warnings, *(warning for done in conformed for warning in done.warnings))
    return ImportedFilm(_project_of(media, name, rate_hz), warnings)


def _sound_stream(sound: SoundInfo, done: Conformed) -> SoundStream:
    return SoundStream(
        stream_index=sound.stream_index,
        layout=done.layout,
        native_rate_hz=done.native_rate_hz,
        native_bits=done.native_bits,
        start_samples=done.start_samples,
        length_samples=done.length_samples,
        title=sound.title,
        language=sound.language,
    )


def _project_of(media: Media, name: str, rate_hz: int) -> Project:
    layout = media.sounds[0].layout if media.sounds else ChannelLayout.STEREO
    project = replace(
        new_project(name, rate_hz=rate_hz, layout=layout),
        media=(media,),
        film_id=None if media.picture is None else media.id,
    )
    bus_id = bus_of_kind(project, BusKind.DIALOGUE).id
    tracks = tuple(
        Track(
            id=TrackId(new_id("track")),
            name=sound.title or ("Production sound" if index == 0 else f"Film sound {index + 1}"),
            layout=sound.layout,
            bus_id=bus_id,
            lanes=(Lane(id=LaneId(new_id("lane")), clips=_clip_of(media, sound)),),
            # A player plays the first sound stream of a film; so does the mix until told else.
            is_muted=index > 0,
        )
        for index, sound in enumerate(media.sounds)
    )
    if not tracks:
        lane = Lane(id=LaneId(new_id("lane")))
        tracks = (
            Track(
                id=TrackId(new_id("track")),
                name="Sound",
                layout=layout,
                bus_id=bus_id,
                lanes=(lane,),
            ),
        )
    return replace(project, tracks=tracks)


def _clip_of(media: Media, sound: SoundStream) -> tuple[Clip, ...]:
    """Return the one clip that plays the stream at its place, or none if it is empty."""
    start_samples = max(0, sound.start_samples)
    length_samples = sound.length_samples - start_samples
    if length_samples <= 0:
        return ()
    return (
        Clip(
            id=ClipId(new_id("clip")),
            media_id=media.id,
            stream_index=sound.stream_index,
            start_samples=start_samples,
            source_start_samples=start_samples,
            length_samples=length_samples,
            name=Path(media.path).name,
        ),
    )
