"""What is trained, where there is little room: what gives way to what, and nothing is cut."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from prismdesk.jobs.training.desk import Piece
from prismdesk.jobs.training.messages import Told, TrainTask
from prismdesk.ui.adapters.training.checkpoint_model import CheckpointColumn
from prismdesk.ui.adapters.training.run_card import RunCard
from prismdesk.ui.adapters.training.side import TrainingSide
from prismdesk.ui.adapters.training.strip_part import TrainingStrip
from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import CONTRAST, DARK
from tests.ui.adapters.training.scene import Scene, a_run, train_a_little
from tests.ui.clipping import clipped_texts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

PIECE = Piece(
    id=1,
    label="Harbour planks v2",
    task=TrainTask(run_folder="/runs/harbour-planks-v2"),
    state="running",
    told=Told(words="Training", step=1840, steps=4000, seconds_left=2070.0),
)


@pytest.fixture(params=[100, 200])
def scale_percent(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[int]:
    apply_look(qapp, CONTRAST if request.param == 200 else DARK, text_scale_percent=request.param)
    yield request.param
    apply_look(qapp, DARK)


@pytest.fixture
def pieces(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> list[Piece]:
    """What goes on; nothing trains."""
    made = [PIECE]
    monkeypatch.setattr(scene.training, "under_way", lambda: tuple(made))
    return made


def test_the_strip_gives_way_by_what_can_be_missed(
    scene: Scene, pieces: list[Piece], qtbot: QtBot, scale_percent: int
) -> None:
    bar = QWidget()
    qtbot.addWidget(bar)
    strip = TrainingStrip(scene.desktop)
    strip.setParent(bar)
    strip.resize(strip.sizeHint())
    strip.show()
    bar.show()
    by_importance = (strip.left, strip.bar, strip.step)
    gone = 0
    for width in range(strip.sizeHint().width(), strip.minimumSizeHint().width() - 1, -4):
        strip.resize(width, strip.height())
        QApplication.processEvents()
        hidden = [part.isHidden() for part in by_importance]
        # What went once doesn't come back, and nothing goes before what matters less.
        assert hidden == sorted(hidden, reverse=True)
        assert sum(hidden) >= gone
        gone = sum(hidden)
        assert clipped_texts(strip) == []
    assert gone == len(by_importance)
    assert strip.name.text().startswith("H")
    assert strip.name.text().endswith("…")
    assert (strip.stop.text(), strip.stop.accessibleName()) == ("", "Stop and keep")
    strip.resize(strip.sizeHint())
    assert (strip.name.text(), strip.stop.text()) == (PIECE.label, "Stop and keep")
    assert strip.minimumSizeHint().width() < 2 * scale_percent


def test_what_is_trained_has_a_card(scene: Scene, pieces: list[Piece], qtbot: QtBot) -> None:
    card = RunCard(scene.desktop)
    qtbot.addWidget(card)
    card.show()
    assert card.name.text() == PIECE.label
    assert card.state.text() == "Training, step 1\u202f840"
    assert (card.bar.value(), card.share.text()) == (460, "46 %")
    with qtbot.waitSignal(card.opened) as caught:
        QTest.mouseClick(card.show_run, Qt.MouseButton.LeftButton)
    assert caught.args == ["/runs/harbour-planks-v2"]
    card.set_room(is_there=False)
    assert card.isHidden()
    card.set_room(is_there=True)
    assert card.isVisible()
    pieces[:] = []
    scene.training.changed.emit(replace(PIECE, state="ended"))
    assert card.isHidden()


def test_a_run_needs_no_wide_panel(
    scene: Scene, qtbot: QtBot, tmp_path: Path, scale_percent: int
) -> None:
    train_a_little(a_run())
    side = TrainingSide(scene.hearing, scene.desktop)  # type: ignore[arg-type]  # plays nothing
    qtbot.addWidget(side)
    side.resize(9 * scale_percent, 9 * scale_percent)
    side.show()
    qtbot.waitUntil(lambda: side.watch.look is not None)
    table = side.checkpoints.table
    assert not table.isColumnHidden(CheckpointColumn.ONSETS)
    qtbot.waitUntil(lambda: table.height() == table.sizeHint().height())
    high = table.height()
    side.resize(5 * scale_percent, 9 * scale_percent)
    qtbot.waitUntil(lambda: _width_of_body(side) <= 5 * scale_percent)
    assert table.isColumnHidden(CheckpointColumn.ONSETS)
    assert not table.isColumnHidden(CheckpointColumn.USE)
    assert not table.horizontalScrollBar().isVisible()
    qtbot.waitUntil(lambda: not _cut(side))
    side.resize(9 * scale_percent, 9 * scale_percent)
    qtbot.waitUntil(lambda: not table.isColumnHidden(CheckpointColumn.ONSETS))
    qtbot.waitUntil(lambda: table.height() == high)


def _cut(side: TrainingSide) -> list[str]:
    """Texts that are cut; buttons that are an icon alone have none."""
    return [one for one in clipped_texts(side) if one != "QToolButton "]


def _width_of_body(side: TrainingSide) -> int:
    body = side.header.parentWidget()
    assert isinstance(body, QWidget)
    return body.width()
