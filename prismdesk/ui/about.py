"""About PrismDesk: version, licence, what it is built on, and facts for a report."""

from __future__ import annotations

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

import prismdesk
from prismdesk.ui.fonts import scaled_px, ui_font
from prismdesk.ui.widgets.buttons import plain_button
from prismdesk.ui.widgets.labels import caption, plain_label, section_label

if TYPE_CHECKING:
    from prismdesk.ui.theme import Theme

PARTS = (
    ("PySide6-Essentials", "LGPL-3.0", "the window (Qt)"),
    ("av", "BSD-3-Clause", "films (FFmpeg; some encoders are GPL)"),
    ("numpy", "BSD-3-Clause", "arrays of sound"),
    ("scipy", "BSD-3-Clause", "filters and transforms"),
    ("soundfile", "BSD-3-Clause", "WAV and FLAC (libsndfile is LGPL-2.1)"),
    ("soxr", "LGPL-2.1 or later", "resampling"),
    ("sounddevice", "MIT", "sound devices (PortAudio)"),
    ("OpenTimelineIO", "Apache-2.0", "timelines for other editors"),
    ("pyqtgraph", "MIT", "curves of a training run"),
    ("pydantic", "MIT", "checks of what comes from outside"),
    ("platformdirs", "MIT", "the user's folders"),
    ("filelock", "MIT", "one place at a time for a project"),
    ("psutil", "BSD-3-Clause", "memory and processes"),
)
"""What PrismDesk is built on: package, licence, what for."""


def facts() -> str:
    """Return versions and system in lines, for a report; nothing about the user or the project."""
    lines = [
        f"PrismDesk {prismdesk.__version__}",
        f"Python {platform.python_version()}, Qt {qVersion()}",
        f"{platform.platform()} ({sys.platform})",
        *(f"{name} {installed_version(name)}" for name, _, _ in PARTS),
    ]
    return "\n".join(lines)


def installed_version(name: str) -> str:
    """Return a package's version, or that it isn't installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


class AboutDialog(QDialog):
    """Shows what this is; its facts can be copied for a report."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("About PrismDesk")
        self.setFont(ui_font(12))
        title = plain_label(f"PrismDesk {prismdesk.__version__}")
        title.setFont(ui_font(26, bold=True))
        what = plain_label("Sound for picture, made where it is missing.", kind="dim")
        licence = plain_label(
            "MIT licence. Works offline; nothing about you or your films leaves this computer."
        )
        licence.setWordWrap(True)
        self.parts = self._table()
        self.copy_button = plain_button("Copy facts", theme)
        self.copy_button.clicked.connect(self._copy)
        self.close_button = plain_button("Close", theme)
        self.close_button.clicked.connect(self.accept)
        self._said = caption("", kind="dim")
        foot = QHBoxLayout()
        foot.setSpacing(scaled_px(8))
        foot.addWidget(self.copy_button)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(scaled_px(16),) * 4)
        column.setSpacing(scaled_px(8))
        for widget in (title, what, licence, section_label("Built on", of=self.parts)):
            column.addWidget(widget)
        column.addWidget(self.parts, 1)
        column.addLayout(foot)
        self.close_button.setFocus()
        self.resize(scaled_px(640), scaled_px(520))

    def _table(self) -> QTableWidget:
        table = QTableWidget(len(PARTS), 4)
        table.setFont(ui_font(12))
        table.setHorizontalHeaderLabels(["Package", "Version", "Licence", "For"])
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(scaled_px(28))
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        table.setShowGrid(False)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        for row, (name, licence, purpose) in enumerate(PARTS):
            for column, text in enumerate((name, installed_version(name), licence, purpose)):
                table.setItem(row, column, QTableWidgetItem(text))
        return table

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(facts())
        self._said.setText("Copied.")
