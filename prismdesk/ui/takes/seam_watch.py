"""Keeps the seams and onsets of the selected region measured, off the window's thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from prismdesk.session.onset_readings import OnsetReading, read_onsets
from prismdesk.session.seams import RegionSeams, measure_seams

if TYPE_CHECKING:
    from prismdesk.errors import PrismDeskError
    from prismdesk.media.sounds import Sounds
    from prismdesk.progress import FractionDone, IsCancelled
    from prismdesk.project.changes import Changes
    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Project, Region
    from prismdesk.ui.background import BackgroundTask
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.takes.audition import Audition

_AFTER_MS = 60
"""Edits that follow each other at once are measured once."""


@dataclass(frozen=True, slots=True)
class SeamReport:
    """What was measured of a region with a take; ``seams`` is None where nothing is heard in it."""

    seams: RegionSeams | None
    onsets: tuple[OnsetReading, ...]


_Reports = dict["TakeId | None", SeamReport]


class SeamWatch(QObject):
    """Measures the selected region as it is heard, and as it would be with the take of the page.

    ``measured`` follows when something else is known, or nothing any more. Nothing is measured
    while something is dragged.

    Args:
        document: the project.
        audition: its region is measured.
        desktop: long work.
        parent: owns it.
    """

    measured = Signal()

    def __init__(
        self,
        document: Document,
        audition: Audition,
        desktop: Desktop,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._document = document
        self._audition = audition
        self._desktop = desktop
        self._page_take_id: TakeId | None = None
        self._region_id: RegionId | None = None
        self._reports: _Reports = {}
        self._failure = ""
        self._known_onsets: dict[str, tuple[int, ...]] = {}
        self._task: BackgroundTask[_Reports] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_AFTER_MS)
        self._timer.timeout.connect(self._measure)
        document.changed.connect(self._follow_document)
        document.history_changed.connect(self._timer.start)
        audition.changed.connect(self._follow_audition)
        self._follow_audition()

    @property
    def is_measuring(self) -> bool:
        """Whether what is known may be outdated."""
        return self._timer.isActive() or self._task is not None

    @property
    def failure(self) -> str:
        """Why nothing could be measured, in a sentence; empty if something was."""
        return self._failure

    def report(self, take_id: TakeId | None = None) -> SeamReport | None:
        """Return what was measured last; None while nothing is known.

        Args:
            take_id: as with this take, which the page shows; None as the region is heard.
        """
        return self._reports.get(self._key(take_id))

    def show_take(self, take_id: TakeId | None) -> None:
        """Measure with this take too, whether it is chosen or not."""
        if take_id != self._page_take_id:
            self._page_take_id = take_id
            if self.report(take_id) is None:
                self._timer.start()

    def close(self) -> None:
        """Measure nothing any more."""
        self._timer.stop()
        if self._task is not None:
            self._task.forget()
            self._task = None
        self._document.changed.disconnect(self._follow_document)
        self._audition.changed.disconnect(self._follow_audition)

    def _key(self, take_id: TakeId | None) -> TakeId | None:
        """Return None for a take that is heard: it is measured with the region."""
        region = self._audition.region
        if region is None or any(segment.take_id == take_id for segment in region.comp):
            return None
        return take_id

    def _follow_audition(self) -> None:
        region = self._audition.region
        region_id = None if region is None else region.id
        if region_id != self._region_id:
            self._region_id = region_id
            self._reports, self._failure = {}, ""
            self.measured.emit()
            self._timer.start()

    def _follow_document(self, changes: Changes) -> None:
        kinds = (
            changes.media,
            changes.tracks,
            changes.lanes,
            changes.clips,
            changes.regions,
            changes.takes,
            changes.markers,
        )
        if any(not kind.is_empty() for kind in kinds):
            self._timer.start()

    def _measure(self) -> None:
        if self._document.in_gesture:
            return
        if self._task is not None:
            self._task.forget()
            self._task = None
        region = self._audition.region
        if region is None or not region.takes:
            self._keep({})
            return
        project, sounds = self._document.project, self._document.session.sounds
        takes = self._wanted(region)
        known = self._known_onsets

        def work(_: FractionDone, cancelled: IsCancelled) -> _Reports:
            return {
                take_id: _report(project, sounds, region, take_id, known, cancelled)
                for take_id in takes
            }

        self._task = self._desktop.background.run(
            f"Measuring the seams of {region.name or 'the region'}",
            work,
            done=self._keep,
            failed=self._fail,
            quiet=True,
            owner=self,
        )

    def _wanted(self, region: Region) -> list[TakeId | None]:
        page = self._key(self._page_take_id)
        has_page = page is not None and any(take.id == page for take in region.takes)
        return [None, page] if has_page else [None]

    def _keep(self, reports: _Reports) -> None:
        self._task = None
        self._failure = ""
        self._reports = reports
        self.measured.emit()

    def _fail(self, error: PrismDeskError) -> None:
        self._keep({})
        self._failure = str(error)
        self.measured.emit()


def _report(
    project: Project,
    sounds: Sounds,
    region: Region,
    take_id: TakeId | None,
    known: dict[str, tuple[int, ...]],
    cancelled: IsCancelled,
) -> SeamReport:
    return SeamReport(
        measure_seams(project, sounds, region.id, take_id=take_id, cancelled=cancelled),
        read_onsets(project, sounds, region.id, take_id=take_id, known=known, cancelled=cancelled),
    )
