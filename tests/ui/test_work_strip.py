"""Long work without a project is shown, with a way to stop it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from prismdesk.progress import raise_if_cancelled
from prismdesk.ui.background import Background
from prismdesk.ui.messages import Messages
from prismdesk.ui.work_strip import WorkStrip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from prismdesk.progress import FractionDone, IsCancelled

# The platform without a screen has no window manager to tell a size to, and says so.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.fixture
def background() -> Iterator[Background]:
    background = Background(Messages())
    yield background
    background.close()


def _half_done_for_ever(progress: FractionDone, cancelled: IsCancelled) -> None:
    progress(0.5)
    while True:
        raise_if_cancelled(cancelled)
        time.sleep(0.001)


def test_it_comes_with_the_work_and_goes_when_it_is_cancelled(
    qtbot: QtBot, background: Background
) -> None:
    strip = WorkStrip(background)
    qtbot.addWidget(strip)
    assert not strip.isVisible()
    background.run("Reading Salt Road.mov", _half_done_for_ever, done=lambda _: None)
    assert strip.isVisible()
    assert strip.title.text() == "Reading Salt Road.mov"
    qtbot.waitUntil(lambda: strip.bar.value() == 500)
    strip.cancel.click()
    qtbot.waitUntil(lambda: not strip.isVisible())


def test_quiet_work_is_not_shown(qtbot: QtBot, background: Background) -> None:
    strip = WorkStrip(background)
    qtbot.addWidget(strip)
    background.run("Looking", _half_done_for_ever, done=lambda _: None, quiet=True)
    assert not strip.isVisible()
