"""Durations as users read them."""

import pytest

from prismdesk.session.durations import format_duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 s"), (7.2, "8 s"), (59.0, "59 s"), (125, "2 min 05 s"), (3780, "1 h 03 min")],
)
def test_a_duration_is_said_as_people_say_it(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text
