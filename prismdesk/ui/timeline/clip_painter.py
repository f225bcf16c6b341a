"""Draws clips: grey boxes with a name, a wave, fades and gain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from prismdesk.project.lookup import media_of
from prismdesk.ui.timeline.boxes import draw_box, draw_outline, draw_selected, write
from prismdesk.ui.timeline.fade_curves import draw_fades
from prismdesk.ui.timeline.gain_words import gain_words
from prismdesk.ui.timeline.measures import gain_line_y
from prismdesk.ui.timeline.tile_images import Wave

if TYPE_CHECKING:
    from prismdesk.project.model import Clip, Project
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.timeline.layout import Row
    from prismdesk.ui.timeline.view import TimelineView
    from prismdesk.ui.waves import WaveSource


def clip_name(project: Project, clip: Clip) -> str:
    """Return the clip's own name, else its file's."""
    return clip.name or media_of(project, clip.media_id).path.rpartition("/")[2]


def draw_clip(
    painter: QPainter, view: TimelineView, row: Row, clip: Clip, overlap: SampleRange | None
) -> None:
    """Draw a clip on its row; ``overlap`` is what it shares with the clip before it."""
    theme, lane, area = view.theme, view.lane_rect(row), view.box_of(clip.range, row)
    header_px = _header_px(view, row)
    _draw_body(painter, view, row, clip, overlap, header_px)
    wave_area = area.adjusted(0, header_px, 0, -1)
    source = view.document.wave_of_clip(clip)
    if source is None:
        _draw_missing(painter, view, wave_area & lane)
    else:
        _draw_clip_wave(painter, view, row, clip, source, wave_area & lane)
    is_selected = clip.id in view.selection.clip_ids
    if header_px:
        _draw_header(painter, view, clip, area & lane, header_px, is_missing=source is None)
        _draw_gain(painter, view, clip, wave_area & lane)
    draw_fades(painter, view, clip, wave_area, with_handles=is_selected)
    outline = theme.error if source is None else theme.line_strong
    draw_outline(painter, area, outline, is_dashed=source is None)
    if is_selected:
        draw_selected(painter, area, theme.accent, theme.playhead_case, theme.focus_ring_px)


def _draw_body(
    painter: QPainter,
    view: TimelineView,
    row: Row,
    clip: Clip,
    overlap: SampleRange | None,
    header_px: int,
) -> None:
    theme, lane, area = view.theme, view.lane_rect(row), view.box_of(clip.range, row)
    body = QColor(theme.lane if clip.is_muted else theme.recorded_body)
    painter.save()
    if overlap is not None:
        # Both sounds of a crossfade are seen: the earlier one shines through.
        painter.setOpacity(0.55)
        shared = view.box_of(overlap, row)
        painter.setClipRect(shared & lane, Qt.ClipOperation.IntersectClip)
        draw_box(painter, area, body, theme.recorded_header, header_px, lane)
        painter.restore()
        painter.save()
        alone = area.adjusted(shared.width(), 0, 0, 0)
        painter.setClipRect(alone & lane, Qt.ClipOperation.IntersectClip)
    draw_box(painter, area, body, theme.recorded_header, header_px, lane)
    painter.restore()


def _draw_clip_wave(
    painter: QPainter,
    view: TimelineView,
    row: Row,
    clip: Clip,
    source: WaveSource,
    place: QRect,
) -> None:
    theme = view.theme
    wave = Wave(
        key=f"{clip.media_id}/{clip.stream_index}",
        source=source,
        gain=round(10.0 ** (clip.gain_db / 20.0) * view.wave_zoom, 6),
        peak_colour=theme.off if clip.is_muted else theme.recorded_peak,
        rms_colour=theme.off if clip.is_muted else theme.recorded_rms,
        is_spectrum=row.track_id in view.spectrograms,
    )
    draw_wave(painter, view, wave, place, clip.start_samples - clip.source_start_samples)


def draw_wave(
    painter: QPainter, view: TimelineView, wave: Wave, place: QRect, offset_samples: int
) -> None:
    """Draw a wave in a place.

    Args:
        painter: draws in the widget's pixels.
        view: the zoom.
        wave: what to draw.
        place: where, the height that all of it has.
        offset_samples: where the sound's first sample lies on the timeline.
    """
    origin = view.left_px + view.scale.x_of(offset_samples)
    view.tiles.draw(painter, wave, place, view.scale, origin, view.pixel_ratio)


def _header_px(view: TimelineView, row: Row) -> int:
    """Rows too low for text show the wave alone."""
    header = view.layout.measures.clip_header_px
    return header if row.height_px >= 2 * header + 6 else 0


def _draw_header(
    painter: QPainter, view: TimelineView, clip: Clip, seen: QRect, height: int, *, is_missing: bool
) -> None:
    place = QRect(seen.left(), seen.top(), seen.width(), height)
    painter.setFont(view.caption)
    if clip.gain_db:
        words = gain_words(clip.gain_db)
        width = painter.fontMetrics().horizontalAdvance(words) + 12
        if place.width() > width + 60:
            right = QRect(place.right() - width, place.top(), width, height)
            write(painter, words, right, view.theme.dim)
            place.setRight(right.left())
    name = clip_name(view.document.project, clip)
    written = write(painter, name, place, view.theme.text)
    note = "sound not there" if is_missing else "muted" if clip.is_muted else ""
    if written and note:
        rest = place.adjusted(written, 0, 0, 0)
        write(painter, note, rest, view.theme.error if is_missing else view.theme.dim)


def _draw_gain(painter: QPainter, view: TimelineView, clip: Clip, seen: QRect) -> None:
    """Draw the gain line where it was moved, or can be: on selected clips."""
    if not clip.gain_db and clip.id not in view.selection.clip_ids:
        return
    y = seen.top() + gain_line_y(clip.gain_db, seen.height())
    painter.save()
    painter.setPen(QPen(QColor(view.theme.dim), 1, Qt.PenStyle.DashLine))
    painter.drawLine(seen.left(), y, seen.right(), y)
    painter.restore()


def _draw_missing(painter: QPainter, view: TimelineView, place: QRect) -> None:
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(QColor(view.theme.off), Qt.BrushStyle.BDiagPattern))
    painter.drawRect(place)
    painter.restore()
