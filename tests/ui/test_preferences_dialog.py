from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QFileDialog,
    QPushButton,
    QWidget,
)
from shiboken6 import delete, isValid

from prismdesk.playback.backend import OutputDevice
from prismdesk.session.preferences import Preferences, PreferencesFile
from prismdesk.ui.actions.registry import Actions
from prismdesk.ui.background import Background
from prismdesk.ui.context import Desktop
from prismdesk.ui.look import apply_look
from prismdesk.ui.messages import Messages
from prismdesk.ui.preferences_dialog import SECTIONS, PreferencesDialog
from prismdesk.ui.theme import DARK, THEMES
from prismdesk.ui.widgets.fields import ChoiceField, FigureField
from tests.ui.clipping import clipped_texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from prismdesk.ui.preference_rows import PreferenceRow

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)
MONITOR = OutputDevice("Monitor out", 2, 48000)


class Cache:
    def __init__(self) -> None:
        self.size_bytes = 6_300_000_000

    def measure(self, done: Callable[[int], object]) -> None:
        done(self.size_bytes)

    def empty(self, done: Callable[[], object]) -> None:
        self.size_bytes = 0
        done()


class Scene:
    def __init__(self, qtbot: QtBot, path: Path, application: QApplication) -> None:
        self.file = PreferencesFile(path)
        self.messages = Messages()
        self.background = Background(self.messages)
        self.actions = Actions(DARK)
        self.devices: tuple[OutputDevice, ...] = (MONITOR,)
        self.cache = Cache()
        self.features = Cache()
        self.desktop = Desktop(
            theme=DARK,
            messages=self.messages,
            background=self.background,
            actions=self.actions,
            preferences=self.file,
        )
        self.file.subscribe(
            lambda now: apply_look(
                application, THEMES[now.theme], text_scale_percent=now.text_scale_percent
            )
        )
        apply_look(application, DARK)
        self.dialog = PreferencesDialog(
            self.desktop,
            devices=lambda: self.devices,
            cache=self.cache,
            features=self.features,
        )
        qtbot.addWidget(self.dialog)
        self.dialog.show()
        qtbot.waitExposed(self.dialog)
        self.dialog.activateWindow()
        qtbot.waitUntil(lambda: not self.background.tasks)

    def control(self, name: str) -> Any:
        return self.row(name).control

    def reset(self, name: str) -> QAbstractButton:
        return self.row(name).reset

    def row(self, name: str) -> PreferenceRow:
        return next(page.rows[name] for page in self.dialog.pages if name in page.rows)

    def choose(self, name: str, text: str) -> None:
        field = self.control(name)
        assert isinstance(field, ChoiceField)
        field.setFocus()
        while field.currentText() != text:
            before = field.currentIndex()
            QTest.keyClick(field, Qt.Key.Key_Down)
            assert field.currentIndex() != before, f"{text} is not offered"

    def type_figure(self, name: str, text: str) -> None:
        field = self.control(name)
        assert isinstance(field, FigureField)
        field.setFocus()
        field.selectAll()
        QTest.keyClicks(field, text)
        QTest.keyClick(field, Qt.Key.Key_Return)


@pytest.fixture
def scene(qtbot: QtBot, tmp_path: Path, qapp: QApplication) -> Iterator[Scene]:
    made = Scene(qtbot, tmp_path / "preferences.json", qapp)
    yield made
    made.dialog.close()
    made.background.close()
    apply_look(qapp, DARK)


def kept(scene: Scene) -> Preferences:
    return PreferencesFile(scene.file.path).load()


def test_device_is_chosen_and_kept(scene: Scene) -> None:
    scene.choose("output_device", "Monitor out, 48 kHz")

    assert kept(scene).output_device == "Monitor out"


def test_device_that_is_gone_stays_chosen_and_says_so(qtbot: QtBot, scene: Scene) -> None:
    scene.choose("output_device", "Monitor out, 48 kHz")
    scene.devices = ()
    (again,) = (b for b in scene.dialog.findChildren(QPushButton) if b.text() == "Look again")
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not scene.background.tasks)

    assert scene.control("output_device").currentText() == "Monitor out, not there now"
    assert scene.file.now.output_device == "Monitor out"


def test_figures_are_typed_and_bounded(scene: Scene) -> None:
    scene.type_figure("picture_offset_ms", "40")
    assert kept(scene).picture_offset_ms == 40.0
    scene.dialog.show_section("Storage")
    scene.type_figure("autosave_seconds", "5")

    assert kept(scene).autosave_seconds == 10


