"""A project as an OpenTimelineIO timeline: picture, lanes, takes with their provenance, markers.

Sound is counted in whole samples at the project's rate and picture in whole frames at the film's
exact rate (24000/1001 is written as that quotient, never as 23.976), so nothing is rounded. What
OTIO has no word for lies under ``metadata["prismdesk"]``, in exact integers;
``docs/file-format.md`` says what is there. Takes carry the label ``synthetic``.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import opentimelineio as otio

from prismdesk import __version__
from prismdesk.interchange.lane_events import LaneEvent, PlacedEvent, lane_events, placed
from prismdesk.media.export.provenance import SYNTHETIC, take_record
from prismdesk.media.mixdown import sounding_tracks
from prismdesk.project.lookup import called, media_of, picture_of, project_end_samples, sound_of
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prismdesk.project.model import Fade, Lane, Media, PictureStream, Project, Track

KEY = "prismdesk"
"""Under which everything of this program lies in OTIO's metadata."""
VERSION = 1

_COLOURS = {"red", "pink", "orange", "yellow", "green", "cyan", "blue", "purple", "magenta"}


@dataclass(frozen=True, slots=True)
class _Scene:
    project: Project
    folder: Path
    film_path: Path | None
    span: SampleRange

    def samples(self, count: int) -> Any:
        return otio.opentime.RationalTime(count, self.project.rate_hz)

    def stretch(self, start_samples: int, length_samples: int) -> Any:
        return otio.opentime.TimeRange(self.samples(start_samples), self.samples(length_samples))


def timeline_text(
    project: Project, folder: Path, *, film_path: Path | None, span: SampleRange | None = None
) -> str:
    """Return a project as the text of an .otio file.

    Args:
        project: what is written.
        folder: where relative paths of media and takes begin.
        film_path: the film, if there is a picture.
        span: the part of the timeline; None is all of it, from the first picture.
    """
    whole = span or SampleRange(0, project_end_samples(project))
    scene = _Scene(project, folder, film_path, whole)
    timeline = otio.schema.Timeline(name=project.name)
    timeline.metadata[KEY] = _about_project(scene)
    picture = picture_of(project)
    if picture is not None:
        start = picture.start_frame + Fraction(whole.start_samples, project.rate_hz) * picture.rate
        timeline.global_start_time = otio.opentime.RationalTime(float(start), float(picture.rate))
        timeline.tracks.append(_picture_track(scene, picture))
    heard = {track.id for track in sounding_tracks(project)}
    for track in project.tracks:
        for number, lane in enumerate(track.lanes, 1):
            made = _lane_track(scene, track, lane, number)
            made.enabled = track.id in heard
            timeline.tracks.append(made)
    timeline.tracks.markers.extend(_markers(scene))
    return str(timeline.to_json_string(indent=2)) + "\n"


def _about_project(scene: _Scene) -> dict[str, Any]:
    project, picture = scene.project, picture_of(scene.project)
    return {
        "format": "prismdesk-otio",
        "version": VERSION,
        "software_version": __version__,
        "project": project.name,
        "project_id": project.id,
        "use": project.use.value,
        "rate_hz": project.rate_hz,
        "layout": project.layout.value,
        "start_samples": scene.span.start_samples,
        "end_samples": scene.span.end_samples,
        "frame_rate": None if picture is None else _quotient(picture.rate),
        "start_frame": None if picture is None else picture.start_frame,
        "is_drop_frame": None if picture is None else picture.is_drop_frame,
    }


def _picture_track(scene: _Scene, picture: PictureStream) -> Any:
    """Return the film's picture as one clip, in frames: whole ones unless a range cuts into one."""
    project, span = scene.project, scene.span
    assert project.film_id is not None
    media = media_of(project, project.film_id)
    rate = float(picture.rate)
    per_sample = picture.rate / project.rate_hz
    first = min(Fraction(picture.frame_count), span.start_samples * per_sample)
    last = Fraction(picture.frame_count)
    if span.end_samples < picture.duration_samples:
        last = min(last, span.end_samples * per_sample)
    path = scene.film_path or scene.folder / media.path
    reference = otio.schema.ExternalReference(
        target_url=path.resolve().as_uri(),
        available_range=_frames(picture.start_frame, picture.frame_count, rate),
        metadata={KEY: _about_media(media)},
    )
    track = otio.schema.Track(name="Picture", kind=otio.schema.TrackKind.Video)
    if last > first:
        track.append(
            otio.schema.Clip(
                name=path.name,
                media_reference=reference,
                source_range=_frames(picture.start_frame + first, last - first, rate),
                metadata={KEY: {"kind": "picture", "frame_rate": _quotient(picture.rate)}},
            )
        )
    return track


