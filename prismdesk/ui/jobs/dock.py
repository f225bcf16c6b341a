"""The whole queue: its order, what failed, what was interrupted, what engines printed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from prismdesk.errors import InputError
from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.ui.adapters.training.strip_part import TrainingStrip
from prismdesk.ui.failure_words import RemedyId, failure_words
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.job_words import counts_words
from prismdesk.ui.jobs.job_row import JobRow
from prismdesk.ui.jobs.log_view import LogView
from prismdesk.ui.theme import scaled_px
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import column, row
from prismdesk.ui.widgets.buttons import quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel, section_label

if TYPE_CHECKING:
    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.job_outcomes import JobOutcomes
    from prismdesk.ui.messages import MessageButton
    from prismdesk.ui.selection import Selection

_OVER = (JobState.FAILED, JobState.INTERRUPTED)
_ROW_REMEDIES = (RemedyId.START_AGAIN, RemedyId.SHOW_LOG, RemedyId.SHOW_REGION)
_MARGIN_PX = 14


class JobsDock(QWidget):
    """Lists all jobs; pauses, orders, cancels, retries and clears them.

    Args:
        bridge: the jobs.
        outcomes: puts takes in that could not be put in.
        document: the project, for going to a region.
        selection: goes there.
        desktop: colours.
    """

    def __init__(
        self,
        bridge: JobBridge,
        outcomes: JobOutcomes,
        document: Document,
        selection: Selection,
        desktop: Desktop,
    ) -> None:
        super().__init__()
        self._bridge = bridge
        self._outcomes = outcomes
        self._document = document
        self._selection = selection
        self._theme = desktop.theme
        self._actions = desktop.actions
        self.rows: dict[str, JobRow] = {}
        self.counts = ElidedLabel()
        self.counts.setProperty("kind", "dim")
        self.pause = quiet_button("Pause", self._theme, icon_name=IconName.PAUSE)
        self.pause.clicked.connect(lambda: bridge.set_paused(not bridge.is_paused))
        self.clear_over = quiet_button("Clear what is over", self._theme, icon_name=IconName.TRASH)
        self.clear_over.clicked.connect(self._clear_over)
        self.log = LogView(self._theme)
        self.training = TrainingStrip(desktop)
        self._list = QVBoxLayout()
        self._lay_out()
        self._seen = WhenSeen(self, self.refresh, desktop.turns)
        bridge.job_changed.connect(self._follow)
        bridge.job_gone.connect(lambda _: self._seen.want())
        bridge.paused_changed.connect(lambda _: self._seen.want())
        self.refresh()

    def refresh(self) -> None:
        """Show all jobs as they are now."""
        jobs = self._bridge.jobs()
        self._build(jobs)
        for job in jobs:
            self.rows[job.id].show_job(job, jobs)
            self.rows[job.id].offer(self._remedies_of(job))
        self._show_head(jobs)

    def _remedies_of(self, job: JobSnapshot) -> list[MessageButton]:
        """What can be done about a failure besides what the row offers for all."""
        if job.state is not JobState.FAILED or job.failure is None:
            return []
        words = failure_words(job, job.failure)
        besides = tuple(remedy for remedy in words.remedies if remedy.id not in _ROW_REMEDIES)
        return self._outcomes.remedies.buttons(job, besides)

    def show_above_list(self, widget: QWidget) -> None:
        """Put a widget between the heading and the jobs."""
        layout = self.layout()
        if isinstance(layout, QVBoxLayout):
            layout.insertWidget(1, widget)

    def show_log(self, job_id: str) -> None:
        """Show the log of a job, also of one that is gone."""
        try:
            self.log.show_log(self._bridge.queue.job(job_id))
        except InputError:
            self.log.hide()

    def _follow(self, job: JobSnapshot) -> None:
        # Progress comes often; only what it tells of is shown anew.
        is_known = self._seen.is_seen and job.id in self.rows
        if is_known and job.state is JobState.RUNNING and job.progress is not None:
            self.rows[job.id].show_job(job, self._bridge.jobs())
            if job.progress.step > 1:
                return
        self._seen.want()

    def _show_head(self, jobs: tuple[JobSnapshot, ...]) -> None:
        is_paused = self._bridge.is_paused
        self.counts.setText(counts_words(jobs, is_paused=is_paused))
        self.pause.setText("Resume" if is_paused else "Pause")
        self.pause.setIcon(icon(IconName.PLAY if is_paused else IconName.PAUSE, self._theme))
        self.clear_over.setEnabled(any(job.state in _OVER for job in jobs))

    def _build(self, jobs: tuple[JobSnapshot, ...]) -> None:
        """Have a row for each job, in their order."""
        ids = [job.id for job in jobs]
        for job_id in [one for one in self.rows if one not in ids]:
            gone = self.rows.pop(job_id)
            self._list.removeWidget(gone)
            gone.hide()
            gone.deleteLater()
        for place, job in enumerate(jobs):
            if job.id not in self.rows:
                self.rows[job.id] = self._new_row(job)
            one = self.rows[job.id]
            if self._list.indexOf(one) != place:
                self._list.removeWidget(one)
                self._list.insertWidget(place, one)

    def _new_row(self, job: JobSnapshot) -> JobRow:
        one = JobRow(self._theme)
        bridge = self._bridge
        one.cancelled.connect(partial(bridge.cancel, job.id))
        one.retried.connect(partial(bridge.retry, job.id))
        one.cleared.connect(partial(bridge.clear, job.id))
        one.put_in.connect(partial(self._outcomes.put_in, job.id))
        actions = self._actions
        one.hear_wanted.connect(partial(actions.trigger, "jobs.hear"))
        one.enough_wanted.connect(partial(actions.trigger, "jobs.enough"))
        one.log_wanted.connect(partial(self.show_log, job.id))
        one.moved.connect(partial(bridge.reorder, job.id))
        one.region_wanted.connect(partial(self._go_to_region, job.spec.region_id))
        return one

    def _go_to_region(self, region_id: str) -> None:
        for region in self._document.project.regions:
            if region.id == region_id:
                self._selection.select_region(region.id)

    def _clear_over(self) -> None:
        for job in self._bridge.jobs():
            if job.state in _OVER:
                self._bridge.clear(job.id)

    def _lay_out(self) -> None:
        margin = scaled_px(_MARGIN_PX)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(6)
        inner = QWidget()
        inner.setLayout(column(spacing_px=0))
        whole_list = inner.layout()
        if isinstance(whole_list, QVBoxLayout):
            whole_list.addLayout(self._list)
            whole_list.addStretch()
        scroll = QScrollArea()
        scroll.setWidget(inner)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = column(spacing_px=8)
        layout.setContentsMargins(margin, 8, margin, 8)
        head = row(section_label("Jobs"))
        head.addWidget(self.counts, 1)
        head.addWidget(self.pause)
        head.addWidget(self.clear_over)
        layout.addLayout(head)
        layout.addWidget(self.training)
        layout.addWidget(scroll, 2)
        layout.addWidget(self.log, 1)
        self.setLayout(layout)
