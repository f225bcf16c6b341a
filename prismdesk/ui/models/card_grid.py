"""Cards under headings, as many side by side as there is room for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QGridLayout, QWidget

from prismdesk.ui.theme import scaled_px
from prismdesk.ui.widgets.labels import section_label

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtGui import QResizeEvent

_LEAST_CARD_PX = 330
_MOST_COLUMNS = 3


class CardGrid(QWidget):
    """Lays cards out in columns of one width, a heading above each group."""

    def __init__(self) -> None:
        super().__init__()
        self._groups: dict[str, tuple[QWidget, ...]] = {}
        self._headings: list[QWidget] = []
        self._placed: list[QWidget] = []
        self._columns = 1
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(scaled_px(12))

    @property
    def columns(self) -> int:
        """How many cards are side by side."""
        return self._columns

    def set_groups(self, groups: Mapping[str, Sequence[QWidget]]) -> None:
        """Show these cards; others that were shown are hidden, and stay whose they are."""
        kept = {card for cards in groups.values() for card in cards}
        for card in (card for cards in self._groups.values() for card in cards):
            if card not in kept:
                card.hide()
        self._groups = {heading: tuple(cards) for heading, cards in groups.items() if cards}
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Take as many columns as there is room for."""
        super().resizeEvent(event)
        fitting = self.width() // scaled_px(_LEAST_CARD_PX)
        columns = max(1, min(_MOST_COLUMNS, fitting))
        if columns != self._columns:
            self._columns = columns
            self._arrange()

    def _arrange(self) -> None:
        # Taken out by their widgets: a place that outlives its widget's next one keeps old heights.
        for widget in (*self._headings, *self._placed):
            self._grid.removeWidget(widget)
        self._placed = [card for cards in self._groups.values() for card in cards]
        for heading in self._headings:
            heading.hide()
            heading.deleteLater()
        self._headings = []
        line = 0
        for words, cards in self._groups.items():
            heading = section_label(words)
            self._headings.append(heading)
            self._grid.addWidget(heading, line, 0, 1, self._columns)
            for number, card in enumerate(cards):
                below, place = divmod(number, self._columns)
                self._grid.addWidget(card, line + 1 + below, place)
                card.show()
            line += 2 + (len(cards) - 1) // self._columns
        for place in range(_MOST_COLUMNS):
            self._grid.setColumnStretch(place, 1 if place < self._columns else 0)
