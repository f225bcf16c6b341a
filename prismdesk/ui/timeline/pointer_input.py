"""Turns mouse and wheel over the canvas into scrolling, zooming, and calls of its router."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt

from prismdesk.ui.timeline.region_header import proof_at

if TYPE_CHECKING:
    from PySide6.QtGui import QMouseEvent, QWheelEvent

    from prismdesk.ui.timeline.canvas import TimelineCanvas
    from prismdesk.ui.timeline.pointer import Pointer

_WHEEL_UNITS_PER_STEP = 60


class PointerInput:
    """Remembers which button is down and what for; ``is_down`` says whether one is."""

    def __init__(self, canvas: TimelineCanvas) -> None:
        self.is_down = False
        self._canvas = canvas
        self._drags_overview = False
        self._shows_figure = False
        self._wheel_rest = 0

    def press(self, event: QMouseEvent) -> None:
        """Go there in the overview; tell the router of everything else."""
        point, view = event.position().toPoint(), self._canvas.view
        if point.x() < view.left_px:
            return
        proven = proof_at(view, point) if event.button() is Qt.MouseButton.LeftButton else None
        if proven is not None:
            self._canvas.proof_clicked.emit(proven)
            return
        self.is_down = True
        self._drags_overview = view.overview_rect.contains(point)
        if self._drags_overview:
            self._canvas.go_to_overview(point.x())
        else:
            self._canvas.router.press(self._pointer(event))

    def move(self, event: QMouseEvent) -> None:
        """Tell the router; without a button, show what lies under the pointer."""
        canvas, point = self._canvas, event.position().toPoint()
        if self.is_down and event.buttons() == Qt.MouseButton.NoButton:
            # The button came up where nobody told of it: over a menu, or another window.
            self.cancel()
        if self._drags_overview:
            canvas.go_to_overview(point.x())
        elif self.is_down:
            canvas.router.move(self._pointer(event))
        elif point.x() >= canvas.view.left_px:
            hover = canvas.router.hover(self._pointer(event))
            canvas.setCursor(hover.shape)
            if hover.figure or self._shows_figure:
                canvas.show_figure(hover.figure or None, point)
            self._shows_figure = bool(hover.figure)

    def release(self, event: QMouseEvent) -> None:
        """Tell the router, unless the gesture was given up."""
        was_overview, self._drags_overview = self._drags_overview, False
        was_down, self.is_down = self.is_down, False
        if was_down and not was_overview:
            self._canvas.router.release(self._pointer(event))

    def double_click(self, event: QMouseEvent) -> None:
        """Tell the router."""
        point, view = event.position().toPoint(), self._canvas.view
        if point.x() >= view.left_px and not view.overview_rect.contains(point):
            self._canvas.router.double_click(self._pointer(event))

    def leave(self) -> None:
        """Hide the figure that stood at the pointer."""
        if not self.is_down and self._shows_figure:
            self._shows_figure = False
            self._canvas.show_figure(None, QPoint())

    def cancel(self) -> bool:
        """Give a gesture up; return whether there was one."""
        was_down, self.is_down = self.is_down, False
        self._drags_overview = False
        if was_down:
            self._canvas.router.cancel()
        return was_down

    def turn_wheel(self, event: QWheelEvent) -> None:
        """Scroll; with Control zoom about the pointer, with Alt zoom the waves."""
        canvas, delta, keys = self._canvas, event.angleDelta(), event.modifiers()
        turned = delta.y() or delta.x()
        if keys & Qt.KeyboardModifier.ControlModifier:
            steps = self._wheel_steps(turned)
            if steps:
                canvas.zoom_about(steps, round(event.position().x()))
        elif keys & Qt.KeyboardModifier.AltModifier:
            steps = self._wheel_steps(turned)
            if steps:
                canvas.zoom_waves(1 if steps > 0 else -1)
        elif keys & Qt.KeyboardModifier.ShiftModifier or abs(delta.x()) > abs(delta.y()):
            canvas.scroll_to(canvas.scale.first_px - turned)
        else:
            canvas.scroll_rows_to(canvas.layout_now.scrolled_px - turned // 2)
        event.accept()

    def _wheel_steps(self, units: int) -> int:
        self._wheel_rest += units
        steps = int(self._wheel_rest / _WHEEL_UNITS_PER_STEP)
        self._wheel_rest -= steps * _WHEEL_UNITS_PER_STEP
        return steps

    def _pointer(self, event: QMouseEvent) -> Pointer:
        point = event.position().toPoint()
        return self._canvas.pointer_at(point, event.modifiers(), event.button())
