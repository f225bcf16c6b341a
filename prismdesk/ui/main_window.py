"""The main window: menus, the open project, the status line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QMainWindow, QMenu, QPushButton, QVBoxLayout, QWidget

from prismdesk.ui.theme import Theme, ui_font

if TYPE_CHECKING:
    from collections.abc import Callable

    from prismdesk.ui.workspace import Workspace


class MainWindow(QMainWindow):
    """Shows one project, or what can be done where none is open.

    Args:
        theme: the colours.
        choose_project: asks for a project and shows it; called by the menu and the button.
    """

    def __init__(self, theme: Theme, choose_project: Callable[[], None]) -> None:
        super().__init__()
        self._theme = theme
        self._choose_project = choose_project
        self._said = QLabel()
        self._facts = QLabel()
        for label in (self._said, self._facts):
            label.setFont(ui_font(12))
            label.setStyleSheet(f"color: {theme.dim};")
        self._said.setContentsMargins(8, 0, 0, 0)
        self._facts.setContentsMargins(0, 0, 8, 0)
        self.statusBar().addWidget(self._said, 1)
        self.statusBar().addPermanentWidget(self._facts)
        self.statusBar().setSizeGripEnabled(False)
        self.menuBar().setFont(ui_font(12))
        self.resize(1600, 1000)
        self.workspace: Workspace | None = None
        self.show_nothing()

    def show_nothing(self) -> None:
        """Show that no project is open, and the way to one."""
        self._replace(None, self._empty_page())
        self.setWindowTitle("PrismDesk")
        self._facts.setText("")

    def show_workspace(self, workspace: Workspace) -> None:
        """Show a project instead of what was shown."""
        self._replace(workspace, workspace)
        view = workspace.view
        project = view.project
        self.setWindowTitle(f"{project.name} – PrismDesk")
        self._facts.setText(
            f"{project.rate_hz / 1000:g} kHz  ·  {len(view.rows)} "
            f"{'lane' if len(view.rows) == 1 else 'lanes'}  ·  "
            f"{view.timecode(0)} to {view.timecode(view.end_samples)}"
        )
        workspace.timeline.setFocus()

    def say(self, words: str) -> None:
        """Show a sentence in the status line until the next one."""
        self._said.setText(words)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802  (Qt's name)
        """End the decoding thread before the window goes."""
        if self.workspace is not None:
            self.workspace.close_film()
        super().closeEvent(event)

    def _replace(self, workspace: Workspace | None, page: QWidget) -> None:
        if self.workspace is not None:
            self.workspace.close_film()
        self.workspace = workspace
        self.setCentralWidget(page)
        self._build_menus()

    def _empty_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setSpacing(12)
        column.addStretch()
        for words, size_px, colour in (
            ("PrismDesk", 26, self._theme.text),
            ("No project is open.", 13, self._theme.dim),
        ):
            label = QLabel(words)
            label.setFont(ui_font(size_px, bold=size_px > 20))
            label.setStyleSheet(f"color: {colour};")
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        button = QPushButton("Open a project…")
        button.setFont(ui_font(13))
        button.setProperty("kind", "main")
        button.clicked.connect(self._choose_project)
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        hint = QLabel("“prismdesk demo” makes one from the sample film.")
        hint.setFont(ui_font(11))
        hint.setStyleSheet(f"color: {self._theme.faint};")
        hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(hint)
        column.addStretch()
        return page

    def _build_menus(self) -> None:
        self.menuBar().clear()
        file = self._menu("&File")
        self._add(file, "&Open project…", self._choose_project, "Ctrl+O")
        file.addSeparator()
        self._add(file, "&Quit", self.close, "Ctrl+Q")
        if self.workspace is None:
            return
        playhead, timeline = self.workspace.playhead, self.workspace.timeline
        go = self._menu("&Go")
        self._add(go, "Previous frame", lambda: playhead.step_frames(-1), "Left")
        self._add(go, "Next frame", lambda: playhead.step_frames(1), "Right")
        self._add(go, "Back one second", lambda: playhead.step_seconds(-1), "Shift+Left")
        self._add(go, "On one second", lambda: playhead.step_seconds(1), "Shift+Right")
        go.addSeparator()
        self._add(go, "First frame", playhead.go_to_start, "Home")
        self._add(go, "Last frame", playhead.go_to_end, "End")
        look = self._menu("&View")
        self._add(look, "Zoom in", lambda: timeline.zoom(4), "Ctrl+=", "Ctrl++")
        self._add(look, "Zoom out", lambda: timeline.zoom(-4), "Ctrl+-")
        self._add(look, "Whole film", timeline.zoom_to_film, "Shift+Z")

    def _menu(self, title: str) -> QMenu:
        menu = self.menuBar().addMenu(title)
        menu.setFont(ui_font(12))
        return menu

    def _add(self, menu: QMenu, words: str, do: Callable[[], object], *keys: str) -> None:
        action = QAction(words, menu)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.triggered.connect(lambda: do())
        menu.addAction(action)
