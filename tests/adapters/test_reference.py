from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prismdesk.adapters.reference import hash_in, is_reference, name_in, reference_of

SHA256 = "3f2a9c01be77" + "0" * 52


def test_a_reference_is_name_and_first_digits() -> None:
    assert reference_of("Harbour planks", SHA256) == "Harbour planks@3f2a9c01be77"


@given(st.text())
def test_any_name_comes_back(name: str) -> None:
    reference = reference_of(name, SHA256)
    assert (name_in(reference), hash_in(reference)) == (name, "3f2a9c01be77")
    assert is_reference(reference)


@pytest.mark.parametrize("text", ["planks", "planks@home", "planks@3F2A9C01BE77", "p@3f2a9c01be7"])
def test_what_has_no_digits_is_a_name(text: str) -> None:
    assert (name_in(text), hash_in(text), is_reference(text)) == (text, "", False)


@pytest.mark.parametrize("digits", ["", "3f2a", "x" * 64])
def test_no_reference_without_a_hash(digits: str) -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        reference_of("planks", digits)
