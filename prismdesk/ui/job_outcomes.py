"""What becomes of jobs: takes come into the project, failures are told with their remedies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.project.ids import RegionId
from prismdesk.session.making import clear_accepted, step_of_takes
from prismdesk.ui.failure_words import failure_words
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.remedies import Remedies

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.project.model import Take
    from prismdesk.ui.document import Document
    from prismdesk.ui.making import Making
    from prismdesk.ui.messages import Messages
    from prismdesk.ui.selection import Selection

_GESTURE_POLL_MS = 100


class JobOutcomes(QObject):
    """Takes up what jobs made, as one step each, and tells what went wrong.

    Takes come while the editor goes on working; during a gesture they wait for its end, and
    those of a region that was removed wait until it is back.

    Attributes:
        remedies: does what can be done about a failure.
        is_told_elsewhere: whether somebody else tells what becomes of a job that broke off.

    Args:
        document: gets the takes.
        selection: goes to a region that failed.
        bridge: the jobs.
        making: queues what a remedy asks for.
        messages: where failures are told.
        parent: owns it.
    """

    log_wanted = Signal(str)
    """The id of a job whose log the user asked to see."""
    not_put_in = Signal(str)
    """The id of a job whose takes are on the disk, but could not be put into the project."""
    accepted = Signal(object)
    """The id of a region that got new takes."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        bridge: JobBridge,
        making: Making,
        messages: Messages,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._bridge = bridge
        self._messages = messages
        self.remedies = Remedies(document, selection, bridge, making, self.log_wanted.emit)
        self._kept_back: set[str] = set()
        self._told_failures: set[tuple[str, int]] = set()
        self.is_told_elsewhere: Callable[[JobSnapshot], bool] = _never
        self._gesture_timer = QTimer(self)
        self._gesture_timer.setInterval(_GESTURE_POLL_MS)
        self._gesture_timer.timeout.connect(self._accept_finished)
        # What else follows a job is shown first: all of it at once would hold the window up.
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._accept_finished)
        bridge.job_changed.connect(self._follow)
        document.changed.connect(self._accept_finished)

    def close(self) -> None:
        """Take up nothing any more; what finishes later waits in the queue."""
        self._gesture_timer.stop()
        self._soon.stop()
        self._bridge.job_changed.disconnect(self._follow)
        self._document.changed.disconnect(self._accept_finished)

    def offer_interrupted(self) -> None:
        """Tell of the jobs that the last end of the program cut off, with what can be done."""
        jobs = [
            job
            for job in self._bridge.jobs()
            if job.state is JobState.INTERRUPTED and not self.is_told_elsewhere(job)
        ]
        if not jobs:
            return
        names = ", ".join(f"“{job.label}”" for job in jobs)
        which = (
            "One job was interrupted" if len(jobs) == 1 else f"{len(jobs)} jobs were interrupted"
        )
        self._messages.tell(
            "Recovered.",
            f"PrismDesk was closed while you worked. All edits are here. {which}: {names}.",
            kind=MessageKind.WARNING,
            buttons=(
                ("Make it again", lambda: _each(jobs, self._bridge.retry)),
                ("Leave it", lambda: _each(jobs, self._bridge.clear)),
            ),
        )

    def put_in(self, job_id: str) -> None:
        """Try once more to put a finished job's takes into the project."""
        self._kept_back.discard(job_id)
        self._accept_finished()

    def tell_again(self, job_id: str) -> None:
        """Tell once more of a failure whose remedy was begun and then left."""
        for job in self._bridge.jobs():
            if job.id == job_id:
                self._tell_failure(job)

    def _follow(self, job: JobSnapshot) -> None:
        if job.state is JobState.FINISHED:
            self._soon.start()
        elif job.state is JobState.FAILED and (job.id, job.attempts) not in self._told_failures:
            self._told_failures.add((job.id, job.attempts))
            if not self.is_told_elsewhere(job):
                self._tell_failure(job)

    def _accept_finished(self, _: object = None) -> None:
        """Put what is finished into the project, unless a gesture holds it."""
        finished = [
            job
            for job in self._bridge.jobs()
            if job.state is JobState.FINISHED and job.id not in self._kept_back
        ]
        if not finished or self._document.in_gesture:
            # A gesture that is let go tells nobody; so it is asked after.
            self._gesture_timer.start() if finished else self._gesture_timer.stop()
            return
        self._gesture_timer.stop()
        for job in finished:
            # An edit tells of itself while it is made, and this hears it: what is put in then
            # is on the list here, too.
            if job.id not in self._kept_back:
                self._accept(job)

    def _accept(self, job: JobSnapshot) -> None:
        project = self._document.project
        if all(region.id != job.spec.region_id for region in project.regions):
            # Undone or removed meanwhile; its takes wait until it is back.
            return
        # Told of its own change while it applies it, it must not begin again.
        self._kept_back.add(job.id)
        step = step_of_takes(project, job)
        if step is None or self._document.apply(*step):
            clear_accepted(self._document.session, job)
            self.accepted.emit(_region_id(job))
        else:
            self.not_put_in.emit(job.id)

    def _tell_failure(self, job: JobSnapshot) -> None:
        if job.failure is None:
            return
        kept = len(self._region_takes(job))
        words = failure_words(job, job.failure, kept_takes=kept)
        self._messages.tell(
            words.title,
            words.body,
            kind=MessageKind.ERROR,
            buttons=self.remedies.buttons(job, words.remedies),
        )

    def _region_takes(self, job: JobSnapshot) -> tuple[Take, ...]:
        regions = self._document.project.regions
        return next((one.takes for one in regions if one.id == job.spec.region_id), ())


def _never(_: JobSnapshot) -> bool:
    return False


def _each(jobs: list[JobSnapshot], do: Callable[[str], object]) -> None:
    for job in jobs:
        do(job.id)


def _region_id(job: JobSnapshot) -> RegionId:
    return RegionId(job.spec.region_id)
