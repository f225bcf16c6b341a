from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.engines import catalogue
from prismdesk.engines.capabilities import EngineInput, SettingSpec
from prismdesk.project.edits import set_drawn_masks, set_region_settings
from prismdesk.ui.inspector.request_form import RequestForm
from tests.builders import a_keyed_shape, a_project, a_shape
from tests.ui.making_scene import FAKE, Scene, a_fake_region, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.engines.capabilities import Capabilities
    from prismdesk.project.model import Region, SettingValue
    from prismdesk.project.picture_mask import DrawnMask
    from prismdesk.ui.inspector.mask_row import MaskRow

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

LOOKING = replace(
    FAKE,
    inputs=FAKE.inputs | {EngineInput.PICTURE},
    settings=(
        *FAKE.settings,
        SettingSpec(
            name="mask_strength",
            label="Mask strength",
            help="How grey.",
            default=1.0,
            minimum=0.0,
            maximum=1.0,
        ),
        SettingSpec(name="mask_sync", label="Mask timing", help="Timing.", default=True),
        SettingSpec(name="mask_clip", label="Mask meaning", help="Meaning.", default=True),
    ),
)
MASKING = replace(LOOKING, inputs=LOOKING.inputs | {EngineInput.PICTURE_MASK})


class Shown:
    """The whole form on a region of a project with a film; it follows each edit."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.scene: Scene = open_scene(folder, a_project(regions=(a_fake_region(),)))
        scene = self.scene
        self.form = RequestForm(scene.document, scene.making, scene.desktop, scene.pending)
        qtbot.addWidget(self.form)
        scene.document.changed.connect(self.show)
        self.form.show()
        self.show()

    @property
    def region(self) -> Region:
        return self.scene.project.regions[0]

    @property
    def row(self) -> MaskRow:
        return self.form.picture.masking

    def show(self, _: object = None) -> None:
        self.form.show_region(self.region)

    def uses_masks(self) -> bool:
        return self.region.uses_masks

    def draw(self, *masks: DrawnMask) -> None:
        self.scene.document.apply("Draw", lambda p: set_drawn_masks(p, self.region.id, masks))

    def choose(self, masked: bool) -> None:
        self.row.use.set_value(masked)
        self.row.use.activated.emit(self.row.use.currentIndex())


@pytest.fixture
def shown(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shown]:
    offer(monkeypatch, MASKING)
    shown = Shown(tmp_path, qtbot)
    yield shown
    shown.scene.close()


def offer(monkeypatch: pytest.MonkeyPatch, capabilities: Capabilities) -> None:
    monkeypatch.setitem(catalogue._OFFERS, FAKE.id, lambda: capabilities)


def test_without_a_mask_the_whole_picture_is_listened_to(shown: Shown) -> None:
    assert shown.row.use.currentText() == "Whole picture"
    assert not shown.row.strength.isVisible()
    assert not shown.row.thumbnail.isVisible()


def test_a_drawn_mask_is_shown_with_what_it_is(shown: Shown) -> None:
    shown.draw(a_shape("a"), a_keyed_shape("b"))
    assert shown.row.use.currentText() == "Masked"
    assert shown.form.picture.reason.text() == "2 drawn, key-framed"
    assert shown.row.thumbnail.isVisible()
    corner = shown.row.thumbnail.grab().toImage().pixelColor(0, 0)
    assert corner.name() == shown.scene.desktop.theme.line_strong.lower()
    assert shown.row.strength.isVisible()


def test_the_whole_picture_keeps_the_mask_for_later(shown: Shown) -> None:
    shown.draw(a_shape())
    shown.choose(False)
    assert not shown.uses_masks()
    assert shown.region.drawn_masks == (a_shape(),)
    assert shown.form.picture.reason.text() == "ellipse, unused"
    shown.choose(True)
    assert shown.uses_masks()
    assert shown.scene.document.label_of_undo == "Mask the picture"


def test_masked_without_a_mask_has_one_drawn_first(shown: Shown) -> None:
    asked: list[str] = []
    shown.scene.desktop.actions.bind("region.mask", lambda: asked.append("mask"))
    shown.choose(True)
    assert asked == ["mask"]
    assert shown.row.use.currentText() == "Whole picture"


def test_strength_and_what_it_is_for_are_settings_of_the_region(shown: Shown) -> None:
    shown.draw(a_shape())
    shown.row.strength.setValue(60)
    shown.row.meaning.click()
    assert dict(shown.region.settings) == {"mask_strength": 0.6, "mask_clip": False}
    shown.row.strength.setValue(100)
    shown.row.meaning.click()
    assert shown.region.settings == ()
    changed: dict[str, SettingValue] = {"mask_strength": 0.25, "mask_sync": False}
    shown.scene.document.apply("Set", lambda p: set_region_settings(p, shown.region.id, changed))
    assert shown.row.strength.value() == 25
    assert not shown.row.timing.isChecked()


def test_settings_of_the_mask_are_not_among_the_others(shown: Shown) -> None:
    assert "steps" in shown.form.settings.cells
    assert not {name for name in shown.form.settings.cells if name.startswith("mask_")}


def test_why_a_mask_is_not_used_is_said(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    shown.draw(a_shape())
    shown.form.picture.looks.click()
    assert shown.form.picture.reason.text() == "Off, so the mask isn't used."
    assert not shown.row.use.isEnabled()
    offer(monkeypatch, LOOKING)
    shown.show()
    assert shown.form.picture.reason.text() == (
        "Fake model always takes in the whole picture; the mask is kept."
    )
    assert not shown.row.isVisible()
