from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget

from prismdesk.media.probe import probe
from prismdesk.project.edits.tracks import mute_track
from prismdesk.project.timebase import SampleRange
from prismdesk.session.delivery import DeliveryKind
from prismdesk.ui.export.commands import ExportCommands
from prismdesk.ui.export.scope import MARKED, REGION
from prismdesk.ui.selection import Selection

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.ui.context import Desktop
    from prismdesk.ui.document import Document
    from prismdesk.ui.export.dialog import ExportDialog
    from prismdesk.ui.messages import Message

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def commands(
    desktop: Desktop, document: Document, selection: Selection, qtbot: QtBot
) -> ExportCommands:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    return ExportCommands(desktop, lambda: (document, selection), window)


def opened(commands: ExportCommands, desktop: Desktop) -> ExportDialog:
    desktop.actions.trigger("file.export")
    assert commands.dialog is not None
    return commands.dialog


def words_of(widget: QWidget) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisibleTo(widget)]


def test_a_film_is_exported_by_keys_and_the_report_is_shown(
    commands: ExportCommands, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    told: list[Message] = []
    desktop.messages.posted.connect(told.append)
    dialog = opened(commands, desktop)
    qtbot.waitExposed(dialog)

    QTest.keyClick(dialog.presets, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not commands.is_running, timeout=20_000)

    out = tmp_path / "project" / "Exports" / "Pier festival.mov"
    assert probe(out).sounds[0].codec == "pcm_s24le"
    assert json.loads(out.with_name("Pier festival report.json").read_text())["project"] == "Pier"
    words = words_of(dialog)
    assert any(one.startswith("The film is ready. All ") for one in words)
    assert "Picture against the source" in words
    assert told == []

    page: Any = dialog._pages.currentWidget()
    QTest.mouseClick(page.copy_button, Qt.MouseButton.LeftButton)
    assert "bit-identical" in QGuiApplication.clipboard().text()


def test_down_goes_to_the_next_preset(
    commands: ExportCommands, desktop: Desktop, qtbot: QtBot
) -> None:
    dialog = opened(commands, desktop)

    QTest.keyClick(dialog.presets, Qt.Key.Key_Down)

    delivery = dialog.form.delivery()
    assert delivery.out.name == "Pier review.mp4"
    assert not delivery.keep_original
    assert delivery.codec == "aac"


def test_editing_goes_on_and_is_not_in_the_export(
    commands: ExportCommands,
    desktop: Desktop,
    document: Document,
    qtbot: QtBot,
    tmp_path: Path,
) -> None:
    messages: list[Message] = []
    desktop.messages.posted.connect(messages.append)
    dialog = opened(commands, desktop)
    dialog.presets.setCurrentRow(4)
    dialog.export_button.click()
    assert commands.is_running
    track_id = document.project.tracks[0].id
    assert document.apply("Mute", lambda project: mute_track(project, track_id, True))
    with qtbot.waitSignal(dialog.finished):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)

    qtbot.waitUntil(lambda: not commands.is_running, timeout=20_000)

    qtbot.waitUntil(lambda: bool(messages))
    assert messages[-1].title == "Pier mix.wav is ready."
    record = json.loads((tmp_path / "project" / "Exports" / "Pier mix report.json").read_text())
    assert record["sound"]["peak_dbfs"] > -20
    show_report = messages[-1].buttons[0][1]
    show_report()
    assert commands.dialog is not None
    assert any(one.startswith("The sound is ready.") for one in words_of(commands.dialog))


def test_cancelling_leaves_nothing_and_returns_to_the_settings(
    commands: ExportCommands, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(commands, desktop)
    dialog.export_button.click()
    commands.cancel()
    qtbot.waitUntil(lambda: not commands.is_running, timeout=20_000)

    assert not (tmp_path / "project" / "Exports").exists()
    assert dialog.why_not.text() == "Cancelled. Nothing was written."
    assert dialog.export_button.isEnabled()


def test_a_refusal_is_told_where_the_settings_are(
    commands: ExportCommands, desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = opened(commands, desktop)
    dialog.form.file.setText(str(tmp_path / "Pier.mov"))
    dialog.export_button.click()
    qtbot.waitUntil(lambda: not commands.is_running, timeout=20_000)

    assert "never written to" in dialog.why_not.text()


def test_ranges_follow_what_is_marked(
    commands: ExportCommands, desktop: Desktop, selection: Selection
) -> None:
    selection.set_span(SampleRange(24_000, 48_000))
    dialog = opened(commands, desktop)

    assert not dialog.form.range.button(REGION).isEnabled()
    assert "Select a region" in dialog.form.range.button(REGION).toolTip()
    dialog.form.range.button(MARKED).click()

    assert dialog.form.delivery().range == SampleRange(24_000, 48_000)


def test_what_cannot_be_made_cannot_be_chosen(
    commands: ExportCommands, desktop: Desktop, tmp_path: Path
) -> None:
    (tmp_path / "Pier.mov").unlink()
    dialog = opened(commands, desktop)

    usable = [
        dialog.presets.item(row).text().splitlines()[0]
        for row in range(dialog.presets.count())
        if dialog.presets.item(row).flags() & Qt.ItemFlag.ItemIsEnabled
    ]
    assert usable == ["Stems for the mix", "Sound only"]
    assert dialog.form.kind is DeliveryKind.STEMS
    assert dialog.presets.item(0).toolTip().endswith("find it first.")


def test_an_ending_that_no_film_has_is_refused_in_place(
    commands: ExportCommands, desktop: Desktop, tmp_path: Path
) -> None:
    dialog = opened(commands, desktop)

    dialog.form.file.setText(str(tmp_path / "Pier.avi"))

    assert not dialog.export_button.isEnabled()
    assert "end the name in one of" in dialog.why_not.text()


def test_own_presets_are_kept(commands: ExportCommands, desktop: Desktop, qtbot: QtBot) -> None:
    dialog = opened(commands, desktop)
    dialog.presets.setCurrentRow(1)
    dialog.add_preset("  For the\x07 producer ")
    with qtbot.waitSignal(dialog.finished):
        dialog.close()
    desktop.preferences.load()

    again = opened(commands, desktop)
    item = again.presets.item(again.presets.count() - 1)
    assert item.text().startswith("For the producer")
    again.presets.setCurrentItem(item)
    assert again.form.delivery().out.suffix == ".mp4"


def test_stems_name_every_file_and_say_which_is_replaced(
    commands: ExportCommands, desktop: Desktop, tmp_path: Path
) -> None:
    dialog = opened(commands, desktop)
    dialog.presets.setCurrentRow(2)
    exports = tmp_path / "project" / "Exports"
    exports.mkdir()
    (exports / "Pier stem DX.wav").touch()
    dialog.form.file.textChanged.emit("")

    words = " ".join(words_of(dialog.form))
    assert "Pier stem DX.wav is there and will be replaced" in words
