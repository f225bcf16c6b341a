"""What is selected: marked time, clips, a region, a marker. One for the whole window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.engines.weights.one_look import one_look
from prismdesk.project.lookup import clips_of, lanes_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.project.ids import ClipId, LaneId, MarkerId, RegionId
    from prismdesk.project.model import Project
    from prismdesk.project.timebase import SampleRange


class Selection(QObject):
    """Marked time on lanes, and the things picked; ``changed`` follows every change.

    ``span`` is what lies between the in and the out mark. Clips, a region and a marker exclude
    each other; the marked time stands beside any of them.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._span: SampleRange | None = None
        self._lane_ids: frozenset[LaneId] = frozenset()
        self._clip_ids: frozenset[ClipId] = frozenset()
        self._region_id: RegionId | None = None
        self._marker_id: MarkerId | None = None
        self._is_span_latest = False

    @property
    def is_span_latest(self) -> bool:
        """Whether time was marked after the last thing was picked."""
        return self._span is not None and self._is_span_latest

    @property
    def span(self) -> SampleRange | None:
        """The marked time, at least one sample long."""
        return self._span

    @property
    def lane_ids(self) -> frozenset[LaneId]:
        """The lanes that the marked time covers; none: all of them, or none was meant."""
        return self._lane_ids

    @property
    def clip_ids(self) -> frozenset[ClipId]:
        """The selected clips."""
        return self._clip_ids

    @property
    def region_id(self) -> RegionId | None:
        """The selected region."""
        return self._region_id

    @property
    def marker_id(self) -> MarkerId | None:
        """The selected marker."""
        return self._marker_id

    def set_span(self, span: SampleRange | None, lane_ids: Iterable[LaneId] | None = None) -> None:
        """Mark time; the lanes stay as they were if none are given."""
        if span is not None and span.length_samples < 1:
            span = None
        lanes = self._lane_ids if lane_ids is None else frozenset(lane_ids)
        self._is_span_latest = True
        if (span, lanes) != (self._span, self._lane_ids):
            self._span, self._lane_ids = span, lanes
            self.changed.emit()

    def select_clips(self, clip_ids: Iterable[ClipId], *, add: bool = False) -> None:
        """Select clips instead of what was picked, or besides the clips that are."""
        self._is_span_latest = False
        chosen = frozenset(clip_ids)
        self._pick(clip_ids=self._clip_ids | chosen if add else chosen)

    def toggle_clip(self, clip_id: ClipId) -> None:
        """Select a clip besides the others, or let go of it."""
        self._pick(clip_ids=self._clip_ids ^ {clip_id})

    def select_region(self, region_id: RegionId | None) -> None:
        """Select a region instead of what was picked."""
        self._is_span_latest = False
        self._pick(region_id=region_id)

    def select_marker(self, marker_id: MarkerId | None) -> None:
        """Select a marker instead of what was picked."""
        self._pick(marker_id=marker_id)

    def clear(self) -> None:
        """Select nothing, mark no time."""
        had_span = self._span is not None
        self._span, self._lane_ids = None, frozenset()
        if not self._pick() and had_span:
            self.changed.emit()

    def forget_missing(self, project: Project) -> None:
        """Let go of what a project doesn't hold."""
        clips = frozenset(clip.id for clip in clips_of(project)) & self._clip_ids
        regions = {region.id for region in project.regions}
        markers = {marker.id for marker in project.markers}
        self._lane_ids &= frozenset(lane.id for lane in lanes_of(project))
        self._pick(
            clip_ids=clips,
            region_id=self._region_id if self._region_id in regions else None,
            marker_id=self._marker_id if self._marker_id in markers else None,
        )

    def _pick(
        self,
        *,
        clip_ids: frozenset[ClipId] = frozenset(),
        region_id: RegionId | None = None,
        marker_id: MarkerId | None = None,
    ) -> bool:
        picked = (clip_ids, region_id, marker_id)
        if picked == (self._clip_ids, self._region_id, self._marker_id):
            return False
        self._clip_ids, self._region_id, self._marker_id = picked
        self._is_span_latest = False
        with one_look():
            self.changed.emit()
        return True
