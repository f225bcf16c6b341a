"""Edits of tracks and their lanes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from prismdesk.project.edits.arguments import finite_gain, unused_id
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import (
    bus_of,
    lane_of,
    replace_lane,
    replace_track,
    track_of,
    track_of_lane,
)

if TYPE_CHECKING:
    from prismdesk.project.ids import BusId, LaneId, TrackId
    from prismdesk.project.model import Lane, Project, Region, Track

_Thing = TypeVar("_Thing")


def add_track(project: Project, track: Track, *, index: int | None = None) -> Project:
    """Put a track in the list, at the end or at an index.

    ::

        before  A, C      after (index 1)  A, B, C

    Raises:
        EditError: the track or something in it has a used id, it has no lane, its bus doesn't
            exist, or the index is past the end.
    """
    unused_id(project, track.id)
    for lane in track.lanes:
        unused_id(project, lane.id)
        if lane.clips:
            raise EditError(f'Track "{track.id}" comes with clips; add them with add_clip.')
    if not track.lanes:
        raise EditError(f'Track "{track.id}" has no lane; give it at least one.')
    bus_of(project, track.bus_id)
    finite_gain(track.gain_db)
    place = len(project.tracks) if index is None else index
    return replace(project, tracks=_inserted(project.tracks, track, place))


def remove_track(project: Project, track_id: TrackId) -> Project:
    """Take a track away with its clips and its regions.

    ::

        before  A, B, C      after  A, C

    Raises:
        EditError: there is no such track.
    """
    track_of(project, track_id)
    return replace(
        project,
        tracks=tuple(track for track in project.tracks if track.id != track_id),
        regions=tuple(region for region in project.regions if region.track_id != track_id),
    )


def move_track(project: Project, track_id: TrackId, index: int) -> Project:
    """Put a track at another place of the list.

    ::

        before  A, B, C      after (C to index 0)  C, A, B

    Raises:
        EditError: there is no such track or index.
    """
    moved = track_of(project, track_id)
    others = tuple(track for track in project.tracks if track.id != track_id)
    return replace(project, tracks=_inserted(others, moved, index))


def rename_track(project: Project, track_id: TrackId, name: str) -> Project:
    """Name a track: before ``Track 1``, after ``Footsteps``.

    Raises:
        EditError: there is no such track.
    """
    return replace_track(project, replace(track_of(project, track_id), name=name))


def set_track_gain(project: Project, track_id: TrackId, gain_db: float) -> Project:
    """Set a track's gain in dB: before ``A at 0 dB``, after ``A at -3 dB``.

    Raises:
        EditError: there is no such track, or the gain is no finite number.
    """
    track = track_of(project, track_id)
    return replace_track(project, replace(track, gain_db=finite_gain(gain_db)))


def mute_track(project: Project, track_id: TrackId, is_muted: bool) -> Project:
    """Mute or unmute a track: before ``A, B``, after ``(A), B``.

    Raises:
        EditError: there is no such track.
    """
    return replace_track(project, replace(track_of(project, track_id), is_muted=is_muted))


def solo_track(project: Project, track_id: TrackId, is_soloed: bool) -> Project:
    """Solo a track or end it: before ``A, B``, after ``A!, (B)``: only soloed tracks sound.

    Raises:
        EditError: there is no such track.
    """
    return replace_track(project, replace(track_of(project, track_id), is_soloed=is_soloed))


def route_track(project: Project, track_id: TrackId, bus_id: BusId) -> Project:
    """Send a track to another bus: before ``A -> DX``, after ``A -> FX``.

    Raises:
        EditError: there is no such track or bus.
    """
    bus_of(project, bus_id)
    return replace_track(project, replace(track_of(project, track_id), bus_id=bus_id))


def add_lane(
    project: Project, track_id: TrackId, lane: Lane, *, index: int | None = None
) -> Project:
    """Put an empty lane in a track, at the end or at an index.

    ::

        before  A: 1      after  A: 1, 2

    Raises:
        EditError: there is no such track, the id is used, the lane holds clips, or the index is
            past the end.
    """
    unused_id(project, lane.id)
    if lane.clips:
        raise EditError(f'Lane "{lane.id}" comes with clips; add them with add_clip.')
    track = track_of(project, track_id)
    place = len(track.lanes) if index is None else index
    return replace_track(project, replace(track, lanes=_inserted(track.lanes, lane, place)))


def remove_lane(project: Project, lane_id: LaneId) -> Project:
    """Take a lane away with its clips; regions lose it, those on it alone go with it.

    ::

        before  A: 1, 2      after  A: 1

    Raises:
        EditError: there is no such lane, or it is its track's last.
    """
    track = track_of_lane(project, lane_id)
    lanes = tuple(lane for lane in track.lanes if lane.id != lane_id)
    if not lanes:
        raise EditError(f'"{lane_id}" is the last lane of track "{track.id}"; remove the track.')
    regions = (_without_lane(region, lane_id) for region in project.regions)
    project = replace(project, regions=tuple(region for region in regions if region.lane_ids))
    return replace_track(project, replace(track, lanes=lanes))


def rename_lane(project: Project, lane_id: LaneId, name: str) -> Project:
    """Name a lane: before ``1``, after ``close microphone``.

    Raises:
        EditError: there is no such lane.
    """
    return replace_lane(project, replace(lane_of(project, lane_id), name=name))


def _without_lane(region: Region, lane_id: LaneId) -> Region:
    if lane_id not in region.lane_ids:
        return region
    return replace(region, lane_ids=tuple(kept for kept in region.lane_ids if kept != lane_id))


def _inserted(things: tuple[_Thing, ...], thing: _Thing, index: int) -> tuple[_Thing, ...]:
    if not 0 <= index <= len(things):
        raise EditError(f"There is no place {index} in a list of {len(things)}.")
    return (*things[:index], thing, *things[index:])
