"""The lowest line tells of device, offset, project and what is on disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.playback.player import OutputState
from prismdesk.ui.messages import Messages
from prismdesk.ui.status_bar import StatusBar
from prismdesk.ui.theme import DARK
from tests.ui.desktop import a_document

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot


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
    assert bar.device.text() == "No sound: The sound device is gone."


def test_a_project_is_told_until_it_is_closed(bar: StatusBar, tmp_path: Path) -> None:
    document = a_document(tmp_path / "project", Messages())
    bar.show_project(document)
    assert bar.project.text() == "48 kHz · 24 fps · 00:00:10:00"
    bar.show_nothing()
    assert bar.project.text() == "No project open"
    document.close()
