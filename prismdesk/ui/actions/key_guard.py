"""Which keys stay with the control that has the focus, although an action wants them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QKeySequenceEdit,
    QLineEdit,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QWidget,
)
from shiboken6 import isValid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

_Key = Qt.Key
_MOVING = frozenset(
    {_Key.Key_Up, _Key.Key_Down, _Key.Key_Left, _Key.Key_Right}
    | {_Key.Key_Home, _Key.Key_End, _Key.Key_PageUp, _Key.Key_PageDown}
)
_PRESSING = frozenset({_Key.Key_Space, _Key.Key_Return, _Key.Key_Enter, _Key.Key_Select})
_EDITING = (
    QKeySequence.StandardKey.Undo,
    QKeySequence.StandardKey.Redo,
    QKeySequence.StandardKey.Cut,
    QKeySequence.StandardKey.Copy,
    QKeySequence.StandardKey.Paste,
    QKeySequence.StandardKey.SelectAll,
    QKeySequence.StandardKey.MoveToNextWord,
    QKeySequence.StandardKey.MoveToPreviousWord,
    QKeySequence.StandardKey.SelectNextWord,
    QKeySequence.StandardKey.SelectPreviousWord,
    QKeySequence.StandardKey.MoveToStartOfDocument,
    QKeySequence.StandardKey.MoveToEndOfDocument,
    QKeySequence.StandardKey.SelectStartOfDocument,
    QKeySequence.StandardKey.SelectEndOfDocument,
    QKeySequence.StandardKey.DeleteStartOfWord,
    QKeySequence.StandardKey.DeleteEndOfWord,
)
_READING = (QKeySequence.StandardKey.Copy, QKeySequence.StandardKey.SelectAll)
_COMMANDING = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)


class KeyGuard(QObject):
    """Follows the focus and keeps from the actions what the focused control needs.

    Text fields keep all that types or edits text, texts to read what copies them, lists what moves
    in them. Buttons, sliders and the like keep Space and arrows only if the keyboard brought the
    focus to them: who clicks a button means to go on playing with Space.

    Args:
        application: whose focus is followed.
        parent: the guard lives as long.
        pressed: called with each key that is left to the actions, before they hear of it.
    """

    def __init__(
        self, application: QApplication, parent: QObject, pressed: Callable[[QKeyEvent], object]
    ) -> None:
        super().__init__(parent)
        self._pressed = pressed
        self._watched: QWidget | None = None
        self._by_mouse = False
        application.focusChanged.connect(self._follow)
        self._follow(None, application.focusWidget())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Accept a key in the control's name before the actions see it."""
        if (
            event.type() != QEvent.Type.ShortcutOverride
            or not isinstance(event, QKeyEvent)
            or not isinstance(watched, QWidget)
        ):
            return False
        if keeps_key(watched, event, by_mouse=self._by_mouse):
            event.accept()
            return True
        self._pressed(event)
        return False

    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = now
        self._by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if now is not None:
            now.installEventFilter(self)


def keeps_key(widget: QWidget, event: QKeyEvent, *, by_mouse: bool) -> bool:
    """Tell whether a key belongs to the control that has the focus.

    Args:
        widget: the control.
        event: the key.
        by_mouse: the control was clicked; else the keyboard or the program brought the focus.
    """
    if takes_text(widget):
        return _types_or_edits(event)
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        return _matches(event, _READING) or (_is_plain(event) and event.key() in _MOVING)
    if isinstance(widget, QAbstractItemView):
        return event.key() in _MOVING or _presses(event)
    if by_mouse:
        return False
    if isinstance(widget, QAbstractButton):
        moves = _is_plain(event) and event.key() in _MOVING
        return _presses(event) or (moves and _is_one_of_several(widget))
    if isinstance(widget, QComboBox | QAbstractSlider | QTabBar):
        return _is_plain(event) and (event.key() in _MOVING or _presses(event))
    return False


def takes_text(widget: QWidget) -> bool:
    """Tell whether text is typed into a control now."""
    if isinstance(widget, QLineEdit | QTextEdit | QPlainTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QComboBox):
        return widget.isEditable()
    return isinstance(widget, QAbstractSpinBox | QKeySequenceEdit)


def _is_one_of_several(button: QAbstractButton) -> bool:
    group = button.group()
    return button.autoExclusive() or (group is not None and group.exclusive())


def _types_or_edits(event: QKeyEvent) -> bool:
    if not event.modifiers() & _COMMANDING:
        return not _Key.Key_F1 <= event.key() <= _Key.Key_F35
    # Ctrl and Alt together type a character on many keyboards (AltGr).
    return _matches(event, _EDITING) or (_is_alt_graph(event) and event.text().isprintable())


def _is_alt_graph(event: QKeyEvent) -> bool:
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    is_combined = event.modifiers() & both == both
    return bool(event.text()) and not event.text().isascii() and is_combined


def _matches(event: QKeyEvent, keys: Iterable[QKeySequence.StandardKey]) -> bool:
    return any(event.matches(key) for key in keys)


def _presses(event: QKeyEvent) -> bool:
    return _is_plain(event) and event.key() in _PRESSING


def _is_plain(event: QKeyEvent) -> bool:
    return not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
