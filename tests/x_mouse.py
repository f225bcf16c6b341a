"""True movements and buttons of the mouse on an X display, through the XTEST extension."""

from __future__ import annotations

import ctypes
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_LEFT = 1
_STEPS = 8


class XMouse:
    """Moves over an X display and presses the left button, as a mouse does.

    Args:
        display: the display's name.
        settle: called after each movement and press, so that the program can follow.
    """

    def __init__(self, display: str, settle: Callable[[], object]) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XFlush.argtypes = [ctypes.c_void_p]
        pointer, whole, long = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
        self._test.XTestFakeMotionEvent.argtypes = [pointer, whole, whole, whole, long]
        self._test.XTestFakeButtonEvent.argtypes = [pointer, ctypes.c_uint, whole, long]
        self._display = self._x.XOpenDisplay(display.encode())
        self._settle = settle

    def move(self, x_px: int, y_px: int) -> None:
        """Go to a point of the screen."""
        self._test.XTestFakeMotionEvent(self._display, -1, x_px, y_px, 0)
        self._flush()

    def click(self, x_px: int, y_px: int) -> None:
        """Press and let go at a point of the screen."""
        self.move(x_px, y_px)
        self._button(is_down=True)
        self._button(is_down=False)

    def drag(self, start_px: tuple[int, int], end_px: tuple[int, int]) -> None:
        """Press at one point, go to another, and let go there."""
        self.move(*start_px)
        self._button(is_down=True)
        for step in range(1, _STEPS + 1):
            across, down = (
                start + (end - start) * step // _STEPS
                for start, end in zip(start_px, end_px, strict=True)
            )
            self.move(across, down)
        self._button(is_down=False)

    def _button(self, *, is_down: bool) -> None:
        self._test.XTestFakeButtonEvent(self._display, _LEFT, is_down, 0)
        self._flush()

    def _flush(self) -> None:
        self._x.XFlush(self._display)
        self._settle()
