"""One-line builders of project values with fixed ids, for tests of every module.

``a_project()`` is a 10-second film at 48 kHz with one stereo track, one lane and no clips:
media ``media-1`` (picture 24 fps, sound stream 1), track ``track-1``, lane ``lane-1``.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from prismdesk.project.ids import (
    BusId,
    ClipId,
    LaneId,
    MarkerId,
    MaskId,
    MediaId,
    ProjectId,
    RegionId,
    TakeId,
    TrackId,
)
from prismdesk.project.lookup import default_buses
from prismdesk.project.model import (
    ChannelLayout,
    Clip,
    CompSegment,
    Fade,
    FadeShape,
    Lane,
    Marker,
    Media,
    PictureStream,
    Project,
    Provenance,
    Region,
    SoundStream,
    Take,
    Task,
    Track,
)
from prismdesk.project.picture_mask import DrawnMask, MaskBox, MaskKeyFrame, MaskShape, MaskStroke
from prismdesk.project.timebase import SampleRange

RATE_HZ = 48_000
TEN_SECONDS = 10 * RATE_HZ


def a_picture(**fields: Any) -> PictureStream:
    """Return a picture of 240 frames at 24 fps, timecode from 01:00:00:00."""
    values: dict[str, Any] = {
        "stream_index": 0,
        "width_px": 1280,
        "height_px": 720,
        "rate": Fraction(24),
        "frame_count": 240,
        "duration_samples": TEN_SECONDS,
        "is_variable_rate": False,
        "start_frame": 86_400,
        "is_drop_frame": False,
    }
    return PictureStream(**(values | fields))


def a_sound(**fields: Any) -> SoundStream:
    """Return ten seconds of stereo sound as stream 1."""
    values: dict[str, Any] = {
        "stream_index": 1,
        "layout": ChannelLayout.STEREO,
        "native_rate_hz": RATE_HZ,
        "native_bits": 24,
        "start_samples": 0,
        "length_samples": TEN_SECONDS,
    }
    return SoundStream(**(values | fields))


def a_media(media_id: str = "media-1", **fields: Any) -> Media:
    """Return a film with ``a_picture()`` and ``a_sound()``."""
    values: dict[str, Any] = {
        "path": f"{media_id}.mov",
        "content_key": f"key-of-{media_id}",
        "size_bytes": 1_000_000,
        "picture": a_picture(),
        "sounds": (a_sound(),),
    }
    return Media(id=MediaId(media_id), **(values | fields))


def a_clip(
    clip_id: str = "clip-1",
    start: int = 0,
    length: int = 1000,
    *,
    source_start: int | None = None,
    fade_in: int = 0,
    fade_out: int = 0,
    shape: FadeShape = FadeShape.EQUAL_POWER,
    **fields: Any,
) -> Clip:
    """Return a clip of ``media-1``'s sound, all times in samples.

    The source starts where the clip does (in sync) if ``source_start`` is left out.
    """
    values: dict[str, Any] = {"media_id": MediaId("media-1"), "stream_index": 1}
    return Clip(
        id=ClipId(clip_id),
        start_samples=start,
        source_start_samples=start if source_start is None else source_start,
        length_samples=length,
        fade_in=Fade(fade_in, shape),
        fade_out=Fade(fade_out, shape),
        **(values | fields),
    )


def a_lane(lane_id: str = "lane-1", *clips: Clip, **fields: Any) -> Lane:
    """Return a lane with clips, given in order."""
    return Lane(id=LaneId(lane_id), clips=clips, **fields)


def a_track(track_id: str = "track-1", *lanes: Lane, **fields: Any) -> Track:
    """Return a stereo track on the effects bus; with ``lane-1`` if no lanes are given."""
    values: dict[str, Any] = {
        "name": track_id,
        "layout": ChannelLayout.STEREO,
        "bus_id": BusId("bus-fx"),
    }
    return Track(id=TrackId(track_id), lanes=lanes or (a_lane(),), **(values | fields))


def a_provenance(**fields: Any) -> Provenance:
    """Return where a take of the built-in engine came from."""
    values: dict[str, Any] = {
        "engine": "ambience",
        "engine_version": "1",
        "software_version": "0.1.0",
        "task": Task.INPAINT,
        "seed": 1,
    }
    return Provenance(**(values | fields))


def a_take(
    take_id: str = "take-1",
    start: int = 100,
    end: int = 200,
    *,
    head: int = 0,
    tail: int = 0,
    seam: int = 0,
    **fields: Any,
) -> Take:
    """Return a take made for the stretch [start, end), with handles ``head`` and ``tail``."""
    values: dict[str, Any] = {
        "name": take_id,
        "path": f"takes/{take_id}.wav",
        "content_key": f"key-of-{take_id}",
        "channels": 2,
        "created_utc": "2025-01-31T12:00:00Z",
        "provenance": a_provenance(),
    }
    return Take(
        id=TakeId(take_id),
        region=SampleRange(start, end),
        head_samples=head,
        tail_samples=tail,
        seam_samples=seam,
        **(values | fields),
    )


def a_segment(take_id: str, start: int, end: int) -> CompSegment:
    """Return a comp segment: this take sounds over [start, end)."""
    return CompSegment(take_id=TakeId(take_id), range=SampleRange(start, end))


def a_region(
    region_id: str = "region-1",
    start: int = 100,
    end: int = 200,
    *,
    takes: tuple[Take, ...] = (),
    comp: tuple[CompSegment, ...] = (),
    lane_ids: tuple[str, ...] = ("lane-1",),
    **fields: Any,
) -> Region:
    """Return a region to inpaint on ``lane-1`` of ``track-1`` over [start, end)."""
    values: dict[str, Any] = {"track_id": TrackId("track-1"), "task": Task.INPAINT}
    return Region(
        id=RegionId(region_id),
        lane_ids=tuple(LaneId(lane_id) for lane_id in lane_ids),
        range=SampleRange(start, end),
        takes=takes,
        comp=comp,
        **(values | fields),
    )


def a_marker(marker_id: str = "marker-1", position: int = 0, **fields: Any) -> Marker:
    """Return a marker at a sample."""
    return Marker(id=MarkerId(marker_id), position_samples=position, **fields)


def a_project(
    *,
    clips: tuple[Clip, ...] = (),
    regions: tuple[Region, ...] = (),
    markers: tuple[Marker, ...] = (),
    tracks: tuple[Track, ...] | None = None,
    **fields: Any,
) -> Project:
    """Return a project; ``clips`` go on ``lane-1`` unless whole ``tracks`` are given."""
    values: dict[str, Any] = {
        "name": "Test",
        "rate_hz": RATE_HZ,
        "layout": ChannelLayout.STEREO,
        "film_id": MediaId("media-1"),
        "media": (a_media(),),
        "buses": default_buses(),
    }
    return Project(
        id=ProjectId("project-1"),
        tracks=(a_track("track-1", a_lane("lane-1", *clips)),) if tracks is None else tracks,
        regions=regions,
        markers=markers,
        **(values | fields),
    )


def a_box(x: float = 0.5, y: float = 0.5, width: float = 0.4, height: float = 0.4) -> MaskBox:
    """Return a box: centre, width and height as shares of the picture."""
    return MaskBox(x=x, y=y, width=width, height=height)


def a_shape(mask_id: str = "mask-1", *boxes: MaskBox, **fields: Any) -> DrawnMask:
    """Return an ellipse that stays as it is."""
    values: dict[str, Any] = {
        "shape": MaskShape.ELLIPSE,
        "key_frames": (MaskKeyFrame(box=boxes[0] if boxes else a_box()),),
    }
    return DrawnMask(id=MaskId(mask_id), **(values | fields))


def a_keyed_shape(
    mask_id: str = "mask-1", *, keys: dict[int, MaskBox] | None = None, **fields: Any
) -> DrawnMask:
    """Return an ellipse with key frames by samples from the region's start."""
    boxes = {0: a_box(0.2), 100: a_box(0.8)} if keys is None else keys
    frames = tuple(MaskKeyFrame(offset_samples=at, box=box) for at, box in boxes.items())
    return a_shape(mask_id, key_frames=frames, is_keyed=True, **fields)


def some_paint(
    mask_id: str = "mask-1",
    *strokes: tuple[tuple[float, float], ...],
    brush: float = 0.1,
    **fields: Any,
) -> DrawnMask:
    """Return paint of strokes through points."""
    made = tuple(MaskStroke(brush=brush, points=points) for points in strokes)
    values: dict[str, Any] = {"shape": MaskShape.PAINT, "key_frames": (MaskKeyFrame(strokes=made),)}
    return DrawnMask(id=MaskId(mask_id), **(values | fields))
