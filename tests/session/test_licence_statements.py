from __future__ import annotations

from prismdesk.engines.weights.catalogue import model_of
from prismdesk.project.model import ProjectUse
from prismdesk.session.licence_statements import (
    NOT_FOR_SALE,
    Statement,
    statements_of,
    statements_of_model,
    strictest,
    uses_of,
)

PERSONAL, FREE, SOLD = ProjectUse
MMAUDIO = "mmaudio-large_44k_v2"


def test_every_part_of_a_model_speaks_and_the_strictest_rules() -> None:
    model = model_of(MMAUDIO)
    said = statements_of_model(model)
    assert {one.part for one in said} >= {"weights", "picture encoder", "VAE", "vocoder"}
    assert len(said) == len(model.files)
    assert uses_of(said) == (PERSONAL, FREE)
    assert strictest(said).part == "weights"
    assert SOLD in next(one for one in said if one.part == "vocoder").uses


def test_an_engine_without_weights_leaves_every_use_and_its_adapters_do_not() -> None:
    (own,) = statements_of("ambience", "")
    assert own.uses == (PERSONAL, FREE, SOLD)
    assert own.is_stated
    _, adapter = statements_of("ambience", "", (("planks", 0.8),))
    assert (adapter.part, adapter.uses) == ("adapter", NOT_FOR_SALE)
    assert not adapter.is_stated


def test_of_equally_strict_statements_the_first_is_named() -> None:
    def said(name: str, uses: tuple[ProjectUse, ...]) -> Statement:
        return Statement(part="weights", subject="M", name=name, uses=uses, licence="L")

    parts = (said("a", tuple(ProjectUse)), said("b", (PERSONAL,)), said("c", (FREE,)))
    assert strictest(parts).name == "b"
    assert uses_of(parts) == ()
