from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QColor

from prismdesk.app import Desk, run_window
from prismdesk.errors import InputError
from prismdesk.sample.film import make_sample_film
from prismdesk.session.opening import create_session, open_session
from prismdesk.ui.theme import DARK, HEADER_WIDTH_PX
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

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
def desk(qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk()
    qtbot.addWidget(desk.window)
    yield desk
    desk.close()


def test_project_is_shown_with_picture_and_wave(desk: Desk, project: Path, qtbot: QtBot) -> None:
    desk.open(project)
    desk.window.show()
    workspace = desk.window.workspace
    assert workspace is not None

    def sky_is_blue() -> bool:
        image = workspace.viewer.grab().toImage()
        colour = image.pixelColor(image.width() // 2, image.height() // 4)
        return colour.blue() > colour.red() + 20

    qtbot.waitUntil(sky_is_blue, timeout=10_000)
    timeline = workspace.timeline.grab().toImage()
    x = HEADER_WIDTH_PX + workspace.timeline.scale.x_of(8_000)
    greys = [timeline.pixelColor(x, y) == QColor(DARK.recorded_rms) for y in range(60, 200)]
    assert any(greys)
    assert desk.window.windowTitle() == "Harbour – PrismDesk"


def test_each_frame_of_the_film_is_shown_at_its_place(
    desk: Desk, project: Path, film: Path, qtbot: QtBot
) -> None:
    from prismdesk.app import _read_frame
    from prismdesk.progress import never_cancelled
    from prismdesk.sample.picture import PictureMaker
    from prismdesk.ui.frame_fetcher import WantedFrame

    maker = PictureMaker(a_short_recipe(6))
    for frame in (0, 3, 5):
        shown = _read_frame(film, WantedFrame((frame + 0.5) / 24, 1280, 720), never_cancelled)
        drawn = [maker.draw(other).transpose(1, 2, 0).astype(int) for other in range(6)]
        distance = [abs(shown.astype(int) - one).mean() for one in drawn]
        assert distance.index(min(distance)) == frame


def test_missing_film_leaves_the_project_open(desk: Desk, tmp_path: Path, film: Path) -> None:
    moved = tmp_path / "moved.mov"
    moved.write_bytes(film.read_bytes())
    with create_session(moved, tmp_path / "project", name="Harbour") as session:
        path = session.store.path
    moved.unlink()

    desk.open(path)

    assert desk.window.workspace is not None
    assert "moved.mov is not where it was" in desk.window.workspace.viewer.words


def test_project_that_cannot_be_opened_leaves_the_one_that_is(
    desk: Desk, project: Path, tmp_path: Path
) -> None:
    desk.open(project)

    with pytest.raises(InputError):
        desk.open(tmp_path / "none.prismdesk")

    assert desk.window.workspace is not None


def test_closed_window_lets_go_of_the_project(desk: Desk, project: Path) -> None:
    desk.open(project)

    desk.close()

    with open_session(project) as session:
        assert session.project.name == "Harbour"


def test_impossible_project_is_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(InputError):
        run_window(tmp_path / "none.prismdesk")


def test_window_never_loads_torch() -> None:
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
