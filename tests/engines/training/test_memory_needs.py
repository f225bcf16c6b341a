from __future__ import annotations

import pytest

from prismdesk.engines.training.memory_needs import (
    GB,
    advice,
    needed_bytes,
    refusal,
    trained_size,
    what_would_fit,
)
from prismdesk.engines.training.options import default_options, from_mapping
from prismdesk.engines.weights.catalogue import model_of

DEFAULTS = default_options("selva")


@pytest.mark.parametrize(("batch", "published_gb"), [(1, 9), (4, 12), (8, 15), (16, 20)])
def test_large_model_takes_what_is_published(batch: int, published_gb: int) -> None:
    size = trained_size(model_of("mmaudio-large_44k"))
    options = from_mapping({"batch": batch}, start=DEFAULTS)

    assert needed_bytes(size, options) / GB == pytest.approx(published_gb, abs=1.0)


@pytest.mark.parametrize("variant", ["selva-small_16k", "selva-small_44k"])
def test_small_models_fit_cards_of_8_gb(variant: str) -> None:
    assert refusal(model_of(variant), DEFAULTS, int(7.2 * GB)) == ""


@pytest.mark.parametrize(
    "changes",
    [{"batch": 8}, {"rank": 128}, {"gradient_checkpointing": False}],
)
def test_more_work_takes_more(changes: dict[str, int]) -> None:
    size = trained_size(model_of("audiox-base"))
    less = from_mapping({"gradient_checkpointing": True}, start=default_options("audiox"))
    more = from_mapping(changes, start=less)

    assert needed_bytes(size, more) > needed_bytes(size, less)
    assert needed_bytes(size, less, is_half=False) > needed_bytes(size, less)


def test_refusal_says_what_would_fit() -> None:
    model = model_of("mmaudio-large_44k")
    options = from_mapping({"batch": 16}, start=DEFAULTS)

    sentence = refusal(model, options, 12 * GB)

    assert "about 20" in sentence
    assert "12.0 GB are free" in sentence
    assert "choose a batch of 4 with accumulation 4" in sentence
    fitting = what_would_fit(trained_size(model), options, 12 * GB)
    assert fitting is not None
    assert refusal(model, fitting, 12 * GB) == ""


def test_saving_memory_is_advised_where_a_smaller_batch_is_not_enough() -> None:
    size = trained_size(model_of("mmaudio-large_44k"))
    options = from_mapping({"batch": 1}, start=DEFAULTS)

    assert "gradient_checkpointing" in advice(size, options, int(8.5 * GB))
    assert "smaller model" in advice(size, options, 4 * GB)
    assert "close what else" in advice(size, options, 40 * GB)
