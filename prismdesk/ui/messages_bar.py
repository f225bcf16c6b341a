"""Where messages to the user appear: over the foot of the window, without taking the focus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QChildEvent, QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QDockWidget,
    QListWidget,
    QListWidgetItem,
    QMainWindow,
    QStatusBar,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.message_card import MessageCard, kind_word
from prismdesk.ui.messages import Message, MessageKind, Messages
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import caption

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prismdesk.ui.theme import Theme

SHOWN_AT_ONCE = 3
WIDTH_PX = 460
HISTORY_COUNT = 200
_MOVES = frozenset({QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move, QEvent.Type.Resize})


@dataclass(frozen=True, slots=True)
class PastMessage:
    """A message with the time it came."""

    at: datetime
    message: Message

    def line(self) -> str:
        """Return all of it in one line."""
        words = f"{self.at:%H:%M:%S}  {kind_word(self.message.kind)}: {self.message.title}"
        return f"{words} {self.message.body}".rstrip()


class MessagesBar(QWidget):
    """Stacks the newest messages over the foot of ``over``; earlier ones are in the history.

    Args:
        messages: the door they come through.
        theme: the colours.
        over: what it lies over; it moves and grows along. A status bar there stays free, and above
            it the strips of ``keep_free``.
        history: what was told before, where the window is made anew.
    """

    def __init__(
        self,
        messages: Messages,
        theme: Theme,
        over: QWidget,
        *,
        history: Sequence[PastMessage] = (),
    ) -> None:
        super().__init__(over)
        self._theme = theme
        self._over = over
        self._history = list(history)
        self._cards: list[MessageCard] = []
        self._strips: list[QWidget] = []
        self._more = plain_button("", theme)
        self._more.clicked.connect(self.show_history)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(scaled_px(8))
        self._column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName("Messages")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._front = QTimer(self)
        self._front.setSingleShot(True)
        # Not at once: a dock shows its tab only if nothing lies over it when it hears of that.
        self._front.setInterval(0)
        self._front.timeout.connect(self.raise_)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        # What a strip lies in may still be on its way.
        self._later.setInterval(0)
        self._later.timeout.connect(self._place)
        over.installEventFilter(self)
        for child in over.children():
            child.installEventFilter(self)
        messages.posted.connect(self._show_message)
        self._looking = QTimer(self)
        self._looking.setSingleShot(True)
        # Once for all that changes in one turn, and after whoever else follows it.
        self._looking.setInterval(0)
        self._looking.timeout.connect(self._dismiss_settled)
        messages.looked_again.connect(self._looking.start)
        self.hide()

    @property
    def history(self) -> tuple[PastMessage, ...]:
        """Messages of this sitting, oldest first, at most the last 200."""
        return tuple(self._history)

    @property
    def cards(self) -> tuple[MessageCard, ...]:
        """The messages that were not dismissed, oldest first."""
        return tuple(self._cards)

    def set_theme(self, theme: Theme) -> None:
        """Draw the messages from now on in a theme's colours."""
        self._theme = theme

    def keep_free(self, strip: QWidget) -> None:
        """Leave a strip of controls at the foot free, too, as long as it is shown."""
        self._strips = [one for one in self._strips if isValid(one)] + [strip]
        strip.installEventFilter(self)
        self._place()

    def dismiss_all(self) -> None:
        """Take every message away; the history keeps them."""
        for card in self.cards:
            self._dismiss(card)

    def show_history(self) -> None:
        """Show all messages of this sitting in a window of their own."""
        dialog = MessageHistory(self.history, self.window())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Stay at the foot of what it lies over, and in front of its panels."""
        if watched is self._over:
            if event.type() == QEvent.Type.Resize:
                self._place()
            elif isinstance(event, QChildEvent) and event.added():
                event.child().installEventFilter(self)
        elif event.type() == QEvent.Type.ZOrderChange and self._is_panel(watched):
            self._front.start()
        elif event.type() in _MOVES and watched in self._strips:
            self._later.start()
        return False

    def event(self, event: QEvent) -> bool:
        """Grow and shrink with the cards."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._place()
        return super().event(event)

    def _show_message(self, message: Message) -> None:
        self._history.append(PastMessage(datetime.now().astimezone(), message))
        del self._history[:-HISTORY_COUNT]
        self._announce(message)
        if self._cards and self._cards[-1].message == message:
            self._cards[-1].repeat()
            return
        card = MessageCard(message, self._theme)
        card.dismissed.connect(partial(self._dismiss, card))
        self._cards.append(card)
        self._column.addWidget(card)
        self._arrange()

    def _announce(self, message: Message) -> None:
        event = QAccessibleAnnouncementEvent(
            self, f"{kind_word(message.kind)}: {message.title} {message.body}".rstrip()
        )
        if message.kind is MessageKind.ERROR:
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def _dismiss(self, card: MessageCard) -> None:
        if card not in self._cards:
            return
        self._cards.remove(card)
        self._column.removeWidget(card)
        card.hide()
        card.deleteLater()
        self._arrange()

    def _dismiss_settled(self) -> None:
        for card in self.cards:
            if card.message.stands is not None and not card.message.stands():
                self._dismiss(card)

    def _arrange(self) -> None:
        hidden = len(self._cards) - SHOWN_AT_ONCE
        for number, card in enumerate(self._cards):
            card.setVisible(number >= hidden)
        self._more.setText(f"{hidden} earlier…")
        self._more.setVisible(hidden > 0)
        self.setVisible(bool(self._cards))
        self._place()

    def _place(self) -> None:
        margin = scaled_px(12)
        width = min(scaled_px(WIDTH_PX), self._over.width() - 2 * margin)
        foot = self._foot() - margin
        height = min(self._column.totalHeightForWidth(width), max(foot - margin, 0))
        self.setGeometry(self._over.width() - width - margin, foot - height, width, height)
        self.raise_()

    def _foot(self) -> int:
        """Return where what lies at the foot of the window and stays free begins."""
        foot = self._over.height() - self._status_height()
        for strip in self._strips:
            if not isValid(strip) or not strip.isVisible():
                continue
            top = strip.mapTo(self._over, QPoint(0, 0)).y()
            # One that lies higher, with panels below it, is out of the way.
            if top + 2 * strip.height() >= foot:
                foot = min(foot, top)
        return foot

    def _is_panel(self, widget: QObject) -> bool:
        """Whether it is a dock or the middle of the window, which Qt raises as it moves them."""
        over = self._over
        is_middle = isinstance(over, QMainWindow) and widget is over.centralWidget()
        return is_middle or isinstance(widget, QDockWidget)

    def _status_height(self) -> int:
        bars = self._over.findChildren(QStatusBar)
        return max((bar.height() for bar in bars if not bar.isHidden()), default=0)


class MessageHistory(QDialog):
    """Lists what was told; a line can be copied."""

    def __init__(self, messages: Sequence[PastMessage], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Messages")
        self.setFont(ui_font(12))
        self.rows = QListWidget()
        self.rows.setWordWrap(True)
        self.rows.setAccessibleName("Messages, newest first")
        for past in reversed(messages):
            self.rows.addItem(QListWidgetItem(past.line()))
        column = QVBoxLayout(self)
        column.addWidget(self.rows)
        if not messages:
            column.addWidget(caption("Nothing was told yet.", kind="dim"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self.resize(scaled_px(560), scaled_px(320))
