"""The keyboard's place among the things on the timeline: clips, regions, takes, markers.

Alt with an arrow goes to the next thing on the row or to another row; Tab goes on along the row
and leaves the timeline after the last. Return selects, the menu key opens the thing's menu,
Escape goes back to the timeline as a whole, from where Tab leaves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRect, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent
from shiboken6 import isValid

from prismdesk.project.ids import ClipId, MarkerId, RegionId, TakeId
from prismdesk.project.lookup import region_of_take
from prismdesk.ui.timeline.accessible import make_accessible
from prismdesk.ui.timeline.hit import Hit, HitKind
from prismdesk.ui.timeline.item_ring import ItemRing
from prismdesk.ui.timeline.items import ItemKind, find_item, item_rows, nearest_item

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.ui.document import Document
    from prismdesk.ui.selection import Selection
    from prismdesk.ui.timeline.canvas import TimelineCanvas
    from prismdesk.ui.timeline.items import Item, ItemRow
    from prismdesk.ui.timeline.pointer import Pointer
    from prismdesk.ui.transport import Transport

_Key = Qt.Key
_STEPS = {
    _Key.Key_Left: (-1, 0),
    _Key.Key_Right: (1, 0),
    _Key.Key_Up: (0, -1),
    _Key.Key_Down: (0, 1),
}
_HIT_KINDS = {
    ItemKind.MARKER: HitKind.MARKER,
    ItemKind.CLIP: HitKind.CLIP_HEADER,
    ItemKind.REGION: HitKind.REGION_HEADER,
    ItemKind.TAKE: HitKind.TAKE,
}
MARKER_WIDTH_PX = 11


class ItemFocus(QObject):
    """Knows which item the keyboard is at, shows a ring around it, and hears the canvas's keys.

    ``changed`` follows when it is another item, or none. Screen readers are told as well.

    Args:
        canvas: where the items are; its keys are heard.
        document: the project.
        selection: what Return puts an item into.
        transport: where to begin; a marker that is selected brings the playhead.
        open_menu: shows the menu of a thing, as ``GestureRouter`` calls it.
    """

    changed = Signal()

    def __init__(
        self,
        canvas: TimelineCanvas,
        document: Document,
        selection: Selection,
        transport: Transport,
        open_menu: Callable[[Hit, Pointer], object],
    ) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._document = document
        self._selection = selection
        self._transport = transport
        self._open_menu = open_menu
        self._item: Item | None = None
        self._row_index = 0
        self._was_left = False
        self._rows: tuple[ItemRow, ...] | None = None
        self._spoken: dict[RegionId, str] = {}
        self.ring = ItemRing(canvas, canvas.view.theme)
        canvas.installEventFilter(self)
        canvas.scale_changed.connect(self._place_ring)
        canvas.layout_changed.connect(self._follow)
        document.changed.connect(self._follow)
        make_accessible(canvas, self)

    @property
    def item(self) -> Item | None:
        """The item that the keyboard is at; None for the timeline as a whole."""
        return self._item

    @property
    def rows(self) -> tuple[ItemRow, ...]:
        """All items, row by row."""
        view = self._canvas.view
        spoken = {region_id: look.words for region_id, look in view.jobs.items()}
        if self._rows is None or spoken != self._spoken:
            self._spoken = spoken
            self._rows = item_rows(
                self._document.project, view.layout, self._document.times, view.jobs
            )
        return self._rows

    def step(self, along: int, down: int) -> bool:
        """Go to another item; from none, to the nearest to the playhead.

        Args:
            along: items to go on along the row, negative for back.
            down: rows to go down, negative for up.

        Returns:
            Whether there was one to go to.
        """
        found = find_item(self.rows, self._item.key) if self._item else None
        if found is None:
            return self._enter()
        row, index = found
        if down:
            there = self.rows.index(row) + down
            if not 0 <= there < len(self.rows):
                return False
            self.go_to(nearest_item(self.rows[there], row.items[index].span.start_samples))
            return True
        if not 0 <= index + along < len(row.items):
            return False
        self.go_to(row.items[index + along])
        return True

    def go_to(self, item: Item | None) -> None:
        """Be at an item and show it; None is the timeline as a whole."""
        self._item = item
        self._was_left = False
        if item is not None:
            self._reveal(item)
        self._place_ring()
        self.changed.emit()

    def select(self) -> None:
        """Select the item; a take's region, and a marker with the playhead on it."""
        item = self._item
        if item is None:
            return
        if item.kind is ItemKind.CLIP:
            self._selection.select_clips([ClipId(item.id)])
        elif item.kind is ItemKind.REGION:
            self._selection.select_region(RegionId(item.id))
        elif item.kind is ItemKind.TAKE:
            region = region_of_take(self._document.project, TakeId(item.id))
            self._selection.select_region(region.id)
        else:
            self._selection.select_marker(MarkerId(item.id))
            self._transport.move_to(item.span.start_samples)

    def open_menu(self) -> None:
        """Select the item and open its menu."""
        item = self._item
        if item is None:
            return
        self.select()
        place = self.rect_of(item) & self._canvas.rect()
        self._open_menu(_hit_of(item), self._canvas.pointer_at(place.center()))

    def is_selected(self, item: Item) -> bool:
        """Whether an item is selected."""
        chosen = {*self._selection.clip_ids, self._selection.region_id, self._selection.marker_id}
        return item.id in chosen

    def rect_of(self, item: Item) -> QRect:
        """Return where an item is drawn on the canvas; empty if its row isn't listed."""
        view = self._canvas.view
        if item.kind is ItemKind.MARKER:
            left, area = view.x_of(item.span.start_samples), view.layout.measures
            return QRect(left - 1, area.overview_px, MARKER_WIDTH_PX, area.ruler_px)
        found = find_item(self.rows, item.key)
        if found is None or found[0].row is None:
            return QRect()
        return view.box_of(item.span, found[0].row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Hear the keys that move among items."""
        if not isValid(self._canvas):
            # Qt takes the focus from a widget while it is destroyed.
            return False
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if self._wants(event):
                event.accept()
                return True
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._press(event)
        elif event.type() == QEvent.Type.ContextMenu and isinstance(event, QContextMenuEvent):
            by_keyboard = event.reason() == QContextMenuEvent.Reason.Keyboard
            if by_keyboard and self._item is not None:
                self.open_menu()
                return True
        elif event.type() == QEvent.Type.MouseButtonPress and self._item is not None:
            self.go_to(None)
        elif event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._was_left = False
            self._place_ring()
            if event.type() == QEvent.Type.FocusIn and self._item is not None:
                self.changed.emit()
        return False

    def _wants(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (_Key.Key_Return, _Key.Key_Enter):
            return plain and self._item is not None
        return event.key() in _STEPS and _is_alt_alone(event)

    def _press(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (_Key.Key_Tab, _Key.Key_Backtab) and not _commands(event):
            return not self._was_left and self.step(1 if key == _Key.Key_Tab else -1, 0)
        ends_drag = self._canvas.is_dragged_on
        if key == _Key.Key_Escape and self._item is not None and not ends_drag:
            self.go_to(None)
            self._was_left = True
            return True
        if not self._wants(event):
            return False
        if key in _STEPS:
            self.step(*_STEPS[_Key(key)])
        else:
            self.select()
        return True

    def _enter(self) -> bool:
        """Go to the item nearest to the playhead, on the first lane that has any."""
        lanes = [row for row in self.rows if row.row is not None] or list(self.rows)
        if not lanes:
            return False
        self.go_to(nearest_item(lanes[0], self._transport.position_samples))
        return True

    def _reveal(self, item: Item) -> None:
        canvas = self._canvas
        first = canvas.scale.x_of(item.span.start_samples)
        last = canvas.scale.x_of(item.span.end_samples)
        if last <= 0 or first >= canvas.scale.width_px:
            canvas.scroll_to(canvas.scale.showing(item.span.start_samples).first_px)
        place, layout = self.rect_of(item), canvas.layout_now
        if item.kind is ItemKind.MARKER or place.isEmpty():
            return
        if place.top() < layout.tracks_top_px:
            canvas.scroll_rows_to(layout.scrolled_px - (layout.tracks_top_px - place.top()))
        elif place.bottom() >= canvas.height():
            canvas.scroll_rows_to(layout.scrolled_px + place.bottom() + 1 - canvas.height())

    def _follow(self, _: object) -> None:
        """Take up what the item became; let go of it if it went."""
        self._rows = None
        if self._item is not None:
            found = find_item(self.rows, self._item.key)
            now = found[0].items[found[1]] if found else None
            if now != self._item:
                self._item = now
                self.changed.emit()
        self._place_ring()

    def _place_ring(self, _: object = None) -> None:
        item = self._item
        is_shown = item is not None and self._canvas.hasFocus()
        self.ring.show_around(self.rect_of(item) if item and is_shown else QRect())


def _is_alt_alone(event: QKeyEvent) -> bool:
    held = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return held == Qt.KeyboardModifier.AltModifier


def _commands(event: QKeyEvent) -> bool:
    return bool(
        event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
    )


def _hit_of(item: Item) -> Hit:
    kind = item.kind
    return Hit(
        kind=_HIT_KINDS[kind],
        lane_id=item.lane_id,
        clip_id=ClipId(item.id) if kind is ItemKind.CLIP else None,
        region_id=RegionId(item.id) if kind is ItemKind.REGION else None,
        take_id=TakeId(item.id) if kind is ItemKind.TAKE else None,
        marker_id=MarkerId(item.id) if kind is ItemKind.MARKER else None,
    )
