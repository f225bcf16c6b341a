"""A user's whole way through the window, by key and mouse, on a film with faults put in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from prismdesk.app import Desk, make_application
from prismdesk.jobs.states import JobState
from prismdesk.media.verify import null_test
from prismdesk.playback.player import Player
from prismdesk.project.model import RegionStatus, Task
from prismdesk.sample.film import make_sample_film
from tests.journeys.window_user import ALT, CONTROL, NO_KEYS, SHIFT, User
from tests.sample.recipes import a_short_recipe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

# The platform without a screen has no window manager to tell a size to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("film")
    return make_sample_film(folder / "film.mov", recipe=a_short_recipe(48)).path


@pytest.fixture
def application(qapp: QApplication) -> QApplication:
    return make_application()


@pytest.fixture
def user(qtbot: QtBot, application: QApplication) -> Iterator[User]:
    desk = Desk(application, player=Player(device="null"))
    desk.show()
    desk.window.activateWindow()
    yield User(desk, qtbot)
    desk.close()
    desk.window.deleteLater()


def _mend_all(user: User) -> None:
    user.press(Qt.Key.Key_G, CONTROL | SHIFT)
    commands = user.workspace.region_commands
    user.wait(lambda: commands.dialog is not None)
    dialog = commands.dialog
    assert dialog is not None
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    user.come_back()
    user.wait(
        lambda: (
            bool(user.regions)
            and all(region.status is RegionStatus.REVIEW for region in user.regions)
        )
    )


def test_from_faults_to_a_finished_film(user: User, film: Path, tmp_path: Path) -> None:
    user.open(film)
    first = user.project
    _mend_all(user)
    assert {region.task for region in user.regions} == {Task.INPAINT}

    # Audition: play around the region, make another take, go to it and choose it.
    user.workspace.selection.select_region(user.regions[0].id)
    user.press(Qt.Key.Key_Slash)
    user.wait(lambda: user.workspace.transport.is_playing)
    user.press(Qt.Key.Key_K)
    assert not user.workspace.transport.is_playing
    user.press(Qt.Key.Key_R, CONTROL)
    user.wait(lambda: len(user.regions[0].takes) == 2)
    chosen = {segment.take_id for segment in user.regions[0].comp}
    user.press(Qt.Key.Key_T)
    current = user.workspace.sound.audition.current
    assert current is not None
    assert user.workspace.sound.audition.choose(current.id)
    assert {segment.take_id for segment in user.regions[0].comp} == {current.id}
    assert chosen != {current.id}

    # Extend: mark from where the sound stops to the picture's end, and continue into it.
    clip = user.project.tracks[0].lanes[0].clips[0]
    end = user.workspace.document.times.end_samples
    assert clip.end_samples < end
    user.drag(end, clip.end_samples, NO_KEYS)
    user.press(Qt.Key.Key_M, SHIFT)
    assert user.regions[-1].task is Task.CONTINUE
    user.press(Qt.Key.Key_Return, ALT)
    user.wait(lambda: all(region.takes for region in user.regions))

    user.export(tmp_path / "finished.mov")
    proof = null_test(
        film,
        tmp_path / "finished.mov",
        [r.range for r in user.regions],
        rate_hz=user.project.rate_hz,
    )
    assert proof.passed

    last = user.project
    while user.workspace.document.label_of_undo:
        user.press(Qt.Key.Key_Z, CONTROL)
    assert user.project == first
    while user.workspace.document.label_of_redo:
        user.press(Qt.Key.Key_Z, CONTROL | SHIFT)
    assert user.project == last


def test_quitting_in_the_middle_of_a_job_loses_nothing(
    qtbot: QtBot, application: QApplication, film: Path
) -> None:
    desk = Desk(application, player=Player(device="null"))
    user = User(desk, qtbot)
    desk.show()
    user.open(film)
    user.workspace.sound.bridge.set_paused(True)
    user.drag(10_000, 20_000)
    user.press(Qt.Key.Key_M, SHIFT)
    user.press(Qt.Key.Key_Return, CONTROL | SHIFT)
    user.wait(lambda: user.desk.jobs_running == 1)
    before, path = user.project, user.workspace.document.session.store.path
    desk.close()
    desk.window.deleteLater()

    again = Desk(application, player=Player(device="null"))
    user = User(again, qtbot)
    again.show()
    user.open(path)
    assert user.project == before
    (job,) = user.workspace.sound.bridge.jobs()
    assert job.state is JobState.INTERRUPTED
    user.workspace.sound.bridge.retry(job.id)
    user.wait(lambda: all(region.takes for region in user.regions))
    # The first window took the keyboard with it if it was deleted only after this one was shown.
    user.come_back()
    user.press(Qt.Key.Key_Z, CONTROL)
    assert user.project == before
    again.close()
    again.window.deleteLater()


def test_the_look_changes_while_a_project_is_open(user: User, film: Path) -> None:
    user.open(film)
    user.workspace.transport.move_to(24_000)
    before = user.project
    first_window = user.desk.window
    user.desk.desktop.actions.trigger("view.theme_light")
    user.wait(lambda: user.desk.window is not first_window)
    assert user.project is before
    assert user.workspace.transport.position_samples == 24_000
    assert user.desk.theme.name == "light"
    user.desk.desktop.actions.trigger("view.text_larger")
    user.wait(lambda: user.desk.desktop.preferences.now.text_scale_percent == 125)


def test_closing_a_project_shows_the_first_page_again(user: User, film: Path) -> None:
    user.open(film)
    QTest.keyClick(user.desk.window, Qt.Key.Key_W, CONTROL)
    assert user.desk.document is None
    assert user.desk.desktop.actions.why_not("edit.split") == "Open a project first."
    user.open(film)
    assert user.project.tracks


def test_a_film_that_is_none_is_told_in_one_sentence(user: User, tmp_path: Path) -> None:
    broken = tmp_path / "broken.mov"
    broken.write_bytes(b"nothing")
    told: list[object] = []
    user.desk.desktop.messages.posted.connect(told.append)
    user.desk.open(broken)
    user.wait(lambda: bool(told))
    assert "broken.mov" in str(told[0])
    assert user.desk.document is None
