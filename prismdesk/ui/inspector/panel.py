"""The inspector: everything about the selected region in one panel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QScrollArea,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from prismdesk.engines.weights.one_look import one_look
from prismdesk.ui.inspector.adapter_stack import AdapterStack
from prismdesk.ui.inspector.footer import Footer
from prismdesk.ui.inspector.region_header import RegionHeader
from prismdesk.ui.inspector.request_form import RequestForm
from prismdesk.ui.takes.details import TakeDetails
from prismdesk.ui.takes.take_list import TakeList
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import column, rule, wrapped_label
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import plain_label

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from prismdesk.project.changes import Changes
    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.making import Making
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.region_jobs import RegionJobs
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.takes.audition import Audition
    from prismdesk.ui.takes.commands import TakeCommands

_TWO_COLUMNS_PX = 640
_MARGIN_PX = 14


class Inspector(QWidget):
    """Shows the selected region: what is wanted, its takes, the page of one take.

    Args:
        document: the project.
        selection: the region.
        making: queues it.
        region_jobs: how its job looks.
        audition: which of its takes is heard.
        take_commands: what can be done with takes.
        desktop: colours, actions, preferences.
        pending: what is being typed.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        making: Making,
        region_jobs: RegionJobs,
        audition: Audition,
        take_commands: TakeCommands,
        desktop: Desktop,
        pending: PendingEdits,
    ) -> None:
        super().__init__()
        self._document = document
        self._selection = selection
        self._region_jobs = region_jobs
        self._pending = pending
        self._desktop = desktop
        self.header = RegionHeader(document, desktop, pending)
        self.form = RequestForm(document, making, desktop, pending)
        self.takes = TakeList(document, audition, take_commands, desktop)
        self.adapters = AdapterStack(document, desktop, pending)
        self.footer = Footer(document, making, desktop)
        self.details = TakeDetails(document, audition, take_commands, making, desktop, pending)
        self._right = QVBoxLayout()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._seam = rule(is_vertical=True)
        self._pages = QStackedWidget()
        self._empty = self._empty_page()
        self._region_page = self._page_of_region()
        for page in (self._empty, self._region_page, self.details):
            self._pages.addWidget(page)
        whole = column(self._pages)
        self.setLayout(whole)
        self._form_seen = WhenSeen(self.form, self._show_form, desktop.turns)
        self._adapters_seen = WhenSeen(self._region_page, self._show_adapters, desktop.turns)
        self._edit_seen = WhenSeen(self, self._show_around_form, desktop.turns)
        self._job_seen = WhenSeen(self, self._show_job, desktop.turns)
        selection.changed.connect(self._follow_selection)
        document.changed.connect(self._follow_document)
        region_jobs.changed.connect(self._follow_job)
        making.options_changed.connect(self._refresh_footer)
        desktop.models.changed.connect(self.refresh)
        desktop.presets.changed.connect(self._form_seen.want)
        making.queued.connect(lambda _: self.form.remember_prompts())
        self.takes.opened.connect(self.show_take)
        self.details.closed.connect(self.show_region_page)
        self.refresh()

    @property
    def region(self) -> Region | None:
        """The selected region."""
        wanted = self._selection.region_id
        return next((one for one in self._document.project.regions if one.id == wanted), None)

    def show_take(self, take_id: TakeId | None) -> None:
        """Show the page of a take."""
        if take_id is not None:
            self.details.show_take(take_id)
            self._pages.setCurrentWidget(self.details)

    def show_below_takes(self, part: QWidget) -> None:
        """Put something more about the region below its takes."""
        self._right.insertWidget(self._right.count() - 1, part)

    def show_region_page(self) -> None:
        """Go back to the region."""
        if self.region is not None:
            self._pages.setCurrentWidget(self._region_page)

    def refresh(self) -> None:
        """Show the region as it is now."""
        region = self.region
        if region is None:
            self._pages.setCurrentWidget(self._empty)
            return
        if self._pages.currentWidget() is self._empty:
            self._pages.setCurrentWidget(self._region_page)
        look = self._region_jobs.look(region.id)
        with one_look():
            self.header.show_region(region, look)
            self._form_seen.now()
            self._adapters_seen.now()
            self.footer.show_region(region, look)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Put the takes beside the form, or below it where there is no room."""
        is_wide = self.width() >= scaled_px(_TWO_COLUMNS_PX)
        direction = QBoxLayout.Direction
        self._body.setDirection(direction.LeftToRight if is_wide else direction.TopToBottom)
        self._seam.setVisible(is_wide)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        make = plain_button("Make region", self._desktop.theme)
        make.clicked.connect(lambda: self._desktop.actions.trigger("region.make"))
        fact = plain_label("No region is selected.", kind="dim")
        hint = wrapped_label(
            "Drag on a lane to mark time; Shift+M makes a region of it. "
            "Its task, prompt, settings and takes are shown here.",
            kind="faint",
        )
        layout = column(None, fact, hint, spacing_px=8)
        layout.addWidget(make, 0, Qt.AlignmentFlag.AlignLeft)
        layout.addStretch(2)
        layout.setContentsMargins(*(scaled_px(_MARGIN_PX),) * 4)
        page.setLayout(layout)
        return page

    def _page_of_region(self) -> QWidget:
        right = QWidget()
        right.setLayout(self._right)
        right.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._right.setContentsMargins(0, 0, 0, 0)
        self._right.setSpacing(scaled_px(16))
        self._right.addWidget(self.takes)
        self._right.addWidget(self.adapters)
        self._right.addStretch()
        margin = scaled_px(_MARGIN_PX)
        self._body.setContentsMargins(margin, 10, margin, 10)
        self._body.setSpacing(scaled_px(16))
        self._body.addWidget(self.form, 5, Qt.AlignmentFlag.AlignTop)
        self._body.addWidget(self._seam)
        self._body.addWidget(right, 5)
        body = QWidget()
        body.setLayout(self._body)
        scroll = QScrollArea()
        scroll.setWidget(body)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = QWidget()
        layout = column(self.header, rule(), spacing_px=0)
        layout.addWidget(scroll, 1)
        layout.addWidget(rule())
        layout.addWidget(self.footer)
        page.setLayout(layout)
        return page

    def _follow_selection(self) -> None:
        region = self.region
        if region is not None and region.id == self._shown_region_id():
            return
        self._pending.flush()
        self._pages.setCurrentWidget(self._empty if region is None else self._region_page)
        self.refresh()

    def _shown_region_id(self) -> str | None:
        if self._pages.currentWidget() is self._empty:
            return None
        return self.header.region_id

    def _follow_document(self, changes: Changes) -> None:
        shown, regions = self._shown_region_id(), changes.regions
        # Its neighbours count too ("5 of 14"), and so do track names and the licence policy.
        is_other = regions.added or regions.removed or regions.is_reordered
        if (
            is_other
            or shown in regions.changed
            or changes.takes.touched
            or changes.tracks.touched
            or changes.project_fields
        ):
            self._follow_edit(has_other_takes=bool(changes.takes.touched))

    def _follow_edit(self, *, has_other_takes: bool) -> None:
        region = self.region
        is_other = region is None or region.id != self._shown_region_id()
        if is_other or not has_other_takes:
            # What the user does here is shown at once.
            self.refresh()
            return
        # Takes come in while the user does something else: form and frame have turns of their own.
        self._form_seen.want()
        self._adapters_seen.want()
        self._edit_seen.want()

    def _show_form(self) -> None:
        region = self.region
        if region is not None:
            with one_look():
                self.form.show_region(region)

    def _show_adapters(self) -> None:
        region = self.region
        if region is not None:
            self.adapters.show_region(region, self.form.engine_of(region))

    def _follow_job(self, region_id: str) -> None:
        region = self.region
        if region is not None and region.id == region_id:
            self._job_seen.want()

    def _show_around_form(self) -> None:
        region = self.region
        if region is not None:
            look = self._region_jobs.look(region.id)
            self.header.show_region(region, look)
            self.footer.show_region(region, look)

    def _show_job(self) -> None:
        region = self.region
        if region is not None:
            look = self._region_jobs.look(region.id)
            self.header.show_region(region, look)
            self.footer.show_job(look)

    def _refresh_footer(self) -> None:
        if (region := self.region) is not None:
            self.footer.show_region(region, self._region_jobs.look(region.id))
