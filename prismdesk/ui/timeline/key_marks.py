"""Where the masks of the selected region have key frames: small diamonds at its lower edge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from prismdesk.project.picture_mask import times_of
from prismdesk.ui.fonts import scaled_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.project.model import Region
    from prismdesk.ui.timeline.view import TimelineView

_HALF_PX = 4
_FROM_HEIGHT_PX = 16


def key_times_of(region: Region) -> tuple[int, ...]:
    """Return where on the timeline a region's masks have key frames, inside the region."""
    if not region.uses_masks:
        return ()
    start = region.range.start_samples
    times = (start + offset for offset in times_of(region.drawn_masks))
    return tuple(time for time in times if region.range.contains(time))


def marks_apart(places_px: Sequence[int], width_px: int) -> list[int]:
    """Return ascending places without those whose mark would lie over the one before."""
    kept: list[int] = []
    for place in places_px:
        if not kept or place - kept[-1] >= width_px:
            kept.append(place)
    return kept


def draw_key_marks(
    painter: QPainter, view: TimelineView, region: Region, area: QRect, seen: QRect
) -> None:
    """Draw the marks of a region.

    Args:
        painter: of the timeline.
        view: where samples lie, and the colours.
        region: the selected one.
        area: of the region on a lane.
        seen: what of the lane is to be seen.
    """
    times = key_times_of(region)
    half = scaled_px(_HALF_PX)
    if not times or area.height() < scaled_px(_FROM_HEIGHT_PX):
        return
    near = seen.adjusted(-half, 0, half, 0)
    # Thinned out before it is known which are seen: so they stay the same while one scrolls.
    places = marks_apart([view.left_px + view.scale.x_of(time) for time in times], half)
    middle = area.bottom() - half - 1
    painter.save()
    painter.setClipRect(area.adjusted(-half, 0, half, 0) & seen, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(view.theme.playhead_case), 1.0))
    painter.setBrush(QColor(view.theme.accent))
    for x in (place for place in places if near.left() <= place <= near.right()):
        corners = ((0, -half), (half, 0), (0, half), (-half, 0))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, middle + dy) for dx, dy in corners]))
    painter.restore()
