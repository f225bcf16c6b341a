"""One start of a window in a fresh process: prints the clock once it was painted.

python -m benchmarks.window_start empty
python -m benchmarks.window_start PROJECT PREFERENCES
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def main() -> None:
    """Show a window, say when it was painted, and end."""
    if sys.argv[1] == "empty":
        show_empty()
    else:
        show_project(Path(sys.argv[1]), Path(sys.argv[2]))


def show_empty() -> None:
    """Show a main window with nothing in it."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    class Empty(QMainWindow):
        def paintEvent(self, event: object) -> None:  # noqa: N802  (Qt's name)
            QTimer.singleShot(0, done)

    application = QApplication(["empty"])
    window = Empty()
    window.resize(1600, 1000)
    window.show()
    application.exec()


def show_project(path: Path, preferences: Path) -> None:
    """Show the program's window with a project, as the program without a command does."""
    from prismdesk.lasting import made_to_last

    with made_to_last():
        from prismdesk.app import Desk, make_application
        from prismdesk.playback.player import Player
        from prismdesk.session.preferences import PreferencesFile
        from prismdesk.ui.document import Document

    application = make_application()
    kept = PreferencesFile(preferences)
    with made_to_last():
        player = Player(device="null")
        desk = Desk(application, player=player, preferences=kept, shows_welcome=False)
    shown = desk.show_session

    def show_session(session: object) -> None:
        from benchmarks.paint_watch import PaintWatch

        shown(session)  # type: ignore[arg-type]  # the session as it came
        assert desk.workspace is not None
        assert isinstance(desk.document, Document)
        PaintWatch(desk.workspace.canvas, done)

    desk.show_session = show_session  # type: ignore[method-assign]  # to see when it is there
    desk.show()
    desk.open(path)
    application.exec()


def done() -> None:
    """Say when it was, and end without tidying up."""
    print(time.monotonic(), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
