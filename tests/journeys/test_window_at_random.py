"""Anything pressed and dragged in any order: nothing escapes, and the project stays right."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from prismdesk.app import Desk, make_application
from prismdesk.playback.player import Player
from prismdesk.project.consistency import check_consistent
from prismdesk.sample.film import make_sample_film
from prismdesk.ui.actions.table import ACTIONS
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

pytestmark = [
    pytest.mark.slow,
    # The platform without a screen can't do all that a window asks of it, and says so.
    pytest.mark.qt_log_ignore("This plugin does not support", extend=True),
]

STEPS = 400
ASKS_AND_WAITS = frozenset(
    {"edit.insert_silence", "file.save", "region.import_csv", "region.export_csv"}
)
"""Actions that open a dialog of the system's, which waits for a person."""

_KEYS = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


def _is_tried(action_id: str) -> bool:
    kind = action_id.partition(".")[0]
    is_look = action_id.startswith(("view.t", "view.full"))
    return kind not in ("file", "help", "track") and action_id not in ASKS_AND_WAITS and not is_look


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_work_leaves_a_project_that_can_be_undone(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, seed: int
) -> None:
    film = make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(24)).path
    desk = Desk(make_application(), player=Player(device="null"))
    desk.show()
    desk.open(film)
    qtbot.waitUntil(lambda: desk.document is not None, timeout=60_000)
    workspace, chance = desk.workspace, random.Random(seed)
    assert workspace is not None
    canvas, document = workspace.canvas, workspace.document
    first = document.project
    ids = [spec.id for spec in ACTIONS if _is_tried(spec.id)]
    for _ in range(STEPS):
        if chance.random() < 0.65:
            desk.desktop.actions.trigger(chance.choice(ids))
        else:
            places = [
                QPoint(chance.randrange(canvas.width()), chance.randrange(canvas.height()))
                for _ in range(3)
            ]
            keys, left = chance.choice(_KEYS), Qt.MouseButton.LeftButton
            QTest.mousePress(canvas, left, keys, places[0])
            QTest.mouseMove(canvas, places[1])
            QTest.mouseMove(canvas, places[2])
            if chance.random() < 0.2:
                QTest.keyClick(canvas, Qt.Key.Key_Escape)
            QTest.mouseRelease(canvas, left, keys, places[2])
        for widget in qapp.topLevelWidgets():
            if widget is not desk.window and widget.isVisible():
                widget.close()
        qtbot.wait(1)
    check_consistent(document.project)
    for job in workspace.sound.bridge.jobs():
        if job.state.is_underway:
            workspace.sound.bridge.cancel(job.id)
    qtbot.waitUntil(lambda: desk.jobs_running == 0, timeout=30_000)
    while document.label_of_undo:
        assert document.undo()
    assert document.project == first
    desk.close()
    desk.window.deleteLater()
