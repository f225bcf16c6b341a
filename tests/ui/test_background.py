"""Long work leaves the window's thread and comes back to it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject

from prismdesk.errors import InputError
from prismdesk.progress import raise_if_cancelled
from prismdesk.ui.background import Background
from prismdesk.ui.messages import Message, MessageKind, Messages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from prismdesk.progress import FractionDone, IsCancelled


@pytest.fixture
def messages() -> Messages:
    return Messages()


@pytest.fixture
def background(messages: Messages) -> Iterator[Background]:
    background = Background(messages)
    yield background
    background.close()


def _until_cancelled(progress: FractionDone, cancelled: IsCancelled) -> None:
    while True:
        raise_if_cancelled(cancelled)
        time.sleep(0.001)


def test_work_is_done_elsewhere_and_told_here(qtbot: QtBot, background: Background) -> None:
    threads: list[threading.Thread] = []
    results: list[int] = []

    def done(result: int) -> None:
        threads.append(threading.current_thread())
        results.append(result)

    def work(progress: FractionDone, cancelled: IsCancelled) -> int:
        threads.append(threading.current_thread())
        return 7

    background.run("Counting", work, done=done)
    qtbot.waitUntil(lambda: results == [7])
    assert threads[0] is not threads[1]
    assert threads[1] is threading.current_thread()
    assert background.tasks == ()


def test_progress_is_told_while_it_works(qtbot: QtBot, background: Background) -> None:
    fractions: list[float] = []
    background.progressed.connect(lambda task: fractions.append(task.fraction))
    background.run("Counting", lambda progress, _: progress(1.0), done=lambda _: None)
    qtbot.waitUntil(lambda: fractions == [1.0])


def test_cancelling_ends_in_silence(
    qtbot: QtBot, background: Background, messages: Messages
) -> None:
    told: list[object] = []
    messages.posted.connect(told.append)
    with qtbot.waitSignal(background.ended):
        background.run("For ever", _until_cancelled, done=told.append).cancel()
    qtbot.wait(1)
    assert told == []


def test_an_error_is_told_in_its_own_words(
    qtbot: QtBot, background: Background, messages: Messages
) -> None:
    told: list[Message] = []
    messages.posted.connect(told.append)

    def work(progress: FractionDone, cancelled: IsCancelled) -> None:
        raise InputError("This is no film.")

    background.run("Opening", work, done=lambda _: None)
    qtbot.waitUntil(lambda: bool(told))
    assert (told[0].title, told[0].kind) == ("This is no film.", MessageKind.ERROR)


def test_a_bug_reaches_the_door_for_bugs(qtbot: QtBot, background: Background) -> None:
    def work(progress: FractionDone, cancelled: IsCancelled) -> None:
        raise ZeroDivisionError

    with qtbot.captureExceptions() as caught:
        background.run("Dividing", work, done=lambda _: None)
        qtbot.waitUntil(lambda: bool(caught))
    assert caught[0][0] is ZeroDivisionError


def test_closing_waits_and_tells_nothing(qtbot: QtBot, background: Background) -> None:
    told: list[object] = []
    background.run("For ever", _until_cancelled, done=told.append)
    background.close()
    qtbot.wait(1)
    assert told == []


def test_stopped_tasks_have_ended_and_tell_nothing(qtbot: QtBot, background: Background) -> None:
    told: list[object] = []

    def work(progress: FractionDone, cancelled: IsCancelled) -> str:
        while not cancelled():
            time.sleep(0.001)
        return "over"

    task = background.run("Reading", work, done=told.append)
    background.stop([task])
    assert task.is_over
    assert background.tasks == ()
    qtbot.wait(20)
    assert told == []
    background.stop([task])


def test_who_is_gone_is_not_told(qtbot: QtBot, background: Background) -> None:
    told: list[object] = []
    owner = QObject()
    with qtbot.waitSignal(background.ended):
        background.run("For ever", _until_cancelled, done=told.append, owner=owner)
        owner.deleteLater()
    assert told == []
