"""What engines there are, without loading any."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from prismdesk.engines import catalogue
from prismdesk.engines.capabilities import EngineTask, Variant
from prismdesk.engines.catalogue import (
    available_engines,
    capabilities_of,
    create_engine,
    engines_that_can,
    variant_of,
)
from prismdesk.engines.errors import UnsupportedError


def test_ambience_is_listed_and_made_by_its_id() -> None:
    assert [offer.id for offer in available_engines()] == ["ambience", "selva", "audiox"]
    assert create_engine("ambience").capabilities == capabilities_of("ambience")


def test_unknown_engine_names_those_there_are() -> None:
    for ask in (capabilities_of, create_engine):
        with pytest.raises(UnsupportedError, match=r'"nope".*ambience'):
            ask("nope")


def test_engines_are_found_by_task() -> None:
    inpainting, generating = (
        [offer.id for offer in engines_that_can(task)]
        for task in (EngineTask.INPAINT, EngineTask.GENERATE)
    )
    assert inpainting == ["ambience", "selva", "audiox"]
    assert generating == ["selva", "audiox"]


def a_variant(variant_id: str, why_not: str = "") -> Variant:
    return Variant(id=variant_id, name=variant_id, why_not=why_not)


@pytest.mark.parametrize(
    ("variants", "wanted", "found"),
    [
        ((), "", None),
        ((), "a", None),
        ((a_variant("a"), a_variant("b")), "", "a"),
        ((a_variant("a"), a_variant("b")), "b", "b"),
        ((a_variant("a", "not there"), a_variant("b")), "", "b"),
        ((a_variant("a", "not there"), a_variant("b")), "a", "a"),
        ((a_variant("a", "not there"),), "", "a"),
        ((a_variant("a"),), "c", None),
    ],
)
def test_without_a_name_the_first_usable_variant_is_meant(
    variants: tuple[Variant, ...], wanted: str, found: str | None
) -> None:
    offer = replace(capabilities_of("ambience"), variants=variants)
    variant = variant_of(offer, wanted)
    assert (variant and variant.id) == found


def test_what_is_offered_is_asked_anew_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    variants: list[Variant] = []
    ambience = capabilities_of("ambience")
    monkeypatch.setitem(
        catalogue._OFFERS, "ambience", lambda: replace(ambience, variants=tuple(variants))
    )
    assert capabilities_of("ambience").variants == ()
    variants.append(a_variant("new"))
    assert capabilities_of("ambience").variants[0].id == "new"


def test_every_setting_has_a_default_within_its_range() -> None:
    for offer in available_engines():
        for spec in offer.settings:
            value = spec.default
            assert not spec.choices or value in spec.choices
            if spec.minimum is not None and spec.maximum is not None:
                assert spec.minimum <= float(value) <= spec.maximum


_LISTING_AND_MAKING = """
import sys
import prismdesk.engines.catalogue as catalogue
catalogue.available_engines()
print(*{"torch", "scipy"}.intersection(sys.modules))
catalogue.create_engine("audiox")
from tests.engines.selva.asking import MovingSquare, a_request, ignore
film = a_request(picture=MovingSquare(), settings={"steps": 1, "clip_picture": "picture"})
catalogue.create_engine("selva").run(film, ignore, lambda: False)
print(*{"transformers", "peft", "sympy"}.intersection(sys.modules), "torch" in sys.modules)
"""


@pytest.mark.usefixtures("small_models")
def test_listing_engines_loads_no_torch_and_making_sound_neither_transformers_nor_peft() -> None:
    # Each costs a second or two, which every user would wait for after each start.
    outcome = subprocess.run(
        [sys.executable, "-c", _LISTING_AND_MAKING], capture_output=True, text=True, check=False
    )

    assert outcome.stdout.splitlines() == ["", "True"], outcome.stderr
