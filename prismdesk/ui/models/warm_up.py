"""Loading the model of the selected region, from anywhere in the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.ui.models.model_use import ModelUse

if TYPE_CHECKING:
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.models.device_watch import DeviceWatch
    from prismdesk.ui.selection import Selection


class SelectedWarmUp:
    """Has the selected region's model loaded.

    Args:
        document: the project.
        selection: the region.
        desktop: what it needs to know of models.
        watch: loads them.
    """

    def __init__(
        self, document: Document, selection: Selection, desktop: Desktop, watch: DeviceWatch
    ) -> None:
        self._use = ModelUse(document, selection, desktop)
        self._watch = watch

    def begin(self) -> None:
        """Load the selected region's model."""
        region = self._use.region()
        if region is not None and not self.why_not():
            self._watch.warm_up(region.engine, region.variant)

    def why_not(self) -> str:
        """Say in a sentence why the selected region's model can't be loaded; empty if it can."""
        region = self._use.region()
        if region is None:
            return "Select a region first."
        if not region.variant:
            return "The region has no model that could be loaded."
        return self._watch.why_not_warm()
