"""What sounds one after another on a lane: clips and takes as a list of cuts, with their joins.

Where a region's takes are heard, what lies under them stops; seams and crossfades are stretches
on which two events sound. Geometry only: no file is read.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from prismdesk.media.comping import lane_runs
from prismdesk.project.timebase import SampleRange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prismdesk.project.model import Clip, Lane, Project, Region, Take


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneEvent:
    """A stretch of a lane that sounds from one file.

    Attributes:
        range: where it sounds on the timeline, joins included.
        source_start_samples: where in the file that begins.
        clip: of the lane; None for a take.
        region, take: what was made, for a take.
        lane_number: which of the region's lanes this is, from 0: its channels of the take's file.
    """

    range: SampleRange
    source_start_samples: int
    clip: Clip | None = None
    region: Region | None = None
    take: Take | None = None
    lane_number: int = 0

    def within(self, span: SampleRange) -> LaneEvent | None:
        """Return the part of it in a span, None if none lies there."""
        part = self.range.intersection(span)
        if part is None:
            return None
        moved = part.start_samples - self.range.start_samples
        return replace(self, range=part, source_start_samples=self.source_start_samples + moved)


@dataclass(frozen=True, slots=True)
class PlacedEvent:
    """An event between its two cuts: what it shares with its neighbours lies beyond them.

    Attributes:
        event: all of it.
        start_samples, end_samples: its cuts on the timeline; joins are centred on them.
    """

    event: LaneEvent
    start_samples: int
    end_samples: int

    @property
    def source_start_samples(self) -> int:
        """Where in the file the first cut lies."""
        begins = self.event.range.start_samples
        return self.event.source_start_samples + self.start_samples - begins


def lane_events(project: Project, lane: Lane) -> tuple[LaneEvent, ...]:
    """Return all that sounds on a lane, by its start; neighbours overlap where they join.

    As in the mix, a region's takes take the place of clips and of earlier regions' takes.
    """
    events = [
        LaneEvent(range=clip.range, source_start_samples=clip.source_start_samples, clip=clip)
        for clip in lane.clips
    ]
    regions = [region for region in project.regions if lane.id in region.lane_ids]
    for region, run in lane_runs(regions):
        events = [part for event in events for part in _beside(event, run.silences)]
        for layer in run.layers:
            events.append(
                LaneEvent(
                    range=layer.range,
                    source_start_samples=layer.range.start_samples - layer.source_offset_samples,
                    region=region,
                    take=layer.take,
                    lane_number=region.lane_ids.index(lane.id),
                )
            )
    return tuple(sorted(events, key=lambda event: event.range))


def placed(events: Iterable[LaneEvent]) -> tuple[PlacedEvent, ...]:
    """Return events with cuts in the middle of their joins, so that none lies over another."""
    found = list(events)
    cuts = [_cut(earlier, later) for earlier, later in pairwise(found)]
    placed_events: list[PlacedEvent] = []
    start_least = None
    for index, event in enumerate(found):
        start = cuts[index - 1] if index and cuts[index - 1] is not None else None
        end = cuts[index] if index < len(cuts) else None
        begins = event.range.start_samples if start is None else start
        ends = event.range.end_samples if end is None else end
        if start_least is not None:
            begins = max(begins, start_least)
        if ends > begins:
            placed_events.append(PlacedEvent(event, begins, ends))
            start_least = ends
    return tuple(placed_events)


def _cut(earlier: LaneEvent, later: LaneEvent) -> int | None:
    """Return the middle of what two neighbours share, None if they share nothing."""
    shared = earlier.range.end_samples - later.range.start_samples
    return later.range.start_samples + shared // 2 if shared > 0 else None


def _beside(event: LaneEvent, silent: SampleRange) -> Iterator[LaneEvent]:
    """Yield the parts of an event that are heard beside a silent stretch."""
    if not silent.length_samples or not event.range.overlaps(silent):
        yield event
        return
    start, end = event.range.start_samples, event.range.end_samples
    for first, last in ((start, silent.start_samples), (silent.end_samples, end)):
        if first < last and (part := event.within(SampleRange(first, last))) is not None:
            yield part
