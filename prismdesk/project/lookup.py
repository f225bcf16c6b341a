"""Find things in a project by id, put changed ones back, and make a new project.

Everything here is pure. What isn't there raises ``EditError`` naming the id.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from prismdesk.project.errors import EditError
from prismdesk.project.ids import (
    BusId,
    ClipId,
    LaneId,
    MarkerId,
    MediaId,
    ProjectId,
    RegionId,
    TakeId,
    TrackId,
    new_id,
)
from prismdesk.project.model import (
    Bus,
    BusKind,
    ChannelLayout,
    Clip,
    Lane,
    Marker,
    Media,
    PictureStream,
    Project,
    Region,
    SoundStream,
    Take,
    Track,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


_Thing = TypeVar("_Thing", bound=_HasId)


def _named(things: Iterable[_Thing], thing_id: str, kind: str) -> _Thing:
    for thing in things:
        if thing.id == thing_id:
            return thing
    raise EditError(f'There is no {kind} "{thing_id}" in the project.')


def _replaced(things: tuple[_Thing, ...], new: _Thing) -> tuple[_Thing, ...]:
    return tuple(new if thing.id == new.id else thing for thing in things)


def lanes_of(project: Project) -> Iterator[Lane]:
    """Yield every lane, track by track."""
    for track in project.tracks:
        yield from track.lanes


def clips_of(project: Project) -> Iterator[Clip]:
    """Yield every clip, lane by lane."""
    for lane in lanes_of(project):
        yield from lane.clips


def takes_of(project: Project) -> Iterator[Take]:
    """Yield every take, region by region."""
    for region in project.regions:
        yield from region.takes


def all_ids(project: Project) -> Iterator[str]:
    """Yield the id of everything, the project's own first."""
    yield project.id
    yield from (media.id for media in project.media)
    yield from (bus.id for bus in project.buses)
    yield from (track.id for track in project.tracks)
    yield from (lane.id for lane in lanes_of(project))
    yield from (clip.id for clip in clips_of(project))
    yield from (region.id for region in project.regions)
    yield from (take.id for take in takes_of(project))
    yield from (marker.id for marker in project.markers)


def media_of(project: Project, media_id: MediaId) -> Media:
    """Return the media with this id."""
    return _named(project.media, media_id, "media")


def bus_of(project: Project, bus_id: BusId) -> Bus:
    """Return the bus with this id."""
    return _named(project.buses, bus_id, "bus")


def track_of(project: Project, track_id: TrackId) -> Track:
    """Return the track with this id."""
    return _named(project.tracks, track_id, "track")


def lane_of(project: Project, lane_id: LaneId) -> Lane:
    """Return the lane with this id, whichever track it is in."""
    return _named(lanes_of(project), lane_id, "lane")


def clip_of(project: Project, clip_id: ClipId) -> Clip:
    """Return the clip with this id, whichever lane it is on."""
    return _named(clips_of(project), clip_id, "clip")


def region_of(project: Project, region_id: RegionId) -> Region:
    """Return the region with this id."""
    return _named(project.regions, region_id, "region")


def take_of(project: Project, take_id: TakeId) -> Take:
    """Return the take with this id, whichever region it belongs to."""
    return _named(takes_of(project), take_id, "take")


def marker_of(project: Project, marker_id: MarkerId) -> Marker:
    """Return the marker with this id."""
    return _named(project.markers, marker_id, "marker")


def track_of_lane(project: Project, lane_id: LaneId) -> Track:
    """Return the track that a lane is in."""
    for track in project.tracks:
        if any(lane.id == lane_id for lane in track.lanes):
            return track
    raise EditError(f'There is no lane "{lane_id}" in the project.')


def lane_of_clip(project: Project, clip_id: ClipId) -> Lane:
    """Return the lane that a clip is on."""
    for lane in lanes_of(project):
        if any(clip.id == clip_id for clip in lane.clips):
            return lane
    raise EditError(f'There is no clip "{clip_id}" in the project.')


def region_of_take(project: Project, take_id: TakeId) -> Region:
    """Return the region that a take was made for."""
    for region in project.regions:
        if any(take.id == take_id for take in region.takes):
            return region
    raise EditError(f'There is no take "{take_id}" in the project.')


def called(clip: Clip) -> str:
    """Return what to call a clip in a sentence: its name, or its id if it has none."""
    return clip.name or clip.id


