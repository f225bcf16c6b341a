"""The panel of models: the device, a card for each model, the terms before one is fetched."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QFileDialog, QScrollArea, QStackedWidget, QWidget

from prismdesk.engines.catalogue import capabilities_of
from prismdesk.session.model_words import plural, purposes
from prismdesk.session.replacing import refused_region_ids
from prismdesk.ui.models.ambience_card import PURPOSE as AMBIENCE_PURPOSE
from prismdesk.ui.models.ambience_card import AmbienceCard
from prismdesk.ui.models.card import ModelCard, loaded_share
from prismdesk.ui.models.card_grid import CardGrid
from prismdesk.ui.models.device_line import DeviceLine
from prismdesk.ui.models.folder_rows import FolderRows
from prismdesk.ui.models.listing import Listing, look_up, matches
from prismdesk.ui.models.model_use import ModelUse
from prismdesk.ui.models.refusal_banner import RefusalBanner
from prismdesk.ui.models.side_column import ALL, SideArea, SideColumn
from prismdesk.ui.models.terms_page import TermsPage
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import column, rule, wrapped_label
from prismdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent, QShowEvent

    from prismdesk.engines.weights.model import Model
    from prismdesk.errors import PrismDeskError
    from prismdesk.project.changes import Changes
    from prismdesk.session.models import ListedModel
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.models.device_watch import DeviceWatch
    from prismdesk.ui.selection import Selection

_MARGIN_PX = 14
_COMPACT_BELOW_PX = 720
_LEAST_WIDTH_PX = 420
_BUILT_IN = "ambience"


class ModelsPanel(QWidget):
    """Lists every model; gets, loads, uses, checks and removes them, and adds the user's own.

    What there is is looked up when the panel is shown, and anew when it has changed since.

    Args:
        document: the project: what it is for, and its regions.
        selection: the region that is to be made with a model.
        desktop: colours, long work, actions, and the models.
        watch: knows what is loaded.
    """

    def __init__(
        self, document: Document, selection: Selection, desktop: Desktop, watch: DeviceWatch
    ) -> None:
        super().__init__()
        self._document = document
        self._selection = selection
        self._desktop = desktop
        self._watch = watch
        self._shelf = desktop.models
        self._use = ModelUse(document, selection, desktop)
        self._is_stale = True
        self._is_looking = False
        self._wanted_terms = self._wanted_model = ""
        self._shown_region = 0
        self.listing = Listing()
        self._unfilled: list[ListedModel] = []
        self.cards: dict[str, ModelCard] = {}
        theme = desktop.theme
        self.device = DeviceLine(watch, desktop)
        self.side = SideColumn(theme)
        self.search = self.side.search
        self.side.changed.connect(self._show_cards)
        self.side.add.clicked.connect(self.add_checkpoint)
        self.side.use_folder.clicked.connect(self.ask_folder)
        self.side.policy.clicked.connect(self._show_policy)
        self.banner = RefusalBanner(theme)
        self.banner.next_region_wanted.connect(self._show_next_refused)
        self.count = plain_label("", kind="faint")
        self.nothing = wrapped_label(kind="dim")
        self.ambience = AmbienceCard(capabilities_of(_BUILT_IN), theme)
        self.ambience.use_wanted.connect(partial(self._use.give, _BUILT_IN, ""))
        self.grid = CardGrid()
        self.folders = FolderRows(theme)
        self.folders.forget_wanted.connect(self._forget)
        self.terms = TermsPage(theme)
        self.terms.accepted.connect(self._fetch)
        self.terms.left.connect(self.show_list)
        self.terms.folder_wanted.connect(self.ask_folder)
        self._pages = QStackedWidget()
        self._list_page = self._make_list_page()
        self._pages.addWidget(self._list_page)
        self._pages.addWidget(self.terms)
        self.setLayout(column(self.device, rule(), self._pages, spacing_px=0))
        self._tie_up()

    def _tie_up(self) -> None:
        shelf, turns = self._shelf, self._desktop.turns
        self._device_seen = WhenSeen(self, self._show_device, turns)
        self._region_seen = WhenSeen(self, self._show_region, turns)
        self._project_seen = WhenSeen(self, self._show_project, turns)
        shelf.changed.connect(self.look_again)
        shelf.work_changed.connect(self._follow_work)
        self._watch.changed.connect(self._device_seen.want)
        self._selection.changed.connect(self._region_seen.want)
        self._document.changed.connect(self._follow_document)
        self._region_seen.want()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802  (Qt's name)
        """Look up what there is, if it may have changed."""
        super().showEvent(event)
        # Panels are seen for a moment before they are tabs behind others.
        QTimer.singleShot(0, self, self.look_if_stale)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Put what stands beside the cards above them where there is no room."""
        super().resizeEvent(event)
        is_compact = self.width() < scaled_px(_COMPACT_BELOW_PX)
        horizontal, vertical = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._body.setDirection(vertical if is_compact else horizontal)
        self._side_area.set_compact(is_compact)
        self.device.set_compact(is_compact)

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Return room for one card: what stands beside cards goes above them there."""
        return QSize(scaled_px(_LEAST_WIDTH_PX), super().minimumSizeHint().height())

    def look_if_stale(self, _: bool = True) -> None:
        """Look up what there is, if it may have changed; to be called when the panel is seen."""
        if self._is_stale:
            self.look_again()

    def look_again(self) -> None:
        """Look up what there is: at once if the panel is seen, else when it will be."""
        self._is_stale = True
        if self._is_looking or not self._is_needed():
            return
        self._is_looking, self._is_stale = True, False
        self._watch.look()
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
        (card.foot.get if card.foot.get.isVisibleTo(card) else self.search).setFocus()

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

    def show_model(self, model_id: str) -> None:
        """Bring a model's card into view."""
        self._wanted_model = model_id
        self.show_list()
        card = self.cards.get(model_id)
        if card is not None:
            self._wanted_model = ""
            self._area.ensureWidgetVisible(card)

    def ask_folder(self) -> None:
        """Ask for a folder with weights, and use it from now on."""
        name = QFileDialog.getExistingDirectory(self, "Use a folder with weights", str(Path.home()))
        if name:
            self.show_list()
            self._shelf.use_folder(Path(name), self._desktop)

    def add_checkpoint(self) -> None:
        """Ask for weight files of the user's own and make them a model."""
        from prismdesk.ui.models.add_dialog import AddCheckpointDialog

        dialog = AddCheckpointDialog(self._desktop, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.added.connect(self._follow_added)
        dialog.open()

    def _is_needed(self) -> bool:
        # A tab behind another counts as visible, but nothing of it is.
        is_seen = self.isVisible() and not self.visibleRegion().isEmpty()
        return is_seen or bool(self._wanted_terms)

    def _show_listing(self, listing: Listing) -> None:
        self._is_looking = False
        if not self._is_needed():
            # It went behind another meanwhile; cards take long to build.
            self._is_stale = True
            return
        self.listing = listing
        for model_id in [one for one in self.cards if listing.model(one) is None]:
            gone = self.cards.pop(model_id)
            gone.hide()
            gone.deleteLater()
        self._unfilled = list(listing.models)
        self._fill_next()

    def _fill_next(self) -> None:
        """Fill one card in each turn, and show them when all are filled."""
        if self._unfilled:
            self._fill_card(self._unfilled.pop(0))
            self._desktop.turns.add(self._fill_next, self)
        else:
            self._show_filled()

    def _show_filled(self) -> None:
        listing = self.listing
        counts = listing.counts()
        counts[AMBIENCE_PURPOSE] = counts.get(AMBIENCE_PURPOSE, 0) + 1
        self.side.show_counts({ALL: len(listing.models) + 1, **counts})
        self.side.show_disk(listing)
        self._show_device()
        self._show_cards()
        self._show_banner()
        self.folders.show_listing(listing)
        if self._wanted_terms:
            self.show_terms(self._wanted_terms)
        elif self._is_stale:
            self.look_again()
        elif self._wanted_model:
            self.show_model(self._wanted_model)

    def _tell_no_listing(self, error: PrismDeskError) -> None:
        self._is_looking = False
        self._desktop.messages.error(error)

    def _fill_card(self, listed: ListedModel) -> None:
        model_id = listed.model.id
        card = self.cards.get(model_id)
        if card is None:
            card = self.cards[model_id] = ModelCard(listed, self._desktop.theme)
            self._tie(card, listed.model)
        said = self.listing.statements.get(model_id, ())
        refusal = self.listing.refusal(model_id, self._document.project.use)
        card.show_listed(listed, refusal, said)
        card.show_machine(self._watch.now.total_bytes, self._use.region_seconds())
        card.show_region(self._use.why_not(listed.model.engine, model_id))
        self._follow_work(model_id)

    def _tie(self, card: ModelCard, model: Model) -> None:
        shelf, desktop, watch = self._shelf, self._desktop, self._watch
        card.get_wanted.connect(partial(self.show_terms, model.id))
        card.resume_wanted.connect(partial(shelf.fetch, model, desktop))
        card.pause_wanted.connect(partial(shelf.pause, model.id))
        card.drop_wanted.connect(partial(shelf.drop, model, desktop))
        card.repair_wanted.connect(partial(shelf.fetch_damaged, model, desktop))
        card.verify_wanted.connect(partial(shelf.verify, model, desktop))
        card.remove_wanted.connect(partial(self._remove, model))
        card.cancel_wanted.connect(partial(shelf.cancel, model.id))
        card.use_wanted.connect(partial(self._use.give, model.engine, model.id))
        card.warm_wanted.connect(partial(watch.warm_up, model.engine, model.id))
        card.stop_wanted.connect(watch.stop)
        card.unload_wanted.connect(watch.unload)

    def _remove(self, model: Model) -> None:
        """Delete a model's files; what is loaded of it is freed, for its files are mapped."""
        if self._watch.now.loaded_variant == model.id and not self._watch.is_working:
            self._watch.unload()
        self._shelf.remove(model, self._desktop)

    def _show_cards(self) -> None:
        """Show the cards that are looked for."""
        shown: list[QWidget] = [
            self.cards[one.model.id]
            for one in self.listing.models
            if one.model.id in self.cards and self._is_wanted(one)
        ]
        side = self.side
        is_for_it = bool(self.listing.models) and side.purpose in (ALL, AMBIENCE_PURPOSE)
        if is_for_it and self.ambience.matches(self.search.text()):
            shown.insert(0, self.ambience)
        self.grid.set_cards(shown)
        installed = sum(one.state.is_installed for one in self.listing.models)
        models = sum(isinstance(card, ModelCard) for card in shown)
        self.count.setText(f"{plural(models, 'model')} shown, {installed} installed")
        self.nothing.setVisible(not models and bool(self.listing.models))
        self.nothing.setText(
            "None installed. Ambience works without."
            if side.only_installed.isChecked() and not installed
            else "No model is like that."
        )

    def _is_wanted(self, listed: ListedModel) -> bool:
        side, model = self.side, listed.model
        use = self._document.project.use
        return (
            matches(listed, self.search.text())
            and side.purpose in (ALL, *purposes(model))
            and (listed.state.is_installed or not side.only_installed.isChecked())
            and (not side.only_allowed.isChecked() or self.listing.refusal(model.id, use) is None)
            and (not side.only_fitting.isChecked() or self.cards[model.id].fits_whole)
        )

    def _show_banner(self) -> None:
        project, listing = self._document.project, self.listing
        refused = sum(
            listing.refusal(one.model.id, project.use) is not None for one in listing.models
        )
        regions = len(refused_region_ids(project)) if refused else 0
        self.banner.show_refusals(refused, len(listing.models), regions, project.use)

    def _show_next_refused(self) -> None:
        """Go to a region that holds a refused take; the next one at each press."""
        regions = refused_region_ids(self._document.project)
        if regions:
            self._selection.select_region(regions[self._shown_region % len(regions)])
            self._shown_region += 1

    def _show_device(self) -> None:
        now, warming = self._watch.now, self._watch.warming
        under_way = None if warming is None else (warming.variant, warming.fraction)
        why_not, seconds = self._watch.why_not_warm(), self._use.region_seconds()
        for model_id, card in self.cards.items():
            card.show_machine(now.total_bytes, seconds)
            card.show_loaded(loaded_share(model_id, now.loaded_variant, under_way), why_not)
        is_gpu = now.name.lower() != "processor"
        self.side.only_fitting.setText("Fits this GPU" if is_gpu else "Fits this computer")

    def _show_region(self) -> None:
        seconds = self._use.region_seconds()
        for model_id, card in self.cards.items():
            card.show_machine(self._watch.now.total_bytes, seconds)
            engine = card.card_state.listed.model.engine
            card.show_region(self._use.why_not(engine, model_id))
        self.ambience.show_region(self._use.why_not(_BUILT_IN, ""))
        self._show_banner()

    def _follow_document(self, changes: Changes) -> None:
        if changes.project_fields:
            self._project_seen.want()
        elif changes.regions.touched:
            self._region_seen.want()

    def _show_project(self) -> None:
        for listed in self.listing.models:
            self._fill_card(listed)
        self._show_cards()
        self._show_banner()

    def _follow_work(self, model_id: str) -> None:
        card = self.cards.get(model_id)
        if card is not None:
            shelf = self._shelf
            card.show_work(
                shelf.work_on(model_id),
                shelf.error_of(model_id),
                shelf.checks_of(model_id),
                is_paused=shelf.is_paused(model_id),
                is_known_damaged=shelf.is_known_damaged(model_id),
            )

    def _follow_added(self, model_id: str) -> None:
        self._wanted_model = model_id
        self._shelf.changed.emit()

    def _fetch(self, model: Model) -> None:
        self.show_list()
        self._shelf.fetch(model, self._desktop)
        self.cards[model.id].foot.pause.setFocus()

    def _forget(self, folder: Path) -> None:
        self._shelf.forget_folder(folder, self._desktop)

    def _show_policy(self) -> None:
        self._desktop.actions.trigger("licence.policy")

    def _make_list_page(self) -> QWidget:
        margin = scaled_px(_MARGIN_PX)
        body = QWidget()
        cards = column(
            self.banner, self.nothing, self.grid, self.count, self.folders, None, spacing_px=12
        )
        cards.setContentsMargins(margin, 12, margin, 12)
        body.setLayout(cards)
        self._area = _scrolled(body)
        page = QWidget()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight, page)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._side_area = SideArea(self.side)
        self._body.addWidget(self._side_area)
        self._body.addWidget(rule(is_vertical=True))
        self._body.addWidget(self._area, 1)
        return page


def _scrolled(body: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidget(body)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area
