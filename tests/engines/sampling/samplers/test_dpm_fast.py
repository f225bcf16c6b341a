from __future__ import annotations

import pytest

from prismdesk.engines.sampling.samplers.dpm_fast import segment_orders


@pytest.mark.parametrize(
    ("calls", "orders"),
    [(1, [1]), (2, [2]), (3, [2, 1]), (4, [3, 1]), (6, [3, 2, 1]), (7, [3, 3, 1]), (8, [3, 3, 2])],
)
def test_segments_use_up_the_calls(calls: int, orders: list[int]) -> None:
    assert segment_orders(calls) == orders
