"""Jobs drawn where they belong: in their regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

from prismdesk.project.ids import RegionId
from prismdesk.ui.job_words import look_of, preparing_look

if TYPE_CHECKING:
    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.ui.document import Document
    from prismdesk.ui.jobs.listening import JobListening
    from prismdesk.ui.making import Making
    from prismdesk.ui.timeline.job_look import JobLook


class ShowsJobs(Protocol):
    """Where regions are drawn."""

    def set_job(self, region_id: RegionId, look: JobLook | None) -> None:
        """Show a region's job, or none."""


class RegionJobs(QObject):
    """Knows how the job of each region looks; tells the canvas, and others by ``changed``.

    Args:
        document: the project.
        bridge: the jobs.
        making: knows what is about to be queued.
        canvas: where regions are drawn.
        parent: owns it.
    """

    changed = Signal(object)
    """The id of a region whose look is another."""

    def __init__(
        self,
        document: Document,
        bridge: JobBridge,
        making: Making,
        canvas: ShowsJobs,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._bridge = bridge
        self._making = making
        self._canvas = canvas
        self._listening: JobListening | None = None
        self._regions: dict[str, RegionId] = {}
        self._shown: dict[RegionId, JobLook | None] = {}
        for job in bridge.jobs():
            self._regions[job.id] = RegionId(job.spec.region_id)
        bridge.job_changed.connect(self._follow)
        bridge.job_gone.connect(self._forget)
        making.preparing.changed.connect(self._show)
        self._show_all()

    def look(self, region_id: RegionId) -> JobLook | None:
        """Return how the region's job looks now, None if it has none to show."""
        job = self._bridge.newest_of_region(region_id)
        task = self._making.preparing.task_of(region_id)
        if job is None and task is None:
            return None
        regions = [one for one in self._document.project.regions if one.id == region_id]
        if not regions:
            return None
        if task is not None and (job is None or not job.state.is_underway):
            return preparing_look(None if task.is_quiet else task.fraction, task.seconds_left)
        if job is None:
            return None
        draft = self._listening.heard_in(region_id) if self._listening else None
        return look_of(job, self._bridge.jobs(), regions[0].status, draft=draft)

    def follow_listening(self, listening: JobListening) -> None:
        """Say in a region that its draft is heard."""
        self._listening = listening
        listening.changed.connect(self._show)

    def _follow(self, job: JobSnapshot) -> None:
        self._regions[job.id] = RegionId(job.spec.region_id)
        # All of them: a job that starts or ends changes the turns of those that wait.
        self._show_all()

    def _forget(self, job_id: str) -> None:
        region_id = self._regions.pop(job_id, None)
        if region_id is not None:
            self._show(region_id)
        self._show_all()

    def _show_all(self) -> None:
        for region_id in set(self._regions.values()):
            self._show(region_id)

    def _show(self, region_id: RegionId) -> None:
        look = self.look(region_id)
        if self._shown.get(region_id) != look:
            self._shown[region_id] = look
            self._canvas.set_job(region_id, look)
            self.changed.emit(region_id)
