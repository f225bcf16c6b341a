"""Getting models from the panel: terms first, one after another, kept when it breaks off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.places import own_path
from prismdesk.session.models import is_accepted
from prismdesk.ui.messages import MessageKind
from tests.ui.models.scene import OTHER, PATIENCE_MS, SMALL, PanelScene

if TYPE_CHECKING:
    from tests.engines.weights.hub_server import Hub

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

STALL_BYTES = 9_000


def stalled(models: PanelScene, hub: Hub) -> None:
    """Begin to fetch from a hub that stops sending."""
    hub.stall_after_bytes = STALL_BYTES
    models.get(SMALL)
    card = models.card(SMALL)
    models.qtbot.waitUntil(lambda: card.foot.bar.value() > 0, timeout=PATIENCE_MS)


def test_terms_are_shown_before_anything_is_fetched(models: PanelScene, hub: Hub) -> None:
    models.card(SMALL).foot.get.click()
    page = models.panel.terms
    assert page.isVisible()
    assert page.title.text() == "Get SelVA small, 16 kHz"
    assert page.accept.text() == "Accept and fetch"
    assert page.focusWidget() is page.accept
    page.not_now.click()
    assert not page.isVisible()
    assert models.card(SMALL).isVisible()
    assert hub.asked == []
    assert not is_accepted(model_of(SMALL))


def test_escape_is_not_now(models: PanelScene, hub: Hub) -> None:
    models.card(SMALL).foot.get.click()
    QTest.keyClick(models.panel.terms, Qt.Key.Key_Escape)
    assert not models.panel.terms.isVisible()
    assert hub.asked == []


def test_accepting_fetches_and_installs(models: PanelScene, hub: Hub) -> None:
    assert models.state(SMALL) == "Not installed"
    models.get(SMALL)
    assert not models.panel.terms.isVisible()
    models.wait_for(SMALL, "Ready")
    assert is_accepted(model_of(SMALL))
    assert models.told[-1].title == "SelVA small, 16 kHz is installed."
    card = models.card(SMALL)
    assert card.foot.amount.text().endswith("on disk")
    assert card.foot.verify.isVisible()
    assert not card.foot.get.isVisible()
    assert models.panel.count.text().endswith("1 installed")


def test_a_second_model_waits_for_the_first(models: PanelScene, hub: Hub) -> None:
    stalled(models, hub)
    models.get(OTHER)
    assert models.state(OTHER) == "Waiting"
    assert models.card(OTHER).foot.amount.text() == "Waits for SelVA small, 16 kHz."
    assert len(models.scene.desktop.background.tasks) == 1
    hub.stall_after_bytes = None
    models.card(SMALL).foot.pause.click()
    models.wait_for(OTHER, "Ready")
    models.wait_for(SMALL, "Paused")


def test_what_waits_can_be_given_up(models: PanelScene, hub: Hub) -> None:
    stalled(models, hub)
    models.get(OTHER)
    models.card(OTHER).foot.cancel.click()
    assert models.state(OTHER) == "Not installed"
    models.card(SMALL).foot.pause.click()
    models.wait_for(SMALL, "Paused")
    assert not [path for _, path, _ in hub.asked if "mmaudio_small" in path]


def test_pausing_keeps_what_was_read_and_goes_on_from_there(models: PanelScene, hub: Hub) -> None:
    stalled(models, hub)
    card = models.card(SMALL)
    assert "kB of" in card.foot.amount.text()
    assert models.state(SMALL).startswith("Getting")
    card.foot.pause.click()
    models.qtbot.waitUntil(card.foot.resume.isVisible, timeout=PATIENCE_MS)
    assert models.state(SMALL) == "Paused"
    models.qtbot.waitUntil(
        lambda: card.foot.amount.text().startswith("9.0 of "), timeout=PATIENCE_MS
    )
    assert card.foot.amount.text().endswith("kB kept")
    assert card.foot.bar.value() > 0
    hub.stall_after_bytes = None
    hub.asked.clear()
    assert not card.foot.get.isVisible()
    card.foot.resume.click()
    models.wait_for(SMALL, "Ready")
    assert f"bytes={STALL_BYTES}-" in hub.gets()


def test_cancelling_asks_and_deletes_what_was_read(models: PanelScene, hub: Hub) -> None:
    stalled(models, hub)
    card = models.card(SMALL)
    folder = own_path(model_of(SMALL).files["generator"]).parent
    card.foot.cancel.click()
    assert card.foot.amount.text() == "Stop, and delete the 9.0 kB that are here?"
    card.foot.keep.click()
    assert models.state(SMALL).startswith("Getting")
    card.foot.cancel.click()
    card.foot.really.click()
    models.wait_for(SMALL, "Not installed")
    models.qtbot.waitUntil(lambda: not list(folder.glob(".*.partial")), timeout=PATIENCE_MS)


def test_what_was_broken_off_by_an_end_of_the_program_goes_on(models: PanelScene, hub: Hub) -> None:
    stalled(models, hub)
    models.card(SMALL).foot.pause.click()
    models.wait_for(SMALL, "Paused")
    models.shelf._paused.clear()  # as after a restart: nothing is remembered but files
    models.panel.look_again()
    models.wait_for(SMALL, "Broken off")
    hub.stall_after_bytes = None
    models.card(SMALL).foot.resume.click()
    models.wait_for(SMALL, "Ready")


def test_a_network_that_goes_away_is_told_with_what_is_kept(models: PanelScene, hub: Hub) -> None:
    generator = model_of(SMALL).files["generator"]
    hub.break_after_bytes = [9_000, *([0] * 30)]
    models.get(SMALL)
    models.wait_for(SMALL, "Broken off")
    message = models.told[-1]
    assert message.title == "The network went away."
    assert message.body.endswith("kB are on disk, and every whole file is checked.")
    assert "9.0 of " in message.body
    assert [title for title, _ in message.buttons] == ["Resume", "Use a folder…"]
    assert not own_path(generator).exists()
    hub.break_after_bytes = []
    models.scene.press("Resume")
    models.wait_for(SMALL, "Ready")
    assert (
        own_path(generator).read_bytes()
        == hub.files[f"{generator.repository}/{generator.repository_path}"]
    )


def test_fetching_is_shown_as_long_work(models: PanelScene, hub: Hub) -> None:
    stalled(models, hub)
    (task,) = models.scene.desktop.background.tasks
    assert task.title == "Getting SelVA small, 16 kHz"
    assert not task.is_quiet
    assert 0 < task.fraction < 1
    task.cancel()
    models.wait_for(SMALL, "Broken off")


def test_a_refusal_is_told_in_one_sentence_with_its_remedies(models: PanelScene, hub: Hub) -> None:
    hub.statuses = dict.fromkeys(hub.files, 403)
    models.get(SMALL)
    models.wait_for(SMALL, "Broken off")
    card, message = models.card(SMALL), models.told[-1]
    assert message.kind is MessageKind.ERROR
    assert card.told.isVisible()
    assert card.told.text() in message.body
    assert [title for title, _ in message.buttons] == ["Resume", "Use a folder…"]
    hub.statuses = {}
    models.scene.press("Resume")
    models.wait_for(SMALL, "Ready")
    assert not card.told.isVisible()


def test_a_fetch_outlives_its_panel(models: PanelScene, hub: Hub) -> None:
    stalled(models, hub)
    models.reopen()
    models.panel.show()
    models.wait_for(SMALL, "Getting")
    assert models.card(SMALL).foot.bar.value() > 0
    hub.stall_after_bytes = None
    models.card(SMALL).foot.pause.click()
    models.wait_for(SMALL, "Paused")
    models.card(SMALL).foot.resume.click()
    models.wait_for(SMALL, "Ready")


def test_closing_while_fetching_keeps_what_was_read(models: PanelScene, hub: Hub) -> None:
    stalled(models, hub)
    models.scene.desktop.background.close()
    folder = own_path(model_of(SMALL).files["generator"]).parent
    assert [path.stat().st_size for path in folder.glob(".*.partial")] == [STALL_BYTES]


def test_a_hidden_panel_knows_of_it_when_it_is_shown(models: PanelScene, hub: Hub) -> None:
    models.get(SMALL)
    models.panel.hide()
    models.qtbot.waitUntil(
        lambda: bool(models.told) and "is installed" in models.told[-1].title, timeout=PATIENCE_MS
    )
    models.panel.show()
    models.wait_for(SMALL, "Ready")


def test_asking_for_a_model_from_elsewhere_opens_its_terms(models: PanelScene) -> None:
    models.shelf.want_terms(OTHER)
    assert models.panel.terms.isVisible()
    assert models.panel.terms.title.text() == "Get MMAudio small, 16 kHz"


def test_terms_are_shown_as_soon_as_the_models_are_known(models: PanelScene) -> None:
    models.reopen()
    models.shelf.want_terms(SMALL)
    models.panel.show()
    models.qtbot.waitUntil(models.panel.terms.isVisible, timeout=PATIENCE_MS)
    assert models.panel.terms.title.text() == "Get SelVA small, 16 kHz"
