"""Does what can be done about a failed job: each remedy is a row of one table."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from prismdesk.project.edits import (
    resize_region,
    set_region_engine,
    set_region_settings,
)
from prismdesk.project.ids import RegionId
from prismdesk.project.lookup import region_of, takes_of
from prismdesk.project.timebase import SampleRange
from prismdesk.session.replacing import with_engine
from prismdesk.ui.failure_words import Remedy, RemedyId

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.jobs.bridge import JobBridge
    from prismdesk.jobs.states import JobSnapshot
    from prismdesk.project.model import Project, Region, Take
    from prismdesk.ui.document import Document
    from prismdesk.ui.making import Making
    from prismdesk.ui.messages import MessageButton
    from prismdesk.ui.selection import Selection

    Do = Callable[[JobSnapshot, Remedy], object]
    Change = Callable[[Project], Project]


class Remedies:
    """What the buttons under a failure do.

    What changes the region is an edit that can be undone; the job that failed is cleared for it.

    Args:
        document: the project.
        selection: goes to a region.
        bridge: the jobs.
        making: queues what is asked for anew.
        show_log: shows the log of a job of an id.
    """

    def __init__(
        self,
        document: Document,
        selection: Selection,
        bridge: JobBridge,
        making: Making,
        show_log: Callable[[str], object],
    ) -> None:
        self._document = document
        self._selection = selection
        self._bridge = bridge
        self._making = making
        self._more_words: dict[RemedyId, Callable[[str], str]] = {}
        self._table: dict[RemedyId, Do] = {
            RemedyId.START_AGAIN: lambda job, _: bridge.retry(job.id),
            RemedyId.SHOW_LOG: lambda job, _: show_log(job.id),
            RemedyId.SHOW_REGION: lambda job, _: selection.select_region(_region_id(job)),
            RemedyId.WITH_OFFLOAD: lambda job, _: bridge.retry(job.id, offload="offload"),
            RemedyId.ON_PROCESSOR: lambda job, _: bridge.retry(job.id, device="cpu"),
            RemedyId.ONE_TAKE: lambda job, _: self._again_as(job, takes=1),
            RemedyId.USE_VARIANT: self._use_variant,
            RemedyId.USE_PRECISION: self._use_precision,
            RemedyId.SHORTEN: self._shorten,
            RemedyId.FITTED: self._fit,
        }

    def add(
        self, remedy_id: RemedyId, do: Do, words: Callable[[str], str] = lambda words: words
    ) -> None:
        """Have somebody else do a remedy, who may say more on its button than the failure knows."""
        self._table[remedy_id] = do
        self._more_words[remedy_id] = words

    def buttons(self, job: JobSnapshot, remedies: tuple[Remedy, ...]) -> list[MessageButton]:
        """Return the remedies of a job as buttons."""
        return [
            (self.words(remedy), partial(self.do, job, remedy))
            for remedy in remedies
            if remedy.id in self._table and not self._is_refused(job, remedy)
        ]

    def _is_refused(self, job: JobSnapshot, remedy: Remedy) -> bool:
        """Whether a model is none that may be used here."""
        region = self._region(job)
        if remedy.id is not RemedyId.USE_VARIANT or region is None:
            return False
        wanted = replace(region, engine=job.spec.engine, variant=remedy.value)
        return bool(self._making.refusals.of(wanted))

    def words(self, remedy: Remedy) -> str:
        """Return what a remedy's button says."""
        more = self._more_words.get(remedy.id)
        return remedy.words if more is None else more(remedy.words)

    def do(self, job: JobSnapshot, remedy: Remedy) -> None:
        """Do a remedy."""
        self._table[remedy.id](job, remedy)

    def _fit(self, job: JobSnapshot, remedy: Remedy) -> None:
        """Take from a region what an engine can't take, and give it to that engine."""

        def change(project: Project) -> Project:
            return with_engine(project, (_region_id(job),), remedy.value)

        self._again_as(job, label=remedy.words, change=change)

    def _use_variant(self, job: JobSnapshot, remedy: Remedy) -> None:
        def change(project: Project) -> Project:
            engine = job.spec.engine
            return set_region_engine(project, _region_id(job), engine, remedy.value)

        self._again_as(job, label=remedy.words, change=change)

    def _use_precision(self, job: JobSnapshot, remedy: Remedy) -> None:
        def change(project: Project) -> Project:
            region_id = _region_id(job)
            settings = dict(region_of(project, region_id).settings)
            settings["precision"] = remedy.value
            return set_region_settings(project, region_id, settings)

        self._again_as(job, label=remedy.words, change=change)

    def _shorten(self, job: JobSnapshot, remedy: Remedy) -> None:
        def change(project: Project) -> Project:
            region_id = _region_id(job)
            start = region_of(project, region_id).range.start_samples
            length = int(float(remedy.value) * project.rate_hz)
            return resize_region(project, region_id, SampleRange(start, start + length))

        self._again_as(job, label=remedy.words, change=change)

    def _again_as(
        self,
        job: JobSnapshot,
        *,
        label: str = "",
        change: Change | None = None,
        takes: int | None = None,
    ) -> None:
        """Ask for a failed job's region once more, changed first if there is an edit."""
        if self._region(job) is None:
            return
        if change is not None and not self._document.apply(label, change):
            return
        region = self._region(job)
        if region is not None:
            self._bridge.clear(job.id)
            self._making.queue(region, takes or job.spec.kept_takes, varied=self._varied(job))

    def _varied(self, job: JobSnapshot) -> Take | None:
        source = job.spec.source
        takes = takes_of(self._document.project) if source is not None else ()
        return next((take for take in takes if source and take.id == source.take_id), None)

    def _region(self, job: JobSnapshot) -> Region | None:
        regions = self._document.project.regions
        return next((region for region in regions if region.id == job.spec.region_id), None)


def _region_id(job: JobSnapshot) -> RegionId:
    return RegionId(job.spec.region_id)
