"""What a command is about: what is selected, else what lies under the playhead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from prismdesk.project.lookup import (
    clips_of,
    lane_of_clip,
    lanes_of,
    region_of,
    track_of_lane,
)
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.project.ids import LaneId, TrackId
    from prismdesk.project.model import Clip, Project
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.transport import Transport


@dataclass(frozen=True, slots=True)
class Meant:
    """Answers what a command is about now; every command asks here, so that all agree."""

    document: Document
    selection: Selection
    transport: Transport

    @property
    def here(self) -> int:
        """Where the playhead stands, in samples."""
        return self.transport.position_samples

    def selected_clips(self) -> list[Clip]:
        """Return the selected clips, lane by lane."""
        return _picked_clips(self.document.project, self.selection)

    def clips(self) -> list[Clip]:
        """Return the selected clips; without, those under the playhead on the lanes meant."""
        chosen = self.selected_clips()
        if chosen:
            return chosen
        lanes = self.lane_ids()
        return [
            clip
            for lane in lanes_of(self.document.project)
            if lane.id in lanes
            for clip in lane.clips
            if clip.range.contains(self.here)
        ]

    def lane_ids(self) -> frozenset[LaneId]:
        """Return the lanes of the marked time; all, if it names none."""
        return self.selection.lane_ids or frozenset(
            lane.id for lane in lanes_of(self.document.project)
        )

    def track_ids(self) -> list[TrackId]:
        """Return the tracks that what is selected lies on, from the top; all, if it names none."""
        project = self.document.project
        lanes = self.lane_ids()
        chosen = self.selected_clips()
        if chosen:
            lanes = frozenset(lane_of_clip(project, clip.id).id for clip in chosen)
        return [
            track.id for track in project.tracks if any(lane.id in lanes for lane in track.lanes)
        ]

    def lane_id(self) -> LaneId | None:
        """Return the one lane meant: that of what is selected; else the first."""
        order = [lane.id for lane in lanes_of(self.document.project)]
        return selected_lane(self.document.project, self.selection) or next(iter(order), None)

    def track_id(self) -> TrackId | None:
        """Return the one track meant, None in a project without any."""
        lane_id = self.lane_id()
        return None if lane_id is None else track_of_lane(self.document.project, lane_id).id

    def picked_span(self) -> SampleRange | None:
        """Return from when to when what is picked lasts: clips or a region, not marked time."""
        return picked_span(self.document.project, self.selection)


def selected_lane(project: Project, selection: Selection) -> LaneId | None:
    """Return the lane that clips, region or marked time lie on, the uppermost; None for none."""
    clips = _picked_clips(project, selection)
    if clips:
        return lane_of_clip(project, clips[0].id).id
    if selection.region_id is not None:
        return region_of(project, selection.region_id).lane_ids[0]
    return next((lane.id for lane in lanes_of(project) if lane.id in selection.lane_ids), None)


def picked_span(project: Project, selection: Selection) -> SampleRange | None:
    """Return from when to when a selected region or clips last; None if neither is selected."""
    if selection.region_id is not None:
        return region_of(project, selection.region_id).range
    return span_of(_picked_clips(project, selection))


def _picked_clips(project: Project, selection: Selection) -> list[Clip]:
    # Asked after each edit, for many actions; mostly no clip is selected.
    chosen = selection.clip_ids
    return [clip for clip in clips_of(project) if clip.id in chosen] if chosen else []


def span_of(clips: Iterable[Clip]) -> SampleRange | None:
    """Return the stretch from the first clip's start to the last one's end."""
    ranges = [clip.range for clip in clips]
    if not ranges:
        return None
    return SampleRange(
        min(span.start_samples for span in ranges), max(span.end_samples for span in ranges)
    )
