from __future__ import annotations

import numpy as np
import pytest

from prismdesk.engines.hosting.features import FeatureMemory, Features, feature_key
from tests.engines.selva.asking import KeptInMemory


def test_different_content_has_different_keys() -> None:
    abouts: list[dict[str, object]] = [
        {"text": "a"},
        {"text": "b"},
        {"text": "a", "weights": "x"},
        {"text": ["a"]},
    ]
    keys = {feature_key("selva", "clip-text", about) for about in abouts}
    assert len(keys | {feature_key("selva", "t5", abouts[0])}) == 5


def test_order_of_what_is_told_does_not_matter() -> None:
    assert feature_key("selva", "t5", {"a": 1, "b": 2}) == feature_key(
        "selva", "t5", {"b": 2, "a": 1}
    )


def test_what_the_store_has_is_remembered() -> None:
    memory, store = FeatureMemory(), KeptInMemory()
    Features("selva", memory, store).put("t5", {"text": "a"}, {"states": np.ones(3)})
    other = Features("selva", FeatureMemory(), store)
    assert other.get("t5", {"text": "a"}) is not None
    store.kept.clear()
    assert other.get("t5", {"text": "a"}) is not None
    assert other.get("t5", {"text": "b"}) is None


@pytest.mark.parametrize(("most_bytes", "left"), [(1000, 3), (100, 1), (1, 1)])
def test_memory_is_bounded_and_the_oldest_goes(most_bytes: int, left: int) -> None:
    memory = FeatureMemory(most_bytes)
    for key in "abc":
        memory.put(key, {"x": np.zeros(10)})
    assert sum(memory.get(key) is not None for key in "abc") == left
    assert memory.get("c") is not None


def test_engines_share_no_keys() -> None:
    assert feature_key("selva", "t5", {"a": 1}) != feature_key("audiox", "t5", {"a": 1})
