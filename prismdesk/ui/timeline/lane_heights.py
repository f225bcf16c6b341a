"""How high the user made the lanes of each track. No Qt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.ui.timeline.measures import LaneHeight

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.project.ids import TrackId


class LaneHeights:
    """Heights of tracks' lanes, in pixels at 100 % text scale; those not set are normal.

    Attributes:
        in_px: the heights that were set.
    """

    def __init__(self) -> None:
        self.in_px: dict[TrackId, int] = {}

    def of(self, track_id: TrackId) -> int:
        """Return the height of a track's lanes."""
        return self.in_px.get(track_id, LaneHeight.NORMAL)

    def set(self, track_id: TrackId, height_px: int) -> None:
        """Set the height of a track's lanes."""
        self.in_px[track_id] = height_px

    def step(self, track_ids: Iterable[TrackId], steps: int) -> None:
        """Make the lanes of tracks higher or lower by steps of mini, small, normal, large."""
        heights = list(LaneHeight)
        for track_id in track_ids:
            now = self.of(track_id)
            nearest = min(heights, key=lambda height: abs(height - now))
            index = max(0, min(heights.index(nearest) + steps, len(heights) - 1))
            self.in_px[track_id] = heights[index]
