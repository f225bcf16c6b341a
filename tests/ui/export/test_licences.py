"""What the export dialog says of licences: refusals with their remedies, credits in the report."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from prismdesk.media.wav import WavWriter
from prismdesk.project.edits import add_region, set_project_use
from prismdesk.project.edits.takes import add_take
from prismdesk.project.ids import RegionId
from prismdesk.project.model import ProjectUse
from prismdesk.ui.export.commands import ExportCommands
from prismdesk.ui.selection import Selection
from tests.builders import a_provenance, a_region, a_take
from tests.ui.export.test_commands import opened, words_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Project
    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.messages import Message

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)
MADE = a_provenance(
    engine="selva",
    variant="mmaudio-large_44k_v2",
    prompt="gulls",
    licence="CC BY-NC 4.0",
    allows_commercial_use=False,
)
STEMS, SOUND = 2, 4


@pytest.fixture
def made(document: Document) -> Document:
    """The film with a take of MMAudio heard in its first second."""
    track = document.project.tracks[0]
    region = a_region("gulls", 0, 48_000, name="Gulls", lane_ids=(track.lanes[0].id,))
    take = a_take("take-1", 0, 48_000, provenance=MADE)

    def edit(project: Project) -> Project:
        project = add_region(project, replace(region, track_id=track.id))
        return add_take(project, RegionId("gulls"), take)

    path = document.session.folder / take.path
    path.parent.mkdir(exist_ok=True)
    with WavWriter(path, rate_hz=document.project.rate_hz, channels=2) as writer:
        writer.write(np.full((2, 48_000), 0.1, np.float32))
    assert document.apply("Take", edit)
    return document


@pytest.fixture
def replaced() -> list[tuple[RegionId, ...]]:
    return []


@pytest.fixture
def commands(
    desktop: Desktop, made: Document, replaced: list[tuple[RegionId, ...]], qtbot: QtBot
) -> ExportCommands:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    selection = Selection()
    return ExportCommands(desktop, lambda: (made, selection), window, replace=replaced.append)


def sell(document: Document) -> None:
    assert document.apply("Sell", lambda p: set_project_use(p, ProjectUse.COMMERCIAL))


def test_what_fits_has_no_remedies(commands: ExportCommands, desktop: Desktop) -> None:
    form = opened(commands, desktop).form
    assert form._licence.text() == "1 machine-made take, all fit a non-commercial project."
    assert not form.replace_refused.isVisible()


def test_a_refused_export_names_the_clip_and_makes_it_again(
    commands: ExportCommands,
    desktop: Desktop,
    made: Document,
    replaced: list[tuple[RegionId, ...]],
    qtbot: QtBot,
) -> None:
    sell(made)
    dialog = opened(commands, desktop)
    qtbot.waitExposed(dialog)
    said = dialog.form._licence.text()
    assert said.startswith("Refused: 1 clip doesn't fit this commercial project. Gulls: MMAudio")
    assert not dialog.export_button.isEnabled()
    assert dialog.form.show_refused.isVisible()
    QTest.mouseClick(dialog.form.replace_refused, Qt.MouseButton.LeftButton)
    assert replaced == [("gulls",)]
    assert commands.dialog is None


def test_show_them_goes_to_the_clips(
    commands: ExportCommands, desktop: Desktop, made: Document, qtbot: QtBot
) -> None:
    sell(made)
    shown: list[bool] = []
    desktop.actions.bind("takes.next_refused", lambda: shown.append(True))
    dialog = opened(commands, desktop)
    qtbot.waitExposed(dialog)
    QTest.mouseClick(dialog.form.show_refused, Qt.MouseButton.LeftButton)
    assert shown == [True]


def test_a_policy_that_changes_meanwhile_stops_the_export_with_its_remedies(
    commands: ExportCommands,
    desktop: Desktop,
    replaced: list[tuple[RegionId, ...]],
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[Message] = []
    desktop.messages.posted.connect(told.append)
    dialog = opened(commands, desktop)
    dialog.presets.setCurrentRow(SOUND)
    policy = tmp_path / "policy.toml"
    policy.write_text("format = 1\ncompany = 'Nordkai'\nunnamed = 'refuse'\n")
    monkeypatch.setenv("PRISMDESK_POLICY", str(policy))
    dialog.wanted.emit(dialog.form.delivery())
    dialog.reject()
    qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    assert told[0].title == "Export stopped before writing."
    assert "says the policy file of Nordkai" in told[0].body
    assert told[0].stands is not None
    assert told[0].stands()
    policy.write_text("format = 1\ncompany = 'Nordkai'\nunnamed = 'catalogue'\n")
    assert not told[0].stands()
    dict(told[0].buttons)["Make them again with Ambience"]()
    assert replaced == [("gulls",)]
    assert not list((tmp_path / "project").rglob("*mix.wav"))


def test_the_report_credits_and_the_timeline_is_labelled(
    commands: ExportCommands, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(commands, desktop)
    dialog.presets.setCurrentRow(STEMS)
    assert dialog.form.timeline.isChecked()
    dialog.export_button.click()
    qtbot.waitUntil(lambda: not commands.is_running, timeout=20_000)
    words = words_of(dialog)
    assert "1 clip, 1 s of 2 s" in words
    assert "MMAudio large v2, 44.1 kHz" in words
    assert "Non-commercial use only (CC BY-NC 4.0)" in words
    for what, found in (
        ("Licences against the project", "1 of 1 fit"),
        ("Provenance in WAV and OTIO", "1 of 1"),
    ):
        assert words[words.index(what) + 1] == found
    assert "Pier stem.otio" in words
    assert "Report as text, JSON and CSV" in words
    folder = tmp_path / "project" / "Exports"
    assert "gulls" in (folder / "Pier stem report.csv").read_text()
