"""The ring around the control that the keyboard is at.

A style sheet's outline stays within its widget, and a style written in Python would be asked for
every figure that Qt lays out with. So the ring is a small widget of its own that lies over its
control's neighbours, hears no mouse, and goes where the focus goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QAbstractSlider,
    QApplication,
    QComboBox,
    QLabel,
    QScrollBar,
    QTabBar,
    QWidget,
)
from shiboken6 import isValid

if TYPE_CHECKING:
    from prismdesk.ui.theme import Theme

GAP_PX = 2
"""Between the control and its ring."""
RADIUS_PX = 4

_RINGED = (QAbstractButton, QComboBox, QAbstractSlider, QTabBar, QLabel)
_MOVES = (
    QEvent.Type.Move,
    QEvent.Type.Resize,
    QEvent.Type.Show,
    QEvent.Type.Hide,
    QEvent.Type.ParentChange,
    QEvent.Type.ZOrderChange,
)


class FocusRing(QObject):
    """Puts the ring around the focused control, if the keyboard brought the focus there.

    Text fields, lists and the timeline show their focus themselves.
    """

    def __init__(self, application: QApplication, theme: Theme) -> None:
        super().__init__(application)
        self._theme = theme
        self._ring: _Ring | None = None
        self._watched: list[QWidget] = []
        application.focusChanged.connect(self._follow)

    def set_theme(self, theme: Theme) -> None:
        """Draw the ring in a theme's colour and thickness from now on."""
        self._theme = theme
        if self._ring is not None:
            self._ring.theme = theme
            self._place()

    @property
    def ringed(self) -> QWidget | None:
        """The control that has the ring now."""
        if self._ring is None or not isValid(self._ring) or not self._ring.isVisible():
            return None
        return self._watched[0]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Follow the control and what it lies in."""
        if event.type() in _MOVES and watched is not self._ring:
            self._place()
        return False

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        self._let_go()
        by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if now is None or by_mouse or not isinstance(now, _RINGED) or isinstance(now, QScrollBar):
            return
        around = self._ground_of(now)
        if around is None:
            return
        self._watched = [now]
        between = now.parentWidget()
        while between is not None and between is not around:
            self._watched.append(between)
            between = between.parentWidget()
        for widget in self._watched:
            widget.installEventFilter(self)
        self._ring = _Ring(around, self._theme)
        self._place()

    def _let_go(self) -> None:
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched = []
        ring, self._ring = self._ring, None
        if ring is not None and isValid(ring):
            ring.setParent(None)
            ring.deleteLater()

    def _reach_px(self) -> int:
        return GAP_PX + self._theme.focus_ring_px

    def _ground_of(self, widget: QWidget) -> QWidget | None:
        """Return the nearest widget around that has room for the ring, none that scrolls within."""
        around = widget.parentWidget()
        reach = self._reach_px()
        while around is not None and not around.isWindow():
            box = widget.rect().translated(widget.mapTo(around, QPoint(0, 0)))
            holds = around.rect().contains(box.adjusted(-reach, -reach, reach, reach))
            parent = around.parentWidget()
            if holds or isinstance(parent, QAbstractScrollArea):
                return around
            if parent is not None and isinstance(parent.parentWidget(), QAbstractScrollArea):
                return around
            around = parent
        return around

    def _place(self) -> None:
        if self._ring is None or not all(map(isValid, (self._ring, *self._watched))):
            return
        control, around = self._watched[0], self._ring.parentWidget()
        if around is None:
            return
        reach = self._reach_px()
        box = control.rect().translated(control.mapTo(around, QPoint(0, 0)))
        self._ring.setGeometry(box.adjusted(-reach, -reach, reach, reach))
        self._ring.setVisible(control.isVisible())
        self._ring.raise_()
        self._ring.update()


class _Ring(QWidget):
    def __init__(self, around: QWidget, theme: Theme) -> None:
        super().__init__(around)
        self.theme = theme
        self.setObjectName("focus_ring")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Paint the ring."""
        thickness = self.theme.focus_ring_px
        half = thickness / 2
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self.theme.accent), thickness))
        box = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(box, RADIUS_PX + GAP_PX, RADIUS_PX + GAP_PX)
