from __future__ import annotations

from typing import Any

import pytest

from prismdesk.engines.selva.generator.config import PUBLISHED_GENERATORS, GeneratorConfig

POSSIBLE: dict[str, Any] = {
    "latent_dim": 8,
    "hidden_dim": 48,
    "depth": 5,
    "fused_depth": 3,
    "num_heads": 3,
}


def test_depths_and_heads_follow() -> None:
    config = GeneratorConfig(**POSSIBLE)

    assert (config.joint_depth, config.head_dim, config.time_features) == (2, 16, 256)


def test_published_heads_are_64_wide() -> None:
    assert {config.head_dim for config in PUBLISHED_GENERATORS.values()} == {64}
    assert {config.depth % 3 for config in PUBLISHED_GENERATORS.values()} == {0}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"hidden_dim": 50}, "3 heads"),
        ({"hidden_dim": 9}, "even"),
        ({"fused_depth": 5}, "at least one must be joint"),
        ({"fused_depth": -1}, "fused_depth can't be -1"),
        ({"latent_dim": 0}, "latent_dim can't be 0"),
        ({"depth": 2.5}, "depth must be a whole number"),
        ({"num_heads": True}, "num_heads must be a whole number"),
        ({"text_tokens": 0}, "text_tokens can't be 0"),
    ],
)
def test_impossible_config_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        GeneratorConfig(**(POSSIBLE | change))


def test_no_fused_blocks_are_possible() -> None:
    assert GeneratorConfig(**(POSSIBLE | {"fused_depth": 0})).joint_depth == 5
