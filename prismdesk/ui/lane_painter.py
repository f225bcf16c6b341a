"""Draws what lies on a lane: clips in grey, regions over them in their task's colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPen

from prismdesk.project.model import RegionStatus, Task
from prismdesk.ui.marks import STATUS_WORDS, draw_status, draw_task
from prismdesk.ui.theme import CLIP_HEADER_PX, REGION_HEADER_PX, Theme, ui_font
from prismdesk.ui.wave_tiles import Wave, WaveTiles

if TYPE_CHECKING:
    from prismdesk.project.model import Clip, Region, Take
    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.project_view import ProjectView, Row
    from prismdesk.ui.timeline.timescale import Timescale
    from prismdesk.ui.waves import WaveSource

_NAME_PX = 40
_INSET_PX = 3


class LanePainter:
    """Draws lanes with a theme; keeps the waveform tiles from one drawing to the next."""

    def __init__(self, view: ProjectView, theme: Theme) -> None:
        self._view = view
        self._theme = theme
        self.tiles = WaveTiles()
        self._font = ui_font(11)
        self._bold = ui_font(11, bold=True)

    def draw(self, painter: QPainter, row: Row, lane: QRect, scale: Timescale) -> None:
        """Draw a lane's clips and regions; ``lane`` is the part of the widget it has."""
        painter.save()
        painter.setClipRect(lane)
        for clip in row.lane.clips:
            area = self._area(clip.range, lane, scale)
            if area.intersects(lane):
                self._draw_clip(painter, clip, area, lane, scale)
        for region in self._view.regions_on(row.lane):
            area = self._area(region.range, lane, scale)
            if area.intersects(lane):
                self._draw_region(painter, region, area, lane, scale)
        painter.restore()

    def _area(self, span: SampleRange, lane: QRect, scale: Timescale) -> QRect:
        left = lane.left() + scale.x_of(span.start_samples)
        right = lane.left() + scale.x_of(span.end_samples)
        top = lane.top() + _INSET_PX
        return QRect(left, top, max(right - left, 2), lane.height() - 2 * _INSET_PX)

    def _draw_clip(
        self, painter: QPainter, clip: Clip, area: QRect, lane: QRect, scale: Timescale
    ) -> None:
        theme = self._theme
        self._box(painter, area, QColor(theme.recorded_body), theme.recorded_header, CLIP_HEADER_PX)
        wave_area = area.adjusted(0, CLIP_HEADER_PX, 0, -1)
        source = self._view.wave_of_clip(clip)
        if source is not None and not clip.is_muted:
            wave = Wave(
                f"{clip.media_id}/{clip.stream_index}",
                source,
                clip.source_start_samples - clip.start_samples,
                10.0 ** (clip.gain_db / 20.0),
                theme.recorded_peak,
                theme.recorded_rms,
            )
            self.tiles.draw(painter, wave, wave_area & lane, scale, lane.left())
        name = self._view.clip_name(clip)
        if source is None:
            name += "  (its sound isn't there)"
        elif clip.is_muted:
            name += "  (muted)"
        header = QRect(area.left(), area.top(), area.width(), CLIP_HEADER_PX)
        painter.setFont(self._font)
        self._text(painter, name, header & lane, theme.text if source else theme.error)
        self._fades(painter, clip, wave_area, scale)

    def _fades(self, painter: QPainter, clip: Clip, area: QRect, scale: Timescale) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.text), 1.0))
        for length, left_to_right in (
            (clip.fade_in.length_samples, True),
            (clip.fade_out.length_samples, False),
        ):
            width = length / scale.samples_per_px
            if width < 2:
                continue
            outer = area.left() if left_to_right else area.right()
            inner = outer + width if left_to_right else outer - width
            curve = QPainterPath(QPointF(outer, area.bottom()))
            curve.quadTo(QPointF((outer + inner) / 2, area.top()), QPointF(inner, area.top()))
            painter.drawPath(curve)
        painter.restore()

    def _draw_region(
        self, painter: QPainter, region: Region, area: QRect, lane: QRect, scale: Timescale
    ) -> None:
        colours = self._theme.task(region.task)
        body = QColor(colours.body)
        if not region.comp:
            body.setAlphaF(0.68)  # what will be replaced still sounds, so it shows through
        self._box(painter, area, body, colours.header, REGION_HEADER_PX)
        wave_area = area.adjusted(1, REGION_HEADER_PX, -1, -1)
        self._region_sound(painter, region, wave_area, lane, scale)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(QColor(colours.wave), 1.0)
        if region.status is RegionStatus.OPEN:
            pen.setDashPattern([4.0, 3.0])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.restore()
        self._cue(painter, region.task, wave_area, colours.wave)
        self._region_header(painter, region, area, lane, colours.wave)

    def _region_sound(
        self, painter: QPainter, region: Region, area: QRect, lane: QRect, scale: Timescale
    ) -> None:
        takes = {take.id: take for take in region.takes}
        for segment in region.comp:
            span = self._area(segment.range, lane, scale)
            take = takes[segment.take_id]
            source = self._view.wave_of_take(take)
            if source is not None:
                place = QRect(span.left(), area.top(), span.width(), area.height()) & area & lane
                self.tiles.draw(
                    painter, self._take_wave(take, source, region), place, scale, lane.left()
                )
        if not region.comp and area.width() > 90:
            painter.setFont(self._font)
            words = "Not made yet" if not region.takes else "No take chosen"
            self._text(painter, words, area.adjusted(18, 0, 0, 0) & lane, self._theme.dim)

    def _take_wave(self, take: Take, source: WaveSource, region: Region) -> Wave:
        colours = self._theme.task(region.task)
        peak = QColor(colours.wave)
        peak.setHsvF(peak.hueF(), peak.saturationF(), peak.valueF() * 0.74)
        return Wave(
            take.path,
            source,
            take.head_samples - take.region.start_samples,
            10.0 ** (take.gain_db / 20.0),
            peak.name(),
            colours.wave,
        )

    def _cue(self, painter: QPainter, task: Task, area: QRect, colour: str) -> None:
        """Draw what tells the task without its colour: a bar, brackets, or chevrons."""
        if area.width() < 12:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colour), 2.0))
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

    def _region_header(
        self, painter: QPainter, region: Region, area: QRect, lane: QRect, colour: str
    ) -> None:
        header = QRect(area.left(), area.top(), area.width(), REGION_HEADER_PX) & lane
        if header.width() < _NAME_PX // 2:
            return
        icon = QRectF(header.left() + 5, header.top() + 3, 12, 12)
        draw_task(painter, region.task, icon, colour)
        words = STATUS_WORDS[region.status]
        painter.setFont(self._font)
        needed = QFontMetrics(self._font).horizontalAdvance(words) + 22
        name_right = header.right() - 4
        if header.width() > needed + _NAME_PX + 20:
            name_right = header.right() - needed
            box = QRectF(name_right + 2, header.top() + 3, 12, 12)
            draw_status(painter, region.status, box, self._theme.text)
            place = QRect(name_right + 18, header.top(), needed, header.height())
            painter.setPen(QColor(self._theme.text))
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
        painter.setFont(self._bold)
        name = QRect(header.left() + 16, header.top(), name_right - header.left() - 18, 18)
        self._text(painter, region.name, name, self._theme.text)

    def _box(
        self, painter: QPainter, area: QRect, body: QColor, header: str, header_px: int
    ) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(area), 3, 3)
        painter.fillPath(outline, body)
        painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
        painter.fillRect(QRect(area.left(), area.top(), area.width(), header_px), QColor(header))
        painter.restore()

    def _text(self, painter: QPainter, words: str, place: QRect, colour: str) -> None:
        """Write in a place, cut short with an ellipsis; nothing where there is no room."""
        if place.width() < _NAME_PX:
            return
        metrics = painter.fontMetrics()
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width() - 10)
        painter.setPen(QColor(colour))
        painter.drawText(place.adjusted(6, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, shown)
