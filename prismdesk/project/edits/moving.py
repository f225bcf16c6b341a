"""Moving several clips at once, so that none meets another that is still to move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.edits.lane_layout import arrange, shift_clip
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import clip_of, lanes_of, replace_lane

if TYPE_CHECKING:
    from collections.abc import Collection

    from prismdesk.project.ids import ClipId, LaneId
    from prismdesk.project.model import Clip, Project


def move_clips(
    project: Project, clip_ids: Collection[ClipId], by_samples: int, *, by_lanes: int = 0
) -> Project:
    """Move clips by the same time, and down by the same number of lanes (up if negative).

    ::

        before  .[AA][BB]..CC      after  ...[AA][BB]CC

    Crossfades between clips that move together stay as they are.

    Raises:
        EditError: there is no such clip or not enough lanes, a place is taken, or lies before
            the film.
    """
    for clip_id in clip_ids:
        clip_of(project, clip_id)
    lanes = tuple(lanes_of(project))
    arriving: dict[LaneId, list[Clip]] = {lane.id: [] for lane in lanes}
    for index, lane in enumerate(lanes):
        moved = [shift_clip(clip, by_samples) for clip in lane.clips if clip.id in clip_ids]
        if not moved:
            continue
        if not 0 <= index + by_lanes < len(lanes):
            raise EditError("There is no lane there; add a track, or move the clips less far.")
        arriving[lanes[index + by_lanes].id] += moved
    for lane in lanes:
        staying = [clip for clip in lane.clips if clip.id not in clip_ids]
        project = replace_lane(project, arrange(lane, (*staying, *arriving[lane.id])))
    return project
