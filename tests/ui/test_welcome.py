from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from prismdesk.project.model import ProjectUse
from prismdesk.session.preferences import PreferencesFile
from prismdesk.ui import computer_checks
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.messages import Messages
from prismdesk.ui.theme import DARK
from prismdesk.ui.welcome import WelcomePage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def desktop(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    monkeypatch.setattr(computer_checks, "list_devices", tuple)
    messages = Messages()
    background = Background(messages)
    yield Desktop(
        theme=DARK,
        messages=messages,
        background=background,
        actions=Actions(DARK),
        preferences=PreferencesFile(tmp_path / "preferences.json"),
    )
    background.close()


def a_page(desktop: Desktop, qtbot: QtBot) -> WelcomePage:
    page = WelcomePage(desktop)
    qtbot.addWidget(page)
    page.resize(1400, 900)
    page.show()
    qtbot.waitUntil(lambda: not desktop.background.tasks, timeout=20_000)
    return page


def words_of(page: WelcomePage) -> str:
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisibleTo(page))


def test_the_sample_film_is_one_key_away(desktop: Desktop, qtbot: QtBot) -> None:
    opened: list[str] = []
    desktop.actions.bind("file.sample", lambda: opened.append("sample"))
    page = a_page(desktop, qtbot)

    assert page.sample.hasFocus()
    QTest.keyClick(page.sample, Qt.Key.Key_Space)

    assert opened == ["sample"]
    image = page.picture.grab().toImage()
    colour = image.pixelColor(image.width() // 2, image.height() // 8)
    assert colour.blue() > colour.red()


def test_what_is_wrong_with_the_computer_is_said(desktop: Desktop, qtbot: QtBot) -> None:
    words = words_of(a_page(desktop, qtbot))

    assert "no device found. The picture plays in time, without sound" in words
    assert "mends, fills and extends. Ready" in words
    assert "Nothing here yet." in words


def test_recent_projects_are_opened_and_forgotten(
    desktop: Desktop, qtbot: QtBot, tmp_path: Path
) -> None:
    there = tmp_path / "Storm.prismdesk"
    there.touch()
    desktop.preferences.remember_project(tmp_path / "gone.prismdesk")
    desktop.preferences.remember_project(there)
    page = a_page(desktop, qtbot)
    wanted: list[Path] = []
    page.open_wanted.connect(wanted.append)

    QTest.keyClick(page.recent, Qt.Key.Key_Return)
    assert wanted == [there]
    QTest.keyClick(page.recent, Qt.Key.Key_Down)
    QTest.keyClick(page.recent, Qt.Key.Key_Return)
    assert wanted == [there]
    QTest.keyClick(page.recent, Qt.Key.Key_Delete)

    assert desktop.preferences.now.recent_projects == (str(there),)
    assert "Nothing here yet." not in words_of(page)


def test_the_two_answers_hold(desktop: Desktop, qtbot: QtBot) -> None:
    page = a_page(desktop, qtbot)

    page.keys.button("daw").click()
    page.use.button(ProjectUse.COMMERCIAL).click()

    desktop.preferences.load()
    assert desktop.preferences.now.keymap == "daw"
    assert desktop.preferences.now.new_project_use == "commercial"
    assert desktop.actions.keymap.keys_of("edit.split")[0] == "B"