def sound_of(project: Project, media_id: MediaId, stream_index: int) -> SoundStream:
    """Return a sound stream of a media file.

    Raises:
        EditError: the media isn't there or has no such sound stream.
    """
    media = media_of(project, media_id)
    for sound in media.sounds:
        if sound.stream_index == stream_index:
            return sound
    raise EditError(f'"{media.path}" has no sound stream {stream_index}.')


def picture_of(project: Project) -> PictureStream | None:
    """Return the picture of the project's film, or None if there is none."""
    for media in project.media:
        if media.id == project.film_id:
            return media.picture
    return None


def replace_media(project: Project, media: Media) -> Project:
    """Return the project with the media that has the same id exchanged for this one."""
    media_of(project, media.id)
    return replace(project, media=_replaced(project.media, media))


def replace_bus(project: Project, bus: Bus) -> Project:
    """Return the project with the bus that has the same id exchanged for this one."""
    bus_of(project, bus.id)
    return replace(project, buses=_replaced(project.buses, bus))


def replace_marker(project: Project, marker: Marker) -> Project:
    """Return the project with the marker that has the same id exchanged for this one."""
    marker_of(project, marker.id)
    return replace(project, markers=_replaced(project.markers, marker))


def replace_track(project: Project, track: Track) -> Project:
    """Return the project with the track that has the same id exchanged for this one."""
    track_of(project, track.id)
    return replace(project, tracks=_replaced(project.tracks, track))


def replace_lane(project: Project, lane: Lane) -> Project:
    """Return the project with the lane that has the same id exchanged for this one."""
    track = track_of_lane(project, lane.id)
    return replace_track(project, replace(track, lanes=_replaced(track.lanes, lane)))


def replace_clip(project: Project, clip: Clip) -> Project:
    """Return the project with the clip that has the same id exchanged; its lane stays sorted."""
    lane = lane_of_clip(project, clip.id)
    return replace_lane(project, replace(lane, clips=sort_clips(_replaced(lane.clips, clip))))


def replace_region(project: Project, region: Region) -> Project:
    """Return the project with the region that has the same id exchanged for this one."""
    region_of(project, region.id)
    return replace(project, regions=_replaced(project.regions, region))


def replace_take(project: Project, take: Take) -> Project:
    """Return the project with the take that has the same id exchanged for this one."""
    region = region_of_take(project, take.id)
    return replace_region(project, replace(region, takes=_replaced(region.takes, take)))


def sort_clips(clips: Iterable[Clip]) -> tuple[Clip, ...]:
    """Return clips in the order of a lane: by start, then by end."""
    return tuple(sorted(clips, key=lambda clip: (clip.start_samples, clip.end_samples)))


def project_end_samples(project: Project) -> int:
    """Return the first sample after everything: picture, clips, and comped takes of regions."""
    picture = picture_of(project)
    ends = [picture.duration_samples if picture else 0]
    ends += [clip.end_samples for clip in clips_of(project)]
    ends += [segment.range.end_samples for region in project.regions for segment in region.comp]
    return max(ends)


def default_buses() -> tuple[Bus, ...]:
    """Return the four buses that a new project has, ids ``bus-dx`` to ``bus-ambience``."""
    return (
        Bus(id=BusId("bus-dx"), name="Dialogue", kind=BusKind.DIALOGUE),
        Bus(id=BusId("bus-mx"), name="Music", kind=BusKind.MUSIC),
        Bus(id=BusId("bus-fx"), name="Effects", kind=BusKind.EFFECTS),
        Bus(id=BusId("bus-ambience"), name="Ambience", kind=BusKind.AMBIENCE),
    )


def bus_of_kind(project: Project, kind: BusKind) -> Bus:
    """Return the first bus of a kind.

    Raises:
        EditError: the project has none.
    """
    for bus in project.buses:
        if bus.kind is kind:
            return bus
    raise EditError(f"The project has no {kind.value} bus.")


def new_project(
    name: str,
    *,
    rate_hz: int = 48_000,
    layout: ChannelLayout = ChannelLayout.STEREO,
    project_id: ProjectId | None = None,
) -> Project:
    """Return an empty project with the default buses.

    Args:
        name: shown to the user; the file is named elsewhere.
        rate_hz: rate of every position in it, positive.
        layout: channels of the mix.
        project_id: a new random id if None.
    """
    return Project(
        id=project_id or ProjectId(new_id("project")),
        name=name,
        rate_hz=rate_hz,
        layout=layout,
        buses=default_buses(),
    )
