"""What lies over the picture in the mode of masks: shows them, and takes the mouse and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QWidget

from prismdesk.project.picture_mask import form_at
from prismdesk.ui.masks.dimming import Dimming
from prismdesk.ui.masks.geometry import (
    Handle,
    PictureMap,
    handle_at,
    mask_under,
    words_of,
)
from prismdesk.ui.masks.gestures import DrawShape, MaskGesture, MoveMask, PaintStroke, ResizeMask
from prismdesk.ui.masks.painting import (
    chosen_box,
    draw_brush,
    draw_dimming,
    draw_handles,
    draw_outline,
    outline_of,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QPainterPath, QPaintEvent

    from prismdesk.project.picture_mask import DrawnMask
    from prismdesk.ui.masks.editing import MaskEditing
    from prismdesk.ui.picture.surface import PictureSurface
    from prismdesk.ui.theme import Theme

_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
_ALT = Qt.KeyboardModifier.AltModifier
_DRAG_PX = 4
_STEP, _LARGE_STEP = 0.005, 0.05
"""By how much arrows move and resize, of the picture's height; with Shift."""

_KEY_STEPS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_CURSORS = {
    Handle.TOP_LEFT: Qt.CursorShape.SizeFDiagCursor,
    Handle.BOTTOM_RIGHT: Qt.CursorShape.SizeFDiagCursor,
    Handle.TOP_RIGHT: Qt.CursorShape.SizeBDiagCursor,
    Handle.BOTTOM_LEFT: Qt.CursorShape.SizeBDiagCursor,
    Handle.LEFT: Qt.CursorShape.SizeHorCursor,
    Handle.RIGHT: Qt.CursorShape.SizeHorCursor,
    Handle.TOP: Qt.CursorShape.SizeVerCursor,
    Handle.BOTTOM: Qt.CursorShape.SizeVerCursor,
}


