"""Context menus of what lies on the timeline, made of the actions that keys do as well."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu

from prismdesk.project.edits import rename_clip, rename_marker, rename_region, rename_take
from prismdesk.project.lookup import clip_of, marker_of, region_of, take_of
from prismdesk.ui.fonts import ui_font
from prismdesk.ui.timeline.hit import Hit, HitKind
from prismdesk.ui.timeline.line_popup import LinePopup

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.project.ids import TakeId
    from prismdesk.project.model import Project
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.timeline.canvas import TimelineCanvas
    from prismdesk.ui.timeline.pointer import Pointer

    Rename = Callable[[Project, str], Project]

_CLIP = """edit.split edit.trim_start edit.trim_end | edit.fade_in edit.fade_out edit.crossfade
    edit.mute_clip | edit.cut edit.copy edit.delete edit.ripple_delete | region.make
    transport.play_around view.zoom_selection"""
_REGION = """region.generate region.inpaint region.continue jobs.cancel | takes.open takes.next
    takes.previous takes.ab takes.none | region.status_next region.split_at_cuts region.null_test |
    transport.play_around view.zoom_selection | region.remove"""
_TAKE = """takes.choose takes.none takes.ab takes.level_match | takes.star takes.comp |
    takes.again takes.again_new_seed takes.vary | takes.proposed_gain | takes.remove"""
_MARKER = "edit.delete | region.from_markers transport.previous_edit transport.next_edit"
_LANE = """edit.paste edit.insert_silence edit.select_all | region.make region.find_gaps |
    transport.mark_in transport.mark_out transport.clear_marks | track.add track.rename track.mute
    track.solo track.remove"""
_RULER = """transport.marker transport.mark_in transport.mark_out transport.clear_marks
    transport.loop | transport.go_to view.ruler_unit | view.fit view.zoom_selection"""
_PICTURE = "region.from_shots region.split_at_cuts | view.burn_in view.safe_areas view.full_screen"


class ItemMenus:
    """Opens the menu of what was hit; the router has selected it before.

    Args:
        canvas: where menus open.
        desktop: the actions.
        hear_take: has a take heard; the actions of a take's menu are for the one that is.
    """

    def __init__(
        self,
        canvas: TimelineCanvas,
        desktop: Desktop,
        hear_take: Callable[[TakeId], object] | None = None,
    ) -> None:
        self._hear_take = hear_take
        self._canvas = canvas
        self._document = canvas.view.document
        self._actions = desktop.actions
        self.menu: QMenu | None = None
        self.popup: LinePopup | None = None

    def open_menu(self, hit: Hit, pointer: Pointer) -> None:
        """Show the menu at the pointer, and go on at once."""
        ids = _actions_of(hit)
        if not ids:
            return
        if hit.lane_id is not None and hit.clip_id is None and hit.region_id is None:
            self._mean_lane(hit)
        if hit.take_id is not None and self._hear_take is not None:
            self._hear_take(hit.take_id)
        self._actions.refresh()
        place = self._canvas.mapToGlobal(QPoint(pointer.x_px, pointer.y_px))
        menu = QMenu(self._canvas)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setFont(ui_font(12))
        menu.setToolTipsVisible(True)
        for action_id in ids.split():
            if action_id == "|":
                menu.addSeparator()
            else:
                menu.addAction(self._actions.action(action_id))
        found = self._renaming(hit)
        if found is not None:
            what, name, rename = found
            menu.addSeparator()
            menu.addAction(f"Rename {what}…", partial(self._ask, what, name, rename, place))
        menu.destroyed.connect(self._forget_menu)
        self.menu = menu
        menu.popup(place)

    def _mean_lane(self, hit: Hit) -> None:
        """Have paste and the track's actions mean the lane that was hit."""
        selection = self._canvas.view.selection
        if hit.lane_id is not None and hit.lane_id not in selection.lane_ids:
            selection.set_span(selection.span, [hit.lane_id])

    def _renaming(self, hit: Hit) -> tuple[str, str, Rename] | None:
        project = self._document.project
        if hit.take_id is not None:
            take_id = hit.take_id
            name = take_of(project, take_id).name
            return "take", name, lambda p, new: rename_take(p, take_id, new)
        if hit.marker_id is not None:
            marker_id = hit.marker_id
            name = marker_of(project, marker_id).name
            return "marker", name, lambda p, new: rename_marker(p, marker_id, new)
        if hit.region_id is not None:
            region_id = hit.region_id
            name = region_of(project, region_id).name
            return "region", name, lambda p, new: rename_region(p, region_id, new)
        if hit.clip_id is not None:
            clip_id = hit.clip_id
            name = clip_of(project, clip_id).name
            return "clip", name, lambda p, new: rename_clip(p, clip_id, new)
        return None

    def _ask(self, what: str, name: str, rename: Rename, place: QPoint) -> None:
        def take(new: str) -> None:
            if new != name:
                self._document.apply(f"Rename {name or what}", lambda p: rename(p, new))

        self.popup = LinePopup(f"Name of the {what}", take, text=name, parent=self._canvas)
        self.popup.destroyed.connect(self._forget_popup)
        self.popup.show_at(place)

    def _forget_menu(self) -> None:
        self.menu = None

    def _forget_popup(self) -> None:
        self.popup = None


def _actions_of(hit: Hit) -> str:
    if hit.kind is HitKind.TAKE:
        return _TAKE
    if hit.region_id is not None:
        return _REGION
    if hit.clip_id is not None:
        return _CLIP
    return {
        HitKind.MARKER: _MARKER,
        HitKind.LANE: _LANE,
        HitKind.RULER: _RULER,
        HitKind.PICTURE: _PICTURE,
    }.get(hit.kind, "")
