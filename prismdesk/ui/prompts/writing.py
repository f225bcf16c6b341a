"""The way from a region to its sound by the keyboard: prompt, Enter; and what is suggested."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QScrollArea

from prismdesk.errors import WorkError
from prismdesk.project.edits import set_region_prompt
from prismdesk.project.edits.prompts import apply_named_prompt
from prismdesk.project.lookup import region_of
from prismdesk.session.new_regions import remember_recipe, with_task
from prismdesk.session.suggestions import SuggestionKind
from prismdesk.ui.inspector.suggestion_feed import SuggestionFeed
from prismdesk.ui.job_words import TASK_WORDS
from prismdesk.ui.prompts.table_dialog import PromptTableDialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Region
    from prismdesk.session.suggestions import Suggestion
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.inspector.panel import Inspector
    from prismdesk.ui.making import Making
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.selection import Selection


class PromptWriting(QObject):
    """Ties the prompt's box to making, shows what is suggested, and does what is clicked of it.

    Args:
        document: the project.
        selection: the region.
        making: queues it.
        inspector: shows it.
        pending: what is being typed.
        desktop: actions, long work, preferences.
        cuts: where shots begin, in samples; () while they aren't known.
        window: parent of dialogs, and owner.
    """

    panel_wanted = Signal()
    """The inspector is to be seen."""
    lanes_wanted = Signal()
    """The keyboard goes back to the lanes."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        making: Making,
        inspector: Inspector,
        pending: PendingEdits,
        desktop: Desktop,
        cuts: Callable[[], Sequence[int]],
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._document = document
        self._selection = selection
        self._making = making
        self._inspector = inspector
        self._pending = pending
        self._desktop = desktop
        self._window = window
        self.table: PromptTableDialog | None = None
        self.feed = SuggestionFeed(document, desktop.background, cuts, self)
        form = inspector.form
        form.prompt.submitted.connect(self.submit)
        form.prompt.escaped.connect(self.lanes_wanted)
        form.prompt.named.connect(self._apply_named)
        form.suggestions.wanted.connect(self._follow)
        self.feed.changed.connect(self.refresh)
        selection.changed.connect(self.refresh)
        document.changed.connect(self._refresh_after)
        making.queued.connect(self._remember)
        making.words_wanted.connect(self._begin)
        self.refresh()

    def bind_actions(self) -> None:
        """Give the commands to their keys and menus."""
        bind = self._desktop.actions.bind
        bind("region.prompt", self.write, enabled=self._has_prompt)
        bind("region.earlier_prompts", self.show_history, enabled=self._has_prompt)
        bind("region.prompt_table", self.show_table)

    def begin(self, region_id: RegionId) -> None:
        """Put the cursor into the prompt of a region that was just made, if it takes one."""
        if self._making.refusals.goes_by_words(region_id):
            self.write()

    def write(self) -> None:
        """Put the cursor into the prompt of the selected region."""
        self.panel_wanted.emit()
        self._inspector.show_region_page()
        prompt = self._inspector.form.prompt
        _scroll_to(prompt)
        prompt.begin_writing()

    def show_history(self) -> None:
        """Show the prompts used before, to be searched."""
        self.write()
        self._inspector.form.prompt.show_history()

    def submit(self) -> None:
        """Have the selected region's sound made as it is set; then the lanes have the keyboard."""
        self._pending.flush()
        region_id = self._selection.region_id
        if region_id is not None and self._making.make(region_id):
            self.lanes_wanted.emit()

    def show_table(self) -> None:
        """Show the project's named prompts."""
        if self.table is not None:
            self.table.raise_()
            self.table.activateWindow()
            return
        self._pending.flush()
        self.table = PromptTableDialog(
            self._document, self._selection, self._desktop, parent=self._window
        )
        self.table.destroyed.connect(self._forget_table)
        self.table.show()

    def refresh(self) -> None:
        """Show what is known of the selected region."""
        group, region = self._inspector.form.suggestions, self._region()
        if region is None:
            self.feed.forget_wish()
            group.show_nothing()
            return
        facts = self.feed.facts(region)
        if facts is not None:
            group.show_facts(facts, region)
        elif self.feed.is_listening:
            group.show_listening()
        else:
            group.show_nothing()

    def close(self) -> None:
        """Listen to nothing any more, and close what is open."""
        self.feed.forget_wish()
        if self.table is not None:
            self.table.close()

    def _begin(self, region_id: RegionId) -> None:
        self.begin(region_id)

    def _refresh_after(self, _: object) -> None:
        # What it shows on may be gone by then, with the project that was open.
        self._desktop.turns.add(self.refresh, self._inspector.form.suggestions)

    def _forget_table(self) -> None:
        self.table = None

    def _region(self) -> Region | None:
        wanted = self._selection.region_id
        return next((one for one in self._document.project.regions if one.id == wanted), None)

    def _follow(self, suggestion: Suggestion) -> None:
        self._pending.flush()
        region = self._region()
        if region is None:
            return
        if suggestion.kind is SuggestionKind.SPLIT:
            self._desktop.actions.trigger("region.split_at_cuts")
        elif suggestion.task is not None:
            task, now = suggestion.task, self._desktop.preferences.now
            self._document.apply(
                f"{TASK_WORDS[task]} instead", lambda p: with_task(p, region, task, now)
            )
        elif suggestion.kind is SuggestionKind.AVOID:
            self._document.apply(
                suggestion.button,
                lambda p: set_region_prompt(p, region.id, region.prompt, suggestion.avoid),
            )

    def _apply_named(self, name: str) -> None:
        self._pending.flush()
        region_id = self._selection.region_id
        if region_id is not None:
            self._document.apply(
                f"Use prompt {name}", lambda p: apply_named_prompt(p, [region_id], name)
            )
            self.write()

    def _remember(self, region_id: RegionId) -> None:
        with suppress(WorkError):
            remember_recipe(self._desktop.preferences, region_of(self._document.project, region_id))

    def _has_prompt(self) -> bool | str:
        region = self._region()
        if region is None:
            return "Select a region first"
        takes_words = self._making.refusals.goes_by_words(region.id)
        return takes_words or "This region's engine takes no prompt"


def _scroll_to(widget: QWidget) -> None:
    """Have a widget seen in the area that scrolls it."""
    above = widget.parentWidget()
    while above is not None and not isinstance(above, QScrollArea):
        above = above.parentWidget()
    if above is not None:
        above.ensureWidgetVisible(widget)
