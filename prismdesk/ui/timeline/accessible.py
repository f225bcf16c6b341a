"""The timeline as screen readers see it: a list whose children are its items.

Qt asks for a widget's interface when somebody reads the screen, so nothing of this costs anything
before. PySide gives interfaces written in Python to Qt as bare pointers and Qt keeps those by a
number, so none may end while Qt could ask it: an ``ItemInterface`` is made once for each item
that was asked for, is kept as long as the program runs, and is invalid once the item or the
canvas is gone.

Actions and values as interfaces of their own are out of reach: an ``interface_cast`` written in
Python can't answer "none" (PySide 6.11 passes the address of ``None`` on, and the next question
ends the program). So an item tells its value in words, and the keys do what there is to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect
from PySide6.QtGui import QAccessible, QAccessibleEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget
from shiboken6 import isValid

from prismdesk.ui.timeline.canvas import TimelineCanvas
from prismdesk.ui.timeline.items import ItemKind, find_item

if TYPE_CHECKING:
    from PySide6.QtGui import QWindow

    from prismdesk.project.ids import LaneId
    from prismdesk.ui.timeline.item_focus import ItemFocus
    from prismdesk.ui.timeline.items import Item, ItemRow

    Key = tuple[ItemKind, str, LaneId | None]

_ROLES = {
    ItemKind.MARKER: QAccessible.Role.ListItem,
    ItemKind.CLIP: QAccessible.Role.ListItem,
    ItemKind.REGION: QAccessible.Role.ListItem,
    ItemKind.TAKE: QAccessible.Role.ListItem,
}
_kept: list[QAccessibleInterface] = []
"""Every interface that Qt was given; see the module's text."""
_focuses: dict[int, ItemFocus] = {}
_is_installed = False


class ItemInterface(QAccessibleInterface):
    """One item: its name, where it is and how it stands, whether it is focused and selected."""

    def __init__(self, canvas: CanvasInterface, key: Key) -> None:
        super().__init__()
        self._canvas = canvas
        self._key = key

    @property
    def _found(self) -> tuple[ItemRow, Item] | None:
        if not self._canvas.isValid():
            return None
        found = find_item(self._canvas.focus.rows, self._key)
        return None if found is None else (found[0], found[0].items[found[1]])

    def isValid(self) -> bool:  # noqa: N802  (Qt's name, as all below)
        """Whether the item is still there."""
        return self._found is not None

    def object(self) -> QObject:
        """Return None: an item is no object of Qt's."""
        return None  # type: ignore[return-value]  # Qt takes a null pointer

    def window(self) -> QWindow:
        """Return the window that the canvas is in."""
        return self._canvas.window()

    def parent(self) -> QAccessibleInterface:
        """Return the canvas."""
        return self._canvas

    def child(self, index: int) -> QAccessibleInterface:
        """Return None: nothing lies in an item."""
        return None  # type: ignore[return-value]  # Qt takes a null pointer

    def childAt(self, x: int, y: int) -> QAccessibleInterface:  # noqa: N802
        """Return None: nothing lies in an item."""
        return None  # type: ignore[return-value]  # Qt takes a null pointer

    def childCount(self) -> int:  # noqa: N802
        """Return 0."""
        return 0

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        """Return -1: nothing lies in an item."""
        return -1

    def rect(self) -> QRect:
        """Return where it is on the screen, cut off where the canvas ends."""
        found = self._found
        return self._canvas.screen_rect(found[1]) if found else QRect()

    def role(self) -> QAccessible.Role:
        """Return what it is."""
        return _ROLES[self._key[0]]

    def state(self) -> QAccessible.State:
        """Return whether it can be focused and selected, and is."""
        state = QAccessible.State()
        found = self._found
        if found is None:
            state.invalid = True
            return state
        focus, item = self._canvas.focus, found[1]
        state.focusable = state.selectable = True
        state.focused = focus.item is not None and focus.item.key == item.key
        state.selected = focus.is_selected(item)
        state.offscreen = self._canvas.screen_rect(item).isEmpty()
        return state

    def text(self, what: QAccessible.Text) -> str:
        """Return its name, its value, or what it is and where."""
        found = self._found
        if found is None:
            return ""
        row, item = found
        if what == QAccessible.Text.Name:
            return item.name
        if what == QAccessible.Text.Value:
            return item.value
        if what == QAccessible.Text.Description:
            # Not all readers speak the value of what lies in a list.
            where = f" on {row.name}" if item.kind in (ItemKind.CLIP, ItemKind.REGION) else ""
            return f"{item.kind.value}{where}, {item.value}"
        return ""

    def setText(self, what: QAccessible.Text, text: str) -> None:  # noqa: N802
        """Do nothing: names are edited elsewhere."""


