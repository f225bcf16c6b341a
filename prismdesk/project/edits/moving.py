"""Moving several clips at once, so that none meets another that is still to move."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from prismdesk.project.edits.lane_layout import arrange, overlap_samples, shift_clip
from prismdesk.project.errors import EditError
from prismdesk.project.lookup import clip_of, lanes_of, replace_lane, sort_clips
from prismdesk.project.model import Fade

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from prismdesk.project.ids import ClipId, LaneId
    from prismdesk.project.model import Clip, Project


def move_clips(
    project: Project,
    clip_ids: Collection[ClipId],
    by_samples: int,
    *,
    by_lanes: int = 0,
    crossfades: bool = False,
) -> Project:
    r"""Move clips by the same time, and down by the same number of lanes (up if negative).

    ::

        before  .[AA][BB]..CC      after  ...[AA][BB]CC

    Crossfades between clips that move together stay as they are. With ``crossfades``, a clip that
    comes to lie over a neighbour's end is crossfaded with it over what they share::

        before  [AAAA]..BBBB      after  ...[AA\\\]      by equal power
                                              ///BBB

    Args:
        project: the project.
        clip_ids: the clips.
        by_samples: how much later, negative for earlier.
        by_lanes: how many lanes down, negative for up.
        crossfades: make one where a moved clip overlaps one that stays, instead of refusing.

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
        clips = [clip for clip in lane.clips if clip.id not in clip_ids] + arriving[lane.id]
        if crossfades:
            clips = _crossfaded(clips, clip_ids)
        project = replace_lane(project, arrange(lane, clips))
    return project


def _crossfaded(clips: Iterable[Clip], moved_ids: Collection[ClipId]) -> list[Clip]:
    """Return clips with fades over what a moved one and its neighbour that stayed share."""
    ordered = list(sort_clips(clips))
    for index, (earlier, later) in enumerate(pairwise(tuple(ordered))):
        overlap = overlap_samples(earlier, later)
        if overlap and (earlier.id in moved_ids) != (later.id in moved_ids):
            ordered[index] = replace(ordered[index], fade_out=Fade(overlap))
            ordered[index + 1] = replace(later, fade_in=Fade(overlap))
    return ordered
