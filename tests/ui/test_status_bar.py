"""The lowest line tells of device, offset, project and what is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QWidget

from prismdesk.playback.player import OutputState
from prismdesk.ui.messages import Messages
from prismdesk.ui.status_bar import StatusBar
from prismdesk.ui.theme import DARK
from tests.ui.desktop import a_document

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def bar(qtbot: QtBot) -> StatusBar:
    bar = StatusBar(DARK)
    qtbot.addWidget(bar)
    return bar


def _output(*, is_null: bool = False, trouble: str = "", under_runs: int = 1) -> OutputState:
    return OutputState(
        name="Monitor out",
        rate_hz=48_000,
        latency_seconds=0.0107,
        under_runs=under_runs,
        is_null=is_null,
        trouble=trouble,
    )


def test_a_device_is_named_with_its_figures(bar: StatusBar) -> None:
    bar.show_output(_output())
    assert bar.device.text() == "Monitor out · 48 kHz · 10.7 ms · 1 under-run"
    bar.show_output(_output(under_runs=0))
    assert bar.device.text().endswith("0 under-runs")


def test_trouble_is_said(bar: StatusBar) -> None:
    bar.show_output(_output(is_null=True, trouble="The sound device is gone."))
    assert bar.device.text() == "The sound device is gone."


def test_a_project_is_told_until_it_is_closed(bar: StatusBar, tmp_path: Path) -> None:
    document = a_document(tmp_path / "project", Messages())
    bar.show_project(document)
    assert bar.project.text() == "48 kHz · 24 fps · 00:00:10:00"
    bar.show_nothing()
    assert bar.project.text() == "No project open"
    document.close()


def test_long_words_about_the_device_leave_room_for_the_others(
    bar: StatusBar, tmp_path: Path
) -> None:
    document = a_document(tmp_path / "project", Messages())
    bar.show_project(document)
    words = "There is no sound device; picture plays in time without sound until one comes."
    bar.show_output(_output(is_null=True, trouble=words))
    bar.resize(420, 26)
    bar.show()
    assert bar.minimumSizeHint().width() < 420
    assert bar.device.shown_text().endswith("…")
    assert bar.saved.width() >= bar.saved.sizeHint().width()
    document.close()


def test_a_long_name_of_a_model_makes_the_line_no_wider(bar: StatusBar) -> None:
    for widget in bar.engine.findChildren(QWidget):
        widget.setVisible(True)
    bar.show()
    bar.engine.loaded.setText("A")
    least = bar.minimumSizeHint().width()
    bar.engine.loaded.setText("AudioX multi-modal, of my own making, loaded")
    assert bar.minimumSizeHint().width() == least
