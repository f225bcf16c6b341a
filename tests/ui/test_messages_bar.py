from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QLineEdit,
    QMainWindow,
    QPushButton,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from prismdesk.errors import InputError
from prismdesk.ui import message_card, messages_bar
from prismdesk.ui.messages import MessageKind, Messages
from prismdesk.ui.messages_bar import MessageHistory, MessagesBar
from prismdesk.ui.theme import DARK

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.qt_log_ignore("plugin does not support", extend=True)


class Scene:
    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.field = QLineEdit()
        self.window.setCentralWidget(self.field)
        self.messages = Messages()
        self.bar = MessagesBar(self.messages, DARK, self.window)
        self.window.resize(800, 600)
        self.window.show()
        qtbot.waitExposed(self.window)
        self.window.activateWindow()
        self.field.setFocus()

    def button(self, text: str) -> QWidget:
        for card in self.bar.cards:
            for button in card.findChildren(QPushButton) + card.findChildren(QToolButton):
                if text in (button.text(), button.accessibleName()):
                    return button
        raise AssertionError(f"no button {text}")


@pytest.fixture
def scene(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    monkeypatch.setattr(message_card, "SHOWN_MS", 40)
    made = Scene(qtbot)
    yield made
    made.window.close()


def titles(scene: Scene) -> list[str]:
    return [card.message.title for card in scene.bar.cards]


def test_bar_is_away_while_there_is_nothing_to_say(scene: Scene) -> None:
    assert not scene.bar.isVisible()


def test_message_leaves_the_focus_where_it_is(scene: Scene) -> None:
    scene.messages.tell("Export finished.", buttons=[("Show in folder", lambda: None)])
    QTest.keyClicks(scene.field, "typing on")

    assert scene.bar.isVisible()
    assert scene.field.text() == "typing on"


def test_note_goes_by_itself(qtbot: QtBot, scene: Scene) -> None:
    scene.messages.tell("Copied.", kind=MessageKind.GOOD)

    qtbot.waitUntil(lambda: not scene.bar.isVisible())


def test_error_stays_until_it_is_dismissed(qtbot: QtBot, scene: Scene) -> None:
    scene.messages.error(InputError("No sound is in film.mov."))
    scene.messages.tell("Copied.")

    qtbot.waitUntil(lambda: titles(scene) == ["No sound is in film.mov."])
    qtbot.wait(80)
    assert titles(scene) == ["No sound is in film.mov."]
    QTest.mouseClick(scene.button("Dismiss"), Qt.MouseButton.LeftButton)
    assert titles(scene) == []
    assert not scene.bar.isVisible()


def test_remedy_is_done_and_the_message_goes(scene: Scene) -> None:
    done: list[str] = []
    scene.messages.tell("Out of memory.", buttons=[("Start again", lambda: done.append("again"))])

    QTest.mouseClick(scene.button("Start again"), Qt.MouseButton.LeftButton)

    assert done == ["again"]
    assert titles(scene) == []


def test_remedy_is_reached_by_keyboard_and_escape_dismisses(scene: Scene) -> None:
    scene.messages.tell("Out of memory.", buttons=[("Start again", lambda: None)])
    QTest.keyClick(scene.field, Qt.Key.Key_Tab)
    focused = scene.window.focusWidget()
    assert focused is not None
    assert focused is scene.button("Start again")

    QTest.keyClick(focused, Qt.Key.Key_Escape)

    assert titles(scene) == []


def test_same_message_again_is_counted_not_stacked(scene: Scene) -> None:
    for _ in range(3):
        scene.messages.error("The sound device is gone.")

    (card,) = scene.bar.cards
    assert any("×3" in label for label in texts(card))


def texts(card: QWidget) -> list[str]:
    return [child.property("text") or "" for child in card.findChildren(QWidget)]


def test_three_are_shown_and_the_rest_is_counted(scene: Scene) -> None:
    for number in range(5):
        scene.messages.error(f"Error {number}.")

    shown = [card.message.title for card in scene.bar.cards if card.isVisible()]
    assert shown == ["Error 2.", "Error 3.", "Error 4."]
    assert "2 earlier…" in [button.text() for button in scene.bar.findChildren(QPushButton)]


def test_a_message_goes_with_its_cause(qtbot: QtBot, scene: Scene) -> None:
    refused = ["first", "second"]
    for name in tuple(refused):
        scene.messages.tell(
            f"{name} is refused.",
            kind=MessageKind.WARNING,
            stands=partial(refused.__contains__, name),
        )
    scene.messages.error("The sound device is gone.")
    refused.remove("first")
    scene.messages.look_again()

    qtbot.waitUntil(lambda: titles(scene) == ["second is refused.", "The sound device is gone."])
    assert len(scene.bar.history) == 3


def test_history_keeps_what_was_dismissed(qtbot: QtBot, scene: Scene) -> None:
    scene.messages.error("First.")
    scene.messages.tell("Second.", "All is kept.")
    scene.bar.dismiss_all()

    dialog = MessageHistory(scene.bar.history)
    qtbot.addWidget(dialog)
    lines = [dialog.rows.item(row).text() for row in range(dialog.rows.count())]
    assert lines[0].endswith("Note: Second. All is kept.")
    assert lines[1].endswith("Error: First.")


def test_bar_stays_at_the_foot_of_its_window(scene: Scene) -> None:
    scene.messages.error("First.")
    scene.window.resize(1000, 700)

    foot = scene.bar.mapTo(scene.window, QPoint(scene.bar.width(), scene.bar.height()))
    assert foot == QPoint(1000 - 12, 700 - 12)


def test_bar_leaves_the_status_bar_free(scene: Scene) -> None:
    status = scene.window.statusBar()
    status.show()
    QApplication.processEvents()
    scene.messages.error("First.")

    foot = scene.bar.mapTo(scene.window, QPoint(0, scene.bar.height())).y()
    assert foot == scene.window.height() - status.height() - 12


def test_strips_of_controls_at_the_foot_stay_free(qtbot: QtBot, scene: Scene) -> None:
    page, strip = QWidget(), QPushButton("Pause")
    column = QVBoxLayout(page)
    column.addStretch(1)
    column.addWidget(strip)
    scene.window.setCentralWidget(page)
    scene.window.statusBar().show()
    scene.bar.keep_free(strip)
    scene.messages.error("The sound device is gone.")

    def foot() -> int:
        return scene.bar.geometry().bottom() + 1 + 12

    qtbot.waitUntil(lambda: foot() == strip.mapTo(scene.window, QPoint(0, 0)).y())
    strip.hide()
    qtbot.waitUntil(lambda: foot() == scene.window.statusBar().y())
    strip.show()
    strip.setFixedHeight(60)
    qtbot.waitUntil(lambda: foot() == strip.mapTo(scene.window, QPoint(0, 0)).y())
    scene.window.setCentralWidget(QLineEdit())
    scene.window.resize(900, 650)
    qtbot.waitUntil(lambda: foot() == scene.window.statusBar().y())


def test_messages_are_announced(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    class Accessible:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

        @staticmethod
        def updateAccessibility(event: QAccessibleAnnouncementEvent) -> None:  # noqa: N802
            polite = event.politeness() == QAccessible.AnnouncementPoliteness.Polite
            said.append(f"{event.message()} {'politely' if polite else 'at once'}")

    monkeypatch.setattr(messages_bar, "QAccessible", Accessible)

    scene.messages.tell("Copied.")
    scene.messages.error("The sound device is gone.")

    assert said == ["Note: Copied. politely", "Error: The sound device is gone. at once"]


def test_kind_is_said_in_words_too(scene: Scene) -> None:
    scene.messages.tell("Disk is nearly full.", "2 GB are left.", kind=MessageKind.WARNING)

    (card,) = scene.bar.cards
    assert card.accessibleName() == "Warning: Disk is nearly full."
    assert card.accessibleDescription() == "2 GB are left."


def test_markup_in_a_message_is_shown_as_it_is(scene: Scene) -> None:
    scene.messages.error("<b>bold</b>.mov is damaged.")

    (card,) = scene.bar.cards
    assert "<b>bold</b>.mov is damaged." in texts(card)
    assert card.findChildren(QWidget)[0] is not None


def test_panels_that_come_to_the_front_stay_behind_the_messages(qtbot: QtBot, scene: Scene) -> None:
    docks = [QDockWidget("Inspector"), QDockWidget("Models")]
    for dock in docks:
        dock.setWidget(QLineEdit())
        scene.window.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, dock)
    scene.window.tabifyDockWidget(*docks)
    # Qt makes the bar with their tabs, a child of the window too, when it next lays them out.
    qtbot.waitUntil(lambda: any(bar.isVisible() for bar in scene.window.findChildren(QTabBar)))
    scene.messages.error("The sound device is gone.")
    for panel in (*docks, scene.field):
        panel.raise_()
        qtbot.waitUntil(lambda: scene.window.children()[-1] is scene.bar)
        if isinstance(panel, QDockWidget):
            assert not panel.visibleRegion().isEmpty()
