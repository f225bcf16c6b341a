"""Projects to mix and export, in a line: one film's sound on one track unless told otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from prismdesk.project.ids import (
    BusId,
    ClipId,
    LaneId,
    MediaId,
    ProjectId,
    RegionId,
    TakeId,
    TrackId,
)
from prismdesk.project.model import (
    Bus,
    BusKind,
    ChannelLayout,
    Clip,
    CompSegment,
    Lane,
    Media,
    Project,
    Provenance,
    Region,
    SoundStream,
    Take,
    Task,
    Track,
)
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Sequence

FILM = MediaId("film")
FX, DX = BusId("fx"), BusId("dx")
STEREO = ChannelLayout.STEREO


def media(layout: ChannelLayout = STEREO, *, id_: str = "film", length: int = 10_000) -> Media:
    sound = SoundStream(
        stream_index=0,
        layout=layout,
        native_rate_hz=48000,
        native_bits=24,
        start_samples=0,
        length_samples=length,
    )
    return Media(id=MediaId(id_), path=f"{id_}.wav", content_key=id_, size_bytes=1, sounds=(sound,))


def clip(start: int, length: int, *, source: int | None = None, **fields: Any) -> Clip:
    fields.setdefault("id", ClipId(f"clip-{start}-{length}"))
    fields.setdefault("media_id", FILM)
    return Clip(
        stream_index=0,
        start_samples=start,
        source_start_samples=start if source is None else source,
        length_samples=length,
        **fields,
    )


def lane(*clips: Clip, id_: str = "lane") -> Lane:
    return Lane(id=LaneId(id_), clips=clips)


def track(*lanes: Lane, id_: str = "track", **fields: Any) -> Track:
    fields.setdefault("layout", STEREO)
    fields.setdefault("bus_id", FX)
    return Track(id=TrackId(id_), name=id_, lanes=lanes, **fields)


def project(*tracks: Track, **fields: Any) -> Project:
    fields.setdefault("layout", STEREO)
    fields.setdefault("media", (media(),))
    fields.setdefault(
        "buses",
        (
            Bus(id=DX, name="DX", kind=BusKind.DIALOGUE),
            Bus(id=FX, name="FX", kind=BusKind.EFFECTS),
        ),
    )
    return Project(id=ProjectId("project"), name="Film", rate_hz=48000, tracks=tracks, **fields)


def provenance(**fields: Any) -> Provenance:
    return Provenance(
        engine="ambience",
        engine_version="1",
        software_version="0.1.0",
        task=Task.INPAINT,
        seed=7,
        **fields,
    )


def take(
    start: int, end: int, *, id_: str = "take", handles: int = 0, seam: int = 0, **fields: Any
) -> Take:
    fields.setdefault("channels", 2)
    fields.setdefault("provenance", provenance())
    return Take(
        id=TakeId(id_),
        name=id_,
        path=f"takes/{id_}.wav",
        content_key=id_,
        region=SampleRange(start, end),
        head_samples=handles,
        tail_samples=handles,
        seam_samples=seam,
        created_utc="2026-01-01T00:00:00Z",
        **fields,
    )


def region(
    start: int,
    end: int,
    *takes: Take,
    comp: Sequence[tuple[str, int, int]] | None = None,
    id_: str = "region",
    lane_ids: Sequence[str] = ("lane",),
    **fields: Any,
) -> Region:
    """A region of the track "track"; its first take is chosen unless a comp is given."""
    if comp is None:
        comp = [(takes[0].id, start, end)] if takes else []
    return Region(
        id=RegionId(id_),
        track_id=TrackId("track"),
        lane_ids=tuple(LaneId(lane_id) for lane_id in lane_ids),
        range=SampleRange(start, end),
        task=Task.INPAINT,
        takes=takes,
        comp=tuple(
            CompSegment(take_id=TakeId(take_id), range=SampleRange(low, high))
            for take_id, low, high in comp
        ),
        **fields,
    )


def with_region(base: Project, *regions: Region) -> Project:
    return replace(base, regions=regions)
