"""The library of presets: looked through, filtered, sorted, heard, used, brought in and changed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtWidgets import QWidget

from prismdesk.ui.actions.keymap import shown_key
from prismdesk.ui.actions.table import spec_of
from prismdesk.ui.adapters.card import PresetCard
from prismdesk.ui.adapters.card_actions import CardActions
from prismdesk.ui.adapters.card_words import count_words
from prismdesk.ui.adapters.filters import Filters
from prismdesk.ui.adapters.importing import Importing
from prismdesk.ui.adapters.listing import Listing, look_up
from prismdesk.ui.adapters.training.run_card import RunCard
from prismdesk.ui.adapters.use import PresetUse
from prismdesk.ui.adapters.wall import CardWall
from prismdesk.ui.icons import IconName
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from prismdesk.project.changes import Changes
    from prismdesk.ui.adapters.hearing import ExampleHearing
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection

_MARGIN_PX = 14
_RUN_FROM_PX = 360
"""From this height on a card of what is trained stands above the others."""


class LibrarySide(QWidget):
    """Lists the presets that are looked for; what there is is looked up while it is seen.

    ``train_wanted``: the user wants to train one.

    Args:
        document: the project.
        selection: the region that presets are held against and put on.
        hearing: plays examples.
        desktop: colours, long work, messages, the shelf of presets.
    """

    train_wanted = Signal()

    def __init__(
        self, document: Document, selection: Selection, hearing: ExampleHearing, desktop: Desktop
    ) -> None:
        super().__init__()
        self._document = document
        self._hearing = hearing
        self._desktop = desktop
        self._shelf = desktop.presets
        self._looking: BackgroundTask[Listing] | None = None
        self._wanted_reference = ""
        self.listing = Listing()
        self.use = PresetUse(document, selection, desktop)
        self.actions_of_cards = CardActions(self, document, self.use, hearing, desktop)
        self.importing = Importing(self, desktop)
        self.wall = CardWall(self._make_card, desktop.turns)
        self.filters = Filters(desktop.theme)
        self.search = self.filters.search
        self._build_parts()
        self._lay_out()
        self._tie(selection)
        self._show_listing(self.listing)
        self._listing_seen.want()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Look at the folders anew: files may have been put there meanwhile."""
        super().showEvent(event)
        # Panels are seen for a moment before they are tabs behind others.
        QTimer.singleShot(0, self, self.look_if_seen)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Tell of what is trained where there is height for that and for cards."""
        super().resizeEvent(event)
        self.run_card.set_room(is_there=self.height() >= scaled_px(_RUN_FROM_PX))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Ask for no height for what is trained."""
        hint = super().minimumSizeHint()
        run_px = 0 if self.run_card.isHidden() else self.run_card.minimumSizeHint().height()
        return QSize(hint.width(), hint.height() - run_px)

    def show_preset(self, reference: str) -> None:
        """Bring the card of a preset into view, whatever is looked for now."""
        if not self.wall.pick_reference(reference, with_keyboard=True):
            self._wanted_reference = reference
            self.filters.clear()
            self._listing_seen.want()

    def look_if_seen(self, is_wanted: bool = True) -> None:
        """Look at the folders anew, now if the panel is seen, else when it comes to be."""
        if is_wanted:
            self._folders_seen.want()

    def _look_at_folders(self) -> None:
        self._shelf.look(self._desktop)

    def _build_parts(self) -> None:
        theme = self._desktop.theme
        self.run_card = RunCard(self._desktop)
        self.title = plain_label("Library")
        self.title.setFont(ui_font(15, bold=True))
        self.count = plain_label("", kind="faint")
        self.import_button = plain_button("Import…", theme, icon_name=IconName.PLUS)
        self.import_button.clicked.connect(self._ask_import)
        self.train_button = plain_button("Train new…", theme, icon_name=IconName.TRAIN)
        self.train_button.clicked.connect(self.train_wanted)
        self.nothing = wrapped_label(kind="dim")
        self.hint = wrapped_label(kind="faint")
        self.hint.setFont(ui_font(11))
        self.first_import = plain_button("Import…", theme, icon_name=IconName.PLUS)
        self.first_import.clicked.connect(self._ask_import)
        self.first_train = plain_button("Train new…", theme, icon_name=IconName.TRAIN)
        self.first_train.clicked.connect(self.train_wanted)
        self._show_tips()

    def _show_tips(self) -> None:
        """Say on the buttons what they do, and by which key."""
        actions = self._desktop.actions
        for action_id, buttons in (
            ("presets.import", (self.import_button, self.first_import)),
            ("train.new", (self.train_button, self.first_train)),
        ):
            keys = actions.keymap.keys_of(action_id)
            key = f" Key: {shown_key(keys[0])}" if keys else ""
            for button in buttons:
                button.setToolTip(f"{spec_of(action_id).help}{key}")

    def _lay_out(self) -> None:
        margin = scaled_px(_MARGIN_PX)
        head = row(self.title, self.count, None, self.import_button, self.train_button)
        head.setContentsMargins(margin, scaled_px(10), margin, 0)
        filters = column(self.filters, spacing_px=0)
        filters.setContentsMargins(margin, scaled_px(8), margin, scaled_px(10))
        self.empty = QWidget()
        empty = column(self.nothing, self.hint, spacing_px=8)
        empty.addLayout(row(self.first_import, self.first_train, None))
        empty.addStretch(1)
        empty.setContentsMargins(margin, margin, margin, margin)
        self.empty.setLayout(empty)
        whole = column(spacing_px=0)
        whole.addLayout(head)
        whole.addLayout(filters)
        trained = column(self.run_card, spacing_px=0)
        trained.setContentsMargins(margin, 0, margin, 0)
        whole.addLayout(trained)
        whole.addWidget(self.empty, 1)
        whole.addWidget(self.wall, 1)
        self.setLayout(whole)

    def _tie(self, selection: Selection) -> None:
        self._listing_seen = WhenSeen(self, self._look_up, self._desktop.turns)
        self._folders_seen = WhenSeen(self, self._look_at_folders, self._desktop.turns)
        self.filters.changed.connect(self._listing_seen.want)
        self._shelf.changed.connect(self._listing_seen.want)
        self._shelf.work_changed.connect(self._show_counts)
        self._desktop.models.changed.connect(self._listing_seen.want)
        self._desktop.actions.keymap_changed.connect(self._show_tips)
        selection.changed.connect(self._listing_seen.want)
        self._document.changed.connect(self._follow_document)
        self._hearing.changed.connect(self._show_heard)
        self._hearing.moved.connect(self._show_heard)

    def _ask_import(self) -> None:
        self.importing.ask()

    def _follow_document(self, changes: Changes) -> None:
        if changes.regions.touched or changes.takes.touched:
            self._listing_seen.want()

    def _look_up(self) -> None:
        """Work out what is shown, in a thread; the last wish counts."""
        if not self._shelf.is_known:
            self._shelf.look_once(self._desktop)
            return
        if self._looking is not None:
            self._looking.forget()
        region = self.use.region()
        model = ("", "") if region is None else (region.engine, region.variant)
        wanted, project = self.filters.wanted(*model), self._document.project
        self._looking = self._desktop.background.run(
            "Looking for presets",
            lambda _, cancelled: look_up(wanted, project, cancelled),
            done=self._show_listing,
            quiet=True,
            owner=self,
        )

    def _show_listing(self, listing: Listing) -> None:
        self._looking = None
        self.listing = listing
        self.filters.show_listing(listing)
        self.wall.show_listing(listing)
        self._show_counts()
        self._show_heard()
        if self._wanted_reference and listing.total:
            wanted, self._wanted_reference = self._wanted_reference, ""
            self.wall.pick_reference(wanted, with_keyboard=True)

    def _show_counts(self) -> None:
        listing = self.listing
        is_first = not self._shelf.is_known
        self.count.setText(count_words(listing.total, listing.folders))
        is_empty = not listing.entries
        self.empty.setVisible(is_empty)
        self.wall.setVisible(not is_empty)
        has_none = not listing.total and not is_first
        if is_first:
            self.nothing.setText("Looking at the folders of presets.")
        else:
            self.nothing.setText("No presets." if has_none else "No preset is like that.")
        self.hint.setText(
            "A preset gives a show, a place or a creature its own sound: an adapter file for SelVA "
            "or AudioX, brought in or trained here."
        )
        self.hint.setVisible(has_none)
        self.first_import.setVisible(has_none)
        self.first_train.setVisible(has_none)
        self.filters.setVisible(not has_none)
        # Where nothing is, the two stand below the words; one of each is enough.
        self.import_button.setVisible(not has_none)
        self.train_button.setVisible(not has_none)

    def _show_heard(self, fraction: float | None = None) -> None:
        self.wall.show_heard(self._hearing.path, fraction)

    def _make_card(self) -> PresetCard:
        card, actions = PresetCard(self._desktop), self.actions_of_cards
        card.play_wanted.connect(partial(actions.play, card))
        card.star_wanted.connect(partial(actions.star, card))
        card.use_wanted.connect(partial(actions.use, card))
        card.menu_wanted.connect(partial(actions.open_menu, card))
        card.strength_chosen.connect(partial(actions.set_strength, card))
        card.alpha_chosen.connect(partial(actions.set_alpha, card))
        card.base_wanted.connect(partial(actions.ask_base, card))
        return card
