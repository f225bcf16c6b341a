from __future__ import annotations

import pytest

from prismdesk.engines.weights.catalogue import all_models, model_of
from prismdesk.engines.weights.memory import memory_need


@pytest.mark.parametrize("model_id", [model.id for model in all_models()])
def test_one_network_at_a_time_takes_less_than_all(model_id: str) -> None:
    need = memory_need(model_of(model_id), 8.0)
    assert 1_000_000_000 < need.offloaded_bytes < need.all_kept_bytes
    assert need.all_kept_bytes < model_of(model_id).size_bytes


def test_a_longer_region_takes_more() -> None:
    model = model_of("audiox-base")
    assert memory_need(model, 60.0).all_kept_bytes > memory_need(model, 10.0).all_kept_bytes


def test_the_denoiser_is_the_largest_of_audiox() -> None:
    base, mmdit = model_of("audiox-base"), model_of("audiox-maf-mmdit")
    difference = memory_need(mmdit, 10.0).offloaded_bytes - memory_need(base, 10.0).offloaded_bytes
    # 2217.6 and 1056.8 million numbers of 16 bit.
    assert difference == pytest.approx(2 * (2217.6e6 - 1056.8e6), rel=0.2)
