"""A field that takes the next key pressed for what it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit

from prismdesk.ui.actions.keymap import pressed_key, shown_key
from prismdesk.ui.fonts import ui_font

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

_LEAVING = frozenset({Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Escape})


class KeyCapture(QLineEdit):
    """Shows the key that was pressed here; ``captured`` sends it in Qt's portable text.

    Tab and Escape are not taken: they lead on and out, here as everywhere.
    """

    captured = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(ui_font(12))
        self.setReadOnly(True)
        self.setAccessibleName("New key")
        self.setAccessibleDescription("Press the key that the action is to have.")
        self.setPlaceholderText("Click here, then press a key")

    def event(self, event: QEvent) -> bool:
        """Take keys before any shortcut does."""
        if isinstance(event, QKeyEvent) and event.key() not in _LEAVING:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress:
                self._take(event)
                return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Say what to do now."""
        self.setPlaceholderText("Press a key…")
        super().focusInEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Say how to begin."""
        self.setPlaceholderText("Click here, then press a key")
        super().focusOutEvent(event)

    def _take(self, event: QKeyEvent) -> None:
        key = pressed_key(event)
        if key:
            self.setText(shown_key(key))
            self.captured.emit(key)
