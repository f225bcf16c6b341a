"""A region's presets in the inspector: each change is a step, what doesn't fit is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.adapters.reference import name_in
from prismdesk.engines.catalogue import capabilities_of
from prismdesk.project.edits import set_region_adapters
from prismdesk.project.lookup import region_of
from prismdesk.session.presets import own_root
from prismdesk.session.project_presets import presets_in
from prismdesk.ui.inspector.adapter_search import AdapterSearch
from prismdesk.ui.inspector.adapter_stack import AdapterStack
from tests.adapters.preset_files import write_preset
from tests.builders import a_project
from tests.ui.adapters.preset_scene import (
    MODEL,
    OTHER_MODEL,
    PATIENCE_MS,
    REGION,
    a_selva_region,
    put_preset,
    reference_of,
)
from tests.ui.making_scene import Scene, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Region
    from prismdesk.ui.inspector.adapter_row import AdapterRow

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


@dataclass
class Stacked:
    """The stack of a region, and somebody before it."""

    scene: Scene
    stack: AdapterStack
    qtbot: QtBot

    @property
    def region(self) -> Region:
        return region_of(self.scene.project, REGION)

    @property
    def names(self) -> list[str]:
        return [name_in(reference) for reference, _ in self.region.adapters]

    def row(self, name: str) -> AdapterRow:
        return self.stack.rows[reference_of(name)]

    def wait(self, is_so: Any) -> None:
        self.qtbot.waitUntil(is_so, timeout=PATIENCE_MS)

    def show(self) -> None:
        """Show the region as it is, and wait until it is known how its presets stand."""
        self.stack.show_region(self.region, capabilities_of("selva"))
        self.wait(lambda: not self.scene.desktop.background.tasks)


@pytest.fixture
def stacked(tmp_path: Path, qtbot: QtBot) -> Iterator[Stacked]:
    put_preset("planks", strength=0.8, trigger="harbour planks", negative="waves")
    put_preset("diesel", strength=0.5)
    put_preset("birds", base=OTHER_MODEL)
    region = a_selva_region(
        prompt="slow steps",
        negative_prompt="speech",
        adapters=((reference_of("planks"), 0.8), (reference_of("birds"), 1.0)),
    )
    scene = open_scene(tmp_path, a_project(regions=(region,)))
    stack = AdapterStack(scene.document, scene.desktop, scene.pending)
    stack.resize(340, 300)
    stack.show()
    shown = Stacked(scene, stack, qtbot)
    scene.document.changed.connect(
        lambda _: shown.stack.show_region(shown.region, capabilities_of("selva"))
    )
    shown.show()
    shown.wait(lambda: bool(shown.row("birds").problem.text()))
    yield shown
    stack.close()
    stack.deleteLater()
    scene.close()


def test_switching_off_keeps_it_and_undo_switches_it_on(stacked: Stacked) -> None:
    stacked.row("planks").is_on.click()
    assert [name_in(one) for one, _ in stacked.region.sounding_adapters] == ["birds"]
    assert stacked.names == ["planks", "birds"]
    assert not stacked.row("planks").slider.isEnabled()
    assert stacked.scene.document.label_of_undo == "Switch planks off"
    stacked.scene.document.undo()
    assert stacked.row("planks").is_on.isChecked()


def test_a_strength_that_is_dragged_is_one_step(stacked: Stacked) -> None:
    for value in (90, 100, 130):
        stacked.row("planks").slider.setValue(value)
    stacked.scene.pending.flush()
    assert stacked.region.adapters[0][1] == 1.3
    assert stacked.row("planks").figure.value() == 1.3
    stacked.scene.document.undo()
    assert stacked.region.adapters[0][1] == 0.8
    assert stacked.scene.document.label_of_undo is None


def test_presets_are_moved_and_taken_off(stacked: Stacked) -> None:
    stacked.row("birds").moved.emit(-1)
    assert stacked.names == ["birds", "planks"]
    assert list(stacked.stack.rows) == [reference_of("birds"), reference_of("planks")]
    stacked.row("birds").remove.click()
    assert stacked.names == ["planks"]


def test_one_of_another_model_is_told_with_two_ways_out(stacked: Stacked) -> None:
    row = stacked.row("birds")
    assert row.problem.text() == "This adapter belongs to SelVA small, 16 kHz."
    assert not stacked.row("planks").problem.text()
    row.use_base.click()
    assert (stacked.region.engine, stacked.region.variant) == ("selva", OTHER_MODEL)
    stacked.wait(lambda: not stacked.row("birds").problem.text())
    assert "SelVA medium" in stacked.row("planks").problem.text()
    stacked.row("planks").remove_it.click()
    assert stacked.names == ["birds"]


def test_words_that_the_prompt_lacks_are_offered(stacked: Stacked) -> None:
    stack = stacked.stack
    assert stack.say_triggers.text() == "Say “harbour planks” in the prompt"
    stack.say_triggers.click()
    assert stacked.region.prompt == "harbour planks, slow steps"
    assert not stack.say_triggers.isVisible()
    assert stack.avoid_too.text() == "Avoid “waves”"
    stack.avoid_too.click()
    assert stacked.region.negative_prompt == "speech, waves"


def test_the_search_lists_what_fits_and_enter_adds_it(stacked: Stacked) -> None:
    stacked.stack.add.click()
    popup = stacked.stack.findChild(AdapterSearch)
    assert isinstance(popup, AdapterSearch)
    stacked.wait(lambda: popup.list.count() == 1)
    assert popup.list.item(0).text() == "diesel  0.50"
    QTest.keyClicks(popup.search, "dies")
    QTest.keyClick(popup.search, Qt.Key.Key_Return)
    assert stacked.names == ["planks", "birds", "diesel"]
    assert stacked.region.adapters[-1][1] == 0.5


def test_one_that_is_gone_from_the_library_says_so(stacked: Stacked) -> None:
    gone = "rain@0123456789ab"
    stacked.scene.document.apply("Use", lambda p: set_region_adapters(p, REGION, ((gone, 1.0),)))
    stacked.wait(lambda: "isn't in the library" in stacked.stack.rows[gone].problem.text())
    assert stacked.stack.rows[gone].use_base.isHidden()


def test_one_that_lies_in_the_project_is_used_and_brought_in(stacked: Stacked) -> None:
    scene = stacked.scene
    presets = scene.document.session.folder / "presets"
    rain = write_preset(presets / "rain.safetensors", seed=77, base_model=MODEL)
    (one,) = presets_in(presets.parent)
    scene.document.apply("Use", lambda p: set_region_adapters(p, REGION, ((one.reference, 1.0),)))
    stacked.wait(lambda: stacked.stack.rows[one.reference].place.isVisible())
    row = stacked.stack.rows[one.reference]
    assert row.place.text() == "In this project, not in the library"
    assert not row.problem.text()
    stacked.wait(lambda: "isn't in the library" not in scene.making.refusals.of(stacked.region))
    row.bring_in.click()
    stacked.wait(lambda: not row.place.isVisible())
    assert (own_root() / "rain.safetensors").read_bytes() == rain.read_bytes()
    assert any(message.title == "rain is in the library now." for message in scene.told)
    assert scene.document.label_of_undo == "Use"


def test_queueing_with_one_that_does_not_fit_tells_it(
    stacked: Stacked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("prismdesk.session.refusals.missing", lambda *_: "")
    assert not stacked.scene.making.make(REGION)
    told = stacked.scene.told[-1]
    assert told.title == "This adapter belongs to SelVA small, 16 kHz."
    assert [words for words, _ in told.buttons] == ["Use SelVA small, 16 kHz", "Remove it"]
    assert stacked.region.variant == MODEL
