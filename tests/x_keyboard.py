"""An X display of its own, and true key presses on it through the XTEST extension."""

from __future__ import annotations

import ctypes
import os
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODIFIERS = {"Ctrl": "Control_L", "Shift": "Shift_L", "Alt": "Alt_L"}
# Keysyms by Qt's portable text, on a US keyboard; "+" before the name holds Shift.
_KEYSYMS = {
    "[": "bracketleft",
    "]": "bracketright",
    ",": "comma",
    ".": "period",
    "/": "slash",
    "=": "equal",
    "-": "minus",
    "+": "+equal",
    "*": "+8",
    "?": "+slash",
    "_": "+minus",
    "Space": "space",
    "Del": "Delete",
    "Backspace": "BackSpace",
    "Enter": "KP_Enter",
}


@contextmanager
def x_display() -> Iterator[str]:
    """Start an X server without a screen; yields its name and ends it."""
    read_end, write_end = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), "-screen", "0", "1600x1000x24"],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    try:
        with os.fdopen(read_end) as told:
            yield f":{int(told.readline())}"
    finally:
        server.terminate()
        server.wait()


class XKeyboard:
    """Presses keys on an X display as a keyboard does."""

    def __init__(self, display: str) -> None:
        self._x = ctypes.CDLL("libX11.so.6")
        self._test = ctypes.CDLL("libXtst.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XStringToKeysym.restype = ctypes.c_ulong
        self._x.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        self._x.XKeysymToKeycode.restype = ctypes.c_ubyte
        self._x.XFlush.argtypes = [ctypes.c_void_p]
        pointer, whole, long = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulong
        self._x.XSetInputFocus.argtypes = [pointer, long, whole, long]
        self._test.XTestFakeKeyEvent.argtypes = [pointer, ctypes.c_uint, whole, long]
        self._display = self._x.XOpenDisplay(display.encode())

    def focus(self, window_id: int) -> None:
        """Give a window the keyboard, as a window manager would."""
        self._x.XSetInputFocus(self._display, window_id, 1, 0)
        self._x.XFlush(self._display)

    def press(self, key: str) -> None:
        """Press and let go of a key in Qt's portable text: ``Ctrl+Shift+Z``."""
        *modifiers, name = [*key[:-1].split("+"), key[-1]] if key[-1] == "+" else key.split("+")
        keysym = _KEYSYMS.get(name, name if len(name) > 1 else name.lower())
        if keysym.startswith("+"):
            modifiers, keysym = [*modifiers, "Shift"], keysym[1:]
        held = [_MODIFIERS[modifier] for modifier in modifiers if modifier]
        codes = [self._code(one) for one in (*held, keysym)]
        for code in codes:
            self._test.XTestFakeKeyEvent(self._display, code, 1, 0)
        for code in reversed(codes):
            self._test.XTestFakeKeyEvent(self._display, code, 0, 0)
        self._x.XFlush(self._display)

    def _code(self, keysym: str) -> int:
        code: int = self._x.XKeysymToKeycode(
            self._display, self._x.XStringToKeysym(keysym.encode())
        )
        if not code:
            raise ValueError(f"no key on the keyboard makes {keysym}")
        return code
