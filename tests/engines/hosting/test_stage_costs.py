from __future__ import annotations

import pytest

from prismdesk.engines.hosting.memory import StageNeeds
from prismdesk.engines.hosting.stage_costs import CHECKING, stage_costs


def needs(name: str, weight_bytes: int) -> StageNeeds:
    return StageNeeds(name=name, weight_bytes=weight_bytes, working_bytes=lambda plan: 0)


def test_networks_of_one_stage_count_together() -> None:
    costs = stage_costs([needs("a", 10), needs("a", 20), needs("b", 5)], lambda name, count: 0.0)
    assert set(costs) == {"a", "b", CHECKING}
    assert costs["a"] == pytest.approx(6 * costs["b"])


def test_work_is_added_to_loading() -> None:
    plain = stage_costs([needs("a", 10)], lambda name, count: 0.0)
    at_work = stage_costs([needs("a", 10)], lambda name, count: 2.0 * count)
    assert at_work["a"] - plain["a"] == pytest.approx(20.0)
    assert at_work[CHECKING] == plain[CHECKING]