def test_switch_is_switched_and_reset(scene: Scene) -> None:
    scene.dialog.show_section("Picture")
    box = scene.control("proxies")
    assert isinstance(box, QCheckBox)
    assert not scene.reset("proxies").isEnabled()

    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    assert not kept(scene).proxies
    QTest.mouseClick(scene.reset("proxies"), Qt.MouseButton.LeftButton)

    assert kept(scene).proxies
    assert box.isChecked()


def test_theme_and_text_size_are_in_force_at_once(qtbot: QtBot, scene: Scene) -> None:
    scene.dialog.show_section("Look")
    QTest.mouseClick(scene.control("theme").button("light"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: scene.control("theme").value == "light")
    scene.type_figure("text_scale_percent", "150")

    qtbot.waitUntil(lambda: scene.control("text_scale_percent").font().pixelSize() == 18)
    assert kept(scene) == Preferences(theme="light", text_scale_percent=150)
    assert scene.dialog.sections.currentRow() == SECTIONS.index("Look")


def test_change_from_elsewhere_is_shown(scene: Scene) -> None:
    scene.file.change(burn_in=True)

    assert scene.control("burn_in").isChecked()


def test_cache_is_measured_and_emptied(scene: Scene) -> None:
    scene.dialog.show_section("Storage")
    (button,) = (
        one
        for one in scene.dialog.findChildren(QPushButton)
        if one.text() == "Empty the cache, 6.3 GB"
    )

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert scene.cache.size_bytes == 0
    assert not button.isEnabled()


def test_what_models_keep_is_measured_and_cleared(scene: Scene) -> None:
    scene.dialog.show_section("Models")
    (button,) = (
        one for one in scene.dialog.findChildren(QPushButton) if one.text() == "Clear it, 6.3 GB"
    )

    QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    assert scene.features.size_bytes == 0
    assert scene.cache.size_bytes > 0


def test_device_of_the_models_is_chosen_and_one_named_by_hand_is_offered(scene: Scene) -> None:
    scene.choose("engine_device", "Processor only")
    assert kept(scene).engine_device == "cpu"

    scene.file.change(engine_device="cuda:1")

    assert scene.control("engine_device").currentText() == "NVIDIA graphics card 1"


def test_cache_folder_is_chosen_and_put_back(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    scene.dialog.show_section("Storage")
    (choose,) = (b for b in scene.dialog.findChildren(QPushButton) if b.text() == "Choose…")

    QTest.mouseClick(choose, Qt.MouseButton.LeftButton)
    assert kept(scene).cache_folder == str(tmp_path)
    QTest.mouseClick(scene.reset("cache_folder"), Qt.MouseButton.LeftButton)

    assert kept(scene).cache_folder is None


def test_every_control_has_a_name_and_every_reset_says_of_what(scene: Scene) -> None:
    for page in scene.dialog.pages:
        for row in page.rows.values():
            name = row.control.accessibleName() or getattr(row.control, "text", str)()
            assert name, row.name
            assert len(row.reset.accessibleName()) > len("Reset: "), row.name


def test_preferences_that_cannot_be_kept_are_told_of(qtbot: QtBot, scene: Scene) -> None:
    scene.file.path.mkdir()
    scene.dialog.show_section("Picture")

    with qtbot.waitSignal(scene.messages.posted) as told:
        QTest.keyClick(scene.control("burn_in"), Qt.Key.Key_Space)

    assert "hold until you quit" in told.args[0].title


def test_closed_dialog_hears_no_more(scene: Scene) -> None:
    scene.dialog.close()
    scene.file.change(burn_in=True)

    assert not scene.control("burn_in").isChecked()


def test_dialog_that_went_with_its_window_hears_no_more(
    scene: Scene, tmp_path: Path, qtbot: QtBot
) -> None:
    parent = QWidget()
    dialog = PreferencesDialog(scene.desktop, devices=lambda: (), parent=parent)
    delete(parent)
    qtbot.waitUntil(lambda: not scene.background.tasks)
    assert not isValid(dialog)

    scene.file.change(burn_in=True)
    scene.file.change(theme="light")

    assert kept(scene).theme == "light"


@pytest.mark.parametrize("theme", THEMES)
def test_no_text_is_clipped_at_twice_the_size(qtbot: QtBot, scene: Scene, theme: str) -> None:
    scene.file.change(theme=theme, text_scale_percent=200)
    qtbot.waitUntil(lambda: scene.control("theme").value == theme)
    for section in SECTIONS:
        scene.dialog.show_section(section)
        QApplication.processEvents()
        assert clipped_texts(scene.dialog) == []
