"""What lies on the timeline as a list of things with names, for keyboard and screen reader.

Markers come first, then the rows from the top: the clips and regions of each lane in the order of
time, and each take that is listed. A region over several lanes is found on each of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from prismdesk.project.lookup import lane_of, region_of, track_of_lane
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.marks import TASK_WORDS
from prismdesk.ui.timeline.clip_painter import clip_name
from prismdesk.ui.timeline.layout import RowKind
from prismdesk.ui.timeline.region_header import status_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prismdesk.project.ids import LaneId, RegionId, TakeId
    from prismdesk.project.model import Clip, Marker, Project, Region, Take
    from prismdesk.ui.timeline.job_look import JobLook
    from prismdesk.ui.timeline.layout import Row, TimelineLayout
    from prismdesk.ui.times import Times


class ItemKind(StrEnum):
    """What an item is, in the word that is read out."""

    MARKER = "marker"
    CLIP = "clip"
    REGION = "region"
    TAKE = "take"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing on a row.

    Attributes:
        kind: what it is.
        id: of the marker, clip, region or take.
        lane_id: the lane it lies on; None for markers.
        span: from when to when; a marker's is empty.
        name: as it is read out.
        value: where it begins, how long it is, and how it stands.
    """

    kind: ItemKind
    id: str
    lane_id: LaneId | None
    span: SampleRange
    name: str
    value: str

    @property
    def key(self) -> tuple[ItemKind, str, LaneId | None]:
        """What tells it from all others, and stays when it is edited."""
        return self.kind, self.id, self.lane_id


@dataclass(frozen=True, slots=True)
class ItemRow:
    """The items of one row in the order of time; ``row`` is None for the ruler with its markers."""

    row: Row | None
    name: str
    items: tuple[Item, ...]


def item_rows(
    project: Project,
    layout: TimelineLayout,
    times: Times,
    jobs: Mapping[RegionId, JobLook] | None = None,
) -> tuple[ItemRow, ...]:
    """Return the rows that hold something, from the top.

    Args:
        project: what is shown.
        layout: its rows; takes are listed where it lists them.
        times: says when things are.
        jobs: what regions show of their jobs instead of their status.
    """
    words = _Words(project, times, jobs or {})
    markers = sorted(project.markers, key=lambda marker: marker.position_samples)
    rows = [ItemRow(None, "Markers", tuple(words.of_marker(marker) for marker in markers))]
    for row in layout.rows:
        if row.kind is RowKind.LANE and row.lane_id is not None:
            rows.append(words.of_lane(row, row.lane_id))
        elif row.kind is RowKind.TAKE and row.region_id is not None and row.take_id is not None:
            rows.append(words.of_take_row(row, row.region_id, row.take_id))
    return tuple(row for row in rows if row.items)


@dataclass(frozen=True, slots=True)
class _Words:
    project: Project
    times: Times
    jobs: Mapping[RegionId, JobLook]

    def of_marker(self, marker: Marker) -> Item:
        at = marker.position_samples
        return Item(
            kind=ItemKind.MARKER,
            id=marker.id,
            lane_id=None,
            span=SampleRange(at, at),
            name=marker.name or "Marker",
            value=f"at {self.times.timecode(at)}",
        )

    def of_lane(self, row: Row, lane_id: LaneId) -> ItemRow:
        track = track_of_lane(self.project, lane_id)
        items = [self._of_clip(clip, lane_id) for clip in lane_of(self.project, lane_id).clips]
        items += [
            self._of_region(region, lane_id)
            for region in self.project.regions
            if lane_id in region.lane_ids
        ]
        lanes = [lane.id for lane in track.lanes]
        many = f", lane {lanes.index(lane_id) + 1}" if len(lanes) > 1 else ""
        return ItemRow(row, f"{track.name}{many}", tuple(sorted(items, key=_by_time)))

    def of_take_row(self, row: Row, region_id: RegionId, take_id: TakeId) -> ItemRow:
        region = region_of(self.project, region_id)
        takes = [self._of_take(take, region, row) for take in region.takes if take.id == take_id]
        return ItemRow(row, f"Takes of {region.name or 'region'}", tuple(takes))

    def _of_clip(self, clip: Clip, lane_id: LaneId) -> Item:
        states = [f"{clip.gain_db:+.1f} dB".replace("-", "−")] if clip.gain_db else []
        states += ["muted"] if clip.is_muted else []
        states += [
            f"fade {side} {self.times.length_words(fade.length_samples)}"
            for side, fade in (("in", clip.fade_in), ("out", clip.fade_out))
            if fade.length_samples
        ]
        return Item(
            kind=ItemKind.CLIP,
            id=clip.id,
            lane_id=lane_id,
            span=clip.range,
            name=clip_name(self.project, clip),
            value=self._value(clip.range, states),
        )

    def _of_region(self, region: Region, lane_id: LaneId) -> Item:
        takes = len(region.takes)
        states = [TASK_WORDS[region.task], status_words(region, self.jobs.get(region.id))]
        states += [f"{takes} take{'s' * (takes != 1)}"] if takes else []
        return Item(
            kind=ItemKind.REGION,
            id=region.id,
            lane_id=lane_id,
            span=region.range,
            name=region.name or region.prompt or "Region",
            value=self._value(region.range, states),
        )

    def _of_take(self, take: Take, region: Region, row: Row) -> Item:
        is_heard = any(segment.take_id == take.id for segment in region.comp)
        states = ["chosen" if is_heard else "not chosen"]
        states += [f"rated {take.rating}"] if take.rating else []
        states += [take.note] if take.note else []
        return Item(
            kind=ItemKind.TAKE,
            id=take.id,
            lane_id=row.lane_id,
            span=region.range,
            name=take.name,
            value=self._value(region.range, states),
        )

    def _value(self, span: SampleRange, states: Iterable[str]) -> str:
        when = f"from {self.times.timecode(span.start_samples)}"
        length = f"{self.times.length_words(span.length_samples)} long"
        return ", ".join((when, length, *states))


def _by_time(item: Item) -> tuple[int, int]:
    return item.span.start_samples, item.span.end_samples


def find_item(
    rows: Iterable[ItemRow], key: tuple[ItemKind, str, LaneId | None]
) -> tuple[ItemRow, int] | None:
    """Return the row that holds an item and its place there, or None if there is none such."""
    for row in rows:
        for index, item in enumerate(row.items):
            if item.key == key:
                return row, index
    return None


def nearest_item(row: ItemRow, samples: int) -> Item:
    """Return the item of a row that a position lies in or nearest to, the earlier of two."""

    def distance(item: Item) -> int:
        span = item.span
        return max(span.start_samples - samples, samples - span.end_samples, 0)

    return min(row.items, key=distance)
