"""Hear so far, and enough: a running job is listened to, or ended with what it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.jobs.states import JobSnapshot, JobState
from prismdesk.project.ids import RegionId
from prismdesk.session.listening import draft_span, why_not_heard
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.jobs.messages import HeardSoFar
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.takes.audition import Audition
    from prismdesk.ui.transport import Transport

_ROLL_SECONDS = 1.0
"""How much is heard before and after the region, so that its seams are heard, too."""


class JobListening(QObject):
    """Has the sound so far of the running job made, and plays it in place of its region, once.

    What is heard is a draft: it is in no project, and gone when it was played, when the job is
    over, or when the user stops. The job works on meanwhile.

    ``changed`` carries the id of a region whose draft begins or ends being made or heard.

    Args:
        document: the project.
        bridge: the jobs.
        audition: has the draft heard.
        transport: plays.
        desktop: keys and messages.
        parent: owns it.
    """

    changed = Signal(object)

    def __init__(
        self,
        document: Document,
        bridge: JobBridge,
        audition: Audition,
        transport: Transport,
        desktop: Desktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._bridge = bridge
        self._audition = audition
        self._transport = transport
        self._desktop = desktop
        self._asked_id = ""
        self._ending_id = ""
        self._answered: HeardSoFar | None = None
        self._heard: tuple[JobSnapshot, HeardSoFar] | None = None
        bridge.job_changed.connect(self._follow)
        bridge.job_gone.connect(self._follow_gone)
        transport.playing_changed.connect(self._follow_playing)

    def bind_actions(self) -> None:
        """Give both to their keys and menus."""
        actions = self._desktop.actions
        actions.bind("jobs.hear", self.toggle, enabled=self._can_toggle)
        actions.bind("jobs.enough", self.enough, enabled=self._can_end)

    def close(self) -> None:
        """Listen no more."""
        self._bridge.job_changed.disconnect(self._follow)
        self._bridge.job_gone.disconnect(self._follow_gone)
        self._transport.playing_changed.disconnect(self._follow_playing)

    @property
    def is_waiting(self) -> bool:
        """Whether a draft was asked for and isn't there yet."""
        return bool(self._asked_id)

    @property
    def heard(self) -> HeardSoFar | None:
        """The draft that is heard now."""
        return self._heard[1] if self._heard else None

    def heard_in(self, region_id: str) -> HeardSoFar | None:
        """Return the draft that is heard now if it is of this region."""
        if self._heard is None or self._heard[0].spec.region_id != region_id:
            return None
        return self._heard[1]

    def is_ending(self, job_id: str) -> bool:
        """Whether a job was told that it is enough."""
        return job_id == self._ending_id

    def why_not(self) -> str:
        """Say in a sentence why the running job can't be heard or ended now; empty if it can."""
        return why_not_heard(self._bridge.running())

    def toggle(self) -> None:
        """Hear the running job's sound so far; hear the film again if a draft is heard."""
        if self._heard is not None:
            self._transport.stop()
            self._let_go()
            return
        job = self._bridge.running()
        if job is None or why_not_heard(job):
            return
        self._asked_id = job.id
        self._bridge.hear_so_far(job.id)
        self.changed.emit(RegionId(job.spec.region_id))

    def enough(self) -> None:
        """End the running job with what its next step points at."""
        job = self._bridge.running()
        if job is None or why_not_heard(job):
            return
        self._ending_id = job.id
        self._bridge.enough(job.id)
        self.changed.emit(RegionId(job.spec.region_id))

    def _can_toggle(self) -> bool | str:
        return self._heard is not None or self.why_not() or True

    def _can_end(self) -> bool | str:
        return self.why_not() or True

    def _follow(self, job: JobSnapshot) -> None:
        if job.state is not JobState.RUNNING:
            self._follow_gone(job.id)
        elif job.heard is not None and job.heard is not self._answered:
            self._answered = job.heard
            if job.id == self._asked_id:
                self._asked_id = ""
                self._answer(job, job.heard)

    def _answer(self, job: JobSnapshot, heard: HeardSoFar) -> None:
        regions = [one for one in self._document.project.regions if one.id == job.spec.region_id]
        span = draft_span(regions[0], job, heard) if regions and heard.path else None
        if span is None:
            if heard.reason:
                self._desktop.messages.tell(
                    f"“{job.label}” can't be heard yet.", heard.reason, kind=MessageKind.WARNING
                )
            self.changed.emit(RegionId(job.spec.region_id))
            return
        self._let_go()
        self._heard = (job, heard)
        self._audition.hear_draft(job, heard)
        roll = round(_ROLL_SECONDS * self._document.times.rate_hz)
        self._transport.play_around(span, roll, roll)
        self.changed.emit(RegionId(job.spec.region_id))

    def _follow_playing(self, is_playing: bool) -> None:
        if not is_playing:
            self._let_go()

    def _follow_gone(self, job_id: str) -> None:
        if job_id == self._ending_id:
            self._ending_id = ""
        if job_id == self._asked_id:
            self._asked_id = ""
        if self._heard is not None and self._heard[0].id == job_id:
            self._let_go()

    def _let_go(self) -> None:
        """Hear what the project says again."""
        if self._heard is None:
            return
        job, _ = self._heard
        self._heard = None
        self._audition.hear_draft(None, None)
        self.changed.emit(RegionId(job.spec.region_id))
