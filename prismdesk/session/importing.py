"""Films and sounds come in: probed, conformed, a track for each of their sound streams."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from prismdesk.errors import InputError
from prismdesk.media.conform import Conformed, conform
from prismdesk.media.content_key import content_key
from prismdesk.media.errors import MediaError
from prismdesk.media.probe import FilmInfo, SoundInfo, picture_stream, probe
from prismdesk.media.wav import map_wav, read_chunks
from prismdesk.progress import (
    FractionDone,
    IsCancelled,
    ignore_progress,
    never_cancelled,
)
from prismdesk.project.edits.clips import add_clip
from prismdesk.project.edits.media import add_media
from prismdesk.project.edits.tracks import add_track
from prismdesk.project.ids import ClipId, LaneId, MediaId, TrackId, new_id
from prismdesk.project.lookup import bus_of_kind, new_project, project_end_samples
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
from prismdesk.project.store.folder import stored_media_path
from prismdesk.project.time_reference import time_reference_samples
from prismdesk.session.cache_place import project_cache

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
    read = _conformed_media(
        info, str(film), cache=cache, rate_hz=rate_hz, progress=progress, cancelled=cancelled
    )
    return ImportedFilm(_project_of(read.media, name, rate_hz), read.warnings)


@dataclass(frozen=True, slots=True)
class _ReadMedia:
    media: Media
    warnings: tuple[str, ...]


def _conformed_media(
    info: FilmInfo,
    stored_path: str,
    *,
    cache: MediaCache,
    rate_hz: int,
    progress: FractionDone,
    cancelled: IsCancelled,
) -> _ReadMedia:
    """Conform all sound of a file into the cache and describe the file."""
    key = content_key(info.path)
    conformed: list[Conformed] = []
    for index, sound in enumerate(info.sounds):

        def report(fraction: float, done: int = index) -> None:
            progress((done + fraction) / len(info.sounds))

        conformed.append(
            conform(
                info.path,
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
        path=stored_path,
        content_key=key,
        size_bytes=info.path.stat().st_size,
        picture=None if info.picture is None else picture_stream(info, rate_hz),
        sounds=tuple(
            _sound_stream(sound, done) for sound, done in zip(info.sounds, conformed, strict=True)
        ),
    )
    warnings = (*info.warnings, *(warning for done in conformed for warning in done.warnings))
    return _ReadMedia(media, warnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSound:
    """A sound file, conformed and ready to be laid on new tracks.

    ``time_reference_samples`` is its place in the day at the project's rate (EBU Tech 3285,
    TimeReference), None where the file doesn't give one.
    """

    media: Media
    warnings: tuple[str, ...]
    time_reference_samples: int | None


def read_sound(
    path: Path,
    *,
    project: Project,
    folder: Path,
    progress: FractionDone = ignore_progress,
    cancelled: IsCancelled = never_cancelled,
) -> ReadSound:
    """Conform a sound file to a project's rate; ``add_sound`` then lays it down.

    The project isn't changed, so this may run in another thread than its edits.

    Args:
        path: anything with sound: WAV, AIFF, FLAC, MP3, also a film.
        project: gives the rate.
        folder: the project's.
        progress: called with the share done.
        cancelled: asked often.

    Raises:
        InputError: the file has no sound.
        MediaError: the file can't be read.
        Cancelled: the user stopped it; what was conformed so far is kept for the next time.
    """
    path = path.resolve()
    info = probe(path, cancelled=cancelled)
    if not info.sounds:
        raise InputError(f"{path.name} has no sound; choose a file that has.")
    read = _conformed_media(
        info,
        stored_media_path(folder, path),
        cache=project_cache(folder),
        rate_hz=project.rate_hz,
        progress=progress,
        cancelled=cancelled,
    )
    return ReadSound(
        media=read.media,
        warnings=read.warnings,
        time_reference_samples=_time_reference(path, project.rate_hz),
    )


def _time_reference(path: Path, rate_hz: int) -> int | None:
    """Return a broadcast WAV's place in the day at ``rate_hz``, rounded half up."""
    try:
        bext = read_chunks(path).bext
        with map_wav(path) as wav:
            native_hz = wav.rate_hz
    except MediaError:
        return None  # no WAV, so it says no time of day
    if bext is None or not bext.time_reference_samples:
        return None
    return (2 * bext.time_reference_samples * rate_hz + native_hz) // (2 * native_hz)


def sound_position(project: Project, sound: ReadSound, playhead_samples: int) -> int:
    """Return where on the timeline a sound belongs, in samples.

    That is its time reference if it falls within the film's hours, else the playhead.
    """
    if sound.time_reference_samples is None:
        return playhead_samples
    position = sound.time_reference_samples - time_reference_samples(project)
    return position if 0 <= position < project_end_samples(project) else playhead_samples


def add_sound(project: Project, sound: ReadSound, position_samples: int) -> Project:
    """Lay a sound on new tracks, one for each of its streams.

    ::

        before  A      after  A, door (its clip at the position)

    A file that the project knows already (by its content) isn't added a second time.

    Raises:
        EditError: the position lies before the start.
    """
    known = {media.content_key: media for media in project.media}
    media = known.get(sound.media.content_key)
    if media is None:
        media = sound.media
        project = add_media(project, media)
    for index, stream in enumerate(media.sounds):
        lane = Lane(id=LaneId(new_id("lane")))
        stem = Path(media.path).stem
        track = Track(
            id=TrackId(new_id("track")),
            name=stream.title or (stem if index == 0 else f"{stem} {index + 1}"),
            layout=stream.layout,
            bus_id=bus_of_kind(project, BusKind.EFFECTS).id,
            lanes=(lane,),
        )
        project = add_track(project, track)
        for clip in _clip_of(media, stream):
            start_samples = position_samples + clip.start_samples
            project = add_clip(project, lane.id, replace(clip, start_samples=start_samples))
    return project


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
        return _with_empty_track(project)
    return replace(project, tracks=tracks)


def empty_project(name: str, *, rate_hz: int = DEFAULT_RATE_HZ) -> Project:
    """Return a project without media: one stereo track with an empty lane, ready to be filled."""
    return _with_empty_track(new_project(name, rate_hz=rate_hz))


def _with_empty_track(project: Project) -> Project:
    track = Track(
        id=TrackId(new_id("track")),
        name="Sound",
        layout=project.layout,
        bus_id=bus_of_kind(project, BusKind.DIALOGUE).id,
        lanes=(Lane(id=LaneId(new_id("lane"))),),
    )
    return replace(project, tracks=(track,))


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
