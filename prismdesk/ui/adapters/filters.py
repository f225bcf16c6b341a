"""What of the library is looked for: words, what fits, what is used, stars, engine, order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QWidget

from prismdesk.adapters.search import Order
from prismdesk.ui.adapters.listing import Wanted, family_name
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.buttons import KeyButton, icon_button
from prismdesk.ui.widgets.fields import ChoiceField
from prismdesk.ui.widgets.flow_layout import FlowLayout

if TYPE_CHECKING:
    from prismdesk.ui.adapters.listing import Listing
    from prismdesk.ui.theme import Theme

_AFTER_TYPING_MS = 120
_SEARCH_PX = 180
_ORDERS = (
    (Order.NEWEST, "Newest"),
    (Order.NAME, "By name"),
    (Order.FAVOURITES, "Favourites first"),
    (Order.MODEL, "By model"),
)


class Filters(QWidget):
    """A search field, switches and two lists; ``changed`` when something else is looked for.

    Args:
        theme: colours.
    """

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._families: tuple[str, ...] = ()
        self.search = QLineEdit()
        self.search.setFont(ui_font(12))
        self.search.setPlaceholderText("Name, trigger or tag")
        self.search.setAccessibleName("Look for presets")
        self.search.setClearButtonEnabled(True)
        self.search.setMinimumWidth(scaled_px(_SEARCH_PX))
        self.fitting = self._switch("Fits the region's model", theme)
        self.used = self._switch("Used here", theme)
        self.used.setToolTip("Show what regions of this project use, or have takes of.")
        self.starred = icon_button(IconName.STAR, theme, "Favourites only", checkable=True)
        self.family = ChoiceField("Presets for", [("", "All engines")])
        self.order = ChoiceField("Order", list(_ORDERS))
        self.order.setToolTip("In which order presets are shown")
        flow = FlowLayout(spacing_px=scaled_px(8))
        for part in (
            self.search, self.fitting, self.used, self.starred, self.family, self.order,
        ):  # fmt: skip
            flow.addWidget(part)
        self.setLayout(flow)
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_AFTER_TYPING_MS)
        self._typing.timeout.connect(self.changed)
        self.search.textChanged.connect(lambda _: self._typing.start())
        for switch in (self.fitting, self.used, self.starred):
            switch.toggled.connect(lambda _: self.changed.emit())
        for choice in (self.family, self.order):
            choice.activated.connect(lambda _: self.changed.emit())

    def wanted(self, engine: str, variant: str) -> Wanted:
        """Return what is looked for, for a region's model."""
        order = self.order.value
        return Wanted(
            text=self.search.text(),
            only_fitting=self.fitting.isChecked() and bool(engine),
            only_used=self.used.isChecked(),
            only_favourites=self.starred.isChecked(),
            family=str(self.family.value or ""),
            order=order if isinstance(order, Order) else Order.NEWEST,
            engine=engine,
            variant=variant,
        )

    def show_listing(self, listing: Listing) -> None:
        """Offer what makes sense for what there is."""
        name = listing.model_name
        self.fitting.setText(f"Fits {name}" if name else "Fits the region's model")
        self.fitting.setEnabled(bool(name))
        reason = "Show what this model can use." if name else "Select a region first."
        self.fitting.setToolTip(reason)
        self.fitting.setAccessibleDescription(reason)
        if listing.families != self._families:
            self._families, before = listing.families, self.family.value
            names = [(family, f"For {family_name(family)}") for family in listing.families]
            self.family.set_choices([("", "All engines"), *names])
            self.family.set_value(before)
        self.family.setVisible(len(listing.families) > 1 or bool(listing.wanted.family))

    def clear(self) -> None:
        """Look for everything."""
        for part in (self.search, self.fitting, self.used, self.starred):
            part.blockSignals(True)
        self.search.clear()
        for switch in (self.fitting, self.used, self.starred):
            switch.setChecked(False)
        self.family.set_value("")
        for part in (self.search, self.fitting, self.used, self.starred):
            part.blockSignals(False)

    def _switch(self, text: str, theme: Theme) -> QPushButton:
        made = KeyButton(text, theme)
        made.setCheckable(True)
        return made
