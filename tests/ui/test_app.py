"""The window and the one project it shows: opened, failed, changed, closed."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QToolButton

from prismdesk.app import Desk, make_application
from prismdesk.playback.player import Player
from prismdesk.sample.film import make_sample_film
from prismdesk.session.opening import create_session, open_session
from prismdesk.ui.welcome import WelcomePage
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

    from prismdesk.ui.messages import Message

# The platform without a screen has no window manager to tell a size to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return make_sample_film(folder / "film.mov", recipe=a_short_recipe(6)).path


@pytest.fixture
def project(film: Path, tmp_path: Path) -> Path:
    with create_session(film, tmp_path / "project", name="Harbour") as session:
        return session.store.path


@pytest.fixture
def desk(qapp: QApplication) -> Iterator[Desk]:
    desk = Desk(make_application(), player=Player(device="null"))
    desk.show()
    yield desk
    desk.close()
    desk.window.deleteLater()


def _open(desk: Desk, path: Path, qtbot: QtBot) -> None:
    desk.open(path)
    qtbot.waitUntil(lambda: desk.document is not None, timeout=20_000)


def test_a_project_is_shown_with_its_picture(desk: Desk, project: Path, qtbot: QtBot) -> None:
    _open(desk, project, qtbot)
    assert desk.workspace is not None
    viewer = desk.workspace.viewer
    qtbot.waitUntil(lambda: viewer.shown.image is not None, timeout=20_000)
    image = viewer.shown.image
    assert image is not None
    sky = image.pixelColor(image.width() // 2, image.height() // 4)
    assert sky.blue() > sky.red() + 20
    assert desk.window.windowTitle() == "Harbour – PrismDesk"


def test_every_button_of_the_transport_is_alive(desk: Desk, project: Path, qtbot: QtBot) -> None:
    _open(desk, project, qtbot)
    assert desk.workspace is not None
    bar = desk.workspace.bar
    assert all(button.isEnabled() for button in bar.findChildren(QToolButton))
    bar.play.click()
    assert desk.workspace.transport.is_playing


def test_a_missing_film_leaves_the_project_open(
    desk: Desk, tmp_path: Path, film: Path, qtbot: QtBot
) -> None:
    moved = tmp_path / "moved.mov"
    moved.write_bytes(film.read_bytes())
    with create_session(moved, tmp_path / "project", name="Harbour") as session:
        path = session.store.path
    moved.unlink()
    _open(desk, path, qtbot)
    assert desk.workspace is not None
    assert "moved.mov is not where it was" in desk.workspace.viewer.shown.words


def test_a_project_that_cannot_be_opened_leaves_the_one_that_is(
    desk: Desk, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    _open(desk, project, qtbot)
    document = desk.document
    told: list[Message] = []
    desk.desktop.messages.posted.connect(told.append)
    desk.open(tmp_path / "none.prismdesk")
    qtbot.waitUntil(lambda: bool(told))
    assert "none.prismdesk" in told[0].title + told[0].body
    assert desk.document is document


def test_the_welcome_page_is_left_out_for_a_project_unless_that_cannot_be_opened(
    qapp: QApplication, project: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    desk = Desk(make_application(), player=Player(device="null"), shows_welcome=False)
    desk.show()
    desk.open(tmp_path / "none.prismdesk")
    qtbot.waitUntil(lambda: desk.window.findChild(WelcomePage) is not None, timeout=20_000)
    _open(desk, project, qtbot)
    desk.close()
    desk.window.deleteLater()


def test_a_closed_window_lets_go_of_the_project(desk: Desk, project: Path, qtbot: QtBot) -> None:
    _open(desk, project, qtbot)
    desk.close()
    with open_session(project) as session:
        assert session.project.name == "Harbour"


def test_preferences_reach_the_player_and_the_look(desk: Desk, project: Path, qtbot: QtBot) -> None:
    _open(desk, project, qtbot)
    window = desk.window
    desk.desktop.preferences.change(theme="contrast")
    qtbot.waitUntil(lambda: desk.window is not window)
    assert desk.theme.name == "contrast"
    assert desk.workspace is not None


def test_why_a_key_does_nothing_is_told(desk: Desk) -> None:
    told: list[Message] = []
    desk.desktop.messages.posted.connect(told.append)
    desk.desktop.actions.trigger("edit.split")
    assert [message.title for message in told] == ["Open a project first."]


def test_the_window_never_loads_torch() -> None:
    program = (
        "import sys, prismdesk.app, prismdesk.ui.workspace;"
        "assert 'PySide6.QtWidgets' in sys.modules;"
        "print([name for name in sys.modules if name.split('.')[0] == 'torch'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    assert done.stdout.strip() == "[]"
