"""Cards, as many side by side as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from prismdesk.ui.theme import scaled_px

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

_LEAST_CARD_PX = 310
_MOST_COLUMNS = 3


class CardGrid(QWidget):
    """Lays cards out in columns of one width."""

    def __init__(self) -> None:
        super().__init__()
        self._cards: tuple[QWidget, ...] = ()
        self._columns = 1
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(scaled_px(12))

    @property
    def columns(self) -> int:
        """How many cards are side by side."""
        return self._columns

    def set_cards(self, cards: Sequence[QWidget]) -> None:
        """Show these cards; others that were shown are hidden, and stay whose they are."""
        # Taken out by their widgets: a place that outlives its widget's next one keeps old heights.
        for card in self._cards:
            self._grid.removeWidget(card)
            if card not in cards:
                card.hide()
        self._cards = tuple(cards)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Take as many columns as there is room for."""
        super().resizeEvent(event)
        fitting = self.width() // scaled_px(_LEAST_CARD_PX)
        columns = max(1, min(_MOST_COLUMNS, fitting))
        if columns != self._columns:
            self._columns = columns
            for card in self._cards:
                self._grid.removeWidget(card)
            self._arrange()

    def _arrange(self) -> None:
        for number, card in enumerate(self._cards):
            below, place = divmod(number, self._columns)
            self._grid.addWidget(card, below, place)
            card.show()
        for place in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(place, 1 if place < self._columns else 0)
