from __future__ import annotations

import pytest

from prismdesk.errors import InputError
from prismdesk.session.preset_names import checked_name, safe_name


@pytest.mark.parametrize(
    "name", ["", " ", "a/b", "a\\b", "..", ".a", "a.", "a\nb", "x" * 121, "a:b"]
)
def test_a_name_is_one_for_every_system(name: str) -> None:
    with pytest.raises(InputError, match="can't be the name of a preset"):
        checked_name(name)
    assert checked_name(" Harbour planks v1.5 ") == "Harbour planks v1.5"


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Harbour planks v1.5", "Harbour planks v1.5"),
        ("Harbour: planks?", "Harbour_ planks_"),
        ("../../etc", "_.._etc"),
        ("..", "preset"),
        ("a.\u202eb. ", "a._b"),
        ("CON", "_CON"),
        ("nul.v1", "_nul.v1"),
        ("console", "console"),
        ("\udcff", "_"),
    ],
)
def test_any_name_becomes_one_for_every_system(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert checked_name(safe) == safe


def test_a_long_name_is_cut_between_letters() -> None:
    assert safe_name("x" * 300) == "x" * 120
    assert safe_name("ä" * 300) == "ä" * 90
