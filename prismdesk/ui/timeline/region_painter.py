"""Draws regions over their lanes: task, name, prompt, status, sound or draft, progress."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from prismdesk.project.model import RegionStatus, Task
from prismdesk.ui.timeline.boxes import draw_box, draw_outline, draw_selected, write
from prismdesk.ui.timeline.clip_painter import draw_wave
from prismdesk.ui.timeline.job_look import envelope_columns
from prismdesk.ui.timeline.key_marks import draw_key_marks
from prismdesk.ui.timeline.measures import PROGRESS_PX
from prismdesk.ui.timeline.region_header import draw_region_header
from prismdesk.ui.timeline.tile_images import Wave

if TYPE_CHECKING:
    from prismdesk.project.model import Region, Take
    from prismdesk.ui.timeline.job_look import Envelope, JobLook
    from prismdesk.ui.timeline.layout import Row
    from prismdesk.ui.timeline.view import TimelineView
    from prismdesk.ui.waves import WaveSource

_CUE_FROM_PX = 12
_DRAFT_COLUMN_PX = 3


def draw_region(painter: QPainter, view: TimelineView, row: Row, region: Region) -> None:
    """Draw a region on the row of one of its lanes."""
    theme, lane = view.theme, view.lane_rect(row)
    colours = theme.task(region.task)
    area = view.box_of(region.range, row)
    header_px = min(view.layout.measures.region_header_px, area.height())
    job = view.jobs.get(region.id)
    body = QColor(colours.body)
    if not region.comp and job is None:
        body.setAlphaF(0.68)  # what will be replaced still sounds, so it shows through
    draw_box(painter, area, body, colours.header, header_px, lane)
    wave_area = area.adjusted(1, header_px, -1, -1)
    if wave_area.height() > 4:
        _draw_sound(painter, view, row, region, job, wave_area)
        draw_cue(painter, region.task, wave_area, colours.wave)
        if job is not None and job.status is RegionStatus.MAKING:
            _draw_progress(painter, view, region, job, area)
    status = job.status if job else region.status
    draw_outline(painter, area, colours.wave, is_dashed=status is RegionStatus.OPEN)
    draw_region_header(painter, view, row, region)
    if region.id == view.selection.region_id:
        draw_selected(painter, area, theme.accent, theme.playhead_case, theme.focus_ring_px)
        draw_key_marks(painter, view, region, area, lane)


def take_wave(
    view: TimelineView, region: Region, take: Take, source: WaveSource, lane_id: str | None
) -> Wave:
    """Return a take's wave in its task's colour, with the channels of one of its lanes."""
    colours = view.theme.task(region.task)
    peak = QColor(colours.wave)
    peak.setHsvF(peak.hueF(), peak.saturationF(), peak.valueF() * 0.74)
    return Wave(
        key=take.path,
        source=source,
        gain=round(10.0 ** (take.gain_db / 20.0) * view.wave_zoom, 6),
        peak_colour=peak.name(),
        rms_colour=colours.wave,
        channels=_channels_of_lane(region, take, lane_id),
        is_spectrum=region.track_id in view.spectrograms,
    )


def _channels_of_lane(region: Region, take: Take, lane_id: str | None) -> tuple[int, int] | None:
    """A take holds the channels of its region's lanes one after another."""
    lanes = len(region.lane_ids)
    if lanes < 2 or lane_id not in region.lane_ids or take.channels % lanes:
        return None
    each = take.channels // lanes
    index = [str(known) for known in region.lane_ids].index(str(lane_id))
    return index * each, (index + 1) * each


