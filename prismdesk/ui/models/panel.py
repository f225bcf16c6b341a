"""The panel of models: a card for each, the terms before one is fetched, and the folders."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QLineEdit,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from prismdesk.session.model_words import plural
from prismdesk.ui.icons import IconName
from prismdesk.ui.models.card import ModelCard
from prismdesk.ui.models.card_grid import CardGrid
from prismdesk.ui.models.folder_rows import FolderRows
from prismdesk.ui.models.listing import Listing, look_up, matches
from prismdesk.ui.models.terms_page import TermsPage
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, wrapped_label
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent

    from prismdesk.engines.weights.model import Model
    from prismdesk.errors import PrismDeskError
    from prismdesk.project.changes import Changes
    from prismdesk.session.models import ListedModel
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection

_MARGIN_PX = 14


class ModelsPanel(QWidget):
    """Lists every model; gets, checks and removes them, and adds folders.

    What there is is looked up when the panel is shown, and anew when it has changed since.

    Args:
        document: the project: whether it is commercial, and the selected region's length.
        selection: the region.
        desktop: colours, long work, and the models.
    """

    def __init__(self, document: Document, selection: Selection, desktop: Desktop) -> None:
        super().__init__()
        self._document = document
        self._selection = selection
        self._desktop = desktop
        self._shelf = desktop.models
        self._is_stale = True
        self._is_looking = False
        self._wanted_terms = ""
        self.listing = Listing()
        self.cards: dict[str, ModelCard] = {}
        self.search = QLineEdit()
        self.search.setFont(ui_font(12))
        self.search.setPlaceholderText("Find a model")
        self.search.setAccessibleName("Find a model")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._show_cards)
        self.only_installed = QCheckBox("Installed only")
        self.only_installed.setFont(ui_font(12))
        self.only_installed.toggled.connect(self._show_cards)
        self.use_folder = plain_button("Use a folder…", desktop.theme, icon_name=IconName.FOLDER)
        self.use_folder.setToolTip(
            "Have weights looked for in a folder: the publishers', ComfyUI's, or one of your own."
        )
        self.use_folder.clicked.connect(self.ask_folder)
        self.count = plain_label("", kind="dim")
        self.nothing = wrapped_label(kind="dim")
        self.grid = CardGrid()
        self.folders = FolderRows(desktop.theme)
        self.folders.forget_wanted.connect(self._forget)
        self.terms = TermsPage(desktop.theme)
        self.terms.accepted.connect(self._fetch)
        self.terms.left.connect(self.show_list)
        self.terms.folder_wanted.connect(self.ask_folder)
        self._pages = QStackedWidget()
        self._list_page = self._make_list_page()
        self._pages.addWidget(self._list_page)
        self._pages.addWidget(self.terms)
        self.setLayout(column(self._pages))
        self._shelf.changed.connect(self.look_again)
        self._shelf.work_changed.connect(self._follow_work)
        self._shelf.terms_wanted.connect(self.show_terms)
        self._shelf.folder_wanted.connect(self.ask_folder)
        selection.changed.connect(self._show_memory)
        document.changed.connect(self._follow_document)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Look up what there is, if it may have changed."""
        super().showEvent(event)
        # Panels are seen for a moment before they are tabs behind others.
        QTimer.singleShot(0, self, self.look_if_stale)

    def look_if_stale(self, _: bool = True) -> None:
        """Look up what there is, if it may have changed; to be called when the panel is seen."""
        if self._is_stale:
            self.look_again()

    def look_again(self) -> None:
        """Look up what there is: at once if the panel is seen, else when it will be."""
        self._is_stale = True
        # A tab behind another counts as visible, but nothing of it is.
        is_seen = self.isVisible() and not self.visibleRegion().isEmpty()
        if self._is_looking or not (is_seen or self._wanted_terms):
            return
        self._is_looking, self._is_stale = True, False
        self._desktop.background.run(
            "Looking for models",
            look_up,
            done=self._show_listing,
            failed=self._tell_no_listing,
            quiet=True,
            owner=self,
        )

    def show_list(self) -> None:
        """Show the cards."""
        self._wanted_terms = ""
        left = self.terms.listed
        self._pages.setCurrentWidget(self._list_page)
        card = self.cards.get(left.model.id) if left is not None else None
        if card is None:
            self.search.setFocus()
            return
        (card.get if card.get.isVisibleTo(card) else self.search).setFocus()

    def show_terms(self, model_id: str) -> None:
        """Show the page from which a model is fetched, as soon as it is known."""
        self._wanted_terms = model_id
        listed = self.listing.model(model_id)
        if listed is None or self._is_stale:
            self.look_again()
            return
        self._wanted_terms = ""
        if self._shelf.work_on(model_id) is not None:
            self.show_list()
            return
        self.terms.show_terms(listed)
        self._pages.setCurrentWidget(self.terms)
        self.terms.take_focus()

    def ask_folder(self) -> None:
        """Ask for a folder with weights, and use it from now on."""
        name = QFileDialog.getExistingDirectory(self, "Use a folder with weights", str(Path.home()))
        if name:
            self.show_list()
            self._shelf.use_folder(Path(name), self._desktop)

    def _show_listing(self, listing: Listing) -> None:
        self._is_looking = False
        self.listing = listing
        for model_id in [one for one in self.cards if listing.model(one) is None]:
            gone = self.cards.pop(model_id)
            gone.hide()
            gone.deleteLater()
        for listed in listing.models:
            self._fill_card(listed)
        self._show_cards()
        self.folders.show_listing(listing)
        if self._wanted_terms:
            self.show_terms(self._wanted_terms)
        elif self._is_stale:
            self.look_again()

    def _tell_no_listing(self, error: PrismDeskError) -> None:
        self._is_looking = False
        self._desktop.messages.error(error)

    def _fill_card(self, listed: ListedModel) -> None:
        model_id = listed.model.id
        card = self.cards.get(model_id)
        if card is None:
            card = self.cards[model_id] = ModelCard(listed, self._desktop.theme)
            self._tie(card, listed.model)
        card.show_listed(listed, is_commercial=self._document.project.is_commercial)
        card.show_memory(self._region_seconds())
        self._follow_work(model_id)

    def _tie(self, card: ModelCard, model: Model) -> None:
        shelf, desktop = self._shelf, self._desktop
        card.get_wanted.connect(partial(self.show_terms, model.id))
        card.resume_wanted.connect(partial(shelf.fetch, model, desktop))
        card.repair_wanted.connect(partial(shelf.fetch_damaged, model, desktop))
        card.verify_wanted.connect(partial(shelf.verify, model, desktop))
        card.remove_wanted.connect(partial(shelf.remove, model, desktop))
        card.cancel_wanted.connect(partial(shelf.cancel, model.id))

    def _show_cards(self) -> None:
        """Show the cards that are looked for."""
        words, only = self.search.text(), self.only_installed.isChecked()
        groups = {
            heading: [
                self.cards[one.model.id]
                for one in models
                if matches(one, words, only_installed=only)
            ]
            for heading, models in self.listing.groups().items()
        }
        self.grid.set_groups(groups)
        shown = sum(map(len, groups.values()))
        installed = sum(one.state.is_installed for one in self.listing.models)
        self.count.setText(f"{plural(shown, 'model')} shown, {installed} installed")
        is_empty = not shown and bool(self.listing.models)
        self.nothing.setVisible(is_empty)
        self.nothing.setText(
            "None installed. Ambience works without."
            if only and not installed
            else "No model has these words in its name."
        )

    def _region_seconds(self) -> float | None:
        wanted = self._selection.region_id
        for region in self._document.project.regions:
            if region.id == wanted:
                return region.range.length_samples / self._document.times.rate_hz
        return None

    def _show_memory(self) -> None:
        seconds = self._region_seconds()
        for card in self.cards.values():
            card.show_memory(seconds)

    def _follow_document(self, changes: Changes) -> None:
        if changes.project_fields:
            for listed in self.listing.models:
                self._fill_card(listed)
        elif changes.regions.touched:
            self._show_memory()

    def _follow_work(self, model_id: str) -> None:
        card = self.cards.get(model_id)
        if card is not None:
            shelf = self._shelf
            work, error = shelf.work_on(model_id), shelf.error_of(model_id)
            card.show_work(work, error, shelf.checks_of(model_id))

    def _fetch(self, model: Model) -> None:
        self.show_list()
        self._shelf.fetch(model, self._desktop)
        self.cards[model.id].cancel.setFocus()

    def _forget(self, folder: Path) -> None:
        self._shelf.forget_folder(folder, self._desktop)

    def _make_list_page(self) -> QWidget:
        margin = scaled_px(_MARGIN_PX)
        find = row(self.search, self.only_installed)
        find.setStretch(0, 1)
        body = QWidget()
        cards = column(self.nothing, self.grid, self.folders, None, spacing_px=16)
        cards.setContentsMargins(margin, 4, margin, 12)
        body.setLayout(cards)
        self._area = QScrollArea()
        self._area.setWidget(body)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QScrollArea.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head = column(spacing_px=8)
        head.setContentsMargins(margin, 8, margin, 8)
        head.addLayout(find)
        head.addLayout(row(self.count, None, self.use_folder))
        whole = column(spacing_px=0)
        whole.addLayout(head)
        whole.addWidget(self._area, 1)
        page = QWidget()
        page.setLayout(whole)
        return page
