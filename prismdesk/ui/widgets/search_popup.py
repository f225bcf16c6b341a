"""A popup that lists what fits what is typed; the keyboard stays in its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QListWidget, QWidget

from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

_MOVES = {
    Qt.Key.Key_Up: -1,
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_PageUp: -8,
    Qt.Key.Key_PageDown: 8,
}
SEARCH_ROW_PX = 28
"""Height of a row of the list at 100 % text scale."""


class _Line(QLineEdit):
    """A line that hands the keys of a list on, and keeps those that type."""

    def __init__(self, popup: SearchPopup) -> None:
        super().__init__()
        self._popup = popup

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Move in the list or do what the popup does; type otherwise."""
        if not self._popup.take_key(event):
            super().keyPressEvent(event)


class SearchPopup(QFrame):
    """A line above a list; what is listed and what choosing does is the subclass's.

    Args:
        parent: beside which it is shown.
        placeholder: what the line says while it is empty.
        search_name: what the line is called.
        list_name: what the list is called.
        empty: stands below the list and says why there is nothing in it.
        hint: which keys do what.
        size_px: width and height at 100 % text scale.
    """

    def __init__(
        self,
        parent: QWidget,
        *,
        placeholder: str,
        search_name: str,
        list_name: str,
        empty: QLabel,
        hint: str,
        size_px: tuple[int, int],
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setProperty("kind", "card")
        self.search = _Line(self)
        self.search.setFont(ui_font(12))
        self.search.setPlaceholderText(placeholder)
        self.search.setAccessibleName(search_name)
        self.search.textChanged.connect(lambda _: self.refresh())
        self.list = QListWidget()
        self.list.setFont(ui_font(12))
        self.list.setIconSize(QSize(scaled_px(14), scaled_px(14)))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setAccessibleName(list_name)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(lambda _: self.choose())
        self.empty = empty
        keys = caption(hint, kind="faint", wraps=True)
        layout = column(self.search, self.list, self.empty, keys, spacing_px=8)
        margin = scaled_px(10)
        layout.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(layout)
        self.resize(*map(scaled_px, size_px))

    def refresh(self) -> None:
        """List what fits the search."""
        raise NotImplementedError

    def choose(self) -> None:
        """Take what the row shows, and close."""
        raise NotImplementedError

    def show_below(self, widget: QWidget) -> None:
        """Show it below a widget, as far as the screen has room, and type into it."""
        screen = widget.screen().availableGeometry()
        place = widget.mapToGlobal(QPoint(0, widget.height()))
        left = min(place.x(), screen.right() - self.width())
        top = min(place.y(), screen.bottom() - self.height())
        self.move(max(screen.left(), left), max(screen.top(), top))
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a key does in the list; False if it is for the line."""
        key, keys = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key == Qt.Key.Key_Escape:
            self.close()
        elif key in _MOVES:
            self._move_by(_MOVES[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.choose()
        else:
            return self.take_own_key(key, keys)
        return True

    def take_own_key(self, key: int, keys: Qt.KeyboardModifier) -> bool:
        """Do what only this popup does by a key; False if it is for the line."""
        return False

    def _move_by(self, rows: int) -> None:
        if self.list.count():
            row = min(max(self.list.currentRow() + rows, 0), self.list.count() - 1)
            self.list.setCurrentRow(row)
