"""The panel in its window: found by key and menu, opened from messages, at work while one works."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QPushButton

from prismdesk.app import Desk, make_application
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.engines.weights.places import own_path
from prismdesk.jobs.training.desk import Piece
from prismdesk.jobs.training.messages import EncodeTask
from prismdesk.playback.player import Player
from prismdesk.sample.film import make_sample_film
from prismdesk.session.opening import create_session
from tests.sample.recipes import a_short_recipe
from tests.ui.models.scene import PATIENCE_MS, SMALL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from prismdesk.ui.workspace import Workspace
    from tests.engines.weights.hub_server import Hub

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return make_sample_film(folder / "film.mov", recipe=a_short_recipe(6)).path


@pytest.fixture
def desk(qapp: QApplication, film: Path, tmp_path: Path, hub: Hub) -> Iterator[Desk]:
    desk = Desk(make_application(), player=Player(device="null"))
    desk.show()
    desk.show_session(create_session(film, tmp_path / "project", name="Harbour"))
    yield desk
    desk.close()
    desk.window.deleteLater()


def shown(desk: Desk) -> Workspace:
    """Return what shows the open project."""
    assert desk.workspace is not None
    return desk.workspace


def begin_to_fetch(desk: Desk, qtbot: QtBot) -> None:
    """Get a model from the panel, as far as its hub sends."""
    desk.desktop.models.want_terms(SMALL)
    panel = shown(desk).models
    qtbot.waitUntil(panel.terms.isVisible, timeout=PATIENCE_MS)
    panel.terms.accept.click()


def is_seen(workspace: Workspace) -> bool:
    """Whether the panel is in front; a tab behind another counts as visible."""
    return not workspace.models.visibleRegion().isEmpty()


def is_in_strip(desk: Desk) -> bool:
    """Whether the strip at the bottom shows the fetching."""
    return shown(desk).sound.strip.name.text() == "Getting SelVA small, 16 kHz"


def test_the_action_shows_the_panel_with_the_search_ready(desk: Desk, qtbot: QtBot) -> None:
    workspace = shown(desk)
    assert workspace.panels["models"].widget() is None
    desk.desktop.actions.trigger("view.models")
    qtbot.waitUntil(lambda: bool(workspace.models.cards), timeout=PATIENCE_MS)
    assert is_seen(workspace)
    assert workspace.models.focusWidget() is workspace.models.search


def test_panels_are_built_when_they_are_first_shown_also_where_they_were_left(
    desk: Desk, qtbot: QtBot
) -> None:
    workspace = shown(desk)
    late = [key for key, dock in workspace.panels.items() if dock.widget() is None]
    assert late == ["spotting", "models", "adapters"]
    for key in late:
        workspace.panels[key].raise_()
        qtbot.waitUntil(lambda: workspace.panels[key].widget() is not None)  # noqa: B023  (waited for at once)
        assert workspace.panels[key].widget().isVisible()
    desk.desktop.preferences.change(theme="light")
    qtbot.waitUntil(lambda: desk.workspace is not workspace, timeout=PATIENCE_MS)
    panels = shown(desk).panels
    qtbot.waitUntil(lambda: panels["adapters"].widget() is not None, timeout=PATIENCE_MS)
    assert panels["spotting"].widget() is None


def test_what_trains_is_there_as_soon_as_training_begins_though_nobody_looks(desk: Desk) -> None:
    assert desk.desktop.actions.why_not("train.pause") == "No training run is shown."
    task = EncodeTask(set_folder="", model_id=SMALL)
    desk.desktop.training.changed.emit(Piece(id=1, label="Gulls", task=task))
    assert shown(desk).panels["adapters"].widget() is shown(desk).adapters


def test_who_misses_weights_sees_their_terms_in_front(desk: Desk, qtbot: QtBot) -> None:
    desk.desktop.models.want_terms(SMALL)
    panel = shown(desk).models
    qtbot.waitUntil(panel.terms.isVisible, timeout=PATIENCE_MS)
    assert panel.terms.title.text() == "Get SelVA small, 16 kHz"


def test_fetching_is_in_the_strip_and_goes_on_in_another_look(
    desk: Desk, hub: Hub, qtbot: QtBot
) -> None:
    hub.stall_after_bytes = 9_000
    begin_to_fetch(desk, qtbot)
    qtbot.waitUntil(lambda: is_in_strip(desk), timeout=PATIENCE_MS)
    before = desk.workspace
    desk.desktop.preferences.change(theme="light")
    qtbot.waitUntil(lambda: desk.workspace is not before, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: is_in_strip(desk), timeout=PATIENCE_MS)
    desk.desktop.actions.trigger("view.models")
    panel = shown(desk).models
    qtbot.waitUntil(
        lambda: SMALL in panel.cards and panel.cards[SMALL].foot.pause.isVisible(),
        timeout=PATIENCE_MS,
    )
    hub.stall_after_bytes = None
    panel.cards[SMALL].foot.pause.click()
    qtbot.waitUntil(panel.cards[SMALL].foot.resume.isVisible, timeout=PATIENCE_MS)
    panel.cards[SMALL].foot.resume.click()
    qtbot.waitUntil(panel.cards[SMALL].foot.verify.isVisible, timeout=PATIENCE_MS)


def test_fetching_goes_on_without_a_project(desk: Desk, hub: Hub, qtbot: QtBot) -> None:
    begin_to_fetch(desk, qtbot)
    desk.close_document()
    told = desk.window.messages_bar
    qtbot.waitUntil(
        lambda: any("is installed" in past.message.title for past in told.history),
        timeout=PATIENCE_MS,
    )


def test_the_window_closes_while_fetching(desk: Desk, hub: Hub, qtbot: QtBot) -> None:
    hub.stall_after_bytes = 9_000
    begin_to_fetch(desk, qtbot)
    bar = shown(desk).models.cards[SMALL].foot.bar
    qtbot.waitUntil(lambda: bar.value() > 0, timeout=PATIENCE_MS)
    desk.window.close()
    assert not desk.window.isVisible()
    desk.close()
    folder = own_path(model_of(SMALL).files["generator"]).parent
    assert [path.stat().st_size for path in folder.glob(".*.partial")] == [9_000]


def test_panels_fill_the_window_and_give_it_back(desk: Desk, qtbot: QtBot) -> None:
    workspace = shown(desk)
    desk.desktop.actions.trigger("view.models")
    qtbot.waitUntil(workspace.models.isVisible, timeout=PATIENCE_MS)
    low_px = workspace.models.height()
    workspace.toggle_fill()
    # The docks may still be finding their places where the panel was just shown.
    qtbot.waitUntil(lambda: workspace.models.height() > 1.2 * low_px, timeout=PATIENCE_MS)
    assert not workspace.canvas.isVisible()
    workspace.toggle_fill()
    qtbot.waitUntil(lambda: workspace.models.height() < 1.2 * low_px, timeout=PATIENCE_MS)
    assert workspace.canvas.isVisible()


def test_a_network_that_goes_away_leaves_a_way_on(desk: Desk, hub: Hub, qtbot: QtBot) -> None:
    hub.break_after_bytes = [9_000, *([0] * 30)]
    begin_to_fetch(desk, qtbot)
    messages = desk.window.messages_bar

    def last_title() -> str:
        return messages.history[-1].message.title if messages.history else ""

    qtbot.waitUntil(lambda: last_title() == "The network went away.", timeout=PATIENCE_MS)
    card = shown(desk).models.cards[SMALL]
    qtbot.waitUntil(lambda: card.state.accessibleName() == "Broken off", timeout=PATIENCE_MS)
    resume = next(
        button
        for button in desk.window.findChildren(QPushButton)
        if button.text() == "Resume" and button.isVisible() and not card.isAncestorOf(button)
    )
    hub.break_after_bytes = []
    resume.click()
    qtbot.waitUntil(lambda: card.state.accessibleName() == "Ready", timeout=PATIENCE_MS)
