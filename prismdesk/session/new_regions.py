"""What a region that is marked by hand is most likely for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.catalogue import engines_that_can
from prismdesk.engines.contract import EngineTask
from prismdesk.project.ids import RegionId, new_id
from prismdesk.project.lookup import lane_of
from prismdesk.project.model import Region, Task
from prismdesk.project.timebase import SampleRange
from prismdesk.session.wishes import next_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.project.ids import LaneId
    from prismdesk.project.model import Project, Track

NEAR_SECONDS = 1.0
"""How far around a region sound is still something to mend from."""


def likely_task(project: Project, lane_ids: Iterable[LaneId], span: SampleRange) -> Task:
    """Return what a stretch of some lanes is most likely marked for.

    Continue where a clip ends just where it starts and nothing comes after inside it; inpaint
    where there is sound in it or within a second of it; else generate.
    """
    clips = [clip.range for lane_id in lane_ids for clip in lane_of(project, lane_id).clips]
    has_sound = any(clip.overlaps(span) for clip in clips)
    if not has_sound and any(clip.end_samples == span.start_samples for clip in clips):
        return Task.CONTINUE
    near = round(NEAR_SECONDS * project.rate_hz)
    around = SampleRange(max(0, span.start_samples - near), span.end_samples + near)
    is_near = any(clip.overlaps(around) for clip in clips)
    return Task.INPAINT if is_near else Task.GENERATE


def new_region(
    project: Project, track: Track, lane_ids: Iterable[LaneId], span: SampleRange
) -> Region:
    """Return a region for its likely task, with a name and the first engine that can do it.

    Args:
        project: what it will be added to; counts the name.
        track: where it will lie.
        lane_ids: on which of the track's lanes; those of other tracks are left out, and the
            first lane is taken if none is left.
        span: from when to when.
    """
    wanted = frozenset(lane_ids)
    lanes = tuple(lane.id for lane in track.lanes if lane.id in wanted) or (track.lanes[0].id,)
    task = likely_task(project, lanes, span)
    engines = engines_that_can(EngineTask(task.value))
    return Region(
        id=RegionId(new_id("region")),
        track_id=track.id,
        lane_ids=lanes,
        range=span,
        task=task,
        name=next_name(project, task),
        engine=engines[0].id if engines else "",
    )
