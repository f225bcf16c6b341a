"""Where lanes look different after an edit. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.lookup import lanes_of
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from prismdesk.project.changes import Changes
    from prismdesk.project.ids import LaneId
    from prismdesk.project.model import Project


def touched_lanes(before: Project, after: Project, changed: Changes) -> dict[LaneId, SampleRange]:
    """Return the lanes on which a clip, region or take was added, changed or removed.

    Args:
        before: the project as it was drawn.
        after: the project as it is now.
        changed: what differs between the two.

    Returns:
        For each lane the stretch that holds what is touched, as it was and as it is.
    """
    clips, regions, takes = (
        changed.clips.touched,
        changed.regions.touched,
        changed.takes.touched,
    )
    found: dict[LaneId, SampleRange] = {}

    def add(lane_id: LaneId, span: SampleRange) -> None:
        known = found.get(lane_id, span)
        found[lane_id] = SampleRange(
            min(known.start_samples, span.start_samples), max(known.end_samples, span.end_samples)
        )

    for project in (before, after):
        for lane in lanes_of(project) if clips else ():
            for clip in lane.clips:
                if clip.id in clips:
                    add(lane.id, clip.range)
        for region in project.regions:
            if region.id in regions or any(take.id in takes for take in region.takes):
                for lane_id in region.lane_ids:
                    add(lane_id, region.range)
    return found