def _lane_track(scene: _Scene, track: Track, lane: Lane, number: int) -> Any:
    bus = next((bus for bus in scene.project.buses if bus.id == track.bus_id), None)
    several = len(track.lanes) > 1
    name = f"{track.name}, {lane.name or f'lane {number}'}" if several else track.name
    made = otio.schema.Track(name=name, kind=otio.schema.TrackKind.Audio)
    made.metadata[KEY] = {
        "kind": "lane",
        "track": track.name,
        "track_id": track.id,
        "lane_id": lane.id,
        "layout": track.layout.value,
        "bus": None if bus is None else bus.kind.value,
        "gain_db": track.gain_db,
        "is_muted": track.is_muted,
        "is_soloed": track.is_soloed,
    }
    made.extend(_items(scene, track, lane))
    made.markers.extend(_open_regions(scene, lane))
    return made


def _items(scene: _Scene, track: Track, lane: Lane) -> Iterator[Any]:
    """Yield gaps, clips and the joins between them, from the span's start to the last sound."""
    parts = (event.within(scene.span) for event in lane_events(scene.project, lane))
    found = placed(event for event in parts if event is not None)
    at = scene.span.start_samples
    joins = {later.start_samples: _join(scene, a, later) for a, later in pairwise(found)}
    for event in found:
        if event.start_samples > at:
            yield otio.schema.Gap(source_range=scene.stretch(0, event.start_samples - at))
        elif (join := joins.get(event.start_samples)) is not None:
            yield join
        yield _clip(scene, track, event)
        at = event.end_samples


def _join(scene: _Scene, earlier: PlacedEvent, later: PlacedEvent) -> Any | None:
    """Return the crossfade between two neighbours that touch, None if they only touch."""
    cut = later.start_samples
    if earlier.end_samples != cut:
        return None
    before = cut - later.event.range.start_samples
    after = earlier.event.range.end_samples - cut
    if before <= 0 and after <= 0:
        return None
    return otio.schema.Transition(
        name="Crossfade",
        transition_type=otio.schema.TransitionTypes.SMPTE_Dissolve,
        in_offset=scene.samples(max(0, before)),
        out_offset=scene.samples(max(0, after)),
        metadata={KEY: {"kind": "join", "length_samples": before + after}},
    )


def _clip(scene: _Scene, track: Track, placed_event: PlacedEvent) -> Any:
    event = placed_event.event
    about: dict[str, Any] = {
        "timeline_samples": [event.range.start_samples, event.range.end_samples],
        "source_start_samples": event.source_start_samples,
    }
    if event.take is not None:
        name, reference, own = _of_take(scene, track, event)
    else:
        name, reference, own = _of_clip(scene, event)
    made = otio.schema.Clip(
        name=name,
        media_reference=reference,
        source_range=scene.stretch(
            placed_event.source_start_samples,
            placed_event.end_samples - placed_event.start_samples,
        ),
        metadata={KEY: {**own, **about}},
    )
    made.enabled = event.clip is None or not event.clip.is_muted
    return made


def _of_clip(scene: _Scene, event: LaneEvent) -> tuple[str, Any, dict[str, Any]]:
    clip = event.clip
    assert clip is not None
    media = media_of(scene.project, clip.media_id)
    stream = sound_of(scene.project, clip.media_id, clip.stream_index)
    reference = otio.schema.ExternalReference(
        target_url=_url(scene, media.path),
        available_range=scene.stretch(0, stream.length_samples),
        metadata={KEY: {**_about_media(media), "stream_index": clip.stream_index}},
    )
    about = {
        "kind": "clip",
        "clip_id": clip.id,
        "gain_db": clip.gain_db,
        "fade_in": _fade(clip.fade_in),
        "fade_out": _fade(clip.fade_out),
        "is_muted": clip.is_muted,
    }
    return called(clip), reference, about


