from __future__ import annotations

from prismdesk.engines.selva.notes import licences_of
from prismdesk.engines.weights import catalogue


def test_every_licence_of_what_made_a_take_is_named_once() -> None:
    model = catalogue.model_of("mmaudio-small_16k", "selva")
    assert licences_of(model, ["generator"]) == "CC BY-NC 4.0"
    assert licences_of(model, ["generator", "vae", "clip", "sync"]) == (
        "CC BY-NC 4.0, Apple ML research (apple-amlr), unstated"
    )


def test_nothing_is_stated_for_selva() -> None:
    model = catalogue.model_of("selva-small_16k", "selva")
    assert licences_of(model, ["generator", "t5"]) == "unstated, Apache 2.0"
