from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from prismdesk.ui.focus_ring import GAP_PX, FocusRing
from prismdesk.ui.look import apply_look
from prismdesk.ui.theme import CONTRAST, DARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


class Scene:
    def __init__(self, qtbot: QtBot, application: QApplication) -> None:
        apply_look(application, DARK)
        (self.ring,) = application.findChildren(FocusRing)
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        page = QWidget()
        column = QVBoxLayout(page)
        self.first, self.second, self.field = QPushButton("One"), QPushButton("Two"), QLineEdit()
        for widget in (self.first, self.second, self.field):
            column.addWidget(widget)
        self.window.setCentralWidget(page)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.first.setFocus(Qt.FocusReason.TabFocusReason)

    def ring_box(self) -> QRect:
        ring = self.window.findChild(QWidget, "focus_ring")
        assert ring is not None
        return QRect(ring.mapTo(self.window, QPoint(0, 0)), ring.size())


@pytest.fixture
def scene(qtbot: QtBot, qapp: QApplication) -> Iterator[Scene]:
    made = Scene(qtbot, qapp)
    yield made
    made.window.close()


def test_ring_lies_around_what_the_keyboard_reached(scene: Scene) -> None:
    assert scene.ring.ringed is scene.first

    QTest.keyClick(scene.first, Qt.Key.Key_Tab)

    assert scene.ring.ringed is scene.second
    box = QRect(scene.second.mapTo(scene.window, QPoint(0, 0)), scene.second.size())
    reach = GAP_PX + DARK.focus_ring_px
    assert scene.ring_box() == box.adjusted(-reach, -reach, reach, reach)


def test_ring_can_be_seen(scene: Scene) -> None:
    picture = scene.window.grab().toImage()
    box = scene.ring_box()

    assert picture.pixelColor(box.center().x(), box.top()) == QColor(DARK.accent)


def test_clicked_button_has_no_ring(scene: Scene) -> None:
    QTest.mousePress(scene.second, Qt.MouseButton.LeftButton)
    QTest.mouseRelease(scene.second, Qt.MouseButton.LeftButton)

    assert scene.second.hasFocus()
    assert scene.ring.ringed is None


def test_text_field_shows_its_focus_itself(scene: Scene) -> None:
    scene.field.setFocus(Qt.FocusReason.TabFocusReason)

    assert scene.ring.ringed is None


def test_ring_follows_a_control_that_moves(scene: Scene) -> None:
    before = scene.ring_box()

    scene.window.resize(scene.window.width() + 100, scene.window.height() + 90)
    QApplication.processEvents()

    assert scene.ring_box().width() == before.width() + 100


def test_ring_goes_with_a_control_that_is_hidden_or_deleted(qtbot: QtBot, scene: Scene) -> None:
    scene.first.hide()
    assert scene.ring.ringed is not scene.first

    scene.second.setFocus(Qt.FocusReason.TabFocusReason)
    scene.second.deleteLater()
    qtbot.waitUntil(lambda: scene.ring.ringed is None)


def test_ring_of_another_theme_is_drawn_its_way(scene: Scene, qapp: QApplication) -> None:
    before = scene.ring_box()

    scene.ring.set_theme(CONTRAST)

    assert scene.ring_box() == before.adjusted(-1, -1, 1, 1)


def test_ring_scrolls_with_its_control(qtbot: QtBot, scene: Scene) -> None:
    area, content = QScrollArea(), QWidget()
    column = QVBoxLayout(content)
    buttons = [QPushButton(str(number)) for number in range(40)]
    for button in buttons:
        column.addWidget(button)
    area.setWidget(content)
    scene.window.setCentralWidget(area)
    area.resize(200, 200)
    buttons[0].setFocus(Qt.FocusReason.TabFocusReason)
    QApplication.processEvents()
    before = scene.ring_box()

    area.verticalScrollBar().setValue(20)

    assert scene.ring_box() == before.translated(0, -20)
