"""Why the document's regions can't be made, as buttons, panels and messages ask it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from prismdesk.adapters.reference import hash_in, name_in
from prismdesk.engines.capabilities import EngineInput, EngineTask
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.errors import PrismDeskError
from prismdesk.project.lookup import region_of, take_of
from prismdesk.session.again import source_of_take
from prismdesk.session.refusals import lasting_refusal, refusal, why_no_variation, why_not
from prismdesk.session.region_engine import engine_of
from prismdesk.ui.models.missing import missed_weights

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.ids import RegionId, TakeId
    from prismdesk.project.model import Project, Region, Take, Task
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.models.missing import MissedWeights


class MakingRefusals:
    """Says of regions and takes, in a sentence each, why they can't be made; empty if they can.

    Args:
        document: the project.
        desktop: the presets that are known.
    """

    def __init__(self, document: Document, desktop: Desktop) -> None:
        self._document = document
        self._desktop = desktop

    def of(self, region: Region) -> str:
        """Say why a region can't be made as it is and now."""
        known, gone = self._with_known_adapters(region)
        return self._asked(refusal, known) or gone

    def of_engine(self, region: Region, engine: str) -> str:
        """Say why an engine will never make a region as it is."""
        known, _ = self._with_known_adapters(region)
        return self._asked(lasting_refusal, replace(known, engine=engine, variant=""))

    def of_task(self, region: Region, task: Task) -> str:
        """Say why a region's engine can't do a task."""
        return self._asked(lambda _, one: why_not(one.engine, EngineTask(task.value)), region)

    def of_again(self, take: Take, wanted: Region) -> str:
        """Say why a take can't be made again now, by a region as it was."""
        try:
            source_of_take(self._document.session, self._document.project, take, wanted)
        except PrismDeskError as error:
            return str(error)
        return self.of(wanted)

    def of_variation(self, take_id: TakeId) -> str:
        """Say why the engine that made a take can't vary it."""
        try:
            return why_no_variation(take_of(self._document.project, take_id).provenance.engine)
        except PrismDeskError as error:
            return str(error)

    def goes_by_words(self, region_id: RegionId) -> bool:
        """Tell whether the engine of a region takes a prompt."""
        region = region_of(self._document.project, region_id)
        try:
            engine = capabilities_of(engine_of(region))
        except PrismDeskError:
            return False
        return EngineInput.TEXT in engine.inputs

    def missed_weights(self, region: Region, reason: str) -> MissedWeights | None:
        """Return the model whose weights a region is refused for; None for any other reason.

        Args:
            region: what is to be made.
            reason: what ``of`` said of it.
        """
        if not reason:
            return None
        try:
            engine = capabilities_of(engine_of(region))
        except PrismDeskError:
            return None
        missed = missed_weights(engine, region.variant)
        return missed if missed is not None and missed.in_full == reason else None

    def stands(self, wanted: Region, reason: str) -> Callable[[], bool] | None:
        """Return what says whether a region is still refused for a reason.

        None where the reason isn't one of the region as it is, so that no edit of it shows.
        """

        def is_refused() -> bool:
            regions = self._document.project.regions
            region = next((one for one in regions if one.id == wanted.id), None)
            if region is None:
                return False
            return self.of(replace(region, task=wanted.task)) == reason

        return is_refused if is_refused() else None

    def _with_known_adapters(self, region: Region) -> tuple[Region, str]:
        """Return a region with presets that need no looking for, and why not if one is gone.

        To look through the library here would hold the window up. What isn't known yet is held
        against the model when it is, and again when the region is queued.
        """
        presets = self._desktop.presets
        if not region.sounding_adapters:
            return region, ""
        if not presets.is_known:
            presets.look_once(self._desktop)
            return replace(region, adapters=()), ""
        gone = [name for name, _ in region.sounding_adapters if presets.of(name) is None]
        if not gone:
            return region, ""
        presets.look_for_gone(self._desktop)
        return replace(region, adapters=()), (
            f"The preset {name_in(gone[0])} ({hash_in(gone[0])}) isn't in the library; bring its "
            "file, or take it off the region."
        )

    def _asked(self, reason: Callable[[Project, Region], str], region: Region) -> str:
        try:
            return reason(self._document.project, replace(region, engine=engine_of(region)))
        except PrismDeskError as error:
            return str(error)
