"""From where weights are missed to where they are got, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from prismdesk.project.model import Task
from prismdesk.ui.inspector.request_form import RequestForm
from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import DARK
from tests.builders import a_project
from tests.ui.making_scene import a_fake_region, offer_fake_engine
from tests.ui.models.scene import FOLDER_QUESTION, PATIENCE_MS, SMALL, PanelScene, open_panel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from prismdesk.project.model import Region
    from tests.engines.weights.hub_server import Hub

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)

LARGE = "mmaudio-large_44k_v2"


def a_wanted_region() -> Region:
    return a_fake_region("gulls", engine="selva", variant=SMALL, task=Task.GENERATE)


@pytest.fixture
def models(qtbot: QtBot, tmp_path: Path, hub: Hub) -> Iterator[PanelScene]:
    project = a_project(regions=(a_wanted_region(),))
    with open_panel(qtbot, tmp_path, project=project) as models:
        models.scene.selection.select_region(project.regions[0].id)
        yield models


@pytest.fixture
def form(models: PanelScene, qtbot: QtBot) -> RequestForm:
    scene = models.scene
    form = RequestForm(scene.document, scene.making, scene.desktop, scene.pending)
    qtbot.addWidget(form)
    form.resize(420, 600)
    form.show_region(scene.project.regions[0])
    form.show()
    return form


def test_making_without_weights_offers_the_way_to_them(models: PanelScene) -> None:
    region = models.scene.project.regions[0]
    assert not models.scene.making.make(region.id)
    message = models.told[-1]
    assert "SelVA small, 16 kHz: not installed: " in message.body
    assert "kB to fetch. The region is as it was." in message.body
    assert "prismdesk models" not in message.body
    assert [title for title, _ in message.buttons][:2] == ["Get weights…", "Use a folder…"]
    models.scene.press("Get weights…")
    assert models.panel.terms.isVisible()
    assert models.panel.terms.title.text() == "Get SelVA small, 16 kHz"


def test_the_folder_button_asks_for_a_folder(
    models: PanelScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def answer(_: object, title: str, *__: object) -> str:
        asked.append(title)
        return ""

    monkeypatch.setattr(FOLDER_QUESTION, staticmethod(answer))
    models.scene.making.make(models.scene.project.regions[0].id)
    models.scene.press("Use a folder…")
    assert asked == ["Use a folder with weights"]


def test_refusals_of_another_kind_offer_no_weights(
    models: PanelScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer_fake_engine(monkeypatch)
    region = models.scene.project.regions[0]
    models.scene.making.tell_why_not(
        replace(region, engine="fake", variant="huge"), "Its weights aren't there."
    )
    assert "Get weights…" not in dict(models.told[-1].buttons)


def test_the_engine_row_says_it_shortly_and_leads_there(
    models: PanelScene, form: RequestForm
) -> None:
    row = form.engine
    assert row.licence.text().startswith("Not installed: ")
    assert row.licence.text().endswith(" to fetch.")
    assert "lacks" in row.licence.toolTip()
    assert row.get.isVisible()
    assert row.get.accessibleName() == "Get weights of SelVA small, 16 kHz"
    row.get.click()
    assert models.panel.terms.title.text() == "Get SelVA small, 16 kHz"
    assert models.panel.terms.isVisible()


def test_the_engine_row_knows_once_they_are_there(models: PanelScene, form: RequestForm) -> None:
    models.shelf.changed.connect(lambda: form.show_region(models.scene.project.regions[0]))
    form.engine.get.click()
    models.panel.terms.accept.click()
    models.wait_for(SMALL, "Ready")
    models.qtbot.waitUntil(form.engine.get.isHidden, timeout=PATIENCE_MS)
    assert form.engine.licence.text().startswith("No licence is stated. ")
    assert form.engine.licence.toolTip() == ""
    assert models.scene.making.refusals.of(models.scene.project.regions[0]) == ""


@pytest.mark.parametrize("scale_percent", [100, 200])
def test_engine_and_variant_share_the_room(
    models: PanelScene, form: RequestForm, qapp: QApplication, scale_percent: int
) -> None:
    apply_look(qapp, DARK, text_scale_percent=scale_percent)
    try:
        form.resize(420 * scale_percent // 100, 600)
        region = replace(models.scene.project.regions[0], variant=LARGE)
        form.show_region(region)
        models.qtbot.wait(10)
        row = form.engine
        assert abs(row.engine.width() - row.variant.width()) <= 1
        assert row.engine.currentText() == "SelVA / MMAudio"
        assert row.engine.shown_text() == "SelVA / MMAudio"
        assert row.variant.width() + row.engine.width() <= row.width()
        form.resize(form.minimumSizeHint().width(), 600)
        models.qtbot.wait(10)
        assert abs(row.engine.width() - row.variant.width()) <= 1
        assert row.variant.shown_text().endswith("…")
    finally:
        apply_look(qapp, DARK)