def _of_take(scene: _Scene, track: Track, event: LaneEvent) -> tuple[str, Any, dict[str, Any]]:
    region, take = event.region, event.take
    assert region is not None
    assert take is not None
    reference = otio.schema.ExternalReference(
        target_url=_url(scene, take.path),
        available_range=scene.stretch(0, take.sound_range.length_samples),
        metadata={KEY: {"path": take.path, "content_key": take.content_key, "label": SYNTHETIC}},
    )
    channels = track.layout.channels
    about = {
        "kind": "take",
        "label": SYNTHETIC,
        "channels": [event.lane_number * channels, channels],
        "gain_db": take.gain_db,
        "seam_samples": take.seam_samples,
        "head_samples": take.head_samples,
        "tail_samples": take.tail_samples,
        "status": region.status.value,
        "note": take.note,
        "other_takes": [one.name for one in region.takes if one.id != take.id],
        "provenance": take_record(region, take),
    }
    name = f"{region.name or region.task.value} ({take.name}, {SYNTHETIC})"
    return name, reference, about


def _markers(scene: _Scene) -> Iterator[Any]:
    for marker in scene.project.markers:
        if scene.span.start_samples <= marker.position_samples < scene.span.end_samples:
            made = otio.schema.Marker(
                name=marker.name,
                marked_range=scene.stretch(marker.position_samples - scene.span.start_samples, 0),
                metadata={KEY: {"kind": "marker", "marker_id": marker.id, "colour": marker.colour}},
            )
            made.color = _colour(marker.colour)
            yield made


def _open_regions(scene: _Scene, lane: Lane) -> Iterator[Any]:
    """Yield a marker for each region that no take is heard in: what is still to be made."""
    for region in scene.project.regions:
        part = region.range.intersection(scene.span)
        if region.comp or region.lane_ids[0] != lane.id or part is None:
            continue
        yield otio.schema.Marker(
            name=region.name or region.task.value,
            marked_range=scene.stretch(
                part.start_samples - scene.span.start_samples, part.length_samples
            ),
            metadata={
                KEY: {
                    "kind": "region",
                    "region_id": region.id,
                    "task": region.task.value,
                    "status": region.status.value,
                    "prompt": region.prompt,
                    "takes": [take.name for take in region.takes],
                }
            },
        )


def _about_media(media: Media) -> dict[str, Any]:
    return {"media_id": media.id, "path": media.path, "content_key": media.content_key}


def _url(scene: _Scene, path: str) -> str:
    return (scene.folder / path).resolve().as_uri()


def _frames(start: Fraction | int, count: Fraction | int, rate: float) -> Any:
    time = otio.opentime.RationalTime
    return otio.opentime.TimeRange(time(float(start), rate), time(float(count), rate))


def _fade(fade: Fade) -> dict[str, Any]:
    return {"length_samples": fade.length_samples, "shape": fade.shape.value}


def _quotient(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def _colour(colour: str) -> str:
    """Return OTIO's name of a marker's colour; those it has none for are kept in the metadata."""
    return colour.upper() if colour.lower() in _COLOURS else "PURPLE"


def labelled_takes(text: str) -> tuple[str, ...]:
    """Return the ids of the takes that an .otio file labels and tells the provenance of.

    Raises:
        ValueError: it is no OTIO timeline.
    """
    try:
        timeline = otio.core.deserialize_json_from_string(text)
    except (otio.exceptions.OTIOError, ValueError, KeyError, RuntimeError) as error:
        raise ValueError("it is no OTIO file") from error
    if not isinstance(timeline, otio.schema.Timeline):
        raise ValueError("it holds no timeline")  # noqa: TRY004  (wrong content, not a wrong type)
    found = []
    for clip in timeline.find_clips():
        about = clip.metadata.get(KEY, {})
        if about.get("label") == SYNTHETIC and "provenance" in about:
            found.append(str(about["provenance"]["take"]))
    return tuple(dict.fromkeys(found))