def _draw_sound(
    painter: QPainter,
    view: TimelineView,
    row: Row,
    region: Region,
    job: JobLook | None,
    area: QRect,
) -> None:
    lane = view.lane_rect(row)
    if job is not None and job.envelope:
        draw_draft(painter, job.envelope, area, lane, view.theme.task(region.task).wave)
        return
    takes = {take.id: take for take in region.takes}
    for segment in region.comp:
        take = takes[segment.take_id]
        source = view.document.wave_of_take(take)
        span = view.box_of(segment.range, row)
        place = QRect(span.left(), area.top(), span.width(), area.height()) & area & lane
        if source is not None and not place.isEmpty():
            wave = take_wave(view, region, take, source, row.lane_id)
            draw_wave(painter, view, wave, place, take.sound_range.start_samples)
        elif source is None:
            painter.setFont(view.caption)
            write(painter, f"{take.name}: sound not there", place, view.theme.error)
    seen = area & lane
    if not region.comp and area.width() > 60:
        painter.setFont(view.caption)
        words = "Not made yet" if not region.takes else "No take chosen"
        if region.note and not region.takes:
            words = region.note
        write(painter, words, seen.adjusted(14, 0, -8, 0), view.theme.dim)


def draw_draft(
    painter: QPainter, envelope: Envelope, area: QRect, seen: QRect, colour: str
) -> None:
    """Draw a draft: its envelope as a filled outline with broken columns in it."""
    count = max(2, area.width() // 2)
    columns = envelope_columns(envelope, min(count, 2_000))
    middle, half = area.center().y() + 0.5, area.height() / 2 - 2
    step = (area.width() - 1) / (len(columns) - 1)
    upper = [QPointF(area.left() + i * step, middle - v * half) for i, v in enumerate(columns)]
    lower = [QPointF(point.x(), 2 * middle - point.y()) for point in reversed(upper)]
    painter.save()
    painter.setClipRect(area & seen, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill = QColor(colour)
    fill.setAlphaF(0.22)
    painter.setBrush(fill)
    painter.setPen(QPen(QColor(colour), 1.0))
    painter.drawPolygon(QPolygonF(upper + lower))
    pen = QPen(QColor(colour), 1.0)
    pen.setDashPattern([2.0, 2.0])
    painter.setPen(pen)
    for point in upper[:: max(1, round(_DRAFT_COLUMN_PX / step))] if step > 0 else []:
        if seen.left() <= point.x() <= seen.right():
            painter.drawLine(point, QPointF(point.x(), 2 * middle - point.y()))
    painter.restore()


def _draw_progress(
    painter: QPainter, view: TimelineView, region: Region, job: JobLook, area: QRect
) -> None:
    bar = QRect(area.left(), area.bottom() - PROGRESS_PX + 1, area.width(), PROGRESS_PX)
    painter.fillRect(bar, QColor(view.theme.field))
    if job.fraction is not None:
        bar.setWidth(round(bar.width() * max(0.0, min(job.fraction, 1.0))))
        painter.fillRect(bar, QColor(view.theme.task(region.task).wave))


def draw_cue(painter: QPainter, task: Task, area: QRect, colour: str) -> None:
    """Draw what tells the task without its colour: a bar, brackets, or chevrons."""
    if area.width() < _CUE_FROM_PX:
        return
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor(colour), 2.0))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    top, bottom = area.top() + 3.0, area.bottom() - 3.0
    if task is Task.GENERATE:
        painter.fillRect(QRect(area.left(), area.top(), 3, area.height()), QColor(colour))
    elif task is Task.CONTINUE:
        middle = (top + bottom) / 2
        for x in (area.left() + 5.0, area.left() + 10.0):
            chevron = QPainterPath(QPointF(x, middle - 5))
            chevron.lineTo(QPointF(x + 4.5, middle))
            chevron.lineTo(QPointF(x, middle + 5))
            painter.drawPath(chevron)
    else:
        for x, inward in ((area.left() + 2.0, 4.0), (area.right() - 1.0, -4.0)):
            bracket = QPainterPath(QPointF(x + inward, top))
            bracket.lineTo(QPointF(x, top))
            bracket.lineTo(QPointF(x, bottom))
            bracket.lineTo(QPointF(x + inward, bottom))
            painter.drawPath(bracket)
    painter.restore()
