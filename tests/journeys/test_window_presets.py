"""A user's way with presets in the window: bring one in, use it, hear it with and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog, QWidget

from prismdesk.adapters.reference import name_in
from prismdesk.sample.film import make_sample_film
from prismdesk.session.presets import own_root
from tests.journeys.test_lora_by_command import write_trained
from tests.journeys.window_sound import SoundMaker, choose, sound_maker
from tests.journeys.window_user import ALT, CONTROL, SHIFT
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from prismdesk.ui.adapters.import_dialog import ImportDialog
    from prismdesk.ui.adapters.library_side import LibrarySide
    from prismdesk.ui.inspector.adapter_row import AdapterRow
    from prismdesk.ui.messages import Message

pytestmark = [
    pytest.mark.slow,
    pytest.mark.qt_log_ignore("plugin does not support", extend=True),
]

SELVA = "custom-selva-tiny-16k-untrained"
MMAUDIO = "custom-mmaudio-tiny-44k-v2-untrained"
LEFT = Qt.MouseButton.LeftButton


class Presetter(SoundMaker):
    """Somebody who works with presets."""

    def open(self, path: Path) -> None:
        super().open(path)
        self.told: list[Message] = []
        self.desk.desktop.messages.posted.connect(self.told.append)

    @property
    def library(self) -> LibrarySide:
        return self.workspace.adapters.library

    @property
    def rows(self) -> dict[str, AdapterRow]:
        """The region's presets in the inspector, by name."""
        rows = self.workspace.sound.inspector.adapters.rows
        return {name_in(reference): row for reference, row in rows.items()}

    def show(self, key: str) -> None:
        self.workspace.panels[key].show_in_front()


@pytest.fixture
def user(
    qtbot: QtBot, qapp: QApplication, small_checkpoints: Path, capsys: pytest.CaptureFixture[str]
) -> Iterator[Presetter]:
    names = ("selva-tiny_16k", "mmaudio-tiny_44k_v2")
    with sound_maker(qtbot, *(small_checkpoints / name for name in names)) as maker:
        assert f"{SELVA} is installed now." in capsys.readouterr().out
        yield Presetter(maker.desk, qtbot)


def click(widget: QWidget, words: str) -> None:
    """Press a button by what it says."""
    found = [one for one in widget.findChildren(QAbstractButton) if one.text() == words]
    assert found, words
    QTest.mouseClick(found[-1], LEFT)