class MaskLayer(QWidget):
    """Covers the picture's surface while the mode is on.

    Drags draw, move, resize and paint; the middle button moves a picture larger than the area.
    Arrows move the chosen mask (Alt: resize, Shift: further), Del removes it, Page Up and Page
    Down choose another, Enter draws one in the middle, Esc drops a drag or leaves the mode.

    Args:
        surface: shows the picture.
        editing: the mode.
        theme: the colours.
    """

    left = Signal()
    """The mode ended while the keyboard was here; somebody else must have it."""

    def __init__(self, surface: PictureSurface, editing: MaskEditing, theme: Theme) -> None:
        super().__init__(surface)
        self._surface = surface
        self._editing = editing
        self._theme = theme
        self._gesture: MaskGesture | None = None
        self._pressed_at: QPoint | None = None
        self._moved_from: QPoint | None = None
        self._pointer: QPointF | None = None
        session = editing.document.session
        self._dimming = Dimming(session.folder, editing.document.project.rate_hz)
        self._outlines: dict[str, tuple[object, QPainterPath]] = {}
        self.setAccessibleName("Masks of the picture")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setGeometry(surface.rect())
        surface.installEventFilter(self)
        editing.changed.connect(self.follow)
        editing.moved.connect(self.update)
        self.setVisible(False)

    @property
    def map(self) -> PictureMap:
        """Where the picture lies on the widget."""
        return PictureMap(QRectF(self._surface.picture_area()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802  (Qt's name)
        """Stay as large as the surface."""
        if event.type() is QEvent.Type.Resize:
            self.setGeometry(self._surface.rect())
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Claim the keys that mean something here before the window's actions get them."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._means_something(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802  (Qt's name)
        """Do what the class says of keys."""
        editing, key = self._editing, Qt.Key(event.key())
        if not self._means_something(event):
            super().keyPressEvent(event)
        elif key is Qt.Key.Key_Escape:
            self._escape()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            editing.delete()
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            editing.choose_next(1 if key is Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            editing.add_in_the_middle(self.map.aspect)
        else:
            self._step(key, event.modifiers())

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Take hold of a handle, a mask, the picture, or begin to draw."""
        if event.button() is Qt.MouseButton.MiddleButton:
            self._moved_from = event.position().toPoint()
        if event.button() is not Qt.MouseButton.LeftButton or self._editing.document.in_gesture:
            return
        region = self._editing.region
        if region is None:
            return
        at = event.position()
        self._pressed_at = at.toPoint()
        self._gesture = self._gesture_at(at, draws_anew=bool(event.modifiers() & _CONTROL))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """Go on with the drag, or show what could be taken hold of."""
        at = event.position()
        self._pointer = at
        if self._moved_from is not None:
            step = at.toPoint() - self._moved_from
            self._moved_from = at.toPoint()
            self._surface.move_picture(step)
            self.update()
        elif self._gesture is None or self._pressed_at is None:
            self._show_cursor(at)
        elif self._is_drag(at):
            self._gesture.move(self.map.share_of(at), is_even=bool(event.modifiers() & _SHIFT))
        if self._editing.tool.paints:
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802  (Qt's name)
        """End the drag; a click alone chooses the mask under it, or none."""
        if event.button() is Qt.MouseButton.MiddleButton:
            self._moved_from = None
        if event.button() is not Qt.MouseButton.LeftButton or self._pressed_at is None:
            return
        gesture, self._gesture = self._gesture, None
        was_click = not self._is_drag(event.position())
        self._pressed_at = None
        if gesture is not None and (not was_click or isinstance(gesture, PaintStroke)):
            gesture.finish()
        elif was_click:
            found = mask_under(
                event.position(), self._editing.masks, self._editing.offset_samples, self.map
            )
            self._editing.choose(None if found is None else found.id)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:  # noqa: N802  (Qt's name)
        """Show no brush where no pointer is."""
        self._pointer = None
        self.update()
        super().leaveEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        """Draw dimming, outlines, the handles and the brush."""
        painter = QPainter(self)
        editing, on = self._editing, self.map
        offset, chosen = editing.offset_samples, editing.chosen
        painter.setClipRect(on.area)
        self._draw_dimming(painter, on)
        painter.setClipping(False)
        for mask in editing.masks:
            draw_outline(
                painter,
                self._outline(mask, offset, on),
                self._theme,
                is_chosen=mask is chosen,
                takes_away=mask.takes_away,
            )
        box = None if chosen is None else chosen_box(chosen, offset, on)
        if box is not None and not editing.tool.paints:
            draw_handles(painter, box, self._theme)
        if editing.tool.paints and self._pointer is not None:
            draw_brush(painter, self._pointer, editing.brush * on.area.height(), self._theme)
        painter.end()

    def _gesture_at(self, at: QPointF, *, draws_anew: bool) -> MaskGesture | None:
        editing, on, region = self._editing, self.map, self._editing.region
        if region is None:
            return None
        start = on.share_of(at)
        if editing.tool.paints:
            return PaintStroke(editing, region, start, on.aspect)
        chosen, offset = editing.chosen, editing.offset_samples
        if chosen is not None and not draws_anew:
            box = chosen_box(chosen, offset, on)
            handle = None if box is None else handle_at(at, box)
            if handle is not None:
                return ResizeMask(editing, region, start, on.aspect, chosen, handle)
        found = None if draws_anew else mask_under(at, editing.masks, offset, on)
        if found is not None:
            editing.choose(found.id)
            return MoveMask(editing, region, start, on.aspect, found)
        return DrawShape(editing, region, start, on.aspect)

    def _is_drag(self, at: QPointF) -> bool:
        if self._pressed_at is None:
            return False
        if self._editing.document.in_gesture:
            return True
        return (at.toPoint() - self._pressed_at).manhattanLength() >= _DRAG_PX

    def _escape(self) -> None:
        gesture, self._gesture, self._pressed_at = self._gesture, None, None
        if gesture is None:
            self._editing.leave()
        else:
            gesture.cancel()

    def _step(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
        across, down = _KEY_STEPS[key]
        step = _LARGE_STEP if modifiers & _SHIFT else _STEP
        aspect = self.map.aspect
        if modifiers & _ALT:
            self._editing.grow(across * step / aspect, down * step, aspect)
        else:
            self._editing.nudge(across * step / aspect, down * step)

    def _means_something(self, event: QKeyEvent) -> bool:
        return self.takes_key(Qt.Key(event.key()), event.modifiers())

    def takes_key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Whether a key does something here rather than in the rest of the window."""
        modifiers &= ~Qt.KeyboardModifier.KeypadModifier
        if key in _KEY_STEPS:
            return self._editing.chosen is not None and not modifiers & ~(_SHIFT | _ALT)
        if modifiers:
            return False
        if key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            return self._editing.chosen is not None
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return not self._editing.tool.paints
        return key in (Qt.Key.Key_Escape, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)

    def _show_cursor(self, at: QPointF) -> None:
        editing, on = self._editing, self.map
        if editing.tool.paints:
            self.setCursor(Qt.CursorShape.CrossCursor)
            return
        chosen, offset = editing.chosen, editing.offset_samples
        box = None if chosen is None else chosen_box(chosen, offset, on)
        handle = None if box is None else handle_at(at, box)
        if handle is not None:
            self.setCursor(_CURSORS[handle])
        elif mask_under(at, editing.masks, offset, on) is not None:
            self.setCursor(Qt.CursorShape.SizeAllCursor)
        else:
            self.setCursor(Qt.CursorShape.CrossCursor)

    def _draw_dimming(self, painter: QPainter, on: PictureMap) -> None:
        region = self._editing.region
        shape = max(1, round(on.area.width())), max(1, round(on.area.height()))
        if region is not None:
            image = self._dimming.image(region, self._editing.offset_samples, shape)
            if image is not None:
                draw_dimming(painter, image, on)

    def _outline(self, mask: DrawnMask, offset: int, on: PictureMap) -> QPainterPath:
        form = form_at(mask, offset)
        key = (mask.shape, form.box, form.strokes, on)
        known = self._outlines.get(mask.id)
        if known is None or known[0] != key:
            known = key, outline_of(mask, form, on)
            self._outlines[mask.id] = known
        return known[1]

    def follow(self) -> None:
        """Be there while the mode is on, and show what is drawn now."""
        is_on = self._editing.is_on
        if is_on and not self.isVisible():
            self.setGeometry(self._surface.rect())
            self.show()
            self.raise_()
            self.setFocus(Qt.FocusReason.OtherFocusReason)
        elif not is_on and self.isVisible():
            had_keyboard = self.hasFocus()
            self.hide()
            if had_keyboard:
                self.left.emit()
        self.setAccessibleDescription(self._description())
        self.update()

    def _description(self) -> str:
        masks, chosen = self._editing.masks, self._editing.chosen
        if not masks:
            return "Nothing drawn: the whole picture is listened to"
        if chosen is None:
            return f"{len(masks)} drawn"
        where = words_of(chosen, self._editing.offset_samples, aspect=self.map.aspect)
        return f"{masks.index(chosen) + 1} of {len(masks)}: {where}"
