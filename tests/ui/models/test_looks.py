"""The panel in each theme at 100 and 200 %: nothing is clipped in any of its states."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import DARK, THEMES, Theme
from tests.ui.clipping import clipped_texts
from tests.ui.models.scene import OTHER, PATIENCE_MS, SMALL, PanelScene, open_panel

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from tests.engines.weights.hub_server import Hub

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


@pytest.fixture(params=[100, 200])
def scale_percent(request: pytest.FixtureRequest) -> int:
    scale: int = request.param
    return scale


@pytest.fixture(params=list(THEMES))
def theme(
    request: pytest.FixtureRequest, qapp: QApplication, scale_percent: int
) -> Iterator[Theme]:
    wanted = THEMES[request.param]
    apply_look(qapp, wanted, text_scale_percent=scale_percent)
    yield wanted
    apply_look(qapp, DARK)


def has_room(models: PanelScene) -> None:
    """Wait until the layout has come to rest, and nothing in it is clipped."""

    def check() -> None:
        assert clipped_texts(models.panel) == []

    models.qtbot.waitUntil(check, timeout=3_000)


def test_every_state_has_room(
    qtbot: QtBot, tmp_path: Path, hub: Hub, theme: Theme, scale_percent: int
) -> None:
    with open_panel(qtbot, tmp_path, theme=theme) as models:
        models.panel.resize(430 * scale_percent // 100, 900)
        models.scene.selection.select_region(models.scene.project.regions[0].id)
        models.install(SMALL)
        has_room(models)
        models.card(SMALL).foot.remove.click()
        has_room(models)
        hub.stall_after_bytes = 5_000
        models.get(OTHER)
        models.get("selva-large_44k")
        bar = models.card(OTHER).foot.bar
        qtbot.waitUntil(lambda: bar.value() > 0, timeout=PATIENCE_MS)
        has_room(models)
        models.card("mmaudio-large_44k_v2").foot.get.click()
        has_room(models)
        models.shelf.cancel("selva-large_44k")
        models.shelf.cancel(OTHER)
        models.wait_for(OTHER, "Broken off")
        models.panel.terms.not_now.click()
        has_room(models)
        models.panel.resize(730 * scale_percent // 100, 900)
        has_room(models)


def test_filters_above_the_cards_fit_beside_each_other(
    qtbot: QtBot, tmp_path: Path, theme: Theme, scale_percent: int
) -> None:
    with open_panel(qtbot, tmp_path, theme=theme) as models:
        side, panel = models.panel.side, models.panel
        panel.resize(panel.minimumSizeHint().width(), 700 * scale_percent // 100)
        qtbot.waitUntil(lambda: side.purpose_box.isVisible(), timeout=PATIENCE_MS)
        qtbot.waitUntil(
            lambda: side.minimumSizeHint().width() <= panel.width(),
            timeout=PATIENCE_MS,
        )
        assert side.only_allowed.accessibleName() == "Allowed in this project"
