"""Which lanes look different after an edit. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.lookup import lanes_of

if TYPE_CHECKING:
    from prismdesk.project.changes import Changes
    from prismdesk.project.ids import LaneId
    from prismdesk.project.model import Project


def touched_lanes(before: Project, after: Project, changed: Changes) -> frozenset[LaneId]:
    """Return the lanes on which a clip, region or take was added, changed or removed.

    Args:
        before: the project as it was drawn.
        after: the project as it is now.
        changed: what differs between the two.
    """
    clips, regions, takes = (
        changed.clips.touched,
        changed.regions.touched,
        changed.takes.touched,
    )
    found: set[LaneId] = set()
    for project in (before, after):
        if clips:
            found.update(
                lane.id
                for lane in lanes_of(project)
                if any(clip.id in clips for clip in lane.clips)
            )
        for region in project.regions:
            if region.id in regions or any(take.id in takes for take in region.takes):
                found.update(region.lane_ids)
    return frozenset(found)
