"""The batch of an open project in the window: asked for, followed, gone on with, told of."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from prismdesk.errors import Cancelled, PrismDeskError
from prismdesk.jobs.batch_records import BatchRecords, BatchState, Outcome
from prismdesk.jobs.messages import FailureKind
from prismdesk.jobs.states import JobState
from prismdesk.media.errors import NoRoomError
from prismdesk.project.instants import utc_text
from prismdesk.session.batch_course import PAUSED_BY_USER, Batch
from prismdesk.session.batch_start import start_batch, unfinished_batch
from prismdesk.session.batch_summary import BatchSummary, local_time
from prismdesk.session.batch_watch import BatchMoment, moment_of
from prismdesk.ui.batches.windows import BatchWindows
from prismdesk.ui.batches.words import batch_name, made_words
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.changes import Changes
    from prismdesk.session.batches import BatchPlan
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.job_outcomes import JobOutcomes
    from prismdesk.ui.making import Making
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.selection import Selection

_EDITS_SETTLE_MS = 1500
_CLOCK_MS = 5000


class BatchDesk(QObject):
    """Starts batches and keeps the one of the project true, on the window's thread.

    ``changed`` follows whatever happens to the batch.

    Attributes:
        windows: asks what is to be made, shows what became of it.

    Args:
        document: the project.
        selection: goes to a region.
        bridge: the jobs.
        outcomes: puts takes in, tells of failures; those of a batch are told by its summary.
        making: how many takes and how long handles; where weights are missed.
        pending: typed edits, made before a batch is planned.
        desktop: actions, messages, long work.
        parent: owns it.
    """

    changed = Signal()

    def __init__(
        self,
        document: Document,
        selection: Selection,
        bridge: JobBridge,
        outcomes: JobOutcomes,
        making: Making,
        pending: PendingEdits,
        desktop: Desktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._bridge = bridge
        self._outcomes = outcomes
        self._desktop = desktop
        self.windows = BatchWindows(
            document,
            selection,
            outcomes,
            making,
            pending,
            desktop,
            self.batch_now,
            self.job_of,
            self,
        )
        self._task: BackgroundTask[bool] | None = None
        self._was_over = True
        latest = BatchRecords(document.session.folder).latest()
        self.batch = None if latest is None else Batch(document.session, latest, self.changed.emit)
        self._settle = _timer(self, _EDITS_SETTLE_MS, self._follow_edits)
        self._settle.setSingleShot(True)
        self._clock = _timer(self, _CLOCK_MS, self._look_at_clock)
        outcomes.is_told_elsewhere = self._tells_of
        bridge.job_changed.connect(self._follow)
        bridge.job_gone.connect(self._gone)
        outcomes.not_put_in.connect(self._not_put_in)
        bridge.paused_changed.connect(self._follow_pause)
        document.changed.connect(self._follow_document)
        self.changed.connect(self._follow_end)
        self.changed.connect(self.windows.refresh)
        self.windows.plan_wanted.connect(self.start)
        self.windows.again_wanted.connect(self.make_failed_again)

    def bind_actions(self) -> None:
        """Give the batch's actions to their keys and menus."""
        bind = self._desktop.actions.bind
        bind("region.make_all", self.windows.ask, enabled=self._can_begin)
        bind("region.batch_summary", self.windows.show_summary, enabled=self._has_batch)

    def close(self) -> None:
        """Follow nothing any more; what waits goes on when the project is opened again."""
        self._settle.stop()
        self._clock.stop()
        self._bridge.job_changed.disconnect(self._follow)
        self._bridge.job_gone.disconnect(self._gone)
        self._outcomes.not_put_in.disconnect(self._not_put_in)
        self._bridge.paused_changed.disconnect(self._follow_pause)
        self._document.changed.disconnect(self._follow_document)
        self.changed.disconnect(self._follow_end)
        if self._task is not None:
            self._desktop.background.stop([self._task])
        self.windows.close()

    @property
    def is_going(self) -> bool:
        """Whether a batch isn't over."""
        return self.batch is not None and not self.batch.record.is_over

    @property
    def moment(self) -> BatchMoment | None:
        """How far the batch is; None where none is under way."""
        if self.batch is None or not self.is_going:
            return None
        return moment_of(self.batch, self._bridge.jobs())

    def start(self, plan: BatchPlan, start_at: datetime | None = None) -> None:
        """Begin a batch, now or at a time."""
        start_at_utc = "" if start_at is None else utc_text(start_at)
        session = self._document.session
        try:
            self.batch = start_batch(
                session, plan, start_at_utc=start_at_utc, changed=self.changed.emit
            )
        except PrismDeskError as error:
            self._desktop.messages.error(error)
            return
        self._was_over = False
        self.changed.emit()
        self._desktop.actions.refresh()
        if start_at is None:
            self._queue_waiting()
            return
        self._clock.start()
        self._desktop.messages.tell(
            f"The batch begins {local_time(start_at_utc)}.",
            "Leave PrismDesk open and the computer awake. What you edit until then counts.",
            buttons=(("Start now", self.begin_now), ("Cancel", self.cancel_rest)),
        )

    def go_on_at_opening(self) -> None:
        """Go on with the batch that the last end of the program cut off, and tell of it."""
        batch = unfinished_batch(self._document.session, self.changed.emit)
        if batch is None:
            return
        self.batch, self._was_over = batch, False
        record = batch.record
        if record.state is BatchState.PLANNED:
            self._take_up_planned()
            return
        needs_queueing = batch.take_up()
        self._bridge.tell_pause()
        self.changed.emit()
        if batch.record.is_over:
            return
        name, made = batch_name(record), made_words(batch.record)
        if record.paused_because:
            self._desktop.messages.tell(
                f"{name} is paused: {made}.",
                record.paused_because,
                kind=MessageKind.WARNING,
                buttons=(("Go on", self.go_on), ("Cancel the rest", self.cancel_rest)),
            )
        else:
            self._desktop.messages.tell(
                f"{name} goes on: {made}.",
                "The region that was cut off is made again.",
                buttons=(("Pause", self.pause), ("Cancel", self.cancel_rest)),
            )
        if needs_queueing:
            self._queue_waiting()

    def pause(self) -> None:
        """Start no further region; the one that is made goes on to its end."""
        if self.batch is not None and self.is_going:
            self.batch.pause()
            self._bridge.tell_pause()

    def go_on(self) -> None:
        """Go on after a pause; what had no room on the disk is tried again first."""
        if self.batch is None or not self.is_going:
            return
        lacking = [job for job in self._bridge.jobs() if _lacks_room(job)]
        self.batch.go_on()
        self._bridge.tell_pause()
        for job in lacking:
            self._bridge.retry(job.id)
        for job in self._bridge.jobs():
            if job.state is JobState.FINISHED:
                self._outcomes.put_in(job.id)
        self._queue_waiting()

    def begin_now(self) -> None:
        """Begin a planned batch without waiting for its time."""
        if self.batch is None or self.batch.record.state is not BatchState.PLANNED:
            return
        self._clock.stop()
        self.batch.begin()
        self.batch.follow_edits()
        self._queue_waiting()

    def cancel_rest(self) -> None:
        """Make nothing more of it; what is made stays."""
        if self.batch is not None and self.is_going:
            self._clock.stop()
            self.batch.cancel_rest()
            self._bridge.tell_pause()

    def make_failed_again(self) -> None:
        """Let what failed or was cancelled wait once more."""
        if self.batch is not None and self.batch.again():
            self._was_over = False
            self._queue_waiting()

    def batch_now(self) -> Batch | None:
        """Return the project's latest batch, over or not."""
        return self.batch

    def job_of(self, job_id: str) -> JobSnapshot | None:
        """Return a job of the batch that is still in the queue."""
        return next((job for job in self._bridge.jobs() if job.id == job_id and job_id), None)

    def _queue_waiting(self) -> None:
        batch, project = self.batch, self._document.project
        if batch is None or (self._task is not None and not self._task.is_over):
            return

        def work(progress: FractionDone, cancelled: IsCancelled) -> bool:
            try:
                batch.queue_waiting(project, progress=progress, cancelled=cancelled)
            except Cancelled:
                return False
            return True

        def done(is_queued: bool) -> None:
            if not is_queued:
                self.cancel_rest()

        count = len(batch.record.of(Outcome.WAITING))
        self._task = self._desktop.background.run(
            f"Listening around {count} regions" if count != 1 else "Listening around a region",
            work,
            done=done,
            failed=self._not_queued,
            owner=self,
        )

    def _not_queued(self, error: PrismDeskError) -> None:
        self._bridge.tell_pause()
        if not isinstance(error, NoRoomError):
            self._desktop.messages.error(error)
            return
        self._desktop.messages.tell(
            "No more room on the disk.",
            f"{error} The batch is paused; what is made is in the project.",
            kind=MessageKind.ERROR,
            buttons=(("Try again", self.go_on), ("Cancel the rest", self.cancel_rest)),
        )

    def _follow(self, job: JobSnapshot) -> None:
        if self.batch is not None and self.batch.holds(job.id):
            self.batch.follow(job)
            self.changed.emit()

    def _gone(self, job_id: str) -> None:
        if self.batch is not None and self.batch.holds(job_id):
            self.batch.gone(job_id)
            self.changed.emit()

    def _not_put_in(self, job_id: str) -> None:
        """Hold the batch while takes can't be put into the project: the disk may be full."""
        if self.batch is not None and self.is_going and self.batch.holds(job_id):
            self.batch.pause("Takes are made that couldn't be put into the project yet.")
            self._bridge.tell_pause()

    def _follow_pause(self, is_paused: bool) -> None:
        """Have the batch remember a pause that was asked for elsewhere, or a full disk made."""
        batch = self.batch
        if batch is None or batch.record.state is not BatchState.GOING:
            return
        if is_paused and not batch.record.paused_because:
            batch.note_pause(self._why_paused())
        elif not is_paused and batch.record.paused_because:
            self.go_on()

    def _why_paused(self) -> str:
        lacking = [job for job in self._bridge.jobs() if _lacks_room(job)]
        failure = lacking[0].failure if lacking else None
        return PAUSED_BY_USER if failure is None else failure.message

    def _follow_document(self, changed: Changes) -> None:
        if self.is_going and not (changed.regions.is_empty() and not changed.project_fields):
            self._settle.start()

    def _follow_edits(self) -> None:
        batch = self.batch
        if batch is None or batch.record.state is not BatchState.GOING:
            return
        if self._document.in_gesture:
            self._settle.start()
        elif batch.follow_edits():
            self._queue_waiting()

    def _look_at_clock(self) -> None:
        batch = self.batch
        if batch is None or batch.record.state is not BatchState.PLANNED:
            self._clock.stop()
        elif _seconds_until(batch.record.start_at_utc) <= 0:
            self.begin_now()

    def _take_up_planned(self) -> None:
        assert self.batch is not None
        record = self.batch.record
        if _seconds_until(record.start_at_utc) > 0:
            self._clock.start()
            self._desktop.messages.tell(
                f"The batch begins {local_time(record.start_at_utc)}.",
                buttons=(("Start now", self.begin_now), ("Cancel", self.cancel_rest)),
            )
            return
        self._desktop.messages.tell(
            f"The batch of {local_time(record.start_at_utc)} hasn't begun.",
            "PrismDesk was closed when its time came.",
            kind=MessageKind.WARNING,
            buttons=(("Start now", self.begin_now), ("Cancel", self.cancel_rest)),
        )

    def _follow_end(self) -> None:
        """Tell once that a batch is over."""
        batch = self.batch
        if batch is None or batch.record.is_over == self._was_over:
            return
        self._was_over = batch.record.is_over
        if not self._was_over:
            return
        summary = BatchSummary(batch.record)
        failed = batch.record.of(Outcome.FAILED) or batch.record.of(Outcome.REFUSED)
        self._desktop.messages.tell(
            summary.headline,
            summary.when,
            kind=MessageKind.WARNING if failed else MessageKind.GOOD,
            buttons=(("Show summary", self.windows.show_summary),),
        )
        self._desktop.actions.refresh()

    def _tells_of(self, job: JobSnapshot) -> bool:
        """Whether what became of a job is told by the summary, not as a message of its own."""
        is_ours = self.batch is not None and self.is_going and self.batch.holds(job.id)
        return is_ours and not _lacks_room(job)

    def _can_begin(self) -> bool | str:
        if self.is_going:
            return "A batch is under way; cancel it first, or wait until it is over."
        return bool(self._document.project.regions) or "The project has no regions."

    def _has_batch(self) -> bool | str:
        return self.batch is not None or "No batch was made in this project yet."


def _timer(owner: QObject, interval_ms: int, do: Callable[[], object]) -> QTimer:
    timer = QTimer(owner)
    timer.setInterval(interval_ms)
    timer.timeout.connect(do)
    return timer


def _lacks_room(job: JobSnapshot) -> bool:
    return job.failure is not None and job.failure.kind is FailureKind.DISK_FULL


def _seconds_until(utc: str) -> float:
    try:
        return (datetime.fromisoformat(utc) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return 0.0
