"""The windows of batches: what one would make, before it begins, and what became of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from prismdesk.project.lookup import region_of
from prismdesk.session.batches import SessionNow, open_regions
from prismdesk.ui.batches.dialog import BatchDialog
from prismdesk.ui.batches.summary_page import SummaryPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.ids import RegionId
    from prismdesk.session.batch_course import Batch
    from prismdesk.ui.batches.dialog import Scope
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.job_outcomes import JobOutcomes
    from prismdesk.ui.making import Making
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.selection import Selection


class BatchWindows(QObject):
    """Asks what a batch is to make, and shows its summary.

    ``plan_wanted`` carries a plan and when it is to begin (None: now); ``again_wanted`` asks for
    what failed once more. ``chosen_rows`` is asked for the regions whose rows are selected in the
    spotting list.

    Args:
        document: the project.
        selection: goes to a region.
        outcomes: does what can be done about a failure.
        making: how many takes and how long handles; where weights are missed.
        pending: typed edits, made before a batch is planned.
        desktop: colours and models.
        batch_now: gives the project's latest batch.
        job_of: gives a job that is still in the queue.
        parent: owns it.
    """

    plan_wanted = Signal(object, object)
    again_wanted = Signal()

    def __init__(
        self,
        document: Document,
        selection: Selection,
        outcomes: JobOutcomes,
        making: Making,
        pending: PendingEdits,
        desktop: Desktop,
        batch_now: Callable[[], Batch | None],
        job_of: Callable[[str], JobSnapshot | None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._selection = selection
        self._outcomes = outcomes
        self._making = making
        self._pending = pending
        self._desktop = desktop
        self._batch_now = batch_now
        self._job_of = job_of
        self.chosen_rows: Callable[[], tuple[RegionId, ...]] = tuple
        self.dialog: BatchDialog | None = None
        self.page: SummaryPage | None = None

    def close(self) -> None:
        """Close what is open."""
        for window in (self.dialog, self.page):
            if window is not None:
                window.close()

    def refresh(self) -> None:
        """Show the batch as it is now, where its summary is open."""
        if self.page is not None:
            self.page.refresh()

    def ask(self) -> None:
        """Show what a batch would make; what is shown already comes to the front."""
        if self.dialog is not None and self.dialog.isVisible():
            self.dialog.activateWindow()
            return
        self._pending.flush()
        project = self._document.project
        chosen = [region_of(project, region_id) for region_id in self.chosen_rows()]
        opened = open_regions(project)
        scopes: list[Scope] = [(f"All that are open ({len(opened)})", opened)]
        if chosen:
            words = "The selected row" if len(chosen) == 1 else f"{len(chosen)} selected rows"
            scopes.insert(1 if len(chosen) == 1 else 0, (words, tuple(chosen)))
        scopes.append((f"All regions ({len(project.regions)})", project.regions))
        dialog = BatchDialog(
            project,
            scopes,
            SessionNow(self._document.session, project),
            self._document.times,
            self._desktop.theme,
            takes=self._making.new_takes,
            handle_samples=self._document.times.frame_start(self._making.handle_frames),
            parent=self._window(),
        )
        dialog.wanted.connect(self.plan_wanted)
        dialog.weights_wanted.connect(self._want_weights)
        dialog.destroyed.connect(self._forget_dialog)
        self.dialog = dialog
        dialog.show()

    def show_summary(self) -> None:
        """Show what became of each region."""
        if self._batch_now() is None:
            return
        if self.page is None:
            self.page = SummaryPage(
                self._batch_now, self._job_of, self._outcomes, self._desktop.theme, self._window()
            )
            self.page.again_wanted.connect(self.again_wanted)
            self.page.region_wanted.connect(self._go_to)
            self.page.weights_wanted.connect(self._want_weights)
            self.page.destroyed.connect(self._forget_page)
        self.page.show()
        self.page.activateWindow()

    def _go_to(self, region_id: RegionId) -> None:
        if any(region.id == region_id for region in self._document.project.regions):
            self._selection.select_region(region_id)

    def _want_weights(self, region_id: RegionId, reason: str) -> None:
        regions = self._document.project.regions
        region = next((one for one in regions if one.id == region_id), None)
        missed = None if region is None else self._making.refusals.missed_weights(region, reason)
        if missed is None:
            self._go_to(region_id)
        else:
            self._desktop.models.want_terms(missed.model.id)

    def _window(self) -> QWidget | None:
        owner = self.parent()
        while owner is not None and not isinstance(owner, QWidget):
            owner = owner.parent()
        return owner

    def _forget_dialog(self) -> None:
        self.dialog = None

    def _forget_page(self) -> None:
        self.page = None
