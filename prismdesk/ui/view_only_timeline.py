"""The timeline: overview, ruler and lanes, with the playhead over everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from prismdesk.ui.lane_header import draw_lane_header
from prismdesk.ui.lane_painter import LanePainter
from prismdesk.ui.overview import Overview
from prismdesk.ui.ruler import draw_ruler
from prismdesk.ui.theme import (
    HEADER_WIDTH_PX,
    OVERVIEW_HEIGHT_PX,
    RULER_HEIGHT_PX,
    Theme,
    ui_font,
)
from prismdesk.ui.timeline.timescale import Timescale

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QResizeEvent, QWheelEvent

    from prismdesk.ui.playhead import Playhead
    from prismdesk.ui.project_view import ProjectView

TOP_PX = OVERVIEW_HEIGHT_PX + RULER_HEIGHT_PX
LOWEST_LANE_PX, HIGHEST_LANE_PX, USUAL_LANE_PX = 78, 260, 150
_WHEEL_UNITS_PER_STEP = 60
_HEAD = ((-6, 0), (6, 0), (6, 7), (0, 13), (-6, 7))


class Timeline(QWidget):
    """Shows a project's lanes; a click or drag moves the playhead, the wheel zooms.

    ``scale_changed`` tells what is shown after each zoom, scroll and resize.
    """

    scale_changed = Signal(object)

    def __init__(
        self, view: ProjectView, playhead: Playhead, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._view = view
        self._playhead = playhead
        self._theme = theme
        self._lanes = LanePainter(view, theme)
        self._overview = Overview(view, theme)
        self._scale = Timescale(end_samples=view.end_samples, width_px=800, level=0).fitting()
        self._shows_whole_film = True
        self._wheel_rest = 0
        self._drags_overview = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Timeline")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(TOP_PX + LOWEST_LANE_PX * max(len(view.rows), 1))
        playhead.moved.connect(self._follow)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for all lanes."""
        return QSize(1200, TOP_PX + USUAL_LANE_PX * max(len(self._view.rows), 1))

    @property
    def scale(self) -> Timescale:
        """What is shown."""
        return self._scale

    def zoom(self, steps: int) -> None:
        """Zoom in about the playhead, or about the middle if it isn't seen."""
        x = self._scale.x_of(self._playhead.position_samples)
        if not 0 <= x < self._scale.width_px:
            x = self._scale.width_px // 2
        self._show(self._scale.zoomed(steps, x))

    def zoom_to_film(self) -> None:
        """Show the whole film."""
        self._show(self._scale.fitting())

    def scroll_to(self, first_px: int) -> None:
        """Scroll to a pixel of the film."""
        if first_px != self._scale.first_px:
            self._show(self._scale.scrolled_to(first_px))

    def lane_area(self, index: int) -> QRect:
        """Return where a lane is drawn, without its header; lanes share the height there is."""
        count = max(len(self._view.rows), 1)
        height = (self.height() - TOP_PX) // count
        height = max(LOWEST_LANE_PX, min(height, HIGHEST_LANE_PX))
        return QRect(HEADER_WIDTH_PX, TOP_PX + index * height, self._scale.width_px, height)

    def _show(self, scale: Timescale) -> None:
        self._scale = scale
        self._shows_whole_film = scale == scale.fitting()
        self.scale_changed.emit(scale)
        self.update()

    def _follow(self, samples: int) -> None:
        scale = self._scale.showing(samples)
        if scale != self._scale:
            self._show(scale)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Keep what is shown; a whole film stays whole."""
        scale = self._scale.resized(event.size().width() - HEADER_WIDTH_PX)
        self._show(scale.fitting() if self._shows_whole_film else scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Move the playhead to where the button went down."""
        if event.button() is Qt.MouseButton.LeftButton and event.position().x() >= HEADER_WIDTH_PX:
            self._drags_overview = event.position().y() < OVERVIEW_HEIGHT_PX
            self._move_playhead(event.position().toPoint())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Take the playhead along while the button is held."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._move_playhead(event.position().toPoint())

    def _move_playhead(self, point: QPoint) -> None:
        x = point.x() - HEADER_WIDTH_PX
        if self._drags_overview:
            self._playhead.move_to(self._overview.position_at(x, self._scale.width_px))
        else:
            x = max(0, min(x, self._scale.width_px - 1))
            self._playhead.move_to(self._scale.samples_at(x))

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802  (Qt's name)
        """Zoom about the pointer; with Shift, or sideways, scroll."""
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y()):
            self.scroll_to(self._scale.first_px - (delta.x() or delta.y()))
        else:
            self._wheel_rest += delta.y()
            steps = int(self._wheel_rest / _WHEEL_UNITS_PER_STEP)
            self._wheel_rest -= steps * _WHEEL_UNITS_PER_STEP
            x = max(0, int(event.position().x()) - HEADER_WIDTH_PX)
            if steps:
                self._show(self._scale.zoomed(steps, x))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw what is seen."""
        theme = self._theme
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(theme.window))
        end_x = HEADER_WIDTH_PX + self._scale.x_of(self._view.end_samples)
        for index, row in enumerate(self._view.rows):
            lane = self.lane_area(index)
            film = lane.adjusted(0, 0, min(0, end_x - lane.right() - 1), 0)
            painter.fillRect(film, QColor(theme.lane_alternate if index % 2 else theme.lane))
            self._lanes.draw(painter, row, lane, self._scale)
            header = QRect(0, lane.top(), HEADER_WIDTH_PX, lane.height())
            draw_lane_header(painter, header, self._view.project, row, theme)
            painter.fillRect(QRect(0, lane.bottom(), self.width(), 1), QColor(theme.line))
        across = QRect(HEADER_WIDTH_PX, 0, self._scale.width_px, OVERVIEW_HEIGHT_PX)
        self._overview.draw(painter, across, self._scale, self._playhead.position_samples)
        ruler = QRect(HEADER_WIDTH_PX, OVERVIEW_HEIGHT_PX, self._scale.width_px, RULER_HEIGHT_PX)
        draw_ruler(painter, ruler, self._view, self._scale, theme)
        self._draw_captions(painter)
        self._draw_playhead(painter)
        painter.end()

    def _draw_captions(self, painter: QPainter) -> None:
        painter.fillRect(QRect(0, 0, HEADER_WIDTH_PX, TOP_PX), QColor(self._theme.panel))
        painter.setFont(ui_font(11))
        painter.setPen(QColor(self._theme.faint))
        for words, top, height in (
            ("Whole film", 0, OVERVIEW_HEIGHT_PX),
            ("Timecode", OVERVIEW_HEIGHT_PX, RULER_HEIGHT_PX),
        ):
            place = QRect(12, top, HEADER_WIDTH_PX - 12, height)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, words)
        painter.fillRect(QRect(0, TOP_PX - 1, self.width(), 1), QColor(self._theme.line))

    def _draw_playhead(self, painter: QPainter) -> None:
        x = HEADER_WIDTH_PX + self._scale.x_of(self._playhead.position_samples)
        if x < HEADER_WIDTH_PX:
            return
        case, core = QColor(self._theme.playhead_case), QColor(self._theme.playhead)
        painter.fillRect(QRect(x - 2, TOP_PX, 4, self.height()), case)
        painter.fillRect(QRect(x - 1, TOP_PX - 2, 2, self.height()), core)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(case, 1))
        painter.setBrush(core)
        painter.drawPolygon(QPolygonF([QPointF(x + dx, TOP_PX - 13 + dy) for dx, dy in _HEAD]))
