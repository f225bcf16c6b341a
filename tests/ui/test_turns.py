"""What can wait a moment has turns of its own, and what isn't seen waits until it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QLabel, QMainWindow, QTabWidget, QWidget
from shiboken6 import delete

from prismdesk.engines.weights.one_look import looked_up
from prismdesk.ui.panel_dock import PanelDock
from prismdesk.ui.theme import DARK
from prismdesk.ui.turns import AtOnce, Turns, WhenSeen

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints", extend=True)


class TurnCount(QObject):
    """Counts how often the event loop came round to its timers."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._count)
        self._timer.start(0)

    def _count(self) -> None:
        self.now += 1


class Counted:
    """A part of the window that notes in which turns it was refreshed."""

    def __init__(self, part: QWidget, turns: Turns, count: TurnCount) -> None:
        self.refreshed_in: list[int] = []
        self._count = count
        self.seen = WhenSeen(part, self._refresh, turns)

    def _refresh(self) -> None:
        self.refreshed_in.append(self._count.now)


def test_no_two_parts_are_refreshed_in_one_turn(qtbot: QtBot) -> None:
    turns, count = Turns(), TurnCount()
    widgets = [QLabel() for _ in range(3)]
    parts = [Counted(one, turns, count) for one in widgets]
    for one in parts:
        one.seen.want()
    assert not any(one.refreshed_in for one in parts)
    qtbot.waitUntil(lambda: all(one.refreshed_in for one in parts))
    turns_taken = [turn for one in parts for turn in one.refreshed_in]
    assert len(set(turns_taken)) == 3


def test_a_part_that_is_wanted_often_is_refreshed_once(qtbot: QtBot) -> None:
    turns, count = Turns(), TurnCount()
    widget = QLabel()
    part = Counted(widget, turns, count)
    for _ in range(5):
        part.seen.want()
    qtbot.waitUntil(lambda: bool(part.refreshed_in))
    now = count.now
    qtbot.waitUntil(lambda: count.now > now + 5)
    assert len(part.refreshed_in) == 1
    assert not part.seen.is_stale


def test_what_came_first_has_its_turn_first(qtbot: QtBot) -> None:
    turns, owner, done = Turns(), QObject(), list[str]()
    pieces = [lambda name=name: done.append(name) for name in "abc"]
    for piece in pieces:
        turns.add(piece, owner)
    qtbot.waitUntil(lambda: len(done) == 3)
    assert done == ["a", "b", "c"]


def test_a_piece_whose_owner_is_gone_is_not_done(qtbot: QtBot) -> None:
    turns, gone, stays, done = Turns(), QObject(), QObject(), list[str]()
    turns.add(lambda: done.append("gone"), gone)
    turns.add(lambda: done.append("stays"), stays)
    delete(gone)
    qtbot.waitUntil(lambda: bool(done))
    assert done == ["stays"]


def test_a_piece_that_fails_keeps_nobody_from_their_turn(qtbot: QtBot) -> None:
    turns, owner, done = Turns(), QObject(), list[str]()

    def fail() -> None:
        raise ValueError("no")

    with qtbot.captureExceptions() as caught:
        turns.add(fail, owner)
        turns.add(lambda: done.append("next"), owner)
        qtbot.waitUntil(lambda: bool(done))
    assert len(caught) == 1


def test_a_turn_looks_things_up_once(qtbot: QtBot) -> None:
    turns, owner, looks, done = Turns(), QObject(), list[int](), list[int]()
    look = looked_up(lambda: looks.append(1))

    def piece() -> None:
        look()
        look()
        done.append(1)

    turns.add(piece, owner)
    qtbot.waitUntil(lambda: bool(done))
    assert len(looks) == 1


def test_a_part_behind_another_tab_is_refreshed_when_it_is_shown(qtbot: QtBot) -> None:
    turns, count, tabs = Turns(), TurnCount(), QTabWidget()
    front, behind = QLabel("front"), QLabel("behind")
    tabs.addTab(front, "Front")
    tabs.addTab(behind, "Behind")
    qtbot.addWidget(tabs)
    tabs.show()
    qtbot.waitExposed(tabs)
    part = Counted(behind, turns, count)
    part.seen.want()
    now = count.now
    qtbot.waitUntil(lambda: count.now > now + 5)
    assert not part.refreshed_in
    assert part.seen.is_stale
    tabs.setCurrentWidget(behind)
    assert len(part.refreshed_in) == 1


def test_a_docked_panel_behind_another_is_refreshed_when_it_comes_to_the_front(
    qtbot: QtBot,
) -> None:
    turns, count, window = Turns(), TurnCount(), QMainWindow()
    qtbot.addWidget(window)
    panels = [QWidget(), QWidget()]
    docks = [PanelDock(name, name, one, DARK) for name, one in zip("ab", panels, strict=True)]
    window.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, docks[0])
    window.tabifyDockWidget(docks[0], docks[1])
    window.resize(600, 400)
    window.show()
    docks[0].show_in_front()
    part = Counted(panels[1], turns, count)
    qtbot.waitUntil(lambda: not part.seen.is_seen)
    part.seen.want()
    now = count.now
    qtbot.waitUntil(lambda: count.now > now + 5)
    assert not part.refreshed_in
    docks[1].show_in_front()
    qtbot.waitUntil(lambda: len(part.refreshed_in) == 1)
    assert not part.seen.is_stale


def test_a_part_that_is_read_before_its_turn_is_refreshed_then(qtbot: QtBot) -> None:
    turns, count = Turns(), TurnCount()
    widget = QLabel()
    part = Counted(widget, turns, count)
    part.seen.want()
    part.seen.settle()
    assert len(part.refreshed_in) == 1
    now = count.now
    qtbot.waitUntil(lambda: count.now > now + 5)
    assert len(part.refreshed_in) == 1


def test_without_a_window_nothing_waits(qtbot: QtBot) -> None:
    count = TurnCount()
    widget = QLabel()
    qtbot.addWidget(widget)
    part = Counted(widget, AtOnce(), count)
    part.seen.want()
    assert len(part.refreshed_in) == 1
