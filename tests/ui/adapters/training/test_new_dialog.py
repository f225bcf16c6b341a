"""The dialogs that begin trainings: what can be chosen, what speaks against it, what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shiboken6 import isValid

from prismdesk.engines.weights.catalogue import model_of
from prismdesk.project.ids import RegionId
from prismdesk.session.training_runs import overview
from prismdesk.ui.adapters.training.new_dialog import NewTrainingDialog
from prismdesk.ui.adapters.training.set_choice import choice_of_regions, known_sets
from prismdesk.ui.adapters.training.sweep_dialog import SweepDialog
from prismdesk.ui.theme import DARK
from tests.ui.adapters.training.scene import Scene, a_run, a_set, write_sound

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QWidget
    from pytestqt.qtbot import QtBot

    from prismdesk.ui.adapters.training.new_dialog import NewTraining

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

CARD_BYTES = 12_000_000_000
REGIONS = choice_of_regions((RegionId("a"), RegionId("b")), "Steps")


@pytest.fixture
def dialog(scene: Scene, qtbot: QtBot) -> Iterator[NewTrainingDialog]:
    a_set()
    models = [model_of("selva-small_16k"), model_of("audiox-base")]
    made = NewTrainingDialog(models, (REGIONS, *known_sets()), CARD_BYTES, DARK)
    made.show()
    yield made
    # One that was accepted is deleted already.
    if isValid(made):
        made.close()


def test_a_name_is_all_that_is_needed(dialog: NewTrainingDialog, qtbot: QtBot) -> None:
    assert not dialog.train.isEnabled()
    assert dialog.train.accessibleDescription() == "Give it a name."
    QTest.keyClicks(dialog.name, "Planks")
    assert dialog.train.isEnabled()
    assert dialog.memory.text().startswith("Takes about ")
    with qtbot.waitSignal(dialog.wanted) as caught:
        dialog.train.click()
    wanted: NewTraining = caught.args[0]
    assert (wanted.name, wanted.model_id) == ("Planks", "selva-small_16k")
    assert wanted.choice.region_ids == REGIONS.region_ids
    assert wanted.options.batch == 2


def test_it_is_done_and_left_by_key(dialog: NewTrainingDialog, qtbot: QtBot) -> None:
    dialog.form.fields["method"].set_value("words")  # type: ignore[attr-defined]  # a choice
    dialog.form.fields["method"].set_value("lora")  # type: ignore[attr-defined]  # a choice
    chain = (dialog.note, *dialog.form.tab_chain, dialog.cancel, dialog.train)
    order = [one for one in _tab_order(dialog) if one in chain]
    assert order == list(chain)
    QTest.keyClick(dialog.name, Qt.Key.Key_Return)
    assert dialog.isVisible()
    QTest.keyClicks(dialog.name, "Planks")
    with qtbot.waitSignal(dialog.wanted):
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)


def test_options_follow_base_size_and_method(dialog: NewTrainingDialog) -> None:
    assert "rank" in dialog.form.fields
    assert "inpainting_share" not in dialog.form.fields
    dialog.base.set_value("audiox-base")
    assert "inpainting_share" in dialog.form.fields
    dialog.base.set_value("selva-small_16k")
    dialog.usual.set_value(100)
    assert dialog.form.options().steps == 10_000
    method = dialog.form.fields["method"]
    method.set_value("words")  # type: ignore[attr-defined]  # a choice
    assert "rank" not in dialog.form.fields
    assert dialog.form.options().method == "words"


def test_an_option_out_of_range_is_named(dialog: NewTrainingDialog) -> None:
    QTest.keyClicks(dialog.name, "Planks")
    rate = dialog.form.fields["lr"]
    rate.selectAll()  # type: ignore[attr-defined]  # a line of text
    QTest.keyClicks(rate, "fast")
    assert not dialog.train.isEnabled()
    assert "'lr'" in dialog.why_not.text()
    assert "'lr'" in dialog.train.accessibleDescription()


def test_advanced_options_are_folded_away(dialog: NewTrainingDialog) -> None:
    dropout = dialog.form.fields["dropout"]
    assert not dropout.isVisible()
    QTest.mouseClick(dialog.form.more, Qt.MouseButton.LeftButton)
    assert dropout.isVisible()
    assert "0 to" in dropout.toolTip()


def test_a_folder_is_a_set_or_sounds_or_nothing(dialog: NewTrainingDialog, tmp_path: Path) -> None:
    sounds = tmp_path / "sounds"
    sounds.mkdir()
    dialog.take_folder(sounds)
    assert "holds neither a training set nor sound files" in dialog.why_not.text()
    write_sound(sounds / "creak.wav", seed=1)
    dialog.take_folder(sounds)
    assert dialog.set.currentText() == "sounds, 1 clip"
    dialog.take_folder(a_set("Other"))
    assert dialog.set.currentText() == "Other, 2 clips"


def test_without_a_model_it_is_said_where_to_get_one(scene: Scene, qtbot: QtBot) -> None:
    made = NewTrainingDialog((), (REGIONS,), None, DARK)
    qtbot.addWidget(made)
    assert made.why_not.text().startswith("No model that can be trained is installed")
    assert not made.train.isEnabled()


@pytest.mark.parametrize("is_sweep", [False, True])
def test_cancel_leaves_it(dialog: NewTrainingDialog, qtbot: QtBot, *, is_sweep: bool) -> None:
    left = SweepDialog(overview(a_run()), DARK) if is_sweep else dialog
    left.show()
    with qtbot.waitSignal(left.rejected):
        QTest.mouseClick(left.cancel, Qt.MouseButton.LeftButton)


def test_a_sweep_is_a_run_for_each_value(scene: Scene, qtbot: QtBot) -> None:
    made = SweepDialog(overview(a_run()), DARK)
    made.show()
    assert not made.start.isEnabled()
    QTest.keyClicks(made.values, "8, 16, 999")
    assert "'rank'" in made.told.text()
    assert not made.start.isEnabled()
    made.values.setText("8")
    assert made.told.text().endswith(" 1 run is queued.")
    made.values.setText("8, 32")
    with qtbot.waitSignal(made.wanted) as caught:
        QTest.keyClick(made.values, Qt.Key.Key_Return)
    runs = caught.args[0].runs
    assert [(one.name, one.options.rank, one.sweep) for one in runs] == [
        ("Planks sweep rank 8", 8, "Planks sweep"),
        ("Planks sweep rank 32", 32, "Planks sweep"),
    ]


def _tab_order(window: QWidget) -> list[QWidget]:
    found: list[QWidget] = []
    at = window.nextInFocusChain()
    while at is not None and at is not window:
        found.append(at)
        at = at.nextInFocusChain()
    return found
