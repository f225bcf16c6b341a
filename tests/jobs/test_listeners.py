from __future__ import annotations

from typing import TYPE_CHECKING

from prismdesk.jobs.listeners import Listeners

if TYPE_CHECKING:
    import pytest


def test_each_is_told_until_it_leaves() -> None:
    listeners: Listeners[int] = Listeners("numbers")
    first: list[int] = []
    second: list[int] = []
    leave = listeners.add(first.append)
    listeners.add(second.append)
    listeners.tell(1)
    leave()
    listeners.tell(2)
    assert (first, second) == ([1], [1, 2])


def test_a_fault_of_one_is_logged_and_the_others_are_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail(news: int) -> None:
        raise RuntimeError(news)

    listeners: Listeners[int] = Listeners("numbers")
    told: list[int] = []
    listeners.add(fail)
    listeners.add(told.append)
    listeners.tell(1)
    assert told == [1]
    assert "a listener to numbers failed" in caplog.text
