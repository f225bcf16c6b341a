"""Masks in the window: the mode, its layer over the picture, its tools and its actions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from prismdesk.project.lookup import picture_of
from prismdesk.ui.masks.editing import MaskEditing, MaskTool
from prismdesk.ui.masks.layer import MaskLayer
from prismdesk.ui.masks.seen_view import SeenView
from prismdesk.ui.masks.tools import MaskTools
from prismdesk.ui.widgets.buttons import action_button

if TYPE_CHECKING:
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.pending_edits import PendingEdits
    from prismdesk.ui.picture.viewer import Viewer
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.transport import Transport

_CHOOSE = "Choose a mask first"


class MaskMode(QObject):
    """Builds what the mode needs in the viewer, and binds its actions.

    Attributes:
        editing: the mode.
        layer: over the picture.
        whole_layer: over the picture on a whole screen, while it is on one.
        tools: below it.
        seen: what the model sees, once it was asked for.

    Args:
        document: the project.
        selection: the region.
        transport: the playhead.
        viewer: shows the picture.
        desktop: what every panel may need.
        pending: what is being typed.
        parent: owns it.
    """

    lanes_wanted = Signal()
    """The keyboard goes back to the lanes: the mode was left from the picture."""

    def __init__(
        self,
        document: Document,
        selection: Selection,
        transport: Transport,
        viewer: Viewer,
        desktop: Desktop,
        pending: PendingEdits,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._desktop = desktop
        self._viewer = viewer
        self.seen: SeenView | None = None
        self.editing = MaskEditing(document, selection, transport, desktop, pending, self)
        self.layer = MaskLayer(viewer.surface, self.editing, desktop.theme)
        self.layer.left.connect(self.lanes_wanted)
        self.whole_layer: MaskLayer | None = None
        viewer.full_screen_changed.connect(self._follow_full_screen)
        self.tools = MaskTools(self.editing, desktop)
        viewer.add_below(self.tools)
        viewer.add_button(action_button(desktop.actions.action("region.mask")))

    def bind_actions(self) -> None:
        """Give the mode's actions to their keys, menu and buttons."""
        bind, editing = self._desktop.actions.bind, self.editing
        bind(
            "region.mask",
            editing.toggle,
            enabled=lambda: editing.is_on or editing.why_not(),
            checked=lambda: editing.is_on,
        )
        for tool in MaskTool:
            bind(
                f"region.mask_{tool.value}",
                partial(editing.use, tool),
                enabled=editing.why_not,
                checked=partial(self._is_in_hand, tool),
            )
        bind(
            "region.mask_key_frame",
            editing.toggle_key_frame,
            enabled=self._can_key,
            checked=lambda: editing.is_on and editing.is_at_key_frame,
        )
        bind("region.mask_previous_key", lambda: editing.go_to_key(-1), enabled=self._has_keys)
        bind("region.mask_next_key", lambda: editing.go_to_key(1), enabled=self._has_keys)
        bind("region.mask_invert", editing.invert, enabled=self._has_masks)
        bind("region.mask_seen", self.show_seen, enabled=self._can_see)
        bind("region.mask_clear", editing.clear, enabled=self._has_masks)

    def show_seen(self) -> None:
        """Show what the model sees, or no longer."""
        if self.seen is None:
            self.seen = SeenView(self.editing, self._desktop, self._viewer.window())
        if self.seen.isVisible():
            self.seen.close()
        else:
            self.seen.show()

    def close(self) -> None:
        """Look at the film no more."""
        if self.seen is not None:
            self.seen.close()
            self.seen.deleteLater()
            self.seen = None

    def _follow_full_screen(self, _: bool) -> None:
        surface = self._viewer.full_screen_surface
        if surface is None:
            # It goes with the window that it lies in.
            self.whole_layer = None
        else:
            self.whole_layer = MaskLayer(surface, self.editing, self._desktop.theme)
            self.whole_layer.follow()

    def _can_see(self) -> bool | str:
        if self.seen is not None and self.seen.isVisible():
            return True
        if picture_of(self.editing.document.project) is None:
            return "The project has no picture"
        region = self.editing.region
        if region is None:
            return "Select a region first"
        return self.editing.why_unused(region) or True

    def _is_in_hand(self, tool: MaskTool) -> bool:
        return self.editing.is_on and self.editing.tool is tool

    def _can_key(self) -> bool | str:
        if not self.editing.is_on:
            return "Mask the picture first"
        if self.editing.chosen is None:
            return _CHOOSE
        return self.editing.is_inside or "The playhead is outside the region"

    def _has_keys(self) -> bool | str:
        return bool(self.editing.key_times) or "The mask has no key frames"

    def _has_masks(self) -> bool | str:
        region = self.editing.region
        if region is None:
            return "Select a region first"
        return bool(region.masks or region.drawn_masks) or "The region has no mask"
