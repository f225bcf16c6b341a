from __future__ import annotations

import math

import pytest

from prismdesk.ui.meters.words import aim_words, correlation_words, level_words, spoken_levels
from tests.ui.meters.readings import meters_at


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (-23.44, "", "−23.4"),
        (-0.04, "", "0.0"),
        (3.0, "dBTP", "3.0 dBTP"),
        (-math.inf, "dBTP", "−∞"),
        (math.nan, "", "−∞"),
    ],
)
def test_levels_have_one_decimal_and_a_minus(value: float, unit: str, words: str) -> None:
    assert level_words(value, unit) == words


def test_aim_is_written_short() -> None:
    assert (aim_words(-23.0), aim_words(-23.5)) == ("−23", "−23.5")


def test_correlation_has_its_sign() -> None:
    found = [correlation_words(value) for value in (0.714, -1.0, -0.001, None)]
    assert found == ["+0.71", "−1.00", "+0.00", "–"]


def test_spoken_levels_name_the_channels() -> None:
    spoken = spoken_levels(("L", "R"), meters_at(-17.94, 0.0, clipped=(1,)))
    assert spoken == "L −17.9 dB, R 0.0 dB clipped"
