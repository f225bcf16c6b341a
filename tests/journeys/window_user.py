"""Somebody before the window, for tests of whole ways through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.app import Desk
    from prismdesk.project.model import Project, Region
    from prismdesk.ui.workspace import Workspace

CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
ALT = Qt.KeyboardModifier.AltModifier
NO_KEYS = Qt.KeyboardModifier.NoModifier
PATIENCE_MS = 120_000


class User:
    """Sits before the window: presses keys, drags, waits."""

    def __init__(self, desk: Desk, qtbot: QtBot, *, patience_ms: int = PATIENCE_MS) -> None:
        self.desk = desk
        self.qtbot = qtbot
        self.patience_ms = patience_ms

    @property
    def workspace(self) -> Workspace:
        assert self.desk.workspace is not None
        return self.desk.workspace

    @property
    def project(self) -> Project:
        return self.workspace.document.project

    @property
    def regions(self) -> list[Region]:
        return sorted(self.project.regions, key=lambda region: region.range)

    def wait(self, is_so: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(is_so, timeout=self.patience_ms)

    def press(self, key: Qt.Key, keys: Qt.KeyboardModifier = NO_KEYS) -> None:
        QTest.keyClick(self.workspace.canvas, key, keys)

    def open(self, path: Path) -> None:
        self.desk.open(path)
        self.wait(lambda: self.desk.document is not None)
        self.come_back()
        self.wait(lambda: not self.desk.desktop.background.tasks)

    def come_back(self) -> None:
        """Take the keyboard to the timeline, as a window manager does when a dialog closes."""
        self.desk.window.activateWindow()
        self.wait(self.desk.window.isActiveWindow)
        self.workspace.canvas.setFocus()

    def drag(self, from_samples: int, to_samples: int, keys: Qt.KeyboardModifier = ALT) -> None:
        """Mark time on the first lane, in the lower part of its clips; Alt suspends snapping."""
        canvas = self.workspace.canvas
        row = next(row for row in canvas.layout_now.rows if row.lane_id is not None)
        y = row.top_px + row.height_px - 12

        def point(samples: int) -> QPoint:
            return QPoint(canvas.layout_now.header_px + canvas.scale.x_of(samples), y)

        left = Qt.MouseButton.LeftButton
        QTest.mousePress(canvas, left, keys, point(from_samples))
        QTest.mouseMove(canvas, point((from_samples + to_samples) // 2))
        QTest.mouseMove(canvas, point(to_samples))
        QTest.mouseRelease(canvas, left, keys, point(to_samples))

    def export(self, out: Path) -> None:
        """Write the film by the dialog, with its choices as they are."""
        self.press(Qt.Key.Key_E, CONTROL | SHIFT)
        dialog = self.desk.exports.dialog
        assert dialog is not None
        dialog.form.file.setText(str(out))
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        self.wait(lambda: not self.desk.exports.is_running and out.is_file())
        dialog.close()
        self.come_back()
