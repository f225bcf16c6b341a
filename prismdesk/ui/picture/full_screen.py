"""The picture alone on a whole screen: the second one where there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from prismdesk.ui.picture.surface import PictureSurface, ShownPicture

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QScreen

    from prismdesk.ui.theme import Theme

_CLOSING_KEYS = (Qt.Key.Key_Escape, Qt.Key.Key_F)


class FullScreenPicture(QWidget):
    """A window that shows the shared picture; Escape or F closes it, ``closed`` tells.

    It is a tool window of the main one, so that the main window's keys go on working.
    """

    closed = Signal()

    def __init__(self, shown: ShownPicture, theme: Theme, owner: QWidget) -> None:
        super().__init__(owner, Qt.WindowType.Tool | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_MacAlwaysShowToolWindow)
        self.setWindowTitle("Picture")
        self.surface = PictureSurface(shown, theme, self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.surface)

    def open(self) -> None:
        """Fill the screen that the main window isn't on, or its own if there is no other."""
        parent = self.parentWidget()
        own = parent.screen() if parent is not None else self.screen()
        self.setGeometry(other_screen(own).geometry())
        self.showFullScreen()
        self.activateWindow()

    def event(self, event: QEvent) -> bool:
        """Claim the closing keys before the main window's actions get them."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _closes(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Close on Escape and F."""
        if _closes(event):
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell that it is gone."""
        super().closeEvent(event)
        self.closed.emit()


def other_screen(own: QScreen) -> QScreen:
    """Return a screen besides the given one, or that one if there is no other."""
    others = [screen for screen in QGuiApplication.screens() if screen is not own]
    return others[0] if others else own


def _closes(event: QKeyEvent) -> bool:
    has_modifier = bool(event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)
    return event.key() in _CLOSING_KEYS and not has_modifier
