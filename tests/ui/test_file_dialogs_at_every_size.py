"""The dialogs of files and exports, and the first page, in each theme at 100 and 200 %."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from prismdesk.session.delivery import DeliverySource
from prismdesk.session.opening import create_session
from prismdesk.session.preferences import PreferencesFile
from prismdesk.session.recent import recent_projects
from prismdesk.ui import computer_checks
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.export.dialog import ExportDialog
from prismdesk.ui.export.runs import ExportRun
from prismdesk.ui.export.scope import ExportScope
from prismdesk.ui.files.new_dialog import NewDialog
from prismdesk.ui.files.recent_dialog import RecentDialog
from prismdesk.ui.look import apply_look
from prismdesk.ui.messages import Messages
from prismdesk.ui.theme import DARK, THEMES, Theme
from prismdesk.ui.welcome import WelcomePage
from tests.media.export.films import noise_24, write_film
from tests.ui.clipping import clipped_texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)

LOOKS = [("dark", 100), ("light", 200), ("contrast", 200)]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]}")
def theme(request: pytest.FixtureRequest, qapp: QApplication) -> Iterator[Theme]:
    name, scale_percent = request.param
    apply_look(qapp, THEMES[name], text_scale_percent=scale_percent)
    yield THEMES[name]
    apply_look(qapp, DARK)


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    background = Background(Messages())
    yield background
    background.close()


def show(qtbot: QtBot, widget: QWidget, *, width_px: int = 1600, height_px: int = 1000) -> None:
    qtbot.addWidget(widget)
    widget.resize(width_px, height_px)
    widget.show()
    qtbot.waitExposed(widget)
    QApplication.processEvents()


def test_export_has_room_from_settings_to_report(
    qtbot: QtBot, theme: Theme, background: Background, tmp_path: Path
) -> None:
    film = write_film(tmp_path / "Pier.mov", sound=noise_24(96_000))
    with create_session(film, tmp_path / "project", name="Salt Road, reel 2") as session:
        dialog = ExportDialog(ExportScope.of(session, None, None), (), theme)
        show(qtbot, dialog)
        assert clipped_texts(dialog) == []

        run = ExportRun(DeliverySource.of(session), dialog.form.delivery(), background)
        dialog.show_run(run)
        QApplication.processEvents()
        assert clipped_texts(dialog) == []

        qtbot.waitUntil(lambda: run.is_over, timeout=20_000)
        QApplication.processEvents()
        assert run.delivered is not None
        assert clipped_texts(dialog) == []


def test_new_and_recent_have_room(qtbot: QtBot, theme: Theme) -> None:
    new = NewDialog(theme, Path("/home/someone/Videos"))
    show(qtbot, new, width_px=0, height_px=0)
    assert clipped_texts(new) == []

    recent = RecentDialog(recent_projects(["/home/someone/Salt Road.prismdesk"]), theme)
    show(qtbot, recent, width_px=0, height_px=0)
    assert clipped_texts(recent) == []


def test_the_first_page_has_room(
    qtbot: QtBot,
    theme: Theme,
    background: Background,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(computer_checks, "list_devices", tuple)
    desktop = Desktop(
        theme=theme,
        messages=Messages(),
        background=background,
        actions=Actions(theme),
        preferences=PreferencesFile(tmp_path / "preferences.json"),
    )
    page = WelcomePage(desktop)
    show(qtbot, page)
    qtbot.waitUntil(lambda: not background.tasks, timeout=20_000)
    QApplication.processEvents()

    assert clipped_texts(page) == []
