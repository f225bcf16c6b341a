"""The spotting list shows the regions, edits them, and finds them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTabWidget, QWidget

from prismdesk.project.edits import remove_region, rename_region
from prismdesk.project.ids import RegionId
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.messages import Messages
from prismdesk.ui.selection import Selection
from prismdesk.ui.spotting.panel import SpottingPanel
from prismdesk.ui.spotting.table import Column
from prismdesk.ui.theme import DARK
from prismdesk.ui.transport import Transport
from tests.ui.desktop import NotedPlayer, a_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.playback.player import Player
    from prismdesk.session.preferences import PreferencesFile
    from prismdesk.ui.document import Document

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def document(tmp_path: Path) -> Iterator[Document]:
    document = a_document(tmp_path / "project", Messages())
    yield document
    document.close()


@pytest.fixture
def selection() -> Selection:
    return Selection()


@pytest.fixture
def transport(document: Document, selection: Selection) -> Iterator[Transport]:
    transport = Transport(document, selection, cast("Player", NotedPlayer()))
    yield transport
    transport.close()


@pytest.fixture
def panel(
    qtbot: QtBot, document: Document, selection: Selection, transport: Transport
) -> Iterator[SpottingPanel]:
    messages = Messages()
    background = Background(messages)
    desktop = Desktop(
        theme=DARK,
        messages=messages,
        background=background,
        actions=Actions(DARK),
        preferences=cast("PreferencesFile", None),
    )
    panel = SpottingPanel(document, selection, transport, desktop)
    qtbot.addWidget(panel)
    panel.resize(700, 300)
    panel.show()
    yield panel
    background.close()


@pytest.fixture
def tabs(panel: SpottingPanel, qtbot: QtBot) -> Iterator[QTabWidget]:
    """A window in which the panel is behind another tab."""
    tabs = QTabWidget()
    tabs.addTab(QWidget(), "In front")
    tabs.addTab(panel, "Spotting")
    qtbot.addWidget(tabs)
    tabs.show()
    yield tabs
    panel.setParent(None)


def _names(panel: SpottingPanel) -> list[str]:
    rows = panel.rows
    return [rows.index(row, Column.NAME).data() for row in range(rows.rowCount())]


def test_regions_are_listed_by_their_start(panel: SpottingPanel) -> None:
    assert _names(panel) == ["Hole", "Dropout", "Harbour air"]


def test_every_column_has_words(panel: SpottingPanel) -> None:
    cells = [str(panel.rows.index(0, column).data()) for column in Column]
    assert cells[:7] == [
        "Hole",
        "01:00:02:00",
        "01:00:03:00",
        "1 s 00 fr",
        "Inpaint",
        "Done",
        "track-1",
    ]


def test_words_and_status_filter_together(panel: SpottingPanel) -> None:
    panel.words.setText("inpaint drop")
    assert _names(panel) == ["Dropout"]
    panel.words.setText("inpaint")
    panel.status.setCurrentIndex(panel.status.findData("done"))
    assert _names(panel) == ["Hole"]


def test_any_column_sorts(panel: SpottingPanel) -> None:
    panel.view.sortByColumn(Column.LENGTH, Qt.SortOrder.DescendingOrder)
    assert _names(panel)[-1] == "Dropout"
    panel.view.sortByColumn(Column.NAME, Qt.SortOrder.AscendingOrder)
    assert _names(panel) == ["Dropout", "Harbour air", "Hole"]


def test_a_cell_is_edited_by_keys_as_one_step(
    panel: SpottingPanel, document: Document, qtbot: QtBot
) -> None:
    before = document.project
    panel.view.setFocus()
    panel.view.setCurrentIndex(panel.rows.index(1, Column.NAME))
    QTest.keyClick(panel.view, Qt.Key.Key_F2)
    editor = panel.view.viewport().findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "Click in the pan")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: _names(panel)[1] == "Click in the pan")
    document.undo()
    assert document.project == before


def test_a_row_goes_to_its_region(
    panel: SpottingPanel, selection: Selection, transport: Transport, qtbot: QtBot
) -> None:
    panel.activateWindow()
    panel.view.setFocus()
    qtbot.waitUntil(panel.view.hasFocus)
    panel.view.setCurrentIndex(panel.rows.index(0, Column.NAME))
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert selection.region_id == "region-2"
    assert transport.position_samples == 200_000


def test_a_selected_region_shows_its_row(panel: SpottingPanel, selection: Selection) -> None:
    selection.select_region(panel.rows.region_at(2).id)
    assert panel.view.currentIndex().row() == 2


def test_status_is_set_from_the_list(panel: SpottingPanel, document: Document) -> None:
    cell = panel.rows.index(1, Column.STATUS)
    assert panel.rows.setData(cell, "done")
    assert {region.id: region.status for region in document.project.regions}[
        RegionId("region-2")
    ] == "done"


def test_an_empty_list_says_how_to_fill_it(panel: SpottingPanel, document: Document) -> None:
    for region in document.project.regions:
        document.apply("Remove", partial(remove_region, region_id=region.id))
    assert not panel.view.isVisible()


def test_behind_another_tab_regions_are_not_listed_until_they_are_seen(
    panel: SpottingPanel, document: Document, tabs: QTabWidget
) -> None:
    document.apply("Rename", lambda p: rename_region(p, p.regions[0].id, "Quay"))
    assert "Quay" not in _names(panel)
    tabs.setCurrentWidget(panel)
    assert "Quay" in _names(panel)


def test_chosen_regions_are_those_of_the_project_though_nobody_sees_the_list(
    panel: SpottingPanel, document: Document, selection: Selection, tabs: QTabWidget
) -> None:
    assert tabs.currentWidget() is not panel
    region = document.project.regions[0]
    selection.select_region(region.id)
    assert panel.chosen_regions() == (region.id,)
    document.apply("Remove", lambda p: remove_region(p, region.id))
    assert region.id not in panel.chosen_regions()
