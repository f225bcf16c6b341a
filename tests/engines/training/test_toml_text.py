from __future__ import annotations

import math
import tomllib
from typing import Any

import pytest

from prismdesk.engines.training.toml_text import toml_text

TRICKY: dict[str, Any] = {
    "words": 'quote " backslash \\ tab \t line \n bell \x07 delete \x7f umlaut ü',
    "empty": "",
    "whole": -3,
    "number": 1e-7,
    "round": 2.0,
    "large": 1e300,
    "switch": True,
    "list": ["a", "b"],
    "tables in a list": [{"id": "x", "lr": 0.1}, {}],
    "a table": {"with.dots": 1, "inner": {"deep": [1, 2]}, "after": False},
    "none": [],
}


def test_values_are_read_back_as_they_were() -> None:
    assert tomllib.loads(toml_text(TRICKY)) == TRICKY


def test_infinite_numbers_are_read_back() -> None:
    read = tomllib.loads(toml_text({"most": math.inf, "least": -math.inf}))

    assert read == {"most": math.inf, "least": -math.inf}


def test_what_is_none_is_left_out() -> None:
    assert toml_text({"a": None, "b": 1}) == "b = 1\n"


def test_other_values_are_refused() -> None:
    with pytest.raises(ValueError, match="can't hold"):
        toml_text({"a": {1, 2}})
