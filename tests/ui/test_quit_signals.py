from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from prismdesk.ui.quit_signals import quit_on_signals

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_loop(qtbot: QtBot, number: signal.Signals) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    before = signal.getsignal(number)
    QTimer.singleShot(20, lambda: os.kill(os.getpid(), number))
    with quit_on_signals(application):
        application.exec()
    assert signal.getsignal(number) == before


def test_the_whole_program_ends_on_sigterm() -> None:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with subprocess.Popen(
        [sys.executable, "-m", "prismdesk"], env=environment, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(2.0)
        assert process.poll() is None
        process.terminate()
        # 130 where the signal came before the window did, on a slow machine.
        assert process.wait(timeout=20) in (0, 130)
