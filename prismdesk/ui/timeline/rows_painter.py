"""Draws the rows of the timeline: lanes with what lies on them, and the takes of a region."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter

from prismdesk.project.lookup import lane_of, region_of
from prismdesk.ui.timeline.boxes import draw_outline, write
from prismdesk.ui.timeline.clip_painter import draw_clip, draw_wave
from prismdesk.ui.timeline.gain_words import gain_words
from prismdesk.ui.timeline.layout import Row, RowKind
from prismdesk.ui.timeline.region_painter import draw_region, take_wave
from prismdesk.ui.timeline.view import OUTSIDE_PX

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prismdesk.project.ids import LaneId, RegionId
    from prismdesk.project.model import Clip
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.timeline.view import TimelineView

EMPTY_LANE_WORDS = "Drag to mark time, Shift+M makes a region."
NO_TRACKS_WORDS = "No tracks."
NO_TRACKS_HINT = "Sounds that are imported and regions lie on tracks."
_OTHER_TAKES_OPACITY = {"dark": 0.60, "light": 0.75, "contrast": 0.75}


def draw_rows(painter: QPainter, view: TimelineView, dirty: QRect) -> None:
    """Draw the rows of lanes and takes that a stretch of the widget shows."""
    layout, theme = view.layout, view.theme
    top = layout.tracks_top_px
    painter.save()
    area = QRect(view.left_px, top, view.scale.width_px, max(0, dirty.bottom() + 1 - top))
    painter.setClipRect(area & dirty)
    painter.fillRect(area & dirty, QColor(theme.window))
    lanes = [row for row in layout.rows if row.kind is not RowKind.PICTURE]
    empty_row = _first_empty_row(view)
    for row in lanes:
        place = view.lane_rect(row)
        if not place.intersects(dirty) or row.bottom_px <= top:
            continue
        painter.save()
        painter.setClipRect(place & area & dirty)
        if row.kind is RowKind.LANE:
            _draw_lane(painter, view, row, place, is_empty=row is empty_row)
        elif row.kind is RowKind.TAKE:
            _draw_take(painter, view, row, place)
        else:
            painter.fillRect(place, QColor(theme.panel))
        painter.fillRect(QRect(place.left(), place.bottom(), place.width(), 1), QColor(theme.line))
        painter.restore()
    if not lanes:
        painter.setFont(view.caption)
        height = painter.fontMetrics().height()
        first = QRect(view.left_px + 12, top + 12, view.scale.width_px - 24, height)
        write(painter, NO_TRACKS_WORDS, first, theme.dim)
        write(painter, NO_TRACKS_HINT, first.translated(0, height + 4), theme.faint)
    painter.restore()


def _first_empty_row(view: TimelineView) -> Row | None:
    """Return the first lane without anything on it: there stands what can be done."""
    covered = {lane_id for region in view.document.project.regions for lane_id in region.lane_ids}
    empty: set[LaneId] = {
        lane.id
        for track in view.document.project.tracks
        for lane in track.lanes
        if not lane.clips and lane.id not in covered
    }
    return next(
        (
            row
            for row in view.layout.rows
            if row.kind is RowKind.LANE and row.lane_id in empty and row.height_px >= 40
        ),
        None,
    )


def _draw_lane(
    painter: QPainter, view: TimelineView, row: Row, place: QRect, *, is_empty: bool
) -> None:
    theme = view.theme
    film = QRect(place)
    film.setRight(min(place.right(), view.x_of(view.scale.end_samples) - 1))
    painter.fillRect(film, QColor(theme.lane_alternate if row.number % 2 == 0 else theme.lane))
    if row.lane_id is None:
        return
    dirty = painter.clipBoundingRect().toAlignedRect()
    seen = view.samples_between(dirty.left() - OUTSIDE_PX, dirty.right() + OUTSIDE_PX)
    for clip, before in clips_over(lane_of(view.document.project, row.lane_id).clips, seen):
        overlap = before.range.intersection(clip.range) if before is not None else None
        draw_clip(painter, view, row, clip, overlap)
    for region in view.regions_on(row):
        if region.range.overlaps(seen):
            draw_region(painter, view, row, region)
    if is_empty:
        painter.setFont(view.caption)
        write(painter, EMPTY_LANE_WORDS, place.adjusted(6, 0, -12, 0), theme.dim)


def clips_over(clips: tuple[Clip, ...], span: SampleRange) -> Iterator[tuple[Clip, Clip | None]]:
    """Yield a lane's clips that lie over a stretch, each with the one before it.

    Clips are sorted by start, and no clip ends before the one before it does.
    """
    first = bisect_right(clips, span.start_samples, key=_end_of)
    for index in range(first, len(clips)):
        if clips[index].start_samples >= span.end_samples:
            return
        yield clips[index], clips[index - 1] if index else None


def _end_of(clip: Clip) -> int:
    return clip.end_samples


def _draw_take(painter: QPainter, view: TimelineView, row: Row, place: QRect) -> None:
    theme = view.theme
    region_id: RegionId | None = row.region_id
    if region_id is None:
        return
    region = region_of(view.document.project, region_id)
    take = region.takes[row.number - 1]
    is_chosen = any(segment.take_id == take.id for segment in region.comp)
    painter.fillRect(place, QColor(theme.selection if is_chosen else theme.lane))
    area = view.box_of(region.range, row)
    painter.save()
    painter.setOpacity(1.0 if is_chosen else _OTHER_TAKES_OPACITY[theme.name])
    colours = theme.task(region.task)
    painter.fillRect(area, QColor(colours.body))
    source = view.document.wave_of_take(take)
    if source is not None:
        wave = take_wave(view, region, take, source, region.lane_ids[0])
        seen = area.adjusted(1, 2, -1, -2) & place
        draw_wave(painter, view, wave, seen, take.sound_range.start_samples)
    draw_outline(painter, area, colours.wave if is_chosen else theme.line_strong)
    painter.restore()
    painter.setFont(view.caption)
    if source is None:
        write(painter, "Sound not there", area & place, theme.error)
    elif take.gain_db:
        words = gain_words(take.gain_db)
        width = painter.fontMetrics().horizontalAdvance(words) + 14
        seen = area & place
        if seen.width() > width:
            corner = QRect(
                seen.right() - width, seen.top() + 2, width, view.layout.measures.clip_header_px
            )
            painter.fillRect(corner, QColor(theme.field))
            painter.setPen(QColor(theme.text))
            painter.drawText(corner, Qt.AlignmentFlag.AlignCenter, words)
