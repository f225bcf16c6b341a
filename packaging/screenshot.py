"""Take the picture of the window that opens the README.

    python packaging/screenshot.py PROJECT OUT.png [--at SECONDS]

Works without a display (QT_QPA_PLATFORM=offscreen).
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QTimer

from prismdesk.app import Desk, make_application

WIDTH_PX, HEIGHT_PX = 1440, 900
SETTLE_MS = 4000
"""How long the first picture and the waveforms may take to be drawn."""


def main() -> None:
    """Open a project, wait for its picture, save the window."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("project", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--at", type=float, default=6.0, metavar="SECONDS")
    options = parser.parse_args()
    application = make_application()
    desk = Desk()
    desk.open(options.project)
    desk.window.resize(WIDTH_PX, HEIGHT_PX)
    desk.window.show()
    workspace = desk.window.workspace
    assert workspace is not None
    workspace.playhead.move_to(round(options.at * workspace.view.project.rate_hz))
    QTimer.singleShot(SETTLE_MS, application.quit)
    application.exec()
    desk.window.grab().save(str(options.out))
    desk.close()


if __name__ == "__main__":
    main()
