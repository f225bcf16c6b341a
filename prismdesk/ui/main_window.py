"""The main window: menus, the page or the project in the middle, panels around, words below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QMainWindow, QTabWidget, QVBoxLayout, QWidget

from prismdesk.ui.messages_bar import MessagesBar
from prismdesk.ui.project_corner import ProjectCorner
from prismdesk.ui.status_bar import StatusBar
from prismdesk.ui.work_strip import WorkStrip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QCloseEvent

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.messages_bar import PastMessage
    from prismdesk.ui.panel_dock import PanelDock

USUAL_SIZE = QSize(1600, 1000)


class MainWindow(QMainWindow):
    """Shows one page in the middle, panels above it, messages over it, the status line below.

    ``closing`` is sent when the user closes the window; who listens may call ``stay``.

    Args:
        desktop: look, messages, long work, actions.
        history: what was told before this window was made.
    """

    closing = Signal()

    def __init__(self, desktop: Desktop, history: Sequence[PastMessage] = ()) -> None:
        super().__init__()
        self.setObjectName("main")
        self._stays = False
        self._panels: tuple[PanelDock, ...] = ()
        self._page: QWidget | None = None
        self.status = StatusBar(desktop.theme)
        self.setStatusBar(self.status)
        self.project_corner = ProjectCorner(desktop.actions, desktop.theme)
        desktop.actions.fill_menu_bar(self.menuBar())
        self.menuBar().setCornerWidget(self.project_corner)
        self._middle = QVBoxLayout()
        self._strip = WorkStrip(desktop.background)
        self._whole = QWidget()
        column = QVBoxLayout(self._whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._middle, 1)
        column.addWidget(self._strip)
        self.setCentralWidget(self._whole)
        self.messages_bar = MessagesBar(desktop.messages, desktop.theme, self, history=history)
        self.messages_bar.keep_free(self._strip)
        self.setDockNestingEnabled(True)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.setDocumentMode(True)
        self.resize(USUAL_SIZE)
        self.setWindowTitle("PrismDesk")

    def show_page(
        self, page: QWidget, *, title: str = "", panels: Sequence[PanelDock] = ()
    ) -> None:
        """Show a page in place of the one before, which is let go of with its panels.

        Args:
            page: fills the middle.
            title: the open project's name, "" for none.
            panels: what can be docked around it; where they go is up to who made them.
        """
        for panel in self._panels:
            self.removeDockWidget(panel)
            panel.deleteLater()
        self._panels = tuple(panels)
        if self._page is not None:
            self._middle.removeWidget(self._page)
            self._page.hide()
            self._page.deleteLater()
        self._page = page
        self._middle.addWidget(page)
        self.limit_middle(None)
        # A project's own strip shows long work, too.
        self._strip.setEnabled(not panels)
        self._strip.setMaximumHeight(0 if panels else _NO_LIMIT_PX)
        self.setWindowTitle(f"{title} – PrismDesk" if title else "PrismDesk")
        self.project_corner.show_project(title)
        self.menuBar().setCornerWidget(self.project_corner)
        self.project_corner.show()

    def limit_middle(self, most_px: int | None) -> None:
        """Let the middle be no higher than this, so that panels get the rest; None: no limit.

        A window gives its panels nothing of what its middle could take.
        """
        self._whole.setMaximumHeight(_NO_LIMIT_PX if most_px is None else most_px)

    def stay(self) -> None:
        """Don't close after all; called while ``closing`` is being sent."""
        self._stays = True

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """Ask whether anything stands against it."""
        self._stays = False
        self.closing.emit()
        if self._stays:
            event.ignore()
        else:
            super().closeEvent(event)


_NO_LIMIT_PX = 16_777_215
