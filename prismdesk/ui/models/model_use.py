"""Giving the selected region a model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.engines.capabilities import EngineTask
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.errors import PrismDeskError
from prismdesk.project.edits import set_region_engine
from prismdesk.session.refusals import why_not
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.models.device_watch import model_name

if TYPE_CHECKING:
    from prismdesk.project.model import Project, Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection


class ModelUse:
    """Sets the selected region's engine and model as a step that can be undone.

    Args:
        document: the project.
        selection: the region.
        desktop: messages.
    """

    def __init__(self, document: Document, selection: Selection, desktop: Desktop) -> None:
        self._document = document
        self._selection = selection
        self._desktop = desktop

    def region(self) -> Region | None:
        """Return the selected region; None if none is."""
        wanted = self._selection.region_id
        regions = self._document.project.regions
        return next((region for region in regions if region.id == wanted), None)

    def region_seconds(self) -> float | None:
        """Return how long the selected region is; None if none is selected."""
        region = self.region()
        if region is None:
            return None
        return region.range.length_samples / self._document.times.rate_hz

    def why_not(self, engine: str, variant: str) -> str:
        """Say in a sentence why the selected region can't get a model; empty if it can."""
        region = self.region()
        if region is None:
            return "Select a region first."
        if (region.engine, region.variant) == (engine, variant):
            return "The selected region is made with it already."
        try:
            return why_not(engine, EngineTask(region.task.value))
        except PrismDeskError as error:
            return str(error)

    def give(self, engine: str, variant: str, _: bool = False) -> None:
        """Give the selected region a model; what stands against it is told."""
        region, reason = self.region(), self.why_not(engine, variant)
        if region is None or reason:
            self._desktop.messages.tell(reason)
            return
        name = model_name(variant) if variant else capabilities_of(engine).name

        def change(project: Project) -> Project:
            return set_region_engine(project, region.id, engine, variant)

        if self._document.apply(f"Use {name}", change):
            self._desktop.messages.tell(
                f"“{region.name or 'The region'}” is made with {name} from now on.",
                kind=MessageKind.GOOD,
            )
