"""The training side shows a run, its sounds and all runs, and does what is wanted of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from prismdesk.adapters.training_set import TrainingSet, read_set
from prismdesk.engines.training.course import ResumedRecord
from prismdesk.engines.training.run_files import RunFolder
from prismdesk.session.run_notes import notes_of, set_note
from prismdesk.ui.adapters.training.checkpoint_model import CheckpointColumn
from prismdesk.ui.adapters.training.commands import TrainingCommands
from prismdesk.ui.adapters.training.side import TrainingSide
from tests.ui.adapters.training.scene import (
    Scene,
    a_run,
    a_set,
    a_step,
    checkpoint,
    train_a_little,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

PATIENCE_MS = 20_000
SMALL = "selva-small_16k"


@pytest.fixture
def side(scene: Scene, qtbot: QtBot) -> TrainingSide:
    made = TrainingSide(scene.hearing, scene.desktop)  # type: ignore[arg-type]  # plays nothing
    qtbot.addWidget(made)
    made.resize(1000, 900)
    return made


def _shown(side: TrainingSide, qtbot: QtBot, *, steps: int | None = None) -> None:
    side.show()

    def is_so() -> bool:
        look = side.watch.look
        return look is not None and (steps is None or look.curves.step.size == steps)

    qtbot.waitUntil(is_so, timeout=PATIENCE_MS)


def test_without_a_run_a_new_one_is_offered(side: TrainingSide, qtbot: QtBot) -> None:
    side.show()
    qtbot.waitUntil(lambda: side.runs.is_read, timeout=PATIENCE_MS)
    assert side.run is None
    assert side.nothing.isVisible()
    with qtbot.waitSignal(side.new_wanted):
        side.nothing.new.click()


def test_the_run_trained_last_is_shown_with_its_figures(side: TrainingSide, qtbot: QtBot) -> None:
    train_a_little(a_run())
    _shown(side, qtbot, steps=100)
    header = side.header
    assert header.name.text() == "Planks"
    assert header.state.text() == "paused"
    assert "rank 16, alpha 32" in header.options.text()
    assert header.step.text() == "<b>Step 100</b> of 2\u202f000"
    assert header.bar.value() == 50
    assert (header.pace.text(), header.memory.text()) == ("0.50 s per step", "2.0 GB")
    assert header.pause.text() == "Go on"
    assert not header.stop.isEnabled()
    assert side.plots is not None
    assert side.plots.loss.accessibleDescription() == (
        "Smoothed loss 0.960. Held out 0.850 at step 100, the base 0.900."
    )
    assert side.plots.measure.value.text() == "5.00, base 6.00"
    table = side.checkpoints.model
    rows = [
        [str(table.index(row, column).data()) for column in range(4)]
        for row in range(table.rowCount())
    ]
    assert rows == [
        ["Reference clip", "–", "–", "–"],
        ["Base, step 0", "0.900", "7.00 dB", "20 ms"],
        ["Step 50", "0.875", "6.50 dB", "20 ms"],
        ["Step 100", "0.850", "6.00 dB", "20 ms"],
    ]


def test_the_figures_under_the_pointer_are_told(side: TrainingSide, qtbot: QtBot) -> None:
    train_a_little(a_run())
    _shown(side, qtbot, steps=100)
    assert side.plots is not None
    loss = side.plots.loss
    box = loss.plot.getViewBox()
    qtbot.waitUntil(lambda: box.sceneBoundingRect().width() > 100)
    point = box.mapViewToScene(QPointF(50.2, 0.9))
    loss.plot.scene().sigMouseMoved.emit(point)
    assert loss.read_out.text() == "Step 50: 0.975, smoothed 0.985, held out 0.875"
    side.plots.choice.set_value("onset_error_ms")
    assert side.plots.measure.value.text() == "20.0, base 20.0"


def test_only_what_is_new_is_read_and_a_run_that_went_back_is_drawn_so(
    side: TrainingSide, qtbot: QtBot
) -> None:
    run = a_run()
    train_a_little(run, 60)
    _shown(side, qtbot, steps=60)
    run.append(a_step(61))
    side.watch.look_again()
    _shown(side, qtbot, steps=61)
    run.append(ResumedRecord(step=50))
    run.append(a_step(51))
    side.watch.look_again()
    _shown(side, qtbot, steps=51)


def test_sounds_are_played_and_notes_kept_by_keys(
    side: TrainingSide, scene: Scene, qtbot: QtBot
) -> None:
    run = a_run()
    train_a_little(run)
    _shown(side, qtbot)
    section = side.checkpoints
    section.table.setCurrentIndex(section.model.index(3, 0))
    QTest.keyClick(section.table, Qt.Key.Key_Space)
    assert scene.hearing.path is not None
    assert scene.hearing.path.name == "step-000100-clip-2.wav"
    assert section.tabs is not None
    section.tabs.button("clip-0").click()
    QTest.keyClick(section.table, Qt.Key.Key_Space)
    assert scene.hearing.path.name == "step-000100-clip-0.wav"
    note = section.model.index(3, CheckpointColumn.NOTE)
    assert section.model.setData(note, " a little thin ")
    assert notes_of(run) == {100: "a little thin"}
    qtbot.waitUntil(lambda: note.data() == "a little thin", timeout=PATIENCE_MS)
    set_note(run, 100, "")
    assert notes_of(run) == {}


def test_a_run_goes_on_is_paused_and_stopped(
    side: TrainingSide, scene: Scene, qtbot: QtBot
) -> None:
    train_a_little(a_run(base=SMALL))
    _shown(side, qtbot)
    side.header.pause.click()
    header = side.header
    _until(qtbot, lambda: header.pause.text() == "Pause" and header.state.text() == "training")
    assert header.stop.isEnabled()
    (piece,) = scene.training.under_way()
    scene.training.give_way(True)
    _until(qtbot, lambda: header.state.text() == "giving way")
    scene.training.give_way(False)
    header.pause.click()
    assert header.state.text() == "pausing"
    _until(qtbot, lambda: header.state.text() == "paused")
    assert scene.training.pieces()[0].id == piece.id
    header.pause.click()
    _until(qtbot, lambda: header.state.text() == "training")
    header.stop.click()
    _until(qtbot, lambda: header.state.text() == "stopped and kept")
    assert scene.desktop.preferences.now.training_runs == ()


def test_runs_are_laid_over_each_other_and_removed(
    side: TrainingSide, scene: Scene, qtbot: QtBot
) -> None:
    set_folder = a_set()
    for name in ("First", "Second"):
        run = a_run(name, set_folder=set_folder)
        train_a_little(run)
    _shown(side, qtbot)
    shown = side.run
    assert shown is not None
    other = next(one for one in side.runs.rows if one.path != shown.folder.path)
    side.runs.model.tick(other.path, is_on=True)
    assert side.plots is not None
    loss = side.plots.loss
    _until(qtbot, lambda: loss._legend.count() == 5)
    side.runs.remove_runs([other])
    _until(qtbot, lambda: len(side.runs.rows) == 1)
    assert not other.path.exists()
    assert RunFolder(shown.folder.path).run_toml.is_file()


def test_a_run_that_is_gone_is_told_and_shown_no_more(
    side: TrainingSide, scene: Scene, qtbot: QtBot
) -> None:
    run = a_run()
    train_a_little(run, 10)
    _shown(side, qtbot)
    run.run_toml.unlink()
    side.watch.look_again()
    _until(qtbot, lambda: side.run is None)
    assert "no run.toml" in scene.told[-1].title


def test_a_damaged_checkpoint_is_shown_and_refused_when_it_is_used(
    side: TrainingSide, scene: Scene, qtbot: QtBot
) -> None:
    run = a_run()
    train_a_little(run, 0)
    checkpoint(run, 50)
    _shown(side, qtbot)
    section = side.checkpoints
    row = [shown.step for shown in section.model.rows].index(50)
    rect = section.table.visualRect(section.model.index(row, CheckpointColumn.USE))
    QTest.mouseClick(
        section.table.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        rect.center() + (rect.topRight() - rect.topLeft()) / 3,
    )
    _until(qtbot, lambda: bool(scene.told))
    assert "adapter.safetensors" in scene.told[-1].title


def _until(qtbot: QtBot, is_so: Callable[[], bool]) -> None:
    qtbot.waitUntil(is_so, timeout=PATIENCE_MS)


def test_a_clip_is_made_again_from_the_project_that_is_open(
    side: TrainingSide, scene: Scene, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, asked = a_set(), []

    def remedy(*wanted: object, session: object, **_: object) -> TrainingSet:
        asked.append((*wanted, session))
        return read_set(folder)

    monkeypatch.setattr("prismdesk.ui.adapters.training.dataset_section.apply_remedy", remedy)
    document = SimpleNamespace(session="the project's")
    TrainingCommands(document, None, tuple, side, scene.desktop)  # type: ignore[arg-type]  # asked for nothing else
    side.dataset.show_set(folder)
    document.session = "the project's, saved elsewhere"
    side.dataset.remedy("clip-0", "rebuild", "Make it again from its source")
    qtbot.waitUntil(lambda: bool(asked), timeout=PATIENCE_MS)
    assert asked == [(folder, "clip-0", "rebuild", document.session)]
