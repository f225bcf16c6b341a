"""One job in the dock."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.project.model import Task
from prismdesk.session.listening import why_engine_is_not_heard, why_not_heard
from prismdesk.ui.failure_words import failure_words
from prismdesk.ui.icons import IconName, icon_pixmap
from prismdesk.ui.inspector.region_header import TASK_ICONS
from prismdesk.ui.job_words import memory_words, state_words
from prismdesk.ui.jobs.strip import engine_words
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.widgets.arranging import column, row, set_kind
from prismdesk.ui.widgets.buttons import icon_button, plain_button, quiet_button
from prismdesk.ui.widgets.labels import ElidedLabel
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prismdesk.ui.messages import MessageButton
    from prismdesk.ui.theme import Theme

_STATE_ICONS = {
    JobState.QUEUED: IconName.CLOCK,
    JobState.RUNNING: IconName.SPINNER,
    JobState.CANCELLING: IconName.SPINNER,
    JobState.FINISHED: IconName.CHECK_CIRCLE,
    JobState.FAILED: IconName.WARNING,
    JobState.INTERRUPTED: IconName.WARNING,
}
_OVER = (JobState.FAILED, JobState.INTERRUPTED)


def _do(do: Callable[[], object]) -> None:
    do()


class JobRow(QFrame):
    """Shows a job and what can be done with it; each wish is a signal.

    ``moved`` carries by how many places.

    Args:
        theme: colours.
    """

    cancelled = Signal()
    retried = Signal()
    cleared = Signal()
    put_in = Signal()
    log_wanted = Signal()
    region_wanted = Signal()
    moved = Signal(int)
    hear_wanted = Signal()
    enough_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("kind", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._task, self._state = QLabel(), QLabel()
        self.name = quiet_button("", theme)
        self.name.setProperty("kind", "link")
        self.name.setToolTip("Go to the region")
        self.name.clicked.connect(lambda: self.region_wanted.emit())
        self._engine = ElidedLabel()
        self._engine.setFont(ui_font(11))
        self._engine.setProperty("kind", "dim")
        self.words = ElidedLabel()
        self._bar = ShareBar("How far the job is")
        self.up = icon_button(IconName.CARET_UP, theme, "Earlier", lambda: self.moved.emit(-1))
        self.down = icon_button(IconName.CARET_DOWN, theme, "Later", lambda: self.moved.emit(1))
        self.hear = icon_button(
            IconName.SPEAKER, theme, "Hear so far", lambda: self.hear_wanted.emit()
        )
        self.enough = icon_button(
            IconName.CHECK, theme, "Enough, use it now", lambda: self.enough_wanted.emit()
        )
        self.retry = quiet_button("Start again", theme, icon_name=IconName.AGAIN)
        self.retry.clicked.connect(lambda: self.retried.emit())
        self.put = quiet_button("Put it in", theme, icon_name=IconName.CHECK)
        self.put.clicked.connect(lambda: self.put_in.emit())
        self.log = icon_button(IconName.LIST, theme, "Show log", self.log_wanted.emit)
        self.clear = icon_button(IconName.TRASH, theme, "Clear", self.cleared.emit)
        self.cancel = icon_button(IconName.CLOSE, theme, "Cancel", self.cancelled.emit)
        title = row(self._task, self.name, spacing_px=6)
        title.addWidget(self._engine, 1)
        buttons: tuple[QWidget, ...] = (
            self.put, self.retry, self.hear, self.enough, self.up, self.down, self.log,
            self.clear, self.cancel,
        )  # fmt: skip
        for button in buttons:
            title.addWidget(button)
        state = row(self._state, spacing_px=6)
        state.addWidget(self.words, 2)
        state.addWidget(self._bar, 1)
        self._remedies = row(spacing_px=6)
        self._offered: tuple[str, ...] = ()
        layout = column(spacing_px=2)
        layout.addLayout(title)
        layout.addLayout(state)
        layout.addLayout(self._remedies)
        layout.setContentsMargins(scaled_px(10), 4, scaled_px(6), 6)
        self.setLayout(layout)

    def offer(self, remedies: Sequence[MessageButton]) -> None:
        """Offer what can be done about a failure, besides starting again; none for none."""
        words = tuple(text for text, _ in remedies)
        if words == self._offered:
            return
        self._offered = words
        while (item := self._remedies.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for text, do in remedies:
            button = plain_button(text, self._theme)
            button.clicked.connect(partial(_do, do))
            self._remedies.addWidget(button)
        if remedies:
            self._remedies.addStretch()

    def show_job(self, job: JobSnapshot, jobs: Sequence[JobSnapshot]) -> None:
        """Show the job as it is now."""
        theme, task, state = self._theme, Task(job.spec.task.value), job.state
        ratio = self.devicePixelRatioF()
        self._task.setPixmap(
            icon_pixmap(TASK_ICONS[task], theme.task(task).wave, size_px=14, pixel_ratio=ratio)
        )
        self._task.setAccessibleName(str(task))
        self.name.setText(job.label)
        self._engine.setText(engine_words(job))
        colour = theme.error if state in _OVER else theme.dim
        self._state.setPixmap(
            icon_pixmap(_STATE_ICONS[state], colour, size_px=14, pixel_ratio=ratio)
        )
        words = state_words(job, jobs)
        if job.failure is not None:
            failure = failure_words(job, job.failure)
            words = f"{words}: {failure.title} {failure.body}"
        elif job.progress is not None and job.progress.memory is not None:
            words = f"{words} · {memory_words(job.progress.memory)}"
        set_kind(self.words, "error" if state in _OVER else "dim")
        self.words.setText(words)
        self._bar.setVisible(state is JobState.RUNNING)
        self._bar.setValue(round(1000 * job.progress.fraction) if job.progress else 0)
        waiting = [one.id for one in jobs if one.state is JobState.QUEUED]
        self.up.setVisible(state is JobState.QUEUED)
        self.down.setVisible(state is JobState.QUEUED)
        self.up.setEnabled(waiting[:1] != [job.id])
        self.down.setEnabled(waiting[-1:] != [job.id])
        self.retry.setVisible(state in _OVER)
        self.retry.setText("Make it again" if state is JobState.INTERRUPTED else "Start again")
        self.clear.setVisible(state in _OVER)
        self.put.setVisible(state is JobState.FINISHED)
        runs = state is JobState.RUNNING
        has_steps = runs and not why_engine_is_not_heard(job.spec.engine)
        reason = why_not_heard(job) if has_steps else ""
        for button, told in ((self.hear, "Hear so far"), (self.enough, "Enough, use it now")):
            button.setVisible(has_steps)
            button.setEnabled(not reason)
            button.setToolTip(reason or told)
        self.log.setVisible(state is not JobState.QUEUED)
        self.cancel.setVisible(state in (JobState.QUEUED, JobState.RUNNING))
        self.setAccessibleName(f"{job.label}: {words}")
