"""The set of a run: edited in its table, written at once, checked, mended, taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest

from prismdesk.adapters.training_set import TrainingSetError, read_set
from prismdesk.ui.adapters.training.dataset_section import DatasetSection
from prismdesk.ui.adapters.training.pair_model import PairColumn
from prismdesk.ui.adapters.training.wave_images import WaveImages
from tests.ui.adapters.training.scene import Scene, a_set, write_sound

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

PATIENCE_MS = 20_000


@pytest.fixture
def folder(scene: Scene) -> Path:
    return a_set()


@pytest.fixture
def section(scene: Scene, folder: Path, qtbot: QtBot) -> DatasetSection:
    images = WaveImages(scene.desktop.background, scene.messages)
    made = DatasetSection(images, scene.hearing, scene.desktop)  # type: ignore[arg-type]  # plays nothing
    qtbot.addWidget(made)
    made.show_set(folder)
    made.resize(1000, 400)
    made.show()
    return made


def _cell(section: DatasetSection, row: int, column: PairColumn) -> str:
    return str(section.model.index(row, column).data())


def test_words_and_use_are_written_at_once_and_taken_back(
    section: DatasetSection, folder: Path
) -> None:
    model = section.model
    assert section.counts.text() == "Steps: 3 pairs, 1 s"
    assert model.setData(model.index(0, PairColumn.PROMPT), "wet planks ")
    assert read_set(folder).pairs[0].prompt == "wet planks"
    assert model.setData(model.index(1, PairColumn.USE), "left out")
    assert read_set(folder).pairs[1].split == "left out"
    assert section.undo.toolTip() == "Undo: Use for left out"
    section.table.setCurrentIndex(model.index(1, 0))
    QTest.keySequence(section.table, QKeySequence(QKeySequence.StandardKey.Undo))
    section.undo.click()
    assert read_set(folder).pairs[0].prompt == "steps 0"
    assert not section.undo.isEnabled()
    section.redo.click()
    assert read_set(folder).pairs[0].prompt == "wet planks"
    assert read_set(folder).pairs[1].split == "train"


def test_pairs_are_heard_and_removed_by_keys(
    section: DatasetSection, scene: Scene, folder: Path
) -> None:
    section.table.setCurrentIndex(section.model.index(1, 0))
    QTest.keyClick(section.table, Qt.Key.Key_Space)
    assert scene.hearing.path == folder / "sounds/1.wav"
    QTest.keyClick(section.table, Qt.Key.Key_Delete)
    assert [pair.key for pair in read_set(folder).pairs] == ["clip-0", "clip-2"]
    assert (folder / "sounds/1.wav").is_file()
    section.undo_last()
    assert len(read_set(folder).pairs) == 3


def test_what_is_doubted_is_mended_by_its_link(
    section: DatasetSection, folder: Path, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: _cell(section, 0, PairColumn.CHECK) != "Checking", timeout=PATIENCE_MS)
    doubts = section.model.doubts_of(0)
    assert doubts
    assert _cell(section, 0, PairColumn.CHECK).startswith(doubts[0].kind.capitalize())
    assert section.look.isVisible()
    labels = [action.text() for action in section.menu_of(0).actions()]
    assert doubts[0].remedies[0][1] in labels
    keep_id, keep_label = next(one for one in doubts[0].remedies if one[0].startswith("keep:"))
    section.remedy("clip-0", keep_id, keep_label)
    qtbot.waitUntil(lambda: bool(read_set(folder).pairs[0].accepted), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: section.undo.toolTip() == f"Undo: {keep_label}", timeout=PATIENCE_MS)
    section.undo_last()
    assert read_set(folder).pairs[0].accepted == ()


def test_files_are_put_in_and_bad_ones_told(
    section: DatasetSection, scene: Scene, folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    good, bad = tmp_path / "creak.wav", tmp_path / "notes.wav"
    write_sound(good, seed=5)
    bad.write_text("no sound")
    section.take_files([good, bad])
    qtbot.waitUntil(lambda: len(section.model.rows) == 4, timeout=PATIENCE_MS)
    assert "notes.wav" in scene.told[-1].title
    assert section.undo.toolTip() == "Undo: Add files"


def test_a_set_that_cant_be_written_is_told_and_stays(
    section: DatasetSection, scene: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise TrainingSetError("The disk is full.")

    monkeypatch.setattr("prismdesk.ui.adapters.training.set_edits.write_set", refuse)
    section.set_prompt("clip-0", "other words")
    assert scene.told[-1].title == "The disk is full."
    assert _cell(section, 0, PairColumn.PROMPT) == "steps 0"
