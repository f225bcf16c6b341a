"""``prismdesk`` without a command: the window, where there is a display to show it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.display import has_display
from prismdesk.errors import InputError
from prismdesk.lasting import made_to_last

if TYPE_CHECKING:
    import argparse

    from prismdesk.cli.terminal import Interrupt, ProgressLine


def open_window(options: argparse.Namespace, progress: ProgressLine, interrupt: Interrupt) -> int:
    """Open the window.

    Raises:
        InputError: there is no display.
    """
    if not has_display():
        raise InputError(
            "There is no display to open the window on; "
            "set DISPLAY or WAYLAND_DISPLAY, or use a command (prismdesk --help lists them)."
        )
    # Only now: the window's library is large, and the command line must not need it.
    with made_to_last():
        from prismdesk.app import run_window

    return run_window(None, cancelled=interrupt)
