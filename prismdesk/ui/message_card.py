"""One message as a card: icon and word for its kind, what happened, what to do, remedies."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.widgets.buttons import icon_button, plain_button
from prismdesk.ui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QEnterEvent, QKeyEvent

    from prismdesk.ui.messages import Message
    from prismdesk.ui.theme import Theme

SHOWN_MS = 6000
"""How long a message stays that asks for nothing."""

_LOOKS = {
    MessageKind.INFO: (IconName.INFO, "Note", "accent", "raised"),
    MessageKind.GOOD: (IconName.CHECK_CIRCLE, "Done", "good", "good_fill"),
    MessageKind.WARNING: (IconName.WARNING, "Warning", "warning", "warning_fill"),
    MessageKind.ERROR: (IconName.ERROR, "Error", "error", "error_fill"),
}


def stays(message: Message) -> bool:
    """Whether a message waits for the user: errors, warnings, and what offers a remedy."""
    return message.kind in (MessageKind.ERROR, MessageKind.WARNING) or bool(message.buttons)


def kind_word(kind: MessageKind) -> str:
    """Return a kind as a word, for who doesn't see its colour."""
    return _LOOKS[kind][1]


class MessageCard(QFrame):
    """Shows one message; ``dismissed`` when it is to go."""

    dismissed = Signal()

    def __init__(self, message: Message, theme: Theme) -> None:
        super().__init__()
        self.message = message
        self._count = 1
        self._title = QLabel()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.dismissed)
        icon_name, word, colour, fill = _LOOKS[message.kind]
        self.setObjectName("message")
        self.setStyleSheet(
            f"#message {{ background: {getattr(theme, fill)}; border-radius: 6px;"
            f" border: 1px solid {getattr(theme, colour)}; }}"
        )
        self.setAccessibleName(f"{word}: {message.title}")
        self.setAccessibleDescription(message.body)
        mark = QLabel()
        ratio = self.devicePixelRatioF()
        mark.setPixmap(
            icon_pixmap(icon_name, getattr(theme, colour), size_px=16, pixel_ratio=ratio)
        )
        close = icon_button(IconName.CLOSE, theme, "Dismiss", self.dismissed.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(scaled_px(12), scaled_px(8), scaled_px(8), scaled_px(8))
        row.setSpacing(scaled_px(10))
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(self._words(theme), 1)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self._restart()

    def repeat(self) -> None:
        """Show that the same message came once more."""
        self._count += 1
        self._title.setText(f"{self.message.title}  (×{self._count})")
        self._restart()

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802  (Qt's name)
        """Wait while the pointer is on the card."""
        self._timer.stop()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  (Qt's name)
        """Begin to wait anew when the pointer leaves."""
        self._restart()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Have Escape dismiss the card that has the focus."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismissed.emit()
            return
        super().keyPressEvent(event)

    def _words(self, theme: Theme) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(scaled_px(4))
        self._title.setText(self.message.title)
        self._title.setFont(ui_font(12, bold=bool(self.message.body)))
        for label in (self._title, *self._body_label()):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
            label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            label.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            column.addWidget(label)
        if self.message.buttons:
            column.addWidget(self._buttons(theme))
        return column

    def _body_label(self) -> tuple[QLabel, ...]:
        if not self.message.body:
            return ()
        body = QLabel(self.message.body)
        body.setFont(ui_font(12))
        return (body,)

    def _buttons(self, theme: Theme) -> QWidget:
        strip = QWidget()
        row = FlowLayout(spacing_px=scaled_px(8), parent=strip)
        row.setContentsMargins(0, scaled_px(4), 0, 0)
        for text, do in self.message.buttons:
            button = plain_button(text, theme)
            button.clicked.connect(partial(self._act, do))
            row.addWidget(button)
        return strip

    def _act(self, do: Callable[[], object]) -> None:
        self.dismissed.emit()
        do()

    def _restart(self) -> None:
        if not stays(self.message):
            self._timer.start()
