"""Cards of thousands of presets: only those that are seen are there, and go round as it scrolls."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from prismdesk.ui.adapters.card import HEIGHT_PX, PresetCard
from prismdesk.ui.theme import scaled_px

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtGui import QResizeEvent

    from prismdesk.adapters.card import Preset
    from prismdesk.ui.adapters.listing import Entry, Listing
    from prismdesk.ui.turns import Turns

_LEAST_CARD_PX = 232
_MOST_COLUMNS = 6
_GAP_PX = 12
_MARGIN_PX = 14


class CardWall(QScrollArea):
    """Lays the cards of a listing out in columns of one width, all of one height.

    ``picked`` carries the preset that is meant from now on.

    Args:
        make_card: gives a card, tied to what happens with it.
        turns: when cards are made that aren't there yet: one at a time.
    """

    picked = Signal(object)

    def __init__(self, make_card: Callable[[], PresetCard], turns: Turns) -> None:
        super().__init__()
        self._turns = turns
        self._make_card = make_card
        self._entries: tuple[Entry, ...] = ()
        self._model_name = ""
        self._cards: dict[int, PresetCard] = {}
        self._spare: list[PresetCard] = []
        self._chain: list[QWidget] = []
        self._heard: Path | None = None
        self._picked = -1
        self._body = _Body()
        self.setWidget(self._body)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().valueChanged.connect(self._fill)
        self.verticalScrollBar().setSingleStep(scaled_px(40))

    @property
    def columns(self) -> int:
        """How many cards are side by side."""
        room = self.viewport().width() - 2 * scaled_px(_MARGIN_PX) + scaled_px(_GAP_PX)
        fitting = room // (scaled_px(_LEAST_CARD_PX) + scaled_px(_GAP_PX))
        return max(1, min(_MOST_COLUMNS, fitting))

    @property
    def cards(self) -> tuple[PresetCard, ...]:
        """The cards that are there now, in order."""
        return tuple(card for _, card in sorted(self._cards.items()))

    @property
    def picked_preset(self) -> Preset | None:
        """The one that is meant; None for none."""
        in_range = 0 <= self._picked < len(self._entries)
        return self._entries[self._picked].preset if in_range else None

    def show_listing(self, listing: Listing) -> None:
        """Show what was found; what is meant stays so if it is still there."""
        meant = self.picked_preset
        self._entries, self._model_name = listing.entries, listing.model_name
        paths = {} if meant is None else {e.preset.path: n for n, e in enumerate(self._entries)}
        self._picked = -1 if meant is None else paths.get(meant.path, -1)
        for number in [one for one in self._cards if one >= len(self._entries)]:
            self._put_away(number)
        for number, card in self._cards.items():
            card.show_entry(self._entries[number], self._model_name)
        self._arrange()

    def show_heard(self, path: Path | None, fraction: float | None = None) -> None:
        """Show which example is played, and how far it is."""
        self._heard = path
        for card in self._cards.values():
            card.show_heard(self._is_heard(card), fraction)

    def pick(self, number: int, *, with_keyboard: bool = False) -> None:
        """Mean another card, and bring it into view."""
        if not 0 <= number < len(self._entries):
            return
        self._picked = number
        box = self._place(number)
        # Its upper edge last: where a card is higher than the wall, its name is what counts.
        self.ensureVisible(box.center().x(), box.bottom(), 0, scaled_px(_GAP_PX))
        self.ensureVisible(box.center().x(), box.top(), 0, scaled_px(_GAP_PX))
        self._fill()
        if number not in self._cards:
            self._put_card(number)
        for place, card in self._cards.items():
            card.show_picked(place == number)
        if with_keyboard:
            self._cards[number].setFocus(Qt.FocusReason.OtherFocusReason)
        self.picked.emit(self._entries[number].preset)

    def pick_reference(self, reference: str, *, with_keyboard: bool = False) -> bool:
        """Mean the card of a reference; False if it isn't among those found."""
        for number, entry in enumerate(self._entries):
            if entry.preset.reference == reference:
                self.pick(number, with_keyboard=with_keyboard)
                return True
        return False

    def take_focus(self) -> bool:
        """Give the keyboard to the card that is meant, else to the first; False without cards."""
        if not self._entries:
            return False
        self.pick(max(0, self._picked), with_keyboard=True)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Take as many columns as there is room for."""
        super().resizeEvent(event)
        self._arrange()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Ask for two cards side by side."""
        return QSize(scaled_px(2 * _LEAST_CARD_PX + 60), scaled_px(2 * HEIGHT_PX))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Get along with a card."""
        return QSize(scaled_px(_LEAST_CARD_PX + 2 * _MARGIN_PX), scaled_px(60))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Keep a card in view while the keyboard is in it."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, PresetCard):
            number = self._number_of(watched)
            if number >= 0 and number != self._picked:
                self.pick(number)
        return super().eventFilter(watched, event)

    def _arrange(self) -> None:
        margin, gap = scaled_px(_MARGIN_PX), scaled_px(_GAP_PX)
        rows = -(-len(self._entries) // self.columns)
        height = rows * (scaled_px(HEIGHT_PX) + gap) + margin if rows else 0
        self._body.resize(self.viewport().width(), height)
        for number, card in self._cards.items():
            card.setGeometry(self._place(number))
        self._fill()
        for number, card in self._cards.items():
            card.show_picked(number == self._picked)

    def _place(self, number: int) -> QRect:
        margin, gap = scaled_px(_MARGIN_PX), scaled_px(_GAP_PX)
        columns, high = self.columns, scaled_px(HEIGHT_PX)
        wide = (self.viewport().width() - 2 * margin - (columns - 1) * gap) // columns
        below, beside = divmod(number, columns)
        return QRect(
            QPoint(margin + beside * (wide + gap), below * (high + gap)), QSize(wide, high)
        )

    def _fill(self) -> None:
        """Have cards where they are seen; others wait for their next entry."""
        step = scaled_px(HEIGHT_PX) + scaled_px(_GAP_PX)
        top, columns = self.verticalScrollBar().value(), self.columns
        first = max(0, top // step) * columns
        last = min(len(self._entries), ((top + self.viewport().height()) // step + 1) * columns)
        focused = self.focusWidget()
        for number in [one for one in self._cards if not first <= one < last]:
            card = self._cards[number]
            if focused is None or not (card is focused or card.isAncestorOf(focused)):
                self._put_away(number)
        lacking = [number for number in range(first, last) if number not in self._cards]
        at_once = len(self._spare) or 1
        for number in lacking[:at_once]:
            self._put_card(number)
        if len(lacking) > at_once:
            self._turns.add(self._fill_on, self)
        else:
            self._order_focus()

    def _fill_on(self) -> None:
        self._fill()

    def _put_card(self, number: int) -> None:
        card = self._spare.pop() if self._spare else self._new_card()
        self._cards[number] = card
        card.show_entry(self._entries[number], self._model_name)
        card.show_picked(number == self._picked)
        card.show_heard(self._is_heard(card))
        card.setGeometry(self._place(number))
        card.show()

    def _put_away(self, number: int) -> None:
        card = self._cards.pop(number)
        card.write_now()
        card.hide()
        self._spare.append(card)

    def _new_card(self) -> PresetCard:
        card = self._make_card()
        card.setParent(self._body)
        card.installEventFilter(self)
        card.picked.connect(lambda: self.pick(self._number_of(card)))
        card.moved.connect(lambda by, down: self._move_from(card, by, down))
        return card

    def _move_from(self, card: PresetCard, by: int, down: int) -> None:
        number = self._number_of(card) + by + down * self.columns
        self.pick(number, with_keyboard=True)

    def _number_of(self, card: PresetCard) -> int:
        return next((number for number, one in self._cards.items() if one is card), -1)

    def _order_focus(self) -> None:
        """Let Tab go through the cards as they lie, not as they were made."""
        chain = [control for card in self.cards for control in card.tab_chain]
        if chain != self._chain:
            self._chain = chain
            for before, after in pairwise(chain):
                QWidget.setTabOrder(before, after)

    def _is_heard(self, card: PresetCard) -> bool:
        preset = card.preset
        return self._heard is not None and preset is not None and preset.example == self._heard


class _Body(QWidget):
    """As high as all cards would be."""
