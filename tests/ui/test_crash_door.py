from __future__ import annotations

import faulthandler
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest

from prismdesk.ui.crash_door import MOST_REPORTS, CrashDialog, CrashDoor
from prismdesk.ui.fault_log import FaultLog
from prismdesk.ui.theme import DARK

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)
KEPT = "Each edit is on the disk: all 214 edits of Salt Road are kept."


class Scene:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.left: list[int] = []
        self.door = CrashDoor(
            theme=lambda: DARK, kept=lambda: KEPT, leave=lambda: self.left.append(1), folder=folder
        )
        self.door.open()

    def fail(self, words: str = "no such lane") -> None:
        error = KeyError(words)
        sys.excepthook(KeyError, error, None)

    @property
    def dialog(self) -> CrashDialog:
        assert self.door.dialog is not None
        return self.door.dialog

    def reports(self) -> list[Path]:
        return sorted(self.folder.glob("crash-*.txt"))


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path) -> Iterator[Scene]:
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    made = Scene(tmp_path / "logs")
    yield made
    made.door.close()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == hooks


def test_bug_is_written_down_and_told_with_what_was_kept(scene: Scene) -> None:
    scene.fail()

    (report,) = scene.reports()
    assert "KeyError: 'no such lane'" in report.read_text()
    assert scene.dialog.isVisible()
    assert scene.dialog.words.text() == KEPT
    assert str(report) in scene.dialog.place.text()


def test_no_traceback_is_shown_until_it_is_asked_for(scene: Scene) -> None:
    scene.fail()
    assert not scene.dialog.details.isVisible()

    QTest.mouseClick(scene.dialog.show_button, Qt.MouseButton.LeftButton)

    assert "KeyError" in scene.dialog.details.toPlainText()
    assert scene.dialog.details.isVisible()


def test_enter_goes_on(scene: Scene) -> None:
    scene.fail()

    QTest.keyClick(scene.dialog, Qt.Key.Key_Return)

    assert scene.door.dialog is None
    assert scene.left == []


def test_quit_leaves_as_quit_does(scene: Scene) -> None:
    scene.fail()

    QTest.mouseClick(scene.dialog.quit_button, Qt.MouseButton.LeftButton)

    assert scene.left == [1]


def test_same_bug_again_opens_no_second_dialog(scene: Scene) -> None:
    for _ in range(50):
        scene.fail()

    assert len(scene.reports()) == 1
    scene.dialog.accept()
    scene.fail()
    assert scene.door.dialog is None


def test_reports_do_not_fill_the_disk(scene: Scene) -> None:
    for number in range(50):
        scene.fail(f"lane {number}")

    assert len(scene.reports()) == MOST_REPORTS


def test_bug_on_another_thread_is_told_on_the_windows_thread(qtbot: QtBot, scene: Scene) -> None:
    def work() -> None:
        raise RuntimeError("mixer lost")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    qtbot.waitUntil(lambda: scene.door.dialog is not None)

    assert "mixer lost" in scene.dialog.details.toPlainText()


def test_bug_in_a_slot_is_caught(qtbot: QtBot, scene: Scene) -> None:
    def fire() -> None:
        raise ValueError("in a slot")

    QTimer.singleShot(0, fire)
    qtbot.waitUntil(lambda: scene.door.dialog is not None)

    assert "in a slot" in scene.dialog.details.toPlainText()


def test_report_that_cannot_be_written_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    scene = Scene(tmp_path / "logs")
    scene.fail()

    assert scene.dialog.place.text() == "The report could not be written."
    assert not scene.dialog.folder_button.isEnabled()
    scene.door.close()


def test_ctrl_c_is_no_bug(scene: Scene) -> None:
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)

    assert scene.door.dialog is None


def test_fault_is_found_by_the_next_run(tmp_path: Path) -> None:
    code = (
        "import faulthandler, pathlib, sys; from prismdesk.ui.fault_log import FaultLog;"
        "log = FaultLog(pathlib.Path(sys.argv[1])); log.open(); faulthandler._sigabrt()"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=False)

    log = FaultLog(tmp_path)
    log.open()
    assert log.last is not None
    assert "Fatal Python error: Aborted" in log.last.read_text()
    log.close()


def test_run_that_ends_well_leaves_no_fault(tmp_path: Path) -> None:
    was_enabled = faulthandler.is_enabled()
    log = FaultLog(tmp_path)
    log.open()
    log.close()

    assert list(tmp_path.iterdir()) == []
    assert faulthandler.is_enabled() == was_enabled
