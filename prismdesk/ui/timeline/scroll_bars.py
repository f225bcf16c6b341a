"""Scroll bars that lie over the lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QPainter, QPalette
from PySide6.QtWidgets import QScrollBar, QStyle, QStyleOptionSlider

from prismdesk.ui.timeline.measures import SCROLL_BAR_PX

if TYPE_CHECKING:
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QWidget

    from prismdesk.ui.timeline.layout import TimelineLayout
    from prismdesk.ui.timeline.timescale import Timescale

_FINEST_STEPS = 10**6
"""More than Qt's whole numbers can hold are pixels of a film seen sample by sample."""


class ThinScrollBar(QScrollBar):
    """A scroll bar that is one rounded handle; lanes show through beside it."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the handle where the style has it."""
        option = QStyleOptionSlider()
        self.initStyleOption(option)
        handle = self.style().subControlRect(
            QStyle.ComplexControl.CC_ScrollBar, option, QStyle.SubControl.SC_ScrollBarSlider, self
        )
        painter = QPainter(self)
        painter.fillRect(
            handle.adjusted(1, 1, -1, -1), self.palette().color(QPalette.ColorRole.Dark)
        )
        painter.end()


class ScrollBars(QObject):
    """One along the film, one down the rows; each is there where there is more than is seen."""

    scrolled_to_px = Signal(object)
    rows_scrolled_to_px = Signal(int)

    def __init__(self, canvas: QWidget) -> None:
        super().__init__(canvas)
        self._unit_px = 1
        self._along = ThinScrollBar(Qt.Orientation.Horizontal, canvas)
        self._down = ThinScrollBar(Qt.Orientation.Vertical, canvas)
        for bar, name in (
            (self._along, "Scroll along the film"),
            (self._down, "Scroll the tracks"),
        ):
            bar.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            bar.setAccessibleName(name)
            bar.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self._along.valueChanged.connect(self._tell_along)
        self._down.valueChanged.connect(self.rows_scrolled_to_px)

    def refresh(self, scale: Timescale, layout: TimelineLayout, size: QSize) -> None:
        """Take up what is shown."""
        self._unit_px = max(1, -(-scale.last_first_px // _FINEST_STEPS))
        for bar in (self._along, self._down):
            bar.blockSignals(True)
        self._along.setRange(0, scale.last_first_px // self._unit_px)
        self._along.setPageStep(max(1, scale.width_px // self._unit_px))
        self._along.setSingleStep(max(1, 40 // self._unit_px))
        self._along.setValue(scale.first_px // self._unit_px)
        room = max(0, size.height() - layout.tracks_top_px)
        self._down.setRange(0, max(0, layout.content_px - room))
        self._down.setPageStep(max(1, room))
        self._down.setSingleStep(24)
        self._down.setValue(layout.scrolled_px)
        for bar in (self._along, self._down):
            bar.blockSignals(False)
        has_down = self._down.maximum() > 0
        right = size.width() - (SCROLL_BAR_PX if has_down else 0)
        self._along.setGeometry(
            layout.header_px,
            size.height() - SCROLL_BAR_PX,
            max(0, right - layout.header_px),
            SCROLL_BAR_PX,
        )
        self._down.setGeometry(
            size.width() - SCROLL_BAR_PX, layout.tracks_top_px, SCROLL_BAR_PX, room
        )
        self._along.setVisible(self._along.maximum() > 0)
        self._down.setVisible(has_down)

    def _tell_along(self, value: int) -> None:
        self.scrolled_to_px.emit(value * self._unit_px)
