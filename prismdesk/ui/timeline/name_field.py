"""A name that is read until it is double clicked, then typed in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from prismdesk.ui.fonts import ui_font

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QResizeEvent


class NameField(QLineEdit):
    """``renamed`` carries the new name; Escape leaves the old one.

    F2, Enter or a double click starts; Enter or leaving it ends.
    """

    renamed = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._name = ""
        self.setFrame(False)
        self.setReadOnly(True)
        self.setFont(ui_font(12, bold=True))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("kind", "name")
        self.setStyleSheet("QLineEdit:read-only { background: transparent; border: none; }")
        self.returnPressed.connect(self._toggle)

    def show_name(self, name: str) -> None:
        """Take up the name, unless another is being typed."""
        self._name = name
        if self.isReadOnly():
            self._show_elided()
            self.setToolTip(name)

    def start(self) -> None:
        """Let a new name be typed."""
        self.setText(self._name)
        self.setReadOnly(False)
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Cut the name where it no longer fits."""
        super().resizeEvent(event)
        if self.isReadOnly():
            self._show_elided()

    def _show_elided(self) -> None:
        room_px = self.width() - 14
        right = Qt.TextElideMode.ElideRight
        self.setText(self.fontMetrics().elidedText(self._name, right, room_px))
        self.setCursorPosition(0)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Start typing; a second one selects a word as usual."""
        if self.isReadOnly():
            self.start()
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Start at F2, give up at Escape."""
        if event.key() == Qt.Key.Key_F2 and self.isReadOnly():
            self.start()
        elif event.key() == Qt.Key.Key_Escape and not self.isReadOnly():
            self._stop(self._name)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Take what was typed."""
        super().focusOutEvent(event)
        if not self.isReadOnly():
            self._stop(self.text().strip())

    def _toggle(self) -> None:
        if self.isReadOnly():
            self.start()
        else:
            self._stop(self.text().strip())

    def _stop(self, name: str) -> None:
        before, self._name = self._name, name or self._name
        self.setReadOnly(True)
        self.deselect()
        self.show_name(self._name)
        if self._name != before:
            self.renamed.emit(self._name)
