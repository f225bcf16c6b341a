"""The strip over the ruler: the whole film at once, and which part of it the lanes show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from prismdesk.errors import PrismDeskError
from prismdesk.project.lookup import clips_of
from prismdesk.project.model import Task
from prismdesk.ui.timeline.tile_images import image_of_pixels
from prismdesk.ui.waves import Columns, draw_columns

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.timebase import SampleRange
    from prismdesk.ui.timeline.view import TimelineView
    from prismdesk.ui.waves import WaveSource

_TASK_ROWS = {Task.INPAINT: 0, Task.GENERATE: 1, Task.CONTINUE: 2}
_LEAST_MARK_PX = 4


@dataclass(frozen=True, slots=True)
class _Part:
    """A clip as the strip shows it."""

    source: WaveSource
    span: SampleRange
    source_start_samples: int


class Overview:
    """Draws the strip; its wave is computed off the window's thread, once for each width."""

    def __init__(self, view: TimelineView, later: Callable[[Callable[[], None]], None]) -> None:
        self._view = view
        self._later = later
        self._wave: QImage | None = None
        self._wanted: tuple[int, int] | None = None

    def forget(self) -> None:
        """Let the wave be computed again; the old one stays until then."""
        self._wanted = None

    def draw(self, painter: QPainter, area: QRect) -> None:
        """Draw into an area as wide as the lanes."""
        theme = self._view.theme
        painter.fillRect(area, QColor(theme.field))
        self._ask(area.width(), area.height())
        if self._wave is not None:
            painter.drawImage(area, self._wave)
        row_px = area.height() / 3
        colours = {task: QColor(theme.task(task).wave) for task in _TASK_ROWS}
        for region in self._view.document.project.regions:
            left = area.left() + self._x_of(region.range.start_samples, area)
            width = max(_LEAST_MARK_PX, self._x_of(region.range.length_samples, area))
            top = area.top() + round(row_px * _TASK_ROWS[region.task]) + 1
            mark = QRect(left, top, width, max(4, round(row_px) - 2))
            painter.fillRect(mark, colours[region.task])
        self._draw_viewport(painter, area)
        painter.fillRect(QRect(area.left(), area.bottom(), area.width(), 1), QColor(theme.line))

    def position_at(self, x_px: int, width_px: int) -> int:
        """Return the sample under a pixel of the strip."""
        end = self._view.scale.end_samples
        return max(0, min(x_px, width_px)) * end // max(width_px, 1)

    def _draw_viewport(self, painter: QPainter, area: QRect) -> None:
        seen = self._view.scale.seen
        first, last = (self._x_of(at, area) for at in (seen.start_samples, seen.end_samples))
        if last - first >= area.width():
            return
        painter.setPen(QPen(QColor(self._view.theme.text), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        width = max(min(last, area.width()) - first - 2, 4)
        painter.drawRect(QRect(area.left() + first + 1, area.top() + 1, width, area.height() - 3))

    def _x_of(self, samples: int, area: QRect) -> int:
        return samples * area.width() // max(1, self._view.scale.end_samples)

    def _ask(self, width_px: int, height_px: int) -> None:
        """Have the wave computed where it isn't under way already."""
        if self._wanted == (width_px, height_px) or width_px < 1:
            return
        self._wanted = (width_px, height_px)
        view = self._view
        end = view.scale.end_samples
        parts = []
        for clip in clips_of(view.document.project):
            source = view.document.wave_of_clip(clip)
            if source is not None and not clip.is_muted:
                parts.append(_Part(source, clip.range, clip.source_start_samples))
        colours = (_rgb(view.theme.line_strong), _rgb(view.theme.recorded_peak))

        def work() -> None:
            wave = _loudest(parts, end, width_px)
            pixels = draw_columns(wave, height_px, peak_rgb=colours[0], rms_rgb=colours[1])
            self._wave = image_of_pixels(pixels)

        self._later(work)


def _loudest(parts: list[_Part], end_samples: int, width_px: int) -> Columns:
    """Return the loudest of all clips under each pixel, in one channel."""
    samples_per_px = -(-end_samples // max(width_px, 1))
    lowest = np.zeros((1, width_px), dtype=np.float32)
    highest, rms = lowest.copy(), lowest.copy()
    for part in parts:
        first = part.span.start_samples // samples_per_px
        count = min(-(-part.span.length_samples // samples_per_px), width_px - first)
        if count <= 0:
            continue
        try:
            columns = part.source.columns(part.source_start_samples, samples_per_px, count)
        except PrismDeskError:
            continue
        there = slice(first, first + count)
        np.minimum(lowest[:, there], columns.lowest.min(0), out=lowest[:, there])
        np.maximum(highest[:, there], columns.highest.max(0), out=highest[:, there])
        np.maximum(rms[:, there], columns.rms.max(0), out=rms[:, there])
    return Columns(lowest, highest, rms)


def _rgb(colour: str) -> tuple[int, int, int]:
    value = QColor(colour)
    return value.red(), value.green(), value.blue()
