from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QLabel, QMainWindow, QSplitter

from prismdesk.ui.layout_memory import LayoutMemory

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def a_window(qtbot: QtBot) -> tuple[QMainWindow, QDockWidget, QSplitter]:
    window = QMainWindow()
    qtbot.addWidget(window)
    splitter = QSplitter(Qt.Orientation.Vertical)
    splitter.setObjectName("picture and timeline")
    for _ in range(2):
        splitter.addWidget(QLabel("part"))
    window.setCentralWidget(splitter)
    dock = QDockWidget("Inspector")
    dock.setObjectName("inspector")
    window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, dock)
    return window, dock, splitter


def test_places_come_back(qtbot: QtBot, tmp_path: Path) -> None:
    window, dock, splitter = a_window(qtbot)
    memory = LayoutMemory(window, tmp_path / "window.ini")
    memory.restore_window()
    memory.restore_panels()
    window.resize(640, 480)
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    window.show()
    splitter.setSizes([100, 300])
    sizes = splitter.sizes()
    memory.remember()

    window, dock, splitter = a_window(qtbot)
    again = LayoutMemory(window, tmp_path / "window.ini")
    again.restore_window()
    again.restore_panels()
    window.show()

    assert (window.width(), window.height()) == (640, 480)
    assert window.dockWidgetArea(dock) == Qt.DockWidgetArea.LeftDockWidgetArea
    assert splitter.sizes() == sizes

    again.reset()
    assert window.dockWidgetArea(dock) == Qt.DockWidgetArea.RightDockWidgetArea


def test_a_window_without_a_project_keeps_the_panels_places(qtbot: QtBot, tmp_path: Path) -> None:
    window, dock, _ = a_window(qtbot)
    memory = LayoutMemory(window, tmp_path / "window.ini")
    memory.restore_panels()
    window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, dock)
    memory.remember()

    bare = QMainWindow()
    qtbot.addWidget(bare)
    LayoutMemory(bare, tmp_path / "window.ini").remember()

    window, dock, _ = a_window(qtbot)
    LayoutMemory(window, tmp_path / "window.ini").restore_panels()
    assert window.dockWidgetArea(dock) == Qt.DockWidgetArea.LeftDockWidgetArea


def test_damage_is_passed_over(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "window.ini").write_bytes(b"[General]\ngeometry=nonsense\npanels=7\n\xff\xfe")
    window, dock, _ = a_window(qtbot)

    memory = LayoutMemory(window, tmp_path / "window.ini")
    memory.restore_window()
    memory.restore_panels()

    assert window.dockWidgetArea(dock) == Qt.DockWidgetArea.RightDockWidgetArea


def test_a_window_seen_for_the_first_time_fits_its_screen(qtbot: QtBot, tmp_path: Path) -> None:
    window, _, _ = a_window(qtbot)
    room = window.screen().availableSize()
    window.resize(room.width() + 800, room.height() + 200)
    memory = LayoutMemory(window, tmp_path / "window.ini")
    memory.restore_window()
    assert window.width() <= room.width()
    assert window.height() < room.height()
    window.resize(300, 200)
    memory.restore_window()
    assert (window.width(), window.height()) == (300, 200)
