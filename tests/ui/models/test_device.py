"""The device line and the loading of models, as cards, line and messages show them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.jobs.messages import WarmUpState
from prismdesk.ui.messages import MessageKind
from prismdesk.ui.status_bar import StatusBar
from prismdesk.ui.theme import DARK
from tests.ui.models.fake_queue import IDLE
from tests.ui.models.scene import PATIENCE_MS, SMALL, PanelScene

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


def test_the_line_names_the_device_and_its_memory(models: PanelScene) -> None:
    line = models.panel.device
    models.qtbot.waitUntil(lambda: line.name.text() == "RTX 4070", timeout=PATIENCE_MS)
    assert line.detail.text() == "12 GB, driver 550"
    assert line.others.text() == "In use 600 MB"
    assert line.free.text() == "Free 11 GB"
    assert not line.ours.isVisible()
    assert not line.unload.isEnabled()
    assert line.unload.toolTip() == "No model is loaded."


def test_warming_up_is_shown_on_card_and_line_and_can_be_stopped(models: PanelScene) -> None:
    models.install(SMALL)
    card, line = models.card(SMALL), models.panel.device
    card.foot.warm.click()
    assert models.queue.wishes == [("warm up", "selva", SMALL)]
    models.wait_for(SMALL, "Loading…")
    models.queue.tell("selva", SMALL, WarmUpState.LOADING, fraction=0.42)
    models.qtbot.waitUntil(lambda: card.foot.amount.text() == "Loading, 42 %", timeout=PATIENCE_MS)
    assert line.ours.text() == "Loading, 42 %"
    assert card.foot.bar.value() == 420
    assert not card.foot.use.isVisible()
    card.foot.stop.click()
    assert models.queue.wishes[-1] == ("stop",)
    models.queue.tell("selva", SMALL, WarmUpState.STOPPED)
    models.wait_for(SMALL, "Ready")
    assert models.told[-1].title == "SelVA small, 16 kHz is installed."


def test_a_loaded_model_is_named_and_unloaded(models: PanelScene) -> None:
    models.install(SMALL)
    models.queue.load("selva", SMALL)
    models.wait_for(SMALL, "Loaded")
    line, card = models.panel.device, models.card(SMALL)
    assert line.ours.text() == "SelVA small, 16 kHz 800 MB"
    assert line.others.text() == "In use 600 MB"
    assert not card.foot.warm.isVisible()
    card.foot.unload.click()
    assert models.queue.wishes == [("unload",)]
    models.wait_for(SMALL, "Ready")
    assert not line.ours.isVisible()


def test_the_loaded_models_name_is_cut_only_where_the_line_has_no_room(models: PanelScene) -> None:
    models.install(SMALL)
    models.queue.load("selva", SMALL)
    models.wait_for(SMALL, "Loaded")
    line = models.panel.device
    needed_px = line.sizeHint().width()

    line.resize(needed_px, line.sizeHint().height())
    line.grab()
    assert line.ours.shown_text() == line.ours.text() == "SelVA small, 16 kHz 800 MB"
    line.resize(needed_px - 100, line.height())
    line.grab()
    assert line.ours.shown_text().endswith("…")
    assert line.ours.toolTip() == line.ours.text()


def test_why_a_model_is_not_loaded_is_told(models: PanelScene) -> None:
    models.install(SMALL)
    models.card(SMALL).foot.warm.click()
    models.queue.tell("selva", SMALL, WarmUpState.FAILED, message="There is too little memory.")
    models.qtbot.waitUntil(
        lambda: models.told[-1].title == "SelVA small, 16 kHz is not loaded.", timeout=PATIENCE_MS
    )
    models.wait_for(SMALL, "Ready")
    assert models.told[-1].body == "There is too little memory."


def test_the_model_used_last_is_loaded_where_that_is_wanted(models: PanelScene) -> None:
    preferences = models.scene.desktop.preferences
    preferences.change(last_model=f"selva {SMALL}")
    models.watch.warm_up_last()
    assert models.queue.wishes == []
    models.panel.device.at_start.click()
    assert preferences.now.warm_up_at_start
    models.watch.warm_up_last()
    assert models.queue.wishes == [("warm up", "selva", SMALL)]
    models.queue.tell("selva", SMALL, WarmUpState.FAILED, message="Too little memory.")
    models.qtbot.waitUntil(lambda: models.watch.warming is None, timeout=PATIENCE_MS)
    assert all(message.kind is not MessageKind.WARNING for message in models.told)


def test_a_region_gets_the_model_of_a_card(models: PanelScene) -> None:
    models.install(SMALL)
    use = models.card(SMALL).foot.use
    assert not use.isEnabled()
    assert use.toolTip() == "Select a region first."
    region = models.scene.project.regions[0]
    models.scene.selection.select_region(region.id)
    assert use.isEnabled()
    use.click()
    changed = models.scene.project.regions[0]
    assert (changed.engine, changed.variant) == ("selva", SMALL)
    assert not use.isEnabled()
    models.scene.document.undo()
    assert models.scene.project.regions[0].engine == region.engine
    assert use.isEnabled()


def test_the_status_bar_has_it_in_short(models: PanelScene, qtbot: QtBot) -> None:
    bar = StatusBar(DARK)
    qtbot.addWidget(bar)
    bar.show()
    corner = bar.engine
    models.queue.status = replace(IDLE, device="processor")
    models.watch.look()
    qtbot.waitUntil(lambda: models.watch.now.name == "processor", timeout=PATIENCE_MS)
    corner.show_watch(models.watch)
    assert corner.words.text() == "Processor · 600 MB of 12 GB"
    assert corner.words.isVisible()
    bar.showMessage("What a menu's entry does")
    corner.show_watch(models.watch)
    assert not corner.words.isVisible()
    bar.clearMessage()
    assert corner.words.isVisible()
    assert "no model is loaded" in corner.toolTip()


def test_a_process_too_busy_to_answer_is_not_taken_for_an_empty_one(models: PanelScene) -> None:
    models.install(SMALL)
    models.queue.load("selva", SMALL)
    models.wait_for(SMALL, "Loaded")
    models.queue.status, models.queue.is_busy = None, True
    models.watch.look()
    models.qtbot.waitUntil(lambda: not models.watch._is_asking, timeout=PATIENCE_MS)
    assert models.state(SMALL) == "Loaded"
    models.queue.is_busy = False
    models.watch.look()
    models.wait_for(SMALL, "Ready")
