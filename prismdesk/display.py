"""Whether a window can be shown, found out without loading a window library."""

from __future__ import annotations

import os
import sys


def has_display() -> bool:
    """Whether a window can be shown here.

    ``QT_QPA_PLATFORM``, where set, counts as the user's own word: a window is shown on that.
    """
    if os.environ.get("QT_QPA_PLATFORM"):
        return True
    if sys.platform in ("win32", "darwin"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
