"""The strip over the ruler: the whole film at once, and which part of it the lanes show."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from prismdesk.project.model import Task
from prismdesk.ui.waves import Columns, draw_columns

if TYPE_CHECKING:
    from prismdesk.ui.project_view import ProjectView
    from prismdesk.ui.theme import Theme
    from prismdesk.ui.timeline.timescale import Timescale

_TASK_ROWS = {Task.INPAINT: 0, Task.GENERATE: 1, Task.CONTINUE: 2}


class Overview:
    """Draws the strip; its waveform is computed once for each width."""

    def __init__(self, view: ProjectView, theme: Theme) -> None:
        self._view = view
        self._theme = theme
        self._wave: QImage | None = None

    def draw(self, painter: QPainter, area: QRect, scale: Timescale, position: int) -> None:
        """Draw into an area as wide as the lanes; ``position`` is the playhead's sample."""
        painter.fillRect(area, QColor(self._theme.field))
        if self._wave is None or self._wave.width() != area.width():
            self._wave = self._draw_wave(area.width(), area.height())
        painter.drawImage(area.topLeft(), self._wave)
        for region in self._view.project.regions:
            left = area.left() + self._x_of(region.range.start_samples, area)
            width = max(4, self._x_of(region.range.length_samples, area))
            mark = QRect(left, 2 + 6 * _TASK_ROWS[region.task], width, 4)
            painter.fillRect(mark, QColor(self._theme.task(region.task).wave))
        first = self._x_of(scale.samples_at(0), area)
        last = self._x_of(scale.samples_at(scale.width_px), area)
        if last - first < area.width():
            painter.setPen(QPen(QColor(self._theme.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(
                QRect(area.left() + first + 1, 1, max(last - first - 2, 4), area.height() - 2)
            )
        here = area.left() + self._x_of(position, area)
        painter.fillRect(QRect(here, 0, 1, area.height()), QColor(self._theme.playhead))

    def position_at(self, x_px: int, width_px: int) -> int:
        """Return the sample under a pixel of the strip."""
        return max(0, min(x_px, width_px)) * self._view.end_samples // max(width_px, 1)

    def _x_of(self, samples: int, area: QRect) -> int:
        return samples * area.width() // self._view.end_samples

    def _draw_wave(self, width_px: int, height_px: int) -> QImage:
        """Draw the loudest of all lanes in one line."""
        samples_per_px = -(-self._view.end_samples // max(width_px, 1))
        lowest = np.zeros((1, width_px), dtype=np.float32)
        highest, rms = lowest.copy(), lowest.copy()
        for row in self._view.rows:
            for clip in row.lane.clips:
                source = self._view.wave_of_clip(clip)
                first = clip.start_samples // samples_per_px
                count = min(-(-clip.length_samples // samples_per_px), width_px - first)
                if source is None or count <= 0:
                    continue
                part = source.columns(clip.source_start_samples, samples_per_px, count)
                there = slice(first, first + count)
                np.minimum(lowest[:, there], part.lowest.min(0), out=lowest[:, there])
                np.maximum(highest[:, there], part.highest.max(0), out=highest[:, there])
                np.maximum(rms[:, there], part.rms.max(0), out=rms[:, there])
        quiet, core = QColor(self._theme.line_strong), QColor(self._theme.recorded_peak)
        picture = draw_columns(
            Columns(lowest, highest, rms),
            height_px,
            peak_rgb=(quiet.red(), quiet.green(), quiet.blue()),
            rms_rgb=(core.red(), core.green(), core.blue()),
        )
        image = QImage(
            picture.data,
            width_px,
            height_px,
            picture.strides[0],
            QImage.Format.Format_ARGB32_Premultiplied,
        )
        return image.copy()
