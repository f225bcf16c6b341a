from __future__ import annotations

import pytest

from prismdesk.visible_text import REPLACED_BY, is_steering, visible


@pytest.mark.parametrize("letter", ["\x1b", "\x07", "\r", "\x7f", "\x9b", "\u202e", "\ud800", "\0"])
def test_letters_that_steer_what_shows_them_are_replaced(letter: str) -> None:
    assert is_steering(letter)
    assert visible(f"a{letter}b") == f"a{REPLACED_BY}b"


@pytest.mark.parametrize("text", ["rain, wind", "Türen\tund\nSchritte", "雨 🌧️", ""])
def test_what_people_write_stays(text: str) -> None:
    assert visible(text) == text
