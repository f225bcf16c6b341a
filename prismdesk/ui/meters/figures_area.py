"""Lets the loudness figures scroll where the panel is lower than they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy

from prismdesk.ui.fonts import scaled_px

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QWidget

_LEAST_HEIGHT_PX = 60


class FiguresArea(QScrollArea):
    """As wide as its figures, and as its scroll bar where there is one; it asks for little height.

    Args:
        figures: a widget of a width of its own.
    """

    def __init__(self, figures: QWidget) -> None:
        super().__init__()
        self._figures = figures
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setWidgetResizable(True)
        self.setWidget(figures)
        self.setAccessibleName("Loudness")
        figures.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self._fit()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for all figures."""
        return QSize(self.minimumWidth(), self._figures.sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for the first figure."""
        return QSize(self.minimumWidth(), scaled_px(_LEAST_HEIGHT_PX))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Follow the figures, which are wider and higher at another text scale."""
        if watched is self._figures and event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """See whether the scroll bar is needed now."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        scrolls = self._figures.minimumSizeHint().height() > self.height()
        bar_px = self.verticalScrollBar().sizeHint().width() if scrolls else 0
        self.setFixedWidth(self._figures.minimumWidth() + bar_px)
        # What can't be scrolled is no stop of the Tab key.
        policy = Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
