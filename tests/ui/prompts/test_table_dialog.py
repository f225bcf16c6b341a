from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from prismdesk.project.edits.prompts import put_named_prompts
from prismdesk.project.ids import RegionId
from prismdesk.project.model import NamedPrompt
from prismdesk.project.timebase import SampleRange
from prismdesk.ui.look import apply_look
from prismdesk.ui.prompts.table_dialog import PromptTableDialog
from prismdesk.ui.prompts.table_model import Column
from prismdesk.ui.theme import DARK
from tests.builders import a_project, a_region
from tests.ui.clipping import clipped_texts
from tests.ui.making_scene import Scene, a_fake_region, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

LINES = (
    NamedPrompt(name="Rain", prompt="heavy rain", negative_prompt="speech"),
    NamedPrompt(name="Pier", prompt="steps on planks"),
)


class Table:
    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        regions = (
            a_fake_region("bells"),
            a_region("region-2", 96_000, 120_000, engine="fake", name="Late"),
        )
        self.scene: Scene = open_scene(folder, a_project(regions=regions))
        self.scene.document.apply("Lines", lambda p: put_named_prompts(p, LINES))
        self.scene.selection.select_region(RegionId("region-1"))
        self.dialog = PromptTableDialog(
            self.scene.document, self.scene.selection, self.scene.desktop
        )
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(self.dialog)
        self.dialog.show()

    def choose(self, name: str) -> None:
        model = self.dialog.model
        self.dialog.view.setCurrentIndex(model.index(model.row_of(name), 0))

    def type(self, name: str, column: Column, text: str) -> None:
        self.choose(name)
        index = self.dialog.model.index(self.dialog.model.row_of(name), column)
        self.dialog.view.setCurrentIndex(index)
        self.dialog.view.edit(index)
        editor = self.dialog.view.findChildren(QLineEdit)[-1]
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        # Qt takes what was typed when it comes to rest, and then lets go of the editor.
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    @property
    def names(self) -> list[str]:
        return [line.name for line in self.scene.project.prompts]

    @property
    def prompts(self) -> list[str]:
        return [region.prompt for region in self.scene.project.regions]


@pytest.fixture
def table(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Table]:
    offer_fake_engine(monkeypatch)
    table = Table(tmp_path, qtbot)
    yield table
    table.dialog.close()
    table.scene.close()


def test_a_line_is_applied_to_the_selected_region(table: Table) -> None:
    table.choose("Rain")
    table.dialog.apply.click()
    assert table.prompts == ["heavy rain", ""]
    assert table.scene.document.label_of_undo == "Use prompt Rain"
    assert "Wind hit now asks" in table.dialog.said.text()


def test_a_line_is_applied_to_all_in_the_marked_time_and_to_all_open(table: Table) -> None:
    table.choose("Pier")
    table.dialog.targets.set_value("marked")
    assert not table.dialog.regions()
    table.scene.selection.set_span(SampleRange(100_000, 110_000))
    table.dialog.targets.set_value("marked")
    table.dialog.refresh()
    table.dialog.apply.click()
    assert table.prompts == ["bells", "steps on planks"]
    table.dialog.targets.set_value("open")
    table.dialog.refresh()
    table.dialog.apply.click()
    assert table.prompts == ["steps on planks"] * 2


def test_cells_are_edited_in_place_as_steps(table: Table) -> None:
    table.type("Rain", Column.PROMPT, "drizzle")
    table.type("Rain", Column.ENGINE, "fake")
    table.type("Rain", Column.NAME, "Wet")
    line = table.scene.project.prompts[0]
    assert (line.name, line.prompt, line.engine) == ("Wet", "drizzle", "fake")
    table.scene.document.undo()
    assert table.names == ["Rain", "Pier"]


def test_what_cant_be_is_told_and_the_line_stays(table: Table) -> None:
    table.type("Rain", Column.ENGINE, "nobody")
    assert "nobody" in table.dialog.said.text()
    table.type("Rain", Column.SETTINGS, "steps=3")
    assert "names no engine" in table.dialog.said.text()
    assert table.scene.project.prompts == LINES


def test_a_region_is_kept_under_a_name_of_its_own(table: Table) -> None:
    table.dialog.keep.click()
    assert table.names == ["Rain", "Pier", "bells"]
    assert table.dialog.line is not None
    assert table.dialog.line.engine == "fake"
    table.scene.selection.select_region(None)
    assert not table.dialog.keep.isEnabled()
    assert table.dialog.keep.toolTip() == "Select a region first."


def test_lines_are_searched_added_and_removed(table: Table) -> None:
    table.dialog.search.setText("plank")
    assert table.dialog.model.rowCount() == 1
    assert table.dialog.line == LINES[1]
    table.dialog.remove.click()
    assert table.names == ["Rain"]
    table.dialog.new.click()
    assert table.names == ["Rain", "Prompt"]
    assert table.dialog.search.text() == ""


def test_the_table_goes_to_a_file_and_back(table: Table, tmp_path: Path) -> None:
    path = tmp_path / "prompts.csv"
    table.dialog.write_file(path)
    table.choose("Rain")
    table.dialog.remove_line()
    table.dialog.read_file(path)
    assert table.names == ["Pier", "Rain"]
    table.dialog.read_file(tmp_path / "none.csv")
    assert "can't be read" in table.dialog.said.text()


@pytest.mark.parametrize("percent", [100, 200])
def test_no_text_is_cut(table: Table, qapp: QApplication, percent: int) -> None:
    apply_look(qapp, DARK, text_scale_percent=percent)
    try:
        dialog = PromptTableDialog(table.scene.document, table.scene.selection, table.scene.desktop)
        dialog.show()
        QApplication.processEvents()
        assert clipped_texts(dialog) == []
        dialog.close()
    finally:
        apply_look(qapp, DARK)
