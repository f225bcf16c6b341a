"""The last door of the window: a bug is written down, told in plain words, and work goes on."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThread, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHBoxLayout,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from prismdesk.crash_report import write_crash_report
from prismdesk.ui.fonts import fixed_font, scaled_px, ui_font
from prismdesk.ui.widgets.buttons import main_button, plain_button
from prismdesk.ui.widgets.labels import caption, plain_label

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import TracebackType

    from prismdesk.ui.theme import Theme

MOST_REPORTS = 10
"""In one sitting; a bug in a repaint would else fill the disk."""


class CrashDoor(QObject):
    """Catches what escapes on any thread while it is open.

    Args:
        theme: gives the colours of the moment.
        kept: says what was kept, in a sentence.
        leave: closes PrismDesk as its own Quit does.
        window: gives the window that the dialog belongs to.
        folder: of the reports; None takes the user's log folder.
    """

    _caught = Signal(object)

    def __init__(
        self,
        *,
        theme: Callable[[], Theme],
        kept: Callable[[], str],
        leave: Callable[[], object],
        window: Callable[[], QWidget | None] = lambda: None,
        folder: Path | None = None,
    ) -> None:
        super().__init__()
        self._theme, self._kept, self._leave, self._window = theme, kept, leave, window
        self._folder = folder
        self._told: set[str] = set()
        self._earlier: tuple[object, object, object] | None = None
        self.dialog: CrashDialog | None = None
        self._caught.connect(self._tell)

    def open(self) -> None:
        """Stand in for Python's own handlers."""
        self._earlier = (sys.excepthook, threading.excepthook, sys.unraisablehook)
        sys.excepthook = self._on_error
        threading.excepthook = lambda told: self._catch(told.exc_value)
        sys.unraisablehook = lambda told: self._catch(told.exc_value)

    def close(self) -> None:
        """Give Python's handlers back."""
        if self._earlier is None:
            return
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._earlier  # type: ignore[assignment]  # as they were
        self._earlier = None
        if self.dialog is not None:
            self.dialog.close()

    def _on_error(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            sys.__excepthook__(kind, error, trace)
            return
        self._catch(error)

    def _catch(self, error: BaseException | None) -> None:
        if error is None or isinstance(error, SystemExit):
            return
        lines = "".join(traceback.format_exception(error))
        if lines in self._told or len(self._told) >= MOST_REPORTS:
            return
        self._told.add(lines)
        print(lines, file=sys.stderr)  # noqa: T201  (for who started it in a terminal)
        report = write_crash_report(error, folder=self._folder)
        if QThread.currentThread() is self.thread():
            self._tell((lines, report))
        else:
            self._caught.emit((lines, report))

    def _tell(self, told: tuple[str, Path | None]) -> None:
        if self.dialog is not None or QApplication.instance() is None:
            return  # one at a time; the report of this one is written
        lines, report = told
        self.dialog = CrashDialog(lines, report, self._kept(), self._theme(), self._window())
        self.dialog.quit_asked.connect(self._leave)
        self.dialog.finished.connect(self._forget)
        self.dialog.open()

    def _forget(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()


class CrashDialog(QDialog):
    """Says that something went wrong, what was kept, and where it is written down."""

    quit_asked = Signal()

    def __init__(
        self, lines: str, report: Path | None, kept: str, theme: Theme, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._report = report
        self.setWindowTitle("Something went wrong")
        self.setFont(ui_font(12))
        title = plain_label("Something went wrong inside PrismDesk.")
        title.setFont(ui_font(15, bold=True))
        where = f"The report is in {report}." if report else "The report could not be written."
        self.words = plain_label(kept)
        self.words.setWordWrap(True)
        self.place = caption(where, kind="dim", wraps=True)
        self.details = QPlainTextEdit(lines)
        self.details.setFont(fixed_font(11))
        self.details.setReadOnly(True)
        self.details.setAccessibleName("Report")
        self.details.setMinimumHeight(scaled_px(200))
        self.details.hide()
        self.show_button = plain_button("Show report", theme)
        self.show_button.clicked.connect(self._show_report)
        self.folder_button = plain_button("Show in folder", theme)
        self.folder_button.setEnabled(report is not None)
        self.folder_button.clicked.connect(self._show_folder)
        self.quit_button = plain_button("Quit", theme)
        self.quit_button.clicked.connect(self._quit)
        self.go_on_button = main_button("Go on", theme)
        self.go_on_button.setDefault(True)
        self.go_on_button.clicked.connect(self.accept)
        buttons = QHBoxLayout()
        buttons.setSpacing(scaled_px(8))
        for button in (self.show_button, self.folder_button):
            buttons.addWidget(button)
        buttons.addStretch()
        for button in (self.quit_button, self.go_on_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(scaled_px(16),) * 4)
        column.setSpacing(scaled_px(8))
        for widget in (title, self.words, self.place, self.details):
            column.addWidget(widget)
        column.addSpacing(scaled_px(8))
        column.addLayout(buttons)
        self.setMinimumWidth(scaled_px(520))
        self.setAccessibleDescription(f"{kept} {where}")
        self.go_on_button.setFocus()

    def _show_report(self) -> None:
        self.details.setVisible(not self.details.isVisible())
        self.show_button.setText("Hide report" if self.details.isVisible() else "Show report")
        self.adjustSize()

    def _show_folder(self) -> None:
        if self._report is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._report.parent)))

    def _quit(self) -> None:
        self.accept()
        self.quit_asked.emit()
