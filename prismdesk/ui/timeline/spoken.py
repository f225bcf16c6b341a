"""What is selected on the timeline, in words for screen readers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.project.lookup import clips_of, lane_of_clip, track_of, track_of_lane
from prismdesk.ui.marks import TASK_WORDS
from prismdesk.ui.timeline.clip_painter import clip_name
from prismdesk.ui.timeline.region_header import status_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.timeline.job_look import JobLook
    from prismdesk.ui.times import Times


def selection_words(
    project: Project, selection: Selection, times: Times, jobs: Mapping[RegionId, JobLook]
) -> str:
    """Return one sentence for each thing that is selected, and one for the marked time.

    Args:
        project: holds the things; what it doesn't hold any more is left out.
        selection: names them.
        times: the film's timecode.
        jobs: what regions show of their jobs.
    """
    said = []
    for region in project.regions:
        if region.id == selection.region_id:
            track = track_of(project, region.track_id)
            status = status_words(region, jobs.get(region.id))
            said.append(
                f"Region {region.name or 'without a name'} on {track.name}, "
                f"{TASK_WORDS[region.task]}, {status}, {_span(region.range, times)}."
            )
    for clip in clips_of(project):
        if clip.id in selection.clip_ids:
            track = track_of_lane(project, lane_of_clip(project, clip.id).id)
            muted = ", muted" if clip.is_muted else ""
            name = clip_name(project, clip)
            said.append(f"Clip {name} on {track.name}{muted}, {_span(clip.range, times)}.")
    for marker in project.markers:
        if marker.id == selection.marker_id:
            said.append(f"Marker {marker.name} at {times.timecode(marker.position_samples)}.")
    if selection.span is not None:
        said.append(f"Marked time: {_span(selection.span, times)}.")
    return " ".join(said) or "Nothing is selected."


def _span(span: SampleRange, times: Times) -> str:
    start, end = times.timecode(span.start_samples), times.timecode(span.end_samples)
    return f"{start} to {end}"
