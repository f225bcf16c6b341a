"""A small popup that asks for one line of text: Enter takes it, Escape closes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from prismdesk.errors import PrismDeskError
from prismdesk.ui.fonts import scaled_px, ui_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QFont, QKeyEvent


class LinePopup(QFrame):
    """Asks for a line; what can't be taken is told below it, and the popup stays.

    Args:
        question: what to type.
        take: does something with the text; a ``PrismDeskError`` is shown, and asks again.
        text: to begin with, all of it selected.
        hint: a line of help below.
        font: of the line; the window's own if None.
        parent: the widget beside which it is shown.
    """

    def __init__(
        self,
        question: str,
        take: Callable[[str], object],
        *,
        text: str = "",
        hint: str = "",
        font: QFont | None = None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setProperty("kind", "card")
        self._take = take
        self._hint = hint
        label = QLabel(question)
        label.setFont(ui_font(12, bold=True))
        self.line = QLineEdit(text)
        self.line.setFont(font or ui_font(12))
        self.line.setAccessibleName(question)
        self.line.setMinimumWidth(scaled_px(240))
        self.words = QLabel(hint)
        self.words.setFont(ui_font(11))
        self.words.setWordWrap(True)
        label.setBuddy(self.line)
        column = QVBoxLayout(self)
        margin = scaled_px(12)
        column.setContentsMargins(margin, margin, margin, margin)
        column.setSpacing(scaled_px(8))
        for widget in (label, self.line, self.words):
            column.addWidget(widget)
        self._say(hint, is_error=False)
        self.line.textEdited.connect(lambda: self._say(self._hint, is_error=False))
        self.line.returnPressed.connect(self._enter)

    def show_at(self, place: QPoint) -> None:
        """Show it with its upper left corner at a point of the screen, and type into it."""
        self.adjustSize()
        screen = self.screen().availableGeometry()
        left = min(place.x(), screen.right() - self.width())
        top = min(place.y(), screen.bottom() - self.height())
        self.move(max(screen.left(), left), max(screen.top(), top))
        self.show()
        self.line.selectAll()
        self.line.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Close at Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def _enter(self) -> None:
        try:
            self._take(self.line.text().strip())
        except PrismDeskError as error:
            self._say(str(error), is_error=True)
            self.line.selectAll()
            return
        self.close()

    def _say(self, words: str, *, is_error: bool) -> None:
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.words.setProperty("kind", "error" if is_error else "faint")
        self.words.style().unpolish(self.words)
        self.words.style().polish(self.words)
        self.line.setAccessibleDescription(words)
        self.adjustSize()
