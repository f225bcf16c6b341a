"""The column left of the lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from prismdesk.ui.fonts import ui_font

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.timeline.view import TimelineView


class HeaderColumn(QWidget):
    """Headers of ruler, picture, tracks and takes, beside their rows.

    ``height_wanted`` carries a track's id and the height that its lanes were dragged to;
    ``spectrogram_wanted`` its id and whether it shall be drawn as a spectrum.
    """

    height_wanted = Signal(object, int)
    spectrogram_wanted = Signal(object, bool)

    def __init__(self, view: TimelineView, desktop: Desktop, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._desktop = desktop
        self._takes_tools: QWidget | None = None

    def refresh(self) -> None:
        """Take up rows and project."""
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(0, 0, self._view.layout.header_px, parent.height())
        self.update()

    def refresh_selection(self) -> None:
        """Take up what is selected."""
        self.update()

    def set_takes_tools(self, widget: QWidget) -> None:
        """Take a widget for the last row of the open takes."""
        self._takes_tools = widget

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw the captions."""
        painter = QPainter(self)
        theme = self._view.theme
        painter.fillRect(event.rect(), QColor(theme.panel))
        painter.setFont(ui_font(11))
        painter.setPen(QColor(theme.faint))
        place = QRect(12, 0, self.width() - 12, self._view.layout.measures.overview_px)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, "Whole film")
        painter.end()