def test_from_a_file_to_takes_with_and_without_it(
    user: Presetter,
    small_checkpoints: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user.open(make_sample_film(tmp_path / "film.mov", recipe=a_short_recipe(48)).path)
    planks = write_trained(tmp_path / "planks.safetensors", small_checkpoints / "selva-tiny_16k")
    bring_in(user, planks, monkeypatch)
    put_on_a_region(user)
    compare(user)
    be_refused(user)
    carry_away(user, tmp_path / "carried")


def bring_in(user: Presetter, planks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the file doesn't say is asked in a sentence each; the card is there afterwards."""
    user.press(Qt.Key.Key_F6)
    user.wait(lambda: user.library.first_import.isVisible())
    assert user.library.nothing.text() == "No presets."
    QTest.mouseClick(user.library.first_import, LEFT)
    dialog: ImportDialog = user.desk.window.findChildren(QWidget, "importPresets")[-1]  # type: ignore[assignment]  # by its name
    monkeypatch.setattr(
        QFileDialog, "getOpenFileNames", staticmethod(lambda *_: ([str(planks)], ""))
    )
    QTest.mouseClick(dialog.choose_files, LEFT)
    user.wait(lambda: dialog.bring_in.isEnabled())
    assert dialog.alpha_question.text() == (
        "The file of planks states no alpha; with which one was it trained?"
    )
    assert dialog.base_question.text().startswith("The file of planks names no model;")
    dialog.alpha.setCurrentIndex(dialog.alpha.findText("8, twice its rank"))
    dialog.base.setCurrentIndex(dialog.base.findData(SELVA))
    QTest.mouseClick(dialog.bring_in, LEFT)
    user.wait(lambda: bool(user.library.wall.cards))
    assert (own_root() / "planks.safetensors").is_file()
    card = user.library.wall.cards[0]
    assert card.preset is not None
    assert (card.preset.rank, card.preset.alpha) == (4, 8.0)
    assert any(message.title == "planks is in the library now." for message in user.told)


def put_on_a_region(user: Presetter) -> None:
    """Enter on its card puts it on the selected region, at its favourite strength."""
    user.show("inspector")
    user.come_back()
    user.mark(10_000, 40_000)
    user.use(SELVA, "slow steps", steps=4)
    user.press(Qt.Key.Key_F6)
    wall = user.library.wall
    user.wait(lambda: bool(wall.cards) and wall.cards[0].card_state is not None)
    user.wait(lambda: wall.cards[0].card_state.words == "Base matches")  # type: ignore[union-attr]  # it has one
    assert wall.take_focus()
    QTest.keyClick(wall.cards[0], Qt.Key.Key_Return)
    assert [name_in(reference) for reference, _ in user.region.adapters] == ["planks"]
    user.show("inspector")
    user.wait(lambda: "planks" in user.rows)
    user.rows["planks"].figure.setValue(1.5)
    user.workspace.sound.pending.flush()
    assert dict(user.region.adapters).popitem()[1] == 1.5


def compare(user: Presetter) -> None:
    """The counterpart has the same seed; A/B goes between them; off is off for new takes."""
    user.come_back()
    user.press(Qt.Key.Key_Return, CONTROL)
    adapted = user.until_made(1)
    assert adapted.provenance.adapters == user.region.adapters
    assert any(name == "adapter planks" for name, _ in adapted.provenance.weights)

    user.press(Qt.Key.Key_X, ALT | SHIFT)
    plain = user.until_made(2)
    assert plain.provenance.adapters == ()
    assert plain.provenance.seed == adapted.provenance.seed
    assert plain.provenance.again_of_take_id == ""
    assert not np.array_equal(user.samples(plain), user.samples(adapted))
    audition = user.workspace.sound.audition
    first = audition.current
    user.press(Qt.Key.Key_X)
    assert audition.is_b_heard
    assert {audition.current.id, first.id} == {plain.id, adapted.id}  # type: ignore[union-attr]  # both are there

    user.rows["planks"].is_on.click()
    assert user.region.sounding_adapters == ()
    user.workspace.sound.inspector.form.seed.seed.setValue(adapted.provenance.seed)
    user.come_back()
    user.press(Qt.Key.Key_Return, CONTROL)
    off = user.until_made(3)
    assert off.provenance.adapters == ()
    assert np.array_equal(user.samples(off), user.samples(plain))


def be_refused(user: Presetter) -> None:
    """A preset of another model is told in a sentence; its button makes the sound after all."""
    user.rows["planks"].is_on.click()
    form = user.workspace.sound.inspector.form
    choose(form.engine.variant, MMAUDIO)
    row = user.rows["planks"]
    user.wait(lambda: bool(row.problem.text()))
    words = "This adapter belongs to SelVA tiny_16k, untrained."
    assert row.problem.text() == words
    assert row.use_base.text() == "Use SelVA tiny_16k, untrained"
    user.come_back()
    user.press(Qt.Key.Key_Return, CONTROL)
    user.wait(lambda: user.told[-1].title == words)
    assert [button for button, _ in user.told[-1].buttons] == [row.use_base.text(), "Remove it"]
    assert user.workspace.sound.bridge.jobs() == ()
    click(user.desk.window.messages_bar, row.use_base.text())
    again = user.until_made(4)
    assert again.provenance.variant == SELVA
    assert again.provenance.adapters == user.region.adapters


def carry_away(user: Presetter, folder: Path) -> None:
    """What was collected is used from the project's folder, and comes into the library again."""
    user.desk.files.save_as(folder)
    user.wait(lambda: user.workspace.document.session.folder == folder)
    user.workspace.selection.select_region(user.regions[0].id)
    user.desk.desktop.actions.trigger("file.collect")
    user.wait(lambda: user.told[-1].title == "carried is all in one folder.")
    assert (folder / "presets" / "planks.safetensors").is_file()
    desktop = user.desk.desktop
    desktop.presets.remove(desktop.presets.presets[0], desktop)
    user.show("inspector")
    user.wait(lambda: "planks" in user.rows and user.rows["planks"].place.isVisible())
    user.wait(lambda: desktop.presets.presets == ())
    user.come_back()
    user.press(Qt.Key.Key_Return, CONTROL)
    taken = user.until_made(5)
    assert any(name == "adapter planks" for name, _ in taken.provenance.weights)
    QTest.mouseClick(user.rows["planks"].bring_in, LEFT)
    user.wait(lambda: not user.rows["planks"].place.isVisible())
    assert (own_root() / "planks.safetensors").is_file()
