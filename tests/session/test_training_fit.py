from __future__ import annotations

import pytest

from prismdesk.engines.training.options import default_options
from prismdesk.engines.weights.catalogue import model_of
from prismdesk.session.training_fit import memory_words
from prismdesk.session.training_runs import usual_options

GB = 1_000_000_000


@pytest.mark.parametrize("method", ["lora", "words", "vocoder"])
def test_a_run_stands_against_the_graphics_card_whatever_learns(method: str) -> None:
    model, options = model_of("mmaudio-large_44k"), default_options("selva", method)
    assert memory_words(model, options, None)[1]
    told, fits = memory_words(model, options, 24 * GB)
    assert fits
    assert told.startswith("Takes about 1")
    told, fits = memory_words(model, options, 5 * GB)
    assert not fits
    assert "5.0 GB are free; choose " in told


def test_a_vocoder_begins_as_it_fits() -> None:
    model = model_of("mmaudio-large_44k")
    for card_bytes in (6 * GB, 12 * GB, 48 * GB):
        options = usual_options(model, 20, card_bytes, method="vocoder")
        assert options.batch == 2 or options.gradient_checkpointing
        assert memory_words(model, options, card_bytes)[1]
