"""From regions to a preset of one's own, by the window: a set, a training, a sound with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest

from prismdesk.sample.film import make_sample_film
from prismdesk.session import training_desk
from prismdesk.session.presets import library
from prismdesk.ui.adapters.training.checkpoint_model import CheckpointColumn
from prismdesk.ui.widgets.fields import FigureField
from tests.journeys.window_sound import SoundMaker, choose, sound_maker
from tests.journeys.window_user import CONTROL, NO_KEYS, SHIFT
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from prismdesk.ui.adapters.training.new_dialog import NewTrainingDialog
    from prismdesk.ui.adapters.training.side import TrainingSide

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

SELVA = "custom-selva-tiny-16k-untrained"
FAKE_WORK = "tests.jobs.training.fake_work:create"


@pytest.fixture
def user(
    qtbot: QtBot,
    qapp: QApplication,
    small_checkpoints: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SoundMaker]:
    monkeypatch.setenv("PRISMDESK_TRAINING", str(tmp_path / "training"))
    monkeypatch.setenv("PRISMDESK_PRESETS", str(tmp_path / "presets"))
    with sound_maker(qtbot, small_checkpoints / "selva-tiny_16k") as user:
        user.open(make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path)
        yield user


def test_training_of_regions_is_watched_paused_gone_on_with_and_gives_way(
    user: SoundMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training_desk, "work_source", FAKE_WORK)
    mark_two(user)
    side = train(user, "Harbour")
    strip = user.workspace.sound.strip.training
    user.wait(lambda: side.header.state.text() == "training")
    user.wait(lambda: strip.isVisible() and strip.step.text().startswith("Step "))
    assert strip.name.text() == "Harbour"
    assert user.desk.desktop.preferences.now.training_runs != ()

    # Sound that is made comes first.
    ways: list[bool] = []
    user.desk.desktop.training.way_changed.connect(ways.append)
    user.come_back()
    user.press(Qt.Key.Key_Return, SHIFT)
    user.until_made(1)
    user.wait(lambda: ways == [True, False])

    strip.pause.click()
    user.wait(lambda: side.header.state.text() == "paused")
    user.wait(lambda: not strip.isVisible())
    assert user.desk.desktop.preferences.now.training_runs == ()
    side.header.pause.click()
    user.wait(lambda: side.header.state.text() == "training")
    side.header.stop.click()
    user.wait(lambda: side.header.state.text() == "stopped and kept")


@pytest.mark.slow
def test_a_preset_is_trained_of_two_takes_and_heard_in_another_region(
    user: SoundMaker,
) -> None:
    mark_two(user, with_takes=True)
    side = train(
        user, "Harbour", steps=300, save_every=2, batch=2, rank=4, lr=0.01, warm_up=1,
        example_steps=2,
    )  # fmt: skip
    user.wait(lambda: side.watch.look is not None and len(side.watch.look.usable) >= 1)
    side.header.pause.click()
    user.wait(lambda: side.header.state.text() == "paused")
    look = side.watch.look
    assert look is not None
    step = look.run.state.step
    assert 0 < step < 300
    side.header.pause.click()
    user.wait(lambda: side.watch.look is not None and max(side.watch.look.usable, default=0) > step)
    side.header.stop.click()
    user.wait(lambda: side.header.state.text() == "stopped and kept")
    user.wait(lambda: bool(side.checkpoints.model.rows) and bool(side.watch.look))
    hear_and_use_the_last(user, side)
    put_on_another_region(user)


def mark_two(user: SoundMaker, *, with_takes: bool = False) -> None:
    """Make two regions of the film's own sound, or of a take each."""
    for start, end in ((10_000, 34_000), (50_000, 74_000)):
        user.mark(start, end)
        if with_takes:
            user.use(SELVA, "steps on planks", steps=2)
            user.press(Qt.Key.Key_Return, CONTROL)
            user.until_made(1)


def train(user: SoundMaker, name: str, **options: float) -> TrainingSide:
    """Select both regions in the list, fill the dialog in and begin."""
    workspace = user.workspace
    workspace.panels["spotting"].show_in_front()
    user.wait(workspace.spotting.view.isVisible)
    view = workspace.spotting.view
    for row in range(2):
        index = view.model().index(row, 0)
        flags = QItemSelectionModel.SelectionFlag
        view.selectionModel().select(index, flags.Select | flags.Rows)
    workspace.panels["adapters"].show_in_front()
    user.desk.desktop.actions.trigger("train.new")
    user.wait(lambda: workspace.training_commands.dialog is not None)
    dialog = workspace.training_commands.dialog
    assert dialog is not None
    fill_in(dialog, name, options)
    QTest.mouseClick(dialog.train, Qt.MouseButton.LeftButton, NO_KEYS)
    side = workspace.training
    user.wait(lambda: side.run is not None)
    assert side.run is not None
    assert side.run.name == name
    assert side.dataset.training_set is not None
    assert len(side.dataset.training_set.pairs) == 2
    return side


def fill_in(dialog: NewTrainingDialog, name: str, options: dict[str, float]) -> None:
    assert not dialog.train.isEnabled()
    QTest.keyClicks(dialog.name, name)
    choose(dialog.base, SELVA)
    assert dialog.set.currentText() == "2 selected regions"
    for option, value in options.items():
        field = dialog.form.fields[option]
        if isinstance(field, FigureField):
            field.setValue(value)
        else:
            field.setText(f"{value:g}")  # type: ignore[attr-defined]  # a line of text
    assert dialog.train.isEnabled(), dialog.why_not.text()


def hear_and_use_the_last(user: SoundMaker, side: TrainingSide) -> None:
    """Play the newest checkpoint's sound, and make it a preset."""
    section = side.checkpoints
    last = section.model.rowCount() - 1
    section.table.setCurrentIndex(section.model.index(last, CheckpointColumn.SOUND))
    QTest.keyClick(section.table, Qt.Key.Key_Space)
    hearing = user.workspace.hearing
    assert hearing.path == section.model.sound_of(last)
    user.wait(lambda: hearing.path is None)
    assert side.plots is not None
    assert side.plots.loss.accessibleDescription().startswith("Smoothed loss ")
    QTest.keyClick(section.table, Qt.Key.Key_Return)
    user.wait(lambda: bool(library().scan()))
    user.wait(lambda: bool(side.watch.look and side.watch.look.used))
    assert section.model.rows[last].preset == "Harbour"


def put_on_another_region(user: SoundMaker) -> None:
    """Make the same sound without and with the preset, with the same seed."""
    (preset,) = library().scan()
    user.come_back()
    user.mark(80_000, 92_000)
    user.use(SELVA, "steps on planks", steps=2)
    user.press(Qt.Key.Key_Return, CONTROL)
    plain = user.until_made(1)
    user.workspace.adapters.library.use.put(preset)
    user.workspace.sound.inspector.form.seed.seed.setValue(plain.provenance.seed)
    user.press(Qt.Key.Key_Return, CONTROL)
    learned = user.until_made(2)
    assert [reference for reference, _ in learned.provenance.adapters] == [preset.reference]
    assert learned.provenance.seed == plain.provenance.seed
    assert not np.array_equal(user.samples(plain), user.samples(learned))
