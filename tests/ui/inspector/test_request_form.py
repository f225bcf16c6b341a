from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.project.edits.prompts import put_named_prompts
from prismdesk.project.model import NamedPrompt, Task
from prismdesk.ui.inspector.request_form import RequestForm
from tests.builders import a_project
from tests.ui.making_scene import Scene, a_fake_region, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Region

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


class Shown:
    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        region = a_fake_region("bells", engine="ambience", task=Task.INPAINT)
        self.scene: Scene = open_scene(folder, a_project(regions=(region,)))
        scene = self.scene
        self.form = RequestForm(scene.document, scene.making, scene.desktop, scene.pending)
        qtbot.addWidget(self.form)
        self.form.show_region(self.region)
        self.form.show()

    @property
    def region(self) -> Region:
        return self.scene.project.regions[0]

    def use(self, engine: str) -> None:
        self.form.engine.chosen.emit(engine, "")
        self.form.show_region(self.region)

    @property
    def chips(self) -> list[str]:
        return [chip.word for chip in self.form.avoid.chips]


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    offer_fake_engine(monkeypatch)
    shown = Shown(tmp_path, qtbot)
    yield shown
    shown.scene.close()


def test_the_first_engine_that_heeds_it_brings_what_effects_avoid(shown: Shown) -> None:
    assert shown.form.avoid.isHidden()
    shown.use("fake")
    assert shown.chips == ["speech", "music"]
    assert shown.region.negative_prompt == "speech, music"
    shown.scene.document.undo()
    assert (shown.region.engine, shown.region.negative_prompt) == ("ambience", "")


def test_what_was_taken_away_does_not_come_back_with_another_model(shown: Shown) -> None:
    shown.use("fake")
    for _ in range(2):
        shown.form.avoid.chips[0].cross.click()
        shown.form.show_region(shown.region)
    assert shown.region.negative_prompt == ""
    shown.use("selva")
    assert shown.region.negative_prompt == ""


def test_a_chip_taken_away_is_a_step_of_its_own(shown: Shown) -> None:
    shown.use("fake")
    shown.form.avoid.chips[1].cross.click()
    assert shown.scene.document.label_of_undo == "Edit what to avoid"
    shown.scene.document.undo()
    shown.form.show_region(shown.region)
    assert shown.chips == ["speech", "music"]


def test_the_preferences_say_what_effects_avoid(shown: Shown) -> None:
    shown.scene.desktop.preferences.change(avoid_at_first="hiss")
    shown.use("fake")
    assert shown.chips == ["hiss"]


def test_lines_of_the_table_are_among_the_earlier_prompts(shown: Shown) -> None:
    shown.use("fake")
    line = NamedPrompt(name="Rain", prompt="heavy rain")
    shown.scene.document.apply("Line", lambda p: put_named_prompts(p, [line]))
    shown.form.prompt.show_history()
    popup = shown.form.prompt.popup
    assert popup is not None
    assert [entry.name for entry in popup.entries] == ["Rain"]
    popup.close()
