"""The strip at the bottom of the window: what is being made, what comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.project.model import Task
from prismdesk.session.batch_summary import engine_name
from prismdesk.session.listening import why_engine_is_not_heard
from prismdesk.ui.adapters.training.strip_part import TrainingStrip
from prismdesk.ui.batches.words import moment_words
from prismdesk.ui.icons import IconName, icon
from prismdesk.ui.job_words import (
    counts_words,
    draft_words,
    memory_words,
    phase_words,
    takes_words,
    time_left_words,
)
from prismdesk.ui.theme import scaled_px, ui_font
from prismdesk.ui.turns import WhenSeen
from prismdesk.ui.widgets.arranging import key_words, row, rule
from prismdesk.ui.widgets.buttons import KeyButton
from prismdesk.ui.widgets.labels import ElidedLabel, caption, plain_label
from prismdesk.ui.widgets.own_style import set_own_style
from prismdesk.ui.widgets.share_bar import ShareBar

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QLabel

    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.batches.desk import BatchDesk
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.jobs.listening import JobListening

HEIGHT_PX = 28
_BAR_PX = 150
_GAP_PX = 8
_MARGIN_PX = 8


def engine_words(job: JobSnapshot) -> str:
    """Return "Ambience · 2 takes"."""
    return f"{engine_name(job.spec.engine, job.spec.variant)} · {takes_words(job.spec.kept_takes)}"


def _width(part: QWidget) -> int:
    return min(max(part.sizeHint().width(), part.minimumWidth()), part.maximumWidth())


def _explain(button: QWidget, told: str) -> None:
    button.setToolTip(told)
    button.setAccessibleDescription(told)


class JobsStrip(QWidget):
    """Shows the running job, else the long work under way; pauses and cancels.

    ``opened`` follows when the user asks for the whole queue.

    Args:
        bridge: the jobs.
        desktop: colours, keys, long work.
    """

    opened = Signal()

    def __init__(self, bridge: JobBridge, desktop: Desktop) -> None:
        super().__init__()
        self._bridge = bridge
        self._desktop = desktop
        self._task: BackgroundTask[Any] | None = None
        self._is_busy = False
        self._trained_count = len(desktop.training.under_way())
        self._batches: BatchDesk | None = None
        self._listening: JobListening | None = None
        theme = desktop.theme
        self.setAccessibleName("Jobs")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.open = KeyButton("Jobs", theme, kind="quiet", icon_name=IconName.CARET_UP)
        self.open.setFont(ui_font(12, bold=True))
        self.open.clicked.connect(lambda: self.opened.emit())
        self.counts = caption("", kind="dim")
        self._seam = rule(is_vertical=True)
        self.name = plain_label("")
        self.name.setFont(ui_font(12, bold=True))
        self._engine = caption("", kind="dim")
        self.bar = ShareBar("How far the job is")
        self.bar.setFixedWidth(scaled_px(_BAR_PX))
        self.words = plain_label("")
        self._left = caption("", kind="dim")
        self.hear = KeyButton("Hear so far", theme, kind="quiet", icon_name=IconName.SPEAKER)
        self.hear.clicked.connect(lambda: desktop.actions.trigger("jobs.hear"))
        self.enough = KeyButton("Use it now", theme, kind="quiet", icon_name=IconName.CHECK)
        self.enough.clicked.connect(lambda: desktop.actions.trigger("jobs.enough"))
        self.pause = KeyButton("Pause", theme, kind="quiet", icon_name=IconName.PAUSE)
        self.pause.setToolTip("Start no further job; the one that runs goes on.")
        self.pause.clicked.connect(lambda: bridge.set_paused(not bridge.is_paused))
        self.cancel = KeyButton("Cancel", theme, kind="quiet", icon_name=IconName.CLOSE)
        self.cancel.clicked.connect(self._cancel)
        self.cancel_rest = KeyButton("Cancel rest", theme, kind="quiet", icon_name=IconName.CLOSE)
        self.cancel_rest.setToolTip("Make nothing more of the batch; what is made stays.")
        self.training = TrainingStrip(desktop)
        self.next = ElidedLabel()
        self.next.setFont(ui_font(11))
        self.next.setProperty("kind", "faint")
        self._lay_out()
        self._seen = WhenSeen(self, self.refresh, desktop.turns)
        bridge.job_changed.connect(lambda _: self._seen.want())
        bridge.job_gone.connect(lambda _: self._seen.want())
        bridge.paused_changed.connect(lambda _: self._seen.want())
        desktop.training.changed.connect(self._follow_training)
        background = desktop.background
        for signal in (background.started, background.progressed, background.ended):
            # A method, not a lambda: Qt lets go of it when the strip is destroyed.
            signal.connect(self._follow_work)
        self.refresh()

    def sizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Be 28 px high, more with larger text."""
        hint = super().sizeHint()
        return QSize(hint.width(), max(scaled_px(HEIGHT_PX), hint.height()))

    def minimumSizeHint(self) -> QSize:  # noqa: N802  (Qt's name)
        """Let the window be narrow: what doesn't fit is cut at the right."""
        return QSize(scaled_px(200), self.sizeHint().height())

    def follow_batch(self, batches: BatchDesk) -> None:
        """Show how far a batch is in place of the jobs' counts, and offer to cancel its rest."""
        self._batches = batches
        self.cancel_rest.clicked.connect(batches.cancel_rest)
        batches.changed.connect(self._seen.want)
        self.refresh()

    def follow_listening(self, listening: JobListening) -> None:
        """Offer to hear the running job and to end it with what it has."""
        self._listening = listening
        listening.changed.connect(self._follow_listening)
        self.refresh()

    def _follow_listening(self, _: object) -> None:
        self._seen.want()

    def _batch_words(self) -> str:
        moment = None if self._batches is None else self._batches.moment
        return "" if moment is None else moment_words(moment)

    def _follow_work(self, task: BackgroundTask[Any]) -> None:
        if not task.is_quiet:
            self._seen.want()

    def _follow_training(self, _: object) -> None:
        count = len(self._desktop.training.under_way())
        if count != self._trained_count:
            self._trained_count = count
            self._seen.want()

    def refresh(self) -> None:
        """Show what is under way now."""
        jobs = self._bridge.jobs()
        running = self._bridge.running()
        tasks = [task for task in self._desktop.background.tasks if not task.is_quiet]
        self._task = tasks[-1] if tasks else None
        words = self._batch_words() or counts_words(jobs, is_paused=self._bridge.is_paused)
        self.cancel_rest.setVisible(bool(self._batch_words()))
        if self._trained_count and not jobs:
            words = f"{self._trained_count} training"
        self.counts.setText(words if jobs or self._trained_count or not tasks else "")
        if running is not None:
            self._show_job(running)
        elif self._task is not None:
            self._show_task(self._task, len(tasks))
        is_busy = running is not None or self._task is not None
        for part in (self._seam, self.name, self.words, self.cancel):
            part.setVisible(is_busy)
        self._is_busy = is_busy
        self._show_listening(running)
        waiting = [job for job in jobs if job.state is JobState.QUEUED]
        self._show_pause(is_needed=bool(waiting) or running is not None)
        self._show_next(waiting, running, tasks)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802  (Qt's name)
        """Show as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Show as much as there is room for when what is trained takes more or less of it."""
        answer = super().event(event)
        if event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return answer

    def _fit(self) -> None:
        """Leave out what can be missed most easily where not all of it has room."""
        missable = (self._engine, self._left, self.bar, self.counts)
        for_work = (self._engine, self._left, self.bar)
        wanted = [part for part in missable if self._is_busy or part not in for_work]
        always = [part for part in self._parts if part not in missable and not part.isHidden()]
        spent = sum(_width(part) + _GAP_PX for part in (*always, *wanted))
        if not self.training.isHidden():
            spent -= self.training.sizeHint().width() - self.training.lean_px
        room = self.width() - 2 * scaled_px(_MARGIN_PX) - self.next.minimumSizeHint().width()
        while wanted and spent > room:
            spent -= _width(wanted.pop(0)) + _GAP_PX
        for part in missable:
            part.setVisible(part in wanted)

    def _show_job(self, job: JobSnapshot) -> None:
        self.name.setText(job.label)
        self._engine.setText(engine_words(job))
        progress = job.progress
        is_stopping = job.state is JobState.CANCELLING
        self.bar.setValue(round(1000 * progress.fraction) if progress else 0)
        self.words.setText(
            "Cancelling" if is_stopping else phase_words(progress) if progress else "Making"
        )
        self._left.setText(
            time_left_words(progress.seconds_left) if progress and not is_stopping else ""
        )
        colour = self._desktop.theme.task(Task(job.spec.task.value)).wave
        self._colour_bar(colour)
        memory = progress.memory if progress else None
        self.bar.setToolTip(memory_words(memory) if memory else "")
        self.cancel.setEnabled(not is_stopping)
        self.cancel.set_key(key_words(self._desktop.actions.action("jobs.cancel")))

    def _show_listening(self, running: JobSnapshot | None) -> None:
        """Say what can be heard; both are away while the job's engine has no steps to hear."""
        listening = self._listening
        has_steps = running is not None and not why_engine_is_not_heard(running.spec.engine)
        for button in (self.hear, self.enough):
            button.setVisible(has_steps and listening is not None)
        if listening is None or running is None:
            return
        reason, heard = listening.why_not(), listening.heard
        is_ending = listening.is_ending(running.id)
        if heard is not None:
            words, told = "Stop the draft", f"{draft_words(heard)} is heard. Hear the film again."
        elif listening.is_waiting:
            words, told = "Decoding…", "The sound so far is heard as soon as it is decoded."
        else:
            words, told = "Hear so far", reason or "Play what the job has so far, once; it goes on."
        self.hear.setText(words)
        self.hear.setIcon(icon(IconName.STOP if heard else IconName.SPEAKER, self._desktop.theme))
        self.hear.setEnabled(heard is not None or not (reason or listening.is_waiting or is_ending))
        _explain(self.hear, told)
        self.enough.setText("Ending" if is_ending else "Use it now")
        self.enough.setEnabled(not (reason or is_ending))
        _explain(self.enough, reason or "Enough: stop at this step, and take the sound it has.")

    def _show_task(self, task: BackgroundTask[Any], count: int) -> None:
        self.name.setText(task.title)
        self._engine.setText(f"and {count - 1} more" if count > 1 else "")
        self.bar.setValue(round(1000 * task.fraction))
        self.words.setText(f"{round(100 * task.fraction)} %")
        self._left.setText(time_left_words(task.seconds_left))
        self._colour_bar(self._desktop.theme.accent)
        self.cancel.setEnabled(not task.is_cancelled)

    def _colour_bar(self, colour: str) -> None:
        sheet = f"QProgressBar::chunk {{ background: {colour}; border-radius: 3px; }}"
        set_own_style(self.bar, sheet)

    def _show_pause(self, *, is_needed: bool) -> None:
        is_paused = self._bridge.is_paused
        self.pause.setVisible(is_needed or is_paused)
        self.pause.setText("Resume" if is_paused else "Pause")
        name = IconName.PLAY if is_paused else IconName.PAUSE
        self.pause.setIcon(icon(name, self._desktop.theme))

    def _show_next(
        self,
        waiting: list[JobSnapshot],
        running: JobSnapshot | None,
        tasks: list[BackgroundTask[Any]],
    ) -> None:
        words = ", ".join(job.label for job in waiting[:3])
        if len(waiting) > 3:
            words += f" and {len(waiting) - 3} more"
        parts = [f"Next: {words}"] if waiting else []
        if running is not None and tasks:
            parts.append(f"{tasks[-1].title} {round(100 * tasks[-1].fraction)} %")
        self.next.setText(" · ".join(parts))

    def _cancel(self) -> None:
        running = self._bridge.running()
        if running is not None:
            self._bridge.cancel(running.id)
        elif self._task is not None:
            self._task.cancel()

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(scaled_px(_MARGIN_PX), 0, scaled_px(_MARGIN_PX), 0)
        layout.setSpacing(_GAP_PX)
        self._parts: tuple[QWidget | QLabel, ...] = (
            self.open, self.counts, self._seam, self.name, self._engine, self.bar, self.words,
            self._left, self.hear, self.enough, self.pause, self.cancel, self.cancel_rest,
            self.training,
        )  # fmt: skip
        layout.addLayout(row(*self._parts, spacing_px=_GAP_PX))
        layout.addWidget(self.next, 1)
