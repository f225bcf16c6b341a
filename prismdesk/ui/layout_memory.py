"""Where the window and its panels were, kept from one start to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import platformdirs
from PySide6.QtCore import QByteArray, QSettings, QSize
from PySide6.QtWidgets import QMainWindow, QSplitter

if TYPE_CHECKING:
    from pathlib import Path

_FRAME = QSize(4, 40)
"""Room for the title and the edges that the desktop puts around a window."""

_VERSION = 2
"""To be raised when the panels change so much that places from before make no sense."""


class LayoutMemory:
    """Remembers geometry, panels and named splitters of a main window; nothing else.

    Args:
        window: whose places; its docks have object names.
        path: the file; None takes the user's folder for settings.
    """

    def __init__(self, window: QMainWindow, path: Path | None = None) -> None:
        self._window = window
        folder = platformdirs.user_config_path("prismdesk", appauthor=False)
        file = path or folder / "window.ini"
        self._settings = QSettings(str(file), QSettings.Format.IniFormat)
        self._usual_panels: QByteArray | None = None

    def restore_window(self) -> None:
        """Put the window where it was; where that is on no screen any more, Qt moves it.

        A window that was never seen before is made no larger than its screen.
        """
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self._window.restoreGeometry(geometry)
        else:
            room = self._window.screen().availableSize() - _FRAME
            self._window.resize(self._window.size().boundedTo(room))

    def restore_panels(self) -> None:
        """Put panels and splitters where they were; call it once they are in their usual places."""
        self._usual_panels = self._window.saveState(_VERSION)
        panels = self._settings.value("panels")
        if isinstance(panels, QByteArray):
            self._window.restoreState(panels, _VERSION)
        for splitter in self._splitters():
            sizes = self._settings.value(f"splitter/{splitter.objectName()}")
            if isinstance(sizes, QByteArray):
                splitter.restoreState(sizes)

    def remember(self) -> None:
        """Note where everything is now; panels only where a project shows them."""
        self._settings.setValue("geometry", self._window.saveGeometry())
        if self._usual_panels is not None:
            self._settings.setValue("panels", self._window.saveState(_VERSION))
            for splitter in self._splitters():
                self._settings.setValue(f"splitter/{splitter.objectName()}", splitter.saveState())
        self._settings.sync()

    def reset(self) -> None:
        """Put the panels back into their usual places and forget where they were."""
        self._settings.clear()
        self._settings.sync()
        if self._usual_panels is not None:
            self._window.restoreState(self._usual_panels, _VERSION)

    def _splitters(self) -> list[QSplitter]:
        return [one for one in self._window.findChildren(QSplitter) if one.objectName()]
