from __future__ import annotations

import pytest

from prismdesk.jobs.hold import Hold


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def hold(told: list[str]) -> Hold:
    return Hold(lambda: told.append("on"))


def test_room_ends_a_pause_for_lack_of_it(hold: Hold, told: list[str]) -> None:
    hold.pause_for_room()
    was_paused = hold.is_paused
    hold.resume_with_room()
    assert (was_paused, hold.is_paused) == (True, False)
    assert told == ["on"]


@pytest.mark.parametrize("is_users_first", [True, False])
def test_room_ends_no_pause_of_the_users(hold: Hold, told: list[str], is_users_first: bool) -> None:
    pauses = [hold.pause, hold.pause_for_room]
    for pause in pauses if is_users_first else reversed(pauses):
        pause()
    hold.resume_with_room()
    assert told == []
    was_paused = hold.is_paused
    hold.resume()
    assert (was_paused, hold.is_paused) == (True, False)
    assert told == ["on"]


def test_room_says_nothing_to_jobs_that_were_not_held(hold: Hold, told: list[str]) -> None:
    hold.resume_with_room()
    assert told == []
