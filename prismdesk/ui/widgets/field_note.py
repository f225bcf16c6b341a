"""A short note beside a field: what it takes, where something else was typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel, QWidget

from prismdesk.ui.fonts import scaled_px, ui_font

SHOWN_MS = 5000
_GONE_WITH = frozenset({QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.KeyPress})


class FieldNote(QLabel):
    """Lies over the field's window, below the field, for a moment or until the next key there.

    Unlike a tool tip it stays when the focus goes on to the next field.

    Args:
        field: what it is about.
        words: what it says; a screen reader says it at once.
    """

    def __init__(self, field: QWidget, words: str) -> None:
        for earlier in field.window().findChildren(FieldNote):
            earlier.leave()
        super().__init__(words, field.window())
        self._field = field
        self.setObjectName("field_note")
        self.setFont(ui_font(11))
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setMargin(scaled_px(5))
        self.adjustSize()
        self._place()
        field.installEventFilter(self)
        field.destroyed.connect(self.deleteLater)
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(self.deleteLater)
        timer.start(SHOWN_MS)
        self.show()
        self.raise_()
        event = QAccessibleAnnouncementEvent(field, f"{field.accessibleName()}: {words}")
        QAccessible.updateAccessibility(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Go with the next key in the field, and where the field goes."""
        if event.type() in _GONE_WITH:
            self.leave()
        return False

    def leave(self) -> None:
        """Go now."""
        self.hide()
        self.deleteLater()

    def _place(self) -> None:
        window, gap = self._field.window(), scaled_px(3)
        below = self._field.mapTo(window, QPoint(0, self._field.height() + gap))
        if below.y() + self.height() > window.height():
            below.setY(self._field.mapTo(window, QPoint(0, 0)).y() - gap - self.height())
        left = max(0, min(below.x(), window.width() - self.width()))
        self.move(left, below.y())
