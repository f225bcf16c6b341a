"""The box a prompt is typed into: Enter has its sound made, Shift+Enter begins a new line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy

from prismdesk.ui.theme import scaled_px, ui_font

if TYPE_CHECKING:
    from PySide6.QtGui import QContextMenuEvent

_ENTER = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
_NO_KEYS, _CONTROL, _SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


class PromptEdit(QPlainTextEdit):
    """Some lines of text.

    ``submitted`` follows Enter and Ctrl+Enter; ``escaped`` Escape, which leaves the box as Tab
    does; ``left`` follows whenever the keyboard has gone elsewhere. While an input method puts a
    character together, all keys are its own.
    """

    submitted = Signal()
    escaped = Signal()
    left = Signal()

    def __init__(self, lines: int) -> None:
        super().__init__()
        self._lines = lines
        self._is_composing = False
        self.setFont(ui_font(12))
        self.setTabChangesFocus(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be as high as its lines."""
        return QSize(scaled_px(240), self.fontMetrics().lineSpacing() * self._lines + scaled_px(18))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Never be lower than its lines."""
        return QSize(scaled_px(120), self.sizeHint().height())

    def event(self, event: QEvent) -> bool:
        """Keep Ctrl+Enter, which is an action's key elsewhere."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and _asks_for_sound(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Leave on Escape, submit on Enter, begin a line on Shift+Enter."""
        if self._is_composing:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.clearFocus()
            self.escaped.emit()
        elif _asks_for_sound(event):
            if not event.isAutoRepeat():
                self.submitted.emit()
        elif event.key() in _ENTER and _modifiers(event) == _SHIFT:
            self.insertPlainText("\n")
            self.ensureCursorVisible()
        else:
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:  # noqa: N802  (Qt's name)
        """Note whether a character is being put together."""
        self._is_composing = bool(event.preeditString())
        super().inputMethodEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802  (Qt's name)
        """Show the usual menu of texts in the window's font."""
        menu = self.createStandardContextMenu()
        menu.setFont(ui_font(12))
        menu.exec(event.globalPos())

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell that typing is over."""
        self._is_composing = False
        super().focusOutEvent(event)
        self.left.emit()


def _asks_for_sound(event: QKeyEvent) -> bool:
    return event.key() in _ENTER and _modifiers(event) in (_NO_KEYS, _CONTROL)


def _modifiers(event: QKeyEvent) -> Qt.KeyboardModifier:
    return event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
