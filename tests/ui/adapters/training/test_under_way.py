"""What was under way when the program ended is offered to go on; a panel reads it once seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow

from prismdesk.session.training_runs import overview
from prismdesk.ui.adapters.training.side import TrainingSide
from prismdesk.ui.adapters.training.under_way import RunsUnderWay
from tests.ui.adapters.training.scene import Scene, a_run, train_a_little

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

PATIENCE_MS = 20_000


def test_a_run_that_goes_on_is_remembered_until_the_user_pauses_it(
    scene: Scene, qtbot: QtBot
) -> None:
    run = a_run()
    runs = RunsUnderWay(scene.desktop)
    piece = scene.training.go_on(overview(run))
    preferences = scene.desktop.preferences
    qtbot.waitUntil(lambda: preferences.now.training_runs == (str(run.path),), timeout=PATIENCE_MS)
    scene.training.want(piece.id, "pause")
    qtbot.waitUntil(lambda: preferences.now.training_runs == (), timeout=PATIENCE_MS)
    runs.offer()
    assert scene.told == []


def test_what_ended_with_the_program_is_offered_and_goes_on(scene: Scene, qtbot: QtBot) -> None:
    run = a_run()
    train_a_little(run, 10)
    scene.desktop.preferences.change(training_runs=(str(run.path), "/nowhere"))
    runs = RunsUnderWay(scene.desktop)
    runs.offer()
    (message,) = scene.told
    assert message.title == "The training of Planks was broken off at step 10."
    go_on, leave = message.buttons
    assert (go_on[0], leave[0]) == ("Go on", "Leave it")
    go_on[1]()
    assert [piece.label for piece in scene.training.pieces()] == ["Planks"]
    leave[1]()
    assert scene.desktop.preferences.now.training_runs == ()


def test_a_run_is_read_where_its_panel_covers_it_whole(scene: Scene, qtbot: QtBot) -> None:
    train_a_little(a_run(), 10)
    window = QMainWindow()
    qtbot.addWidget(window)
    side = TrainingSide(scene.hearing, scene.desktop)  # type: ignore[arg-type]  # plays nothing
    side.setAutoFillBackground(True)
    dock = QDockWidget("Adapters")
    dock.setWidget(side)
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, dock)
    window.resize(1000, 800)
    window.show()
    qtbot.waitUntil(lambda: side.watch.look is not None, timeout=PATIENCE_MS)
