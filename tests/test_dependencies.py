"""Faults of other people's packages that the version ranges keep out."""

from __future__ import annotations

import importlib.util
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PAINTS = 300


class _Painted(QWidget):
    """Calls what a timeline calls, many times a paint."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802  (Qt's name)
        painter = QPainter(self)
        for row in range(0, self.height(), 8):
            painter.fillRect(0, row, self.width(), 4, Qt.GlobalColor.darkCyan)
        painter.end()


def test_painting_takes_no_reference_of_none(qtbot: QtBot) -> None:
    # PySide6 6.12.0 on Python 3.11 lost one per call and ended the process within seconds.
    widget = _Painted()
    qtbot.addWidget(widget)
    widget.resize(200, 120)
    widget.grab()
    before = sys.getrefcount(None)
    for _ in range(PAINTS):
        widget.update()
        widget.grab()
    assert sys.getrefcount(None) > before - PAINTS // 2


@pytest.mark.parametrize("name", ["torchvision", "torchaudio"])
def test_packages_that_break_beside_torch_are_absent(name: str) -> None:
    # A torchvision that doesn't fit the torch installed breaks transformers too, which peft needs.
    assert importlib.util.find_spec(name) is None
