from __future__ import annotations

import pytest

from prismdesk.engines.contract import Phase, Progress
from prismdesk.jobs.time_left import TimeLeft


def test_nothing_is_said_until_it_can_be_known() -> None:
    left = TimeLeft()
    assert left.update(0.0, 100.0) is None
    assert left.update(0.1, 100.2) is None
    assert left.update(0.2, 100.4) is None
    assert left.update(0.3, 100.6) is None
    assert left.update(0.5, 101.0) == pytest.approx(1.0)


def test_even_work_ends_when_it_was_said_to() -> None:
    left = TimeLeft()
    told = [left.update(step / 50, step * 0.5) for step in range(51)]
    for step in range(3, 51):
        assert told[step] == pytest.approx((50 - step) * 0.5)


def test_a_change_of_speed_is_followed() -> None:
    left = TimeLeft()
    for step in range(11):
        left.update(step * 0.01, step * 1.0)
    slow = left.update(0.1, 10.0)
    fast = None
    for step in range(1, 41):
        fast = left.update(0.1 + step * 0.02, 10.0 + step)
    assert slow == pytest.approx(90.0)
    assert fast == pytest.approx(5.0, rel=0.05)


def test_time_goes_on_between_reports() -> None:
    left = TimeLeft()
    for step in range(5):
        left.update(step * 0.1, step * 1.0)
    assert left.update(0.4, 6.0) == pytest.approx(4.0)
    assert left.update(0.4, 60.0) == 0.0


def test_after_a_restart_nothing_is_known() -> None:
    left = TimeLeft()
    for step in range(10):
        left.update(step * 0.1, step * 1.0)
    left.restart()
    assert left.update(0.95, 10.0) is None


def test_pace_of_loading_is_no_measure_of_the_making() -> None:
    left = TimeLeft()
    before = None
    for step in range(11):
        loading = Progress(phase=Phase.LOADING, fraction=step * 0.01)
        before = left.complete(loading, before, step * 10.0)
        assert before.seconds_left is None
    told = []
    for step in range(11):
        making = Progress(phase=Phase.STEP, fraction=0.1 + step * 0.05)
        before = left.complete(making, before, 100.0 + step * 0.5)
        told.append(before.seconds_left)
    assert told[0] is None
    assert told[10] == pytest.approx(4.0)


def test_what_an_engine_says_of_its_time_stands() -> None:
    said = Progress(phase=Phase.STEP, fraction=0.5, seconds_left=3.0)
    assert TimeLeft().complete(said, None, 0.0) is said
