"""Positions and lengths as words, and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.project.errors import PositionError
from prismdesk.ui.times import RulerUnit, Times
from tests.builders import TEN_SECONDS, a_project

TIMES = Times(a_project())
FRAME = TIMES.frame_start(1)


@pytest.mark.parametrize(
    ("typed", "samples"),
    [
        ("+12", 48_000 + 12 * FRAME),
        ("-12", 48_000 - 12 * FRAME),
        ("−1", 48_000 - FRAME),
        ("+0.5s", 72_000),
        ("+00:00:02:00", 48_000 + 2 * 48_000),
        ("+2:00", 48_000 + 2 * 48_000),
        ("1000sm", 1000),
        ("2s", 96_000),
    ],
)
def test_typed_positions_are_read(typed: str, samples: int) -> None:
    assert TIMES.parse(typed, relative_to=48_000) == samples


@pytest.mark.parametrize("typed", ["", "noon", "-99s", "+1:xx", "+", "+1:2:3:4:5"])
def test_other_words_are_refused(typed: str) -> None:
    with pytest.raises(PositionError):
        TIMES.parse(typed, relative_to=48_000)


@given(st.integers(0, TEN_SECONDS - 1))
def test_a_timecode_reads_back_to_its_frame(samples: int) -> None:
    there = TIMES.parse(TIMES.timecode(samples), relative_to=0)
    assert TIMES.frame_at(there) == TIMES.frame_at(samples)


def test_digits_alone_are_timecode_from_the_right() -> None:
    plain = TIMES.timecode(96_000)
    digits = "".join(character for character in plain if character.isdigit())
    assert TIMES.parse(digits, relative_to=0) == 96_000


def test_lengths_are_seconds_and_frames() -> None:
    assert TIMES.length_words(3 * 48_000 + 6 * FRAME) == "3 s 06 fr"
    assert TIMES.length_words(62 * 48_000) == "1 min 2 s 00 fr"
    assert TIMES.length_words(480) == "10.0 ms"
    assert TIMES.length_words(-FRAME) == "−01 fr"


def test_positions_are_written_in_each_unit() -> None:
    assert TIMES.format(48_000, RulerUnit.SECONDS) == "1.000 s"
    assert TIMES.format(48_000, RulerUnit.SAMPLES) == "48\u202f000"
    assert TIMES.format(48_000, RulerUnit.FRAMES) == str(TIMES.frame_at(48_000))
    assert TIMES.format(48_000, RulerUnit.TIMECODE) == TIMES.timecode(48_000)
