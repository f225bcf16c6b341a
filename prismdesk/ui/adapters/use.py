"""Giving regions presets, as steps that can be undone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.adapters.reference import hash_in
from prismdesk.project.edits import set_region_adapters
from prismdesk.project.lookup import region_of
from prismdesk.ui.messages import MessageKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prismdesk.adapters.card import Preset
    from prismdesk.project.ids import RegionId
    from prismdesk.project.model import Project, Region
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection


class PresetUse:
    """Puts presets on regions at their favourite strengths.

    Args:
        document: the project.
        selection: the region that is meant.
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

    def why_not(self, preset: Preset) -> str:
        """Say in a sentence why the selected region can't get a preset; empty if it can."""
        region = self.region()
        if region is None:
            return "Select a region first."
        if preset.facts is None:
            return preset.problem
        if preset.lacks_alpha:
            return f"The file of {preset.name} states no alpha; say on its card which it was."
        if has_preset(region, preset):
            return f"The selected region has {preset.name} already."
        return ""

    def put(self, preset: Preset) -> None:
        """Put a preset on the selected region; what stands against it is told."""
        region, reason = self.region(), self.why_not(preset)
        if region is None or reason:
            self._desktop.messages.tell(reason)
            return
        self.put_on(preset, (region.id,))

    def put_on(self, preset: Preset, region_ids: Iterable[RegionId]) -> None:
        """Put a preset on regions that haven't got it, as one step."""
        wanted = tuple(region_ids)

        def change(project: Project) -> Project:
            for region_id in wanted:
                project = with_preset(project, region_id, preset)
            return project

        if self._document.apply(f"Use {preset.name}", change):
            names = {one.id: one.name for one in self._document.project.regions}
            where = f"“{names[wanted[0]] or 'The region'}” uses"
            if len(wanted) > 1:
                where = f"{len(wanted)} regions use"
            self._desktop.messages.tell(
                f"{where} {preset.name} at {preset.strength:.2f} from now on.".replace("-", "−"),
                kind=MessageKind.GOOD,
            )


def has_preset(region: Region, preset: Preset) -> bool:
    """Whether a region has a preset already, under whatever name."""
    return preset.hash in {hash_in(reference) for reference, _ in region.adapters}


def with_preset(project: Project, region_id: RegionId, preset: Preset) -> Project:
    """Return a project in which a region has a preset, last in its stack."""
    region = region_of(project, region_id)
    if has_preset(region, preset):
        return project
    stack = (*region.adapters, (preset.reference, preset.strength))
    return set_region_adapters(project, region_id, stack)