class CanvasInterface(QAccessibleWidget):
    """The canvas: first the widgets in it (headers, scroll bars), then its items."""

    def __init__(self, canvas: TimelineCanvas, focus: ItemFocus) -> None:
        super().__init__(canvas, QAccessible.Role.List, "Timeline")
        self._widget = canvas
        self.focus = focus
        self._items: dict[Key, ItemInterface] = {}

    def isValid(self) -> bool:  # noqa: N802
        """Whether the canvas is still there."""
        return isValid(self._widget) and isValid(self.focus)

    def childCount(self) -> int:  # noqa: N802
        """Return how many widgets and items there are."""
        return super().childCount() + len(self._all())

    def child(self, index: int) -> QAccessibleInterface:
        """Return a widget's interface, or after those an item's."""
        widgets = super().childCount()
        if index < widgets:
            return super().child(index)
        items = self._all()
        if index - widgets < len(items):
            return self.of_item(items[index - widgets])
        return None  # type: ignore[return-value]  # Qt takes a null pointer

    def indexOfChild(self, child: QAccessibleInterface) -> int:  # noqa: N802
        """Return a child's place, -1 if it isn't in the canvas."""
        for place, item in enumerate(self._all()):
            if self._items.get(item.key) is child:
                return super().childCount() + place
        return super().indexOfChild(child)

    def childAt(self, x: int, y: int) -> QAccessibleInterface:  # noqa: N802
        """Return what is at a pixel of the screen, the item on top first."""
        for item in reversed(self._all()):
            if self.screen_rect(item).contains(x, y):
                return self.of_item(item)
        return super().childAt(x, y)

    def focusChild(self) -> QAccessibleInterface:  # noqa: N802
        """Return the item that the keyboard is at."""
        item = self.focus.item
        if item is not None and self._widget.hasFocus():
            return self.of_item(item)
        return super().focusChild()

    def of_item(self, item: Item) -> ItemInterface:
        """Return the interface of an item, always the same one."""
        if item.key not in self._items:
            self._items[item.key] = ItemInterface(self, item.key)
            _kept.append(self._items[item.key])
        return self._items[item.key]

    def screen_rect(self, item: Item) -> QRect:
        """Return where an item is seen on the screen, empty if it isn't."""
        canvas = self._widget
        seen = self.focus.rect_of(item) & canvas.rect()
        if seen.right() < canvas.layout_now.header_px:
            return QRect()
        seen.setLeft(max(seen.left(), canvas.layout_now.header_px))
        return QRect(canvas.mapToGlobal(seen.topLeft()), seen.size()) if seen.isValid() else QRect()

    def _all(self) -> list[Item]:
        return [item for row in self.focus.rows for item in row.items] if self.isValid() else []


def make_accessible(canvas: TimelineCanvas, focus: ItemFocus) -> None:
    """Let screen readers find a canvas's items, and hear which one the keyboard is at."""
    global _is_installed
    if not _is_installed:
        QAccessible.installFactory(_interface_of)
        _is_installed = True
    _focuses[id(canvas)] = focus
    canvas_id = id(canvas)
    canvas.destroyed.connect(lambda: _focuses.pop(canvas_id, None))
    focus.changed.connect(lambda: _tell_focus(canvas, focus))


def _interface_of(_: str, asked: QObject) -> QAccessibleInterface | None:
    focus = _focuses.get(id(asked)) if isinstance(asked, TimelineCanvas) else None
    if focus is None or not isinstance(asked, TimelineCanvas):
        return None
    made = CanvasInterface(asked, focus)
    _kept.append(made)
    return made


def _tell_focus(canvas: TimelineCanvas, focus: ItemFocus) -> None:
    if not QAccessible.isActive() or not canvas.hasFocus():
        return
    made = QAccessible.queryAccessibleInterface(canvas)
    if focus.item is not None and isinstance(made, CanvasInterface):
        event = QAccessibleEvent(made.of_item(focus.item), QAccessible.Event.Focus)
    else:
        event = QAccessibleEvent(canvas, QAccessible.Event.Focus)
    QAccessible.updateAccessibility(event)
