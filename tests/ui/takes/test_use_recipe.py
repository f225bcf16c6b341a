from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from prismdesk.project.edits import add_region
from prismdesk.project.ids import RegionId
from prismdesk.project.model import Task
from prismdesk.session.recipes import recipe_of
from prismdesk.ui.takes.audition import Audition
from prismdesk.ui.takes.recipe_commands import RecipeCommands
from prismdesk.ui.takes.use_recipe import UseRecipeDialog, recipe_words
from prismdesk.ui.transport import Transport
from tests.builders import a_project, a_provenance, a_region, a_take
from tests.ui.making_scene import FakePlayer, Scene, offer_fake_engine, open_scene

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Region

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

FIRST, SECOND, THIRD = (RegionId(f"region-{number}") for number in (1, 2, 3))
MADE = a_provenance(
    engine="fake",
    variant="small",
    prompt="gulls",
    negative_prompt="speech",
    settings=(("steps", 12),),
    seed=77,
    masks=("masks/a.png",),
    task=Task.INPAINT,
)


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Scene]:
    """A take, a region of the same task and one that its engine can't make."""
    offer_fake_engine(monkeypatch)
    take = a_take("take-1", 48_000, 72_000, provenance=MADE)
    regions = (
        a_region(FIRST, 48_000, 72_000, name="Pier", takes=(take,), engine="fake"),
        a_region(SECOND, 80_000, 90_000, name="Quay", prompt="old", masks=("masks/own.png",)),
        a_region(THIRD, 100_000, 110_000, name="End", task=Task.CONTINUE),
    )
    opened = open_scene(tmp_path, a_project(regions=regions))
    yield opened
    opened.close()


def region(scene: Scene, region_id: RegionId) -> Region:
    return next(one for one in scene.project.regions if one.id == region_id)


@pytest.fixture
def home(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    return window


def a_dialog(scene: Scene, home: QWidget) -> UseRecipeDialog:
    first = region(scene, FIRST)
    dialog = UseRecipeDialog(scene.document, first.takes[0], first, home)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    return dialog


def test_ticked_regions_are_made_by_the_recipe_as_one_step(scene: Scene, home: QWidget) -> None:
    dialog = a_dialog(scene, home)
    assert not dialog.use.isEnabled()
    assert dialog.use.toolTip() == "Tick a region first."
    dialog.tick(SECOND)
    assert dialog.ticked == (SECOND,)
    before = region(scene, SECOND)
    dialog.use.click()
    after = region(scene, SECOND)
    assert after == replace(
        before,
        engine="fake",
        variant="small",
        prompt="gulls",
        negative_prompt="speech",
        settings=(("steps", 12),),
        masks=("masks/a.png",),
    )
    scene.document.undo()
    assert region(scene, SECOND) == before


def test_seed_and_masks_are_taken_along_as_the_user_says(scene: Scene, home: QWidget) -> None:
    dialog = a_dialog(scene, home)
    dialog.tick(SECOND)
    dialog.same_seed.setChecked(True)
    dialog.masks.setChecked(False)
    dialog.use.click()
    after = region(scene, SECOND)
    assert (after.seed, after.masks) == (77, ("masks/own.png",))


def test_a_region_that_the_engine_can_not_make_says_why(scene: Scene, home: QWidget) -> None:
    dialog = a_dialog(scene, home)
    dialog.tick(THIRD)
    assert dialog.ticked == ()
    box = dialog.regions[THIRD]
    assert not box.isEnabled()
    assert box.toolTip() == "Fake model can't carry sound on."
    assert box.accessibleDescription() == box.toolTip()


def test_the_command_asks_with_the_only_fitting_region_ticked(scene: Scene, home: QWidget) -> None:
    transport = Transport(scene.document, scene.selection, FakePlayer())  # type: ignore[arg-type]  # as much of a player as is needed
    audition = Audition(scene.document, scene.selection, transport, scene.desktop)
    commands = RecipeCommands(scene.document, audition, scene.making, scene.desktop, home)
    commands.bind_actions()
    action = scene.desktop.actions.action("takes.use_recipe")
    scene.desktop.actions.refresh()
    assert not action.isEnabled()
    take = region(scene, FIRST).takes[0]
    commands.use(take.id)
    assert commands.dialog is not None
    assert commands.dialog.ticked == (SECOND,)
    other = a_region("region-4", 120_000, 130_000)
    scene.document.apply("Add", lambda p: add_region(p, other))
    commands.dialog.reject()
    commands.use(take.id)
    assert not any(commands.dialog.ticked)
    commands.dialog.reject()
    audition.close()


def test_without_another_region_it_is_said(tmp_path: Path, home: QWidget) -> None:
    take = a_take("take-1", 48_000, 72_000, provenance=MADE)
    alone = a_region(FIRST, 48_000, 72_000, takes=(take,))
    scene = open_scene(tmp_path, a_project(regions=(alone,)))
    transport = Transport(scene.document, scene.selection, FakePlayer())  # type: ignore[arg-type]  # as much of a player as is needed
    audition = Audition(scene.document, scene.selection, transport, scene.desktop)
    RecipeCommands(scene.document, audition, scene.making, scene.desktop, home).use(take.id)
    assert "no other region" in scene.told[-1].title
    audition.close()
    scene.close()


def test_a_recipe_is_told_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    offer_fake_engine(monkeypatch)
    take = a_take("take-1", provenance=MADE)
    told = recipe_words(recipe_of(take))
    assert told == "Fake model small · “gulls” · without “speech” · steps 12"
